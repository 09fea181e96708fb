"""How fast Perfetto traces are decoded, and how much memory that takes.

    python benchmarks/decode.py [--size-mb 500] [TRACE ...]

Without traces it writes a synthetic one: ftrace bundles of 90 events each (half of them atrace prints, half
scheduling switches, as on a phone under load) and FrameTimeline packets. Each figure is the best of three
runs, each in a fresh process; memory is the peak above that of the process that has imported all and decoded
nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

BASE_NS = 1 << 51
STEP_NS = 400_000_000
FIRST_TOKEN = 1 << 30
TOKENS_A_STEP = 1 << 12

CHILD = """
import json, resource, sys, time
from traces.perfetto import DEFAULT_SLICE_NAMES, read_trace
import pandas, pyarrow
path, mode = sys.argv[1], sys.argv[2]
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begin = time.perf_counter()
if mode == "frames":
    trace = read_trace(path, ftrace=False)
elif mode == "frames+slices":
    trace = read_trace(path, slice_names=DEFAULT_SLICE_NAMES)
else:
    trace = read_trace(path)
seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = {"frames": len(trace.frames), "slices": len(trace.slices)}
print(json.dumps({"s": seconds, "mib": (peak - base) / 1024, **rows}))
"""


def varint(value: int, width: int = 0) -> bytes:
    """Encode a varint, padded to `width` bytes as perfetto pads lengths."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    while len(out) < width:
        out[-1] |= 0x80
        out.append(0)
    return bytes(out)


