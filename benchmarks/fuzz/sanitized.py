"""Run the compiled loops under AddressSanitizer and UndefinedBehaviorSanitizer.

    python benchmarks/fuzz/sanitized.py                       # the tests of traces, then 60 s of damaged traces
    python benchmarks/fuzz/sanitized.py --seconds 600 --seed 7 --no-tests
    python benchmarks/fuzz/sanitized.py tests/traces/perfetto/test_compiled.py -k nest

`loops.c` is compiled with both into a temporary folder and used in place of the installed library. Each piece of a
trace lies in memory of exactly its size (`PYTHONMALLOC=malloc`), so a read beyond it is seen: the run begins with
such a read, which must be caught. Damaged traces are random traces with flipped, lost, doubled and reversed bytes;
each is decoded with the loops and without, which must give the same.
Exit code 1: a test failed, the two differ (the trace is kept in `--keep`), or the sanitizers stopped the run (their
report names the line of `loops.c`). Needs gcc or clang with its libasan; Linux.
"""

from __future__ import annotations

import argparse
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT, ROOT / "benchmarks", ROOT / "tests" / "traces" / "perfetto"):
    sys.path.insert(0, str(folder))

from traces.perfetto.wire import PADDING, Block  # noqa: E402  silky as it stands here

FLAGS = ("-g", "-O1", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
_CAUGHT = 99
_LIBRARY = "SILKY_SANITIZED_LIBRARY"
_TESTS = ("tests/traces/perfetto",)
_BOUNDED = "not claims_much"
"""Tests that limit the address space, of which the sanitizers take terabytes."""
_SLICES = (None, ["Choreographer*", "draw*"], ["*"])


def main() -> int:
    """Build, check that a bad read is caught, then run the tests and the damaged traces in a child."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long to read damaged traces")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-tests", action="store_true", help="damaged traces only")
    parser.add_argument("--keep", type=Path, default=Path("differing"), help="where differing traces go")
    given, tests = parser.parse_known_args()
    if _LIBRARY in os.environ:
        return _child(given, tests)
    from traces.perfetto.compiled import build

    folder = Path(tempfile.mkdtemp(prefix="silky-sanitized-"))
    try:
        library = folder / "loops.so"
        why = build.build(library, flags=FLAGS)
        if why is not None:
            sys.exit(f"No sanitized library: {why}.")
        environment = _environment(library)
        if not _is_watched(environment):
            sys.exit("A read beyond a piece of a trace was not caught: the sanitizers are not at work.")
        command = [sys.executable, str(Path(__file__).resolve()), *sys.argv[1:]]
        return 1 if subprocess.run(command, env=environment, check=False).returncode else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(library: Path) -> dict[str, str]:
    """Return the environment in which Python runs with the sanitizers' own libraries in front."""
    from traces.perfetto.compiled import build

    command = build.compiler()
    assert command is not None, "it built the library"
    names = ("libasan.so", "libubsan.so") if "clang" not in command[0] else ("libclang_rt.asan-x86_64.so",)
    found = [
        subprocess.run([*command, f"-print-file-name={name}"], capture_output=True, text=True, check=True)
        for name in names
    ]
    return os.environ | {
        _LIBRARY: str(library),
        "LD_PRELOAD": " ".join(one.stdout.strip() for one in found),
        "ASAN_OPTIONS": f"detect_leaks=0:abort_on_error=0:exitcode={_CAUGHT}",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONMALLOC": "malloc",
        # The tests build libraries of their own.
        "CC": shlex.join([*command, *FLAGS]),
    }


def _is_watched(environment: dict[str, str]) -> bool:
    """Whether a text that is read beyond the end of its block stops the run."""
    code = (
        "import numpy as np, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from traces.perfetto.compiled import calls, load, use\n"
        "from traces.perfetto.wire import Block\n"
        "from pathlib import Path\n"
        f"use(load(Path({environment[_LIBRARY]!r})))\n"
        "size = 100_000\n"
        "start = np.array([size - 1]); end = start + 9\n"
        "table = np.zeros(256, np.uint64), np.zeros(256, np.int64)\n"
        "calls.intern(Block(bytes(bytearray(size))), (start, end), table, 0, np.zeros(0, np.uint8))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode == _CAUGHT and "in word " in done.stderr


def _child(given: argparse.Namespace, tests: list[str]) -> int:
    from traces.perfetto import compiled, framing

    library = Path(os.environ.pop(_LIBRARY))
    # Whoever looks for the library finds this one.
    compiled.load.__defaults__ = (library,)
    compiled.use(None)
    assert compiled.loops() is not None, compiled.why_not()
    framing._Window.block = _of_its_size  # type: ignore[method-assign]  # noqa: SLF001
    failed = 0
    if not given.no_tests:
        import pytest

        failed = int(
            pytest.main(["-q", "-n0", "-p", "no:cacheprovider", *(tests or (*_TESTS, "-k", _BOUNDED))])
        )
    if given.seconds <= 0 or failed:  # an error of the sanitizers has ended the process before
        return failed
    read, differ = damaged_traces(compiled.load(), given.seconds, given.seed, given.keep)
    sys.stdout.write(f"{read} damaged traces, each read with the loops and without: {differ} differ\n")
    return 1 if differ else 0


def _of_its_size(window: Any) -> Block:
    """Return what a window on a file shows in memory of its own: the window's is used again, and larger."""
    return Block(window._memory[: window.size + PADDING])  # noqa: SLF001


def damaged_traces(library: object, seconds: float, seed: int, keep: Path) -> tuple[int, int]:
    """Read damaged traces for so long; return how many, and how many were not read the same."""
    from both_ways import differing
    from oracle_traces import Traces
    from perfetto_writer import blob

    path = Path(tempfile.mkdtemp(prefix="silky-damaged-")) / "t.pftrace"
    until = time.monotonic() + seconds
    read = differ = 0
    try:
        while time.monotonic() < until:
            chance = random.Random(seed * 1_000_003 + read)
            packets = Traces(chance.randrange(1 << 40)).one()
            data = damage(b"".join(blob(1, packet) for packet in packets), chance)
            path.write_bytes(data or b"\n")
            lines = differing(path, library, slice_names=chance.choice(_SLICES))  # type: ignore[arg-type]
            if lines:
                differ += 1
                keep.mkdir(parents=True, exist_ok=True)
                kept = keep / f"damaged-{seed}-{read}.pftrace"
                kept.write_bytes(data)
                sys.stdout.write(f"{kept}:\n" + "".join(f"  {line[:400]}\n" for line in lines))
            read += 1
    finally:
        shutil.rmtree(path.parent, ignore_errors=True)
    return read, differ


def damage(data: bytes, chance: random.Random) -> bytes:
    """Flip, lose, double and swap bytes, a few places of each; now and then cut the end off."""
    out = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 2, 5, 20))):
        at = chance.randrange(len(out) + 1)
        size = chance.choice((1, 1, 2, 3, 8, 40))
        match chance.randrange(5):
            case 0:
                out[at : at + 1] = bytes([chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256)))])
            case 1:
                del out[at : at + size]
            case 2:
                out[at:at] = out[at : at + size]
            case 3:
                out[at : at + size] = out[at : at + size][::-1]
            case _:
                out[at : at + 1] = bytes(byte ^ 1 << chance.randrange(8) for byte in out[at : at + 1])
    if chance.random() < 0.25:
        del out[chance.randrange(len(out) + 1) :]
    return bytes(out)


if __name__ == "__main__":
    sys.exit(main())
