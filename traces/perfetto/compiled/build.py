"""Compile `loops.c` beside its source: by the build hook at installation, or by running this file.

Without a C compiler nothing is built and nothing is lost but speed: see `traces.perfetto.compiled`.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "loops.c"
LIBRARY = HERE / "loops.so"
"""The same name everywhere: it is loaded by its path, not looked for by the system."""
FLAGS = ("-O2", "-std=c11", "-fPIC", "-shared", "-fno-strict-aliasing", "-fvisibility=default")


def source_mark(source: Path = SOURCE) -> int:
    """Return the number that a library built from this source gives back."""
    return int.from_bytes(hashlib.sha256(source.read_bytes()).digest()[:8], "little")


def compiler() -> list[str] | None:
    """Return the command of the C compiler: $CC, else the first of cc, gcc, clang; None: there is none."""
    named = shlex.split(os.environ.get("CC", ""))
    for command in [named] if named else [["cc"], ["gcc"], ["clang"]]:
        if shutil.which(command[0]):
            return command
    return None


def build(library: Path = LIBRARY, source: Path = SOURCE, *, flags: tuple[str, ...] = ()) -> str | None:
    """Compile; return why there is no library, None where there is one.

    The library appears whole or not at all: an interpreter that uses the old one goes on with it.
    """
    command = compiler()
    if command is None:
        return "no C compiler was found (cc, gcc, clang, or $CC)"
    folder = Path(tempfile.mkdtemp(dir=library.parent, prefix=".build-"))
    try:
        made = folder / library.name
        mark = f"-DSOURCE_MARK={source_mark(source):#x}u"
        done = subprocess.run(
            [*command, *FLAGS, *flags, mark, "-o", str(made), str(source)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            first = (done.stderr or done.stdout or "no word of why").strip().splitlines()[0]
            return f"{command[0]} failed: {first}"
        made.replace(library)
    except OSError as error:
        return f"{command[0]} could not be run: {error}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None


if __name__ == "__main__":
    why = build()
    if why is not None:
        sys.exit(f"Not compiled: {why}. Traces are decoded without it, more slowly.")
    sys.stdout.write(f"Compiled {LIBRARY}\n")
