"""Build the wheel and check it: what a user installs is exactly the three packages, with their data files, and starts.

Run by `make wheel`. Exits 1 with a sentence on the first thing that is wrong.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {"profiler", "devices", "traces"}
DATA_SUFFIXES = {".toml", ".yaml", ".j2", ".html", ".css", ".js", ".typed"}


def build(out: Path) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = out.glob("*.whl")
    return wheel


def expected_files() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for top in TOP_LEVEL
        for path in (ROOT / top).rglob("*")
        if path.suffix in DATA_SUFFIXES | {".py"} and "__pycache__" not in path.parts
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        wheel = build(Path(folder))
        with zipfile.ZipFile(wheel) as archive:
            names = {name for name in archive.namelist() if not name.endswith("/")}
        packaged = {name for name in names if ".dist-info/" not in name}
        tops = {name.split("/")[0] for name in packaged}
        if tops != TOP_LEVEL:
            sys.exit(f"wheel check: top-level folders are {sorted(tops)}, not {sorted(TOP_LEVEL)}")
        if missing := expected_files() - packaged:
            sys.exit(f"wheel check: not in the wheel: {sorted(missing)[:10]}")
        if strange := packaged - expected_files():
            sys.exit(f"wheel check: in the wheel, but not in the project's packages: {sorted(strange)[:10]}")
        target = Path(folder) / "installed"
        install = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--target",
            str(target),
            str(wheel),
        ]
        subprocess.run(install, check=True)
        program = (
            f"import sys; sys.path.insert(0, {str(target)!r}); from profiler.cli.main import main; main()"
        )
        started = subprocess.run(
            [sys.executable, "-I", "-c", program, "--help"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if started.returncode != 0 or "reproduce" not in started.stdout:
            sys.exit(f"wheel check: the installed `silky --help` failed:\n{started.stdout}{started.stderr}")
        print(
            f"wheel check: {wheel.name} holds {len(packaged)} files of {', '.join(sorted(tops))}, and starts"
        )


if __name__ == "__main__":
    main()
