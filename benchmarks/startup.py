"""`silky --help` against `python -c pass`, in one run: the ratio of medians.

python benchmarks/startup.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time


def seconds(command: list[str]) -> float:
    """Wall time of one start."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Alternate both commands and print medians and ratio."""
    bare, tool = [sys.executable, "-c", "pass"], [sys.executable, "-m", "profiler.cli.main", "--help"]
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(21):
        times[0].append(seconds(bare))
        times[1].append(seconds(tool))
    first, second = (statistics.median(t) for t in times)
    print(
        f"python -c pass {first * 1000:.1f} ms, silky --help {second * 1000:.1f} ms: ratio {second / first:.2f}"
    )


if __name__ == "__main__":
    main()
