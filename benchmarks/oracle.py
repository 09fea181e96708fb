"""Compare silky with a trace processor on random traces, cell for cell.

    python benchmarks/oracle.py --trace-processor ~/bin/trace_processor_shell --seconds 600 --seed 1

Each trace that differs is made small (packets are left out while it still differs) and kept in `--keep`; exit
code 1 if there is any. The same seed writes the same traces.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from oracle_traces import FIRST_LAYER, SNAPSHOT, Traces
from perfetto_writer import blob

from profiler.cli.trace.asking import agreements
from traces.perfetto import read_trace
from traces.perfetto.wire import read_varint, walk_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from traces.perfetto.agreement import Agreement


Item = TypeVar("Item")


def compare(packets: list[bytes], program: Path, path: Path) -> list[Agreement]:
    """Return how the tables of a trace compare."""
    path.write_bytes(b"".join(blob(1, packet) for packet in packets))
    trace = read_trace(path, thread_states=True)
    return list(agreements(trace, ("*",), program))


Kinds = set[tuple[str, str]]


def kinds(found: list[Agreement]) -> Kinds:
    """Return the tables and columns that differ."""
    return {(one.table, difference.column) for one in found for difference in one.differences}


def differs(packets: list[bytes], program: Path, path: Path, alike: Kinds) -> bool:
    """Whether cells of a trace differ, all of them of these kinds; one that a reader refuses does not."""
    try:
        found = kinds(compare(packets, program, path))
    except Exception:  # noqa: BLE001  while making it small, whatever fails is another matter
        return False
    return bool(found) and found <= alike


def smallest(packets: list[bytes], program: Path, path: Path, seconds: float, alike: Kinds) -> list[bytes]:
    """Leave out packets, then events of bundles, as long as the trace differs in the same way without them.

    The first layer and the clocks stay: without them trace processor reads the rest in another way.
    """
    until = time.monotonic() + seconds
    stay = {at for at, packet in enumerate(packets) if FIRST_LAYER in packet or packet[:1] == SNAPSHOT}

    def picked(some: list[int]) -> list[bytes]:
        return [packets[at] for at in sorted(stay.union(some))]

    rest = [at for at in range(len(packets)) if at not in stay]
    packets = picked(_fewer(rest, until, lambda some: differs(picked(some), program, path, alike)))
    for at, packet in enumerate(packets):
        parts = _parts_of_bundle(packet)
        if len(parts) > 1:
            rest = packet[len(blob(1, b"".join(parts), 4)) :]
            around = packets[:at], packets[at + 1 :]

            def whole(
                some: list[bytes],
                rest: bytes = rest,
                around: tuple[list[bytes], list[bytes]] = around,
            ) -> list[bytes]:
                return [*around[0], blob(1, b"".join(some), 4) + rest, *around[1]]

            parts = _fewer(
                parts, until, lambda some, whole=whole: differs(whole(some), program, path, alike), 1
            )  # type: ignore[misc]
            packets = whole(parts)
    return packets


def _fewer(items: list[Item], until: float, still: Callable[[list[Item]], bool], kept: int = 0) -> list[Item]:
    size = max(len(items) // 2, 1)
    while size and time.monotonic() < until:
        at = 0
        while at < len(items) and time.monotonic() < until:
            some = items[:at] + items[at + size :]
            if len(some) > kept and items[:kept] == some[:kept] and still(some):
                items = some
            else:
                at += size
        size //= 2
    return items


def _parts_of_bundle(packet: bytes) -> list[bytes]:
    """Return the fields of a packet's bundle, none for packets that hold no bundle of padded length."""
    if packet[:1] != b"\x0a" or len(packet) < 6 or packet[4] > 0x7F or not packet[3] & 0x80:
        return []
    length, at = read_varint(packet, 1, len(packet))
    fields = list(walk_fields(packet, at, at + length))
    ends = [end for _, _, _, end in fields]
    return [packet[a:b] for a, b in zip([at, *ends], ends, strict=False)]


def main() -> int:
    """Write, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--trace-processor", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first trace")
    parser.add_argument("--most", type=int, default=5, help="differing traces after which to stop")
    parser.add_argument("--keep", type=Path, default=Path("differing"))
    given = parser.parse_args()
    path = Path(tempfile.mkdtemp(prefix="silky-oracle-")) / "t.pftrace"
    cells: Counter[str] = Counter()
    differing, number = 0, given.first
    until = time.monotonic() + given.seconds
    while time.monotonic() < until and differing < given.most:
        packets = Traces(given.seed * 1_000_003 + number).one()
        found = compare(packets, given.trace_processor, path)
        for one in found:
            cells[one.table] += one.cells
        if any(one.differences for one in found):
            differing += 1
            given.keep.mkdir(parents=True, exist_ok=True)
            small = smallest(packets, given.trace_processor, path, 20, kinds(found))
            found = compare(small, given.trace_processor, path)
            kept = given.keep / f"seed{given.seed}-{number}.pftrace"
            kept.write_bytes(path.read_bytes())
            print(f"trace {number} differs: {kept}, {len(small)} packets")
            for one in found:
                for d in one.differences[:6]:
                    print(f"  {one.table}: {d.row}: {d.column} silky {d.ours}, trace processor {d.theirs}")
        number += 1
    counts = ", ".join(f"{table} {count}" for table, count in cells.items())
    print(f"{number - given.first} traces, cells compared: {counts}; {differing} traces differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