class Template:
    """Bytes of one step of a trace, and where its times and tokens stand."""

    def __init__(self) -> None:
        self.data = bytearray()

    def message(self, number: int, body: bytes, width: int = 4) -> bytes:
        return varint(number << 3 | 2) + varint(len(body), width) + body


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def one_step(target: int, rng: random.Random) -> bytes:
    """Return about `target` bytes of packets whose times begin at `BASE_NS` and tokens at `FIRST_TOKEN`."""
    message = Template().message
    packets: list[bytes] = []
    size = token = bundle = 0
    # About one slice in ten is of the kinds that are kept, as in a recording with all categories.
    others = [
        f"{kind} {i}"
        for kind in ("binder call", "HIDL::IComposer::", "monitor", "VRI[Main]")
        for i in range(9)
    ]
    names = ["Choreographer#doFrame 123456", "DrawFrames 123456", "traversal", "draw", *others]
    bundles = max(1, target // 4700)
    while size < target:
        at = BASE_NS + bundle * STEP_NS // bundles
        body = number(1, bundle % 8)
        open_slices = 0
        for i in range(90):
            at += rng.randrange(1000, 30_000)
            tid = 1000 + bundle % 8
            if i % 2:
                event = message(
                    4,
                    b"\x0a"
                    + varint(7)
                    + b"swapper"
                    + number(2, 0)
                    + number(3, 120)
                    + b"\x2a"
                    + varint(12)
                    + b"RenderThread"
                    + number(6, tid)
                    + number(7, 97),
                )
            else:
                begins = open_slices == 0 or (open_slices < 6 and rng.random() < 0.5 and i < 76)
                open_slices += 1 if begins else -1
                text = f"B|1000|{rng.choice(names)}\n" if begins else "E|1000\n"
                if not begins or i < 78:
                    event = message(
                        3, number(1, 0xFFFFFF8008123456) + b"\x12" + varint(len(text)) + text.encode()
                    )
            body += message(2, number(1, at) + number(2, tid) + event)
        packet = message(1, message(1, body) + number(3, 9999) + number(10, 2), 0)
        packets.append(packet)
        size += len(packet)
        bundle += 1
        if bundle % 2 == 0:
            for packet in frame(token, BASE_NS + bundle * STEP_NS // bundles, message):
                packets.append(packet)
                size += len(packet)
            token += 1
    return b"".join(packets)


def frame(index: int, at: int, message) -> list[bytes]:  # noqa: ANN001
    token, cookie = FIRST_TOKEN + index, FIRST_TOKEN + index * 2
    layer = b"TX - com.example.chat/com.example.chat.MainActivity#1234"
    surface = (
        number(1, cookie)
        + number(2, token)
        + number(3, token)
        + number(4, 1000)
        + b"\x2a"
        + varint(len(layer))
        + layer
        + number(6, 1)
        + number(7, 1)
        + number(8, 0)
        + number(9, 1)
        + number(10, 1)
        + number(11, 1)
    )
    display = (
        number(1, cookie + 1) + number(2, token) + number(3, 500) + number(4, 1) + number(5, 1) + number(7, 1)
    )
    events = [(4, surface, at), (5, number(1, cookie), at + 9_000_000), (2, display, at + 1_000_000)]
    return [
        message(
            1,
            number(8, time)
            + number(58, 6)
            + message(76, message(kind, body))
            + number(3, 1000)
            + number(10, 3),
            0,
        )
        for kind, body, time in [*events, (5, number(1, cookie + 1), at + 17_000_000)]
    ]


def write(path: Path, size: int) -> None:
    """Write a trace by repeating one step with later times and other tokens."""
    step = np.frombuffer(one_step(2_000_000, random.Random(7)), np.uint8).copy()
    words = np.ndarray((len(step) - 7,), "<u8", step, 0, (1,))
    # Times are the only eight-byte varints between these bounds that follow a time tag (1 or 8).
    tagged = np.flatnonzero((step[:-8] == 0x08) | (step[:-8] == 0x40)) + 1
    values = np.array([_value(int(words[i])) for i in tagged])
    times = tagged[(values >= BASE_NS) & (values < BASE_NS + 4 * STEP_NS)]
    time_values = values[(values >= BASE_NS) & (values < BASE_NS + 4 * STEP_NS)]
    tagged = np.flatnonzero((step[:-8] == 0x08) | (step[:-8] == 0x10) | (step[:-8] == 0x18)) + 1
    values = np.array([_value(int(words[i])) for i in tagged])
    tokens = tagged[(values >= FIRST_TOKEN) & (values < FIRST_TOKEN + TOKENS_A_STEP)]
    token_values = values[(values >= FIRST_TOKEN) & (values < FIRST_TOKEN + TOKENS_A_STEP)]
    with path.open("wb") as file:
        for i in range(max(1, size // len(step))):
            _patch(step, times, time_values + i * STEP_NS, 8)
            _patch(step, tokens, token_values + i * TOKENS_A_STEP, 5)
            file.write(step.tobytes())


def _value(word: int) -> int:
    value = 0
    for i in range(8):
        value |= (word >> 8 * i & 0x7F) << 7 * i
        if not word >> 8 * i & 0x80:
            return value
    return 0


def _patch(data: np.ndarray, at: np.ndarray, values: np.ndarray, width: int) -> None:
    for i in range(width):
        data[at + i] = (values >> (7 * i) & 0x7F) | (0x80 if i < width - 1 else 0)


def measure(path: Path) -> None:
    size = path.stat().st_size
    for mode in ("frames", "frames+slices", "all"):
        runs = [
            json.loads(
                subprocess.run(
                    [sys.executable, "-c", CHILD, str(path), mode], check=True, capture_output=True
                ).stdout
            )
            for _ in range(3)
        ]
        best = min(runs, key=lambda run: run["s"])
        print(
            f"{path.name:36} {mode:14} {size / best['s'] / 1e6:7.0f} MB/s  "
            f"+{min(run['mib'] for run in runs):5.0f} MiB  "
            f"{best['frames']} frames, {best['slices']} slices"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("traces", nargs="*", type=Path)
    parser.add_argument("--size-mb", type=int, default=100)
    arguments = parser.parse_args()
    for path in arguments.traces:
        measure(path)
    if not arguments.traces:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"synthetic-{arguments.size_mb}MB.pftrace"
            write(path, arguments.size_mb * 1_000_000)
            measure(path)


if __name__ == "__main__":
    main()
