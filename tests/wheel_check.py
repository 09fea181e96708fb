"""Build the wheel and check it: what a user installs is exactly the three packages, with their data files, and starts.

Run by `make wheel`. Exits 1 with a sentence on the first thing that is wrong.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {"profiler", "devices", "traces"}
DATA_SUFFIXES = {".toml", ".yaml", ".j2", ".html", ".css", ".js", ".typed", ".c"}
LIBRARY = "traces/perfetto/compiled/loops.so"
"""In the wheel where there is a C compiler."""


def build(out: Path, **environment: str) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    (wheel,) = out.glob("*.whl")
    return wheel


def expected_files() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for top in TOP_LEVEL
        for path in (ROOT / top).rglob("*")
        if path.suffix in DATA_SUFFIXES | {".py"} and "__pycache__" not in path.parts
    }


def check_without_compiler(folder: Path) -> None:
    """What is built where there is no C compiler has no library, and is for any platform."""
    wheel = build(folder, CC="no-such-compiler")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    if not wheel.name.endswith("-py3-none-any.whl") or LIBRARY in names:
        sys.exit(
            f"wheel check: built without a compiler it is {wheel.name}, with a library: {LIBRARY in names}"
        )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_without_compiler(Path(folder) / "pure")
        wheel = build(Path(folder) / "built")
        compiled = any(shutil.which(name) for name in ("cc", "gcc", "clang"))
        if compiled == wheel.name.endswith("-any.whl"):
            sys.exit(f"wheel check: {wheel.name}, and there is {'a' if compiled else 'no'} C compiler")
        with zipfile.ZipFile(wheel) as archive:
            names = {name for name in archive.namelist() if not name.endswith("/")}
        packaged = {name for name in names if ".dist-info/" not in name}
        tops = {name.split("/")[0] for name in packaged}
        if tops != TOP_LEVEL:
            sys.exit(f"wheel check: top-level folders are {sorted(tops)}, not {sorted(TOP_LEVEL)}")
        expected = expected_files() | ({LIBRARY} if compiled else set())
        if missing := expected - packaged:
            sys.exit(f"wheel check: not in the wheel: {sorted(missing)[:10]}")
        if strange := packaged - expected:
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
