"""How fast the text dumps are read: 100,000 rows of framestats and of `--latency`, and lines without end.

    python benchmarks/text_dumps.py [--repeat 5] [--endless-mb 100]

Prints the median and the fastest of the repetitions in seconds of one core, the share of the 1.5 s that 100,000 rows may
take, and the ratio of the times for twice the size (2 is linear).
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import statistics
import time
from typing import TYPE_CHECKING

from traces.errors import InputFileError
from traces.text.gfxinfo import parse_gfxinfo
from traces.text.latency import parse_latency
from traces.text.sf_frametimeline import parse_sf_frametimeline

if TYPE_CHECKING:
    from collections.abc import Callable

BUDGET_S = 1.5
T = 16_666_667
START = 10**12
HEADINGS = (
    "Flags,FrameTimelineVsyncId,IntendedVsync,Vsync,InputEventId,HandleInputStart,AnimationStart,"
    "PerformTraversalsStart,DrawStart,FrameDeadline,FrameStartTime,FrameInterval,WorkloadTarget,SyncQueued,SyncStart,"
    "IssueDrawCommandsStart,SwapBuffers,FrameCompleted,DequeueBufferDuration,QueueBufferDuration,GpuCompleted,"
    "SwapBuffersCompleted,DisplayPresentTime,CommandSubmissionCompleted,"
)
"""24 columns of Android 16."""


def framestats(rows: int, ring: int) -> bytes:
    """Return dumps of `ring` rows each."""
    parts = []
    for first in range(0, rows, ring):
        lines = []
        for i in range(first, min(rows, first + ring)):
            s = START + i * T
            at = [s + step * 1_000 for step in range(1, 20)]
            lines.append(
                f"0,{5_000 + 8 * i},{s},{s},0,{at[0]},{at[1]},{at[2]},{at[3]},{s + 20_000_000},{s},{T},{T},{at[4]},{at[5]},"
                f"{at[6]},{at[7]},{s + 9_000_000},0,0,{s + 9_500_000},{s + 9_600_000},0,{s + 9_100_000},"
            )
        parts.append(
            f"Applications Graphics Acceleration Info:\nUptime: {first} Realtime: {first}\n\n"
            "** Graphics info for pid 4731 [com.app] **\n\nStats since: 5ns\n"
            f"Total frames rendered: {first + len(lines)}\n\nProfile data in ms:\n\n"
            "\tcom.app/com.app.Main/android.view.ViewRootImpl@1b2c3d (visibility=0)\nWindow: com.app/com.app.Main\n"
            f"Stats since: 5ns\nTotal frames rendered: {first + len(lines)}\n\n---PROFILEDATA---\n{HEADINGS}\n"
            + "\n".join(lines)
            + "\n---PROFILEDATA---\n\n"
        )
    return "".join(parts).encode()


def latency(rows: int, ring: int) -> bytes:
    """Return rings of `ring` rows each."""
    parts = []
    for first in range(0, rows, ring):
        lines = [
            f"{START + i * T}\t{START + i * T + 30_000_000 + i * 7919 % 5_000}\t{START + i * T + 9_000_000}"
            for i in range(first, min(rows, first + ring))
        ]
        parts.append(f"{T}\n" + "\n".join(lines) + "\n\n")
    return "".join(parts).encode()


def measure(parse: Callable[[bytes], object], data: bytes, repeat: int) -> list[float]:
    """Return the seconds of processor time of each repetition."""
    seconds = []
    for _ in range(repeat):
        begin = time.process_time()
        with contextlib.suppress(
            InputFileError
        ):  # an endless line is refused by name, which takes its time too
            parse(data)
        seconds.append(time.process_time() - begin)
    return seconds


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--endless-mb", type=int, default=100)
    given = arguments.parse_args()
    rows = 100_000
    print("| what | MB | median s | fastest s | of 1.5 s | time for twice the size |")
    print("|---|---|---|---|---|---|")
    for name, parse, write, ring in (
        ("framestats, 834 dumps of 120 rows", parse_gfxinfo, framestats, 120),
        ("framestats, one block", parse_gfxinfo, framestats, 2 * rows),
        ("--latency, 788 rings of 127 rows", parse_latency, latency, 127),
        ("--latency, one ring", parse_latency, latency, 2 * rows),
    ):
        data = write(rows, ring)
        seconds = measure(parse, data, given.repeat)
        twice = measure(parse, write(2 * rows, ring), given.repeat)
        median = statistics.median(seconds)
        print(
            f"| {name} | {len(data) / 1e6:.1f} | {median:.2f} | {min(seconds):.2f} | {100 * median / BUDGET_S:.0f} % |"
            f" {min(twice) / min(seconds):.1f} |"
        )
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, parse, head in (
        ("framestats", parse_gfxinfo, "** Graphics info for pid 5 [a] **\n"),
        ("--latency", parse_latency, "16666667\n"),
        ("--frametimeline", parse_sf_frametimeline, "Display Frame 0\n"),
    ):
        half = (head + "7" * (given.endless_mb * 500_000)).encode()
        whole = (head + "7" * (given.endless_mb * 1_000_000)).encode()
        first, second = min(measure(parse, half, 2)), min(measure(parse, whole, 2))
        print(
            f"| {name}, one line without end | {len(whole) / 1e6:.0f} | | {second:.2f} | | {second / first:.1f} |"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"\nPeak memory over the endless lines: {(peak - base) / 1024:.0f} MiB more than before them.")


if __name__ == "__main__":
    main()
