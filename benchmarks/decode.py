"""How fast Perfetto traces are decoded, and how much memory that takes.

    python benchmarks/decode.py [--size-mb 50 500] [--runs 5] [--trace-processor PATH] [--numpy] [TRACE ...]

Without traces it writes its own (`decode_traces.py`): a busy phone with single scheduling events (`plain`),
with packed ones (`compact`), and the worst case of tiny packets (`tiny`). Each figure is the median of the
runs, each in a fresh process that counts from after its imports; memory is the peak above that. `cpu` is the
same by processor time, which other work on the machine moves less. With a trace processor's binary the same
files are loaded there too, by a query that returns one number. With --numpy the compiled loops are left
alone, as on a machine where silky was installed without a C compiler.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from decode_traces import KINDS, write

from traces.perfetto.compiled import why_not

CHILD = """
import json, resource, sys, time
def peak_kib():
    # Where Linux tells it: getrusage's begins with the peak of the process that started this one.
    try:
        lines = open("/proc/self/status").read().splitlines()
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1024 if sys.platform == "darwin" else peak
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
from profiler.analysis.scene import SLICE_NAMES
from traces.perfetto import read_trace
from traces.perfetto.compiled import loops
path, mode = sys.argv[1], sys.argv[2]
options = {"frames": {"ftrace": False}, "popup": {"slice_names": [*SLICE_NAMES, "Insets*", "*IME*"]}, "all": {}}
options["states"] = {**options["popup"], "thread_states": True}
loops()
base = peak_kib()
wall, cpu = time.perf_counter(), time.process_time()
trace = read_trace(path, **options[mode])
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
peak = peak_kib()
rows = {"frames": len(trace.frames), "slices": len(trace.slices), "states": len(trace.thread_states)}
print(json.dumps({"s": wall, "cpu": cpu, "mib": (peak - base) / 1024, **rows}))
"""
MODES = ("frames", "popup", "all", "states")


def decode(path: Path, mode: str) -> dict[str, float]:
    """Decode once in a fresh process."""
    done = subprocess.run([sys.executable, "-c", CHILD, str(path), mode], check=True, capture_output=True)
    return dict(json.loads(done.stdout))


def load_elsewhere(binary: str, path: Path) -> float:
    """Return the seconds in which a trace processor loads a file."""
    for arguments in (
        ["query", str(path), "select 1"],
        ["--query-string", "select 1", str(path)],
        [str(path), "-Q", "select 1"],
    ):
        begin = time.perf_counter()
        if not subprocess.run([binary, *arguments], check=False, capture_output=True).returncode:
            return time.perf_counter() - begin
    raise SystemExit(f"{binary} loads {path} with no command line that this program knows")


def measure(path: Path, runs: int, binary: str | None) -> None:
    """Print the rows of one trace."""
    size = path.stat().st_size / 1e6
    theirs = None
    if binary:
        theirs = statistics.median(load_elsewhere(binary, path) for _ in range(runs))
        print(f"{path.name:20} trace processor {size / theirs:7.0f} MB/s", flush=True)
    for mode in MODES:
        made = [decode(path, mode) for _ in range(runs)]
        seconds, cpu = (statistics.median(run[key] for run in made) for key in ("s", "cpu"))
        ratio = "" if theirs is None else f"  {theirs / seconds:5.1f} times trace processor"
        print(
            f"{path.name:20} {mode:8} {size / seconds:6.0f} MB/s  cpu {size / cpu:6.0f} MB/s  "
            f"+{statistics.median(run['mib'] for run in made):4.0f} MiB  {made[0]['frames']:.0f} frames, "
            f"{made[0]['slices']:.0f} slices, {made[0]['states']:.0f} states{ratio}",
            flush=True,
        )


def several(path: Path) -> None:
    """Print how long four traces take in one process and in two."""
    command = [sys.executable, "-m", "profiler.cli", "analyze", "--json", *[str(path)] * 4]
    for jobs in (1, 2):
        begin = time.perf_counter()
        subprocess.run([*command, "--jobs", str(jobs)], check=True, capture_output=True)
        seconds = time.perf_counter() - begin
        print(
            f"4 times {path.name}, {jobs} processes: {seconds:.1f} s, {4 * path.stat().st_size / seconds / 1e6:.0f} MB/s"
        )


def main() -> None:
    """Measure the traces given, or those that it writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("traces", nargs="*", type=Path)
    parser.add_argument("--size-mb", type=int, nargs="+", default=[50, 500])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--trace-processor", metavar="PATH", help="a trace_processor_shell to compare with")
    parser.add_argument("--numpy", action="store_true", help="without the compiled loops")
    arguments = parser.parse_args()
    if arguments.numpy:
        os.environ["SILKY_COMPILED"] = "off"
    decoder = f"numpy alone: {why_not()}" if why_not() else "compiled loops"
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {decoder}")
    if arguments.trace_processor:
        told = subprocess.run(
            [arguments.trace_processor, "--version"], check=True, capture_output=True, text=True
        )
        print(told.stdout.strip())
    for path in arguments.traces:
        measure(path, arguments.runs, arguments.trace_processor)
    if arguments.traces:
        return
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            for size in arguments.size_mb:
                path = Path(folder) / f"{kind}-{size}.pftrace"
                span = write(path, size * 1_000_000, kind)
                print(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB, {span / 1e9:.0f} s of a phone")
                measure(path, arguments.runs, arguments.trace_processor)
                if size == min(arguments.size_mb) and kind == KINDS[0]:
                    several(path)
                path.unlink()


if __name__ == "__main__":
    main()
