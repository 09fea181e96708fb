"""Writes the traces of `decode.py`: what a busy phone records, and the worst case of tiny packets.

One step of about a quarter of a second is built event by event and then written again and again with later
times and other tokens. As in a real trace, the kernel's buffers are drained CPU by CPU: a step holds all of
CPU 0, then all of CPU 1, and so on, a page of the kernel to a bundle.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

BASE_NS = 1 << 51
STEP_NS = 240_000_000
FIRST_TOKEN = 1 << 30
TOKENS_A_STEP = 1 << 12
STEP_BYTES = 2_000_000
CPUS = 8
EVENTS_A_PAGE = 75
KINDS = ("plain", "compact", "tiny")

_COMMON = [
    *("binder transaction", "binder reply", "monitor contention with owner Binder:1234_5 (4711)", "draw"),
    *(
        "HIDL::IComposerClient::executeCommands_2_3::client",
        "VRI[MainActivity]#1",
        "RV OnLayout",
        "postAndWait",
    ),
    *(
        "Compose:recompose",
        "inflate",
        "Lock contention on a monitor lock (owner tid: 4242)",
        "onMessageReceived",
    ),
    *(f"AIDL::java::IActivityManager::call{i}::server" for i in range(40)),
    *(f"JIT compiling void com.example.chat.Bubble.render{i}() (kind=Baseline)" for i in range(40)),
    *(f"dequeueBuffer - VRI[App{i}]" for i in range(20)),
]


def varint(value: int, width: int = 0) -> bytes:
    """Encode a varint, padded to `width` bytes as perfetto pads lengths."""
    value &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    while len(out) < width:
        out[-1] |= 0x80
        out.append(0)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    """A varint field."""
    return varint(field << 3) + varint(value)


def message(field: int, body: bytes, width: int = 4) -> bytes:
    """A nested message with a padded length; `width` 0 pads nothing."""
    return varint(field << 3 | 2) + varint(len(body), width) + body


def text(field: int, value: str) -> bytes:
    """A string field."""
    return message(field, value.encode(), 0)


class Thread:
    """A thread that writes nested slices."""

    def __init__(self, tid: int, rng: random.Random) -> None:
        self.tid, self.rng, self.depth = tid, rng, 0
        self.tgid = tid - tid % 10
        self.frames = 0

    def line(self, *, closing: bool) -> str | None:
        """Return the next text, None when there is nothing to close any more."""
        if closing and not self.depth:
            return None
        if closing or (self.depth and (self.depth > 6 or self.rng.random() < 0.5)):
            self.depth -= 1
            return f"E|{self.tgid}\n"
        if self.rng.random() < 0.08:
            return f"C|{self.tgid}|VSYNC-{self.rng.randrange(4)}|{self.rng.randrange(2)}\n"
        self.depth += 1
        self.frames += 1
        # About one slice in eight is of the kinds that are kept, as in a recording with all categories.
        kept = (
            "Choreographer#doFrame",
            "DrawFrames",
            "traversal",
            "deliverInputEvent src=0x1002 eventTimeNano=12",
        )
        name = (
            f"{self.rng.choice(kept)} {100_000 + self.frames}"
            if self.rng.random() < 0.125
            else self.rng.choice(_COMMON)
        )
        return f"B|{self.tgid}|{name}\n"


def _print(at: int, tid: int, line: str) -> bytes:
    body = number(1, 0xFFFFFF8008123456) + text(2, line)
    return message(2, number(1, at) + number(2, tid) + message(3, body))


def _switch(at: int, prev: int, following: int, rng: random.Random) -> bytes:
    body = (
        text(1, f"Thread-{prev}") + number(2, prev) + number(3, 120) + number(4, rng.choice((0, 1, 2, 256)))
    )
    body += text(5, f"Thread-{following}") + number(6, following) + number(7, 120)
    return message(2, number(1, at) + number(2, prev) + message(4, body))


def _waking(at: int, tid: int, woken: int) -> bytes:
    body = text(1, f"Thread-{woken}") + number(2, woken) + number(3, 120) + number(4, 1) + number(5, 3)
    return message(2, number(1, at) + number(2, tid) + message(20, body))


class Lists:
    """The compact lists of one bundle."""

    def __init__(self) -> None:
        self.names: dict[int, int] = {}
        self.switches: list[tuple[int, int, int]] = []
        self.wakings: list[tuple[int, int]] = []

    def bytes(self) -> bytes:
        def packed(field: int, values: list[int]) -> bytes:
            return message(field, b"".join(map(varint, values)), 0)

        def differences(times: list[int]) -> list[int]:
            return [time - before for time, before in zip(times, [0, *times], strict=False)]

        index = self.names.setdefault
        on = [index(tid, len(self.names)) for _, tid, _ in self.switches]
        woken = [index(tid, len(self.names)) for _, tid in self.wakings]
        out = b"".join(text(5, f"Thread-{tid}") for tid in self.names)
        out += packed(1, differences([row[0] for row in self.switches]))
        out += packed(2, [row[2] for row in self.switches]) + packed(3, [row[1] for row in self.switches])
        out += packed(4, [120] * len(on)) + packed(6, on)
        out += packed(7, differences([row[0] for row in self.wakings]))
        out += packed(8, [row[1] for row in self.wakings]) + packed(9, [3] * len(woken))
        return message(
            4, out + packed(10, [120] * len(woken)) + packed(11, woken) + packed(12, [1] * len(woken))
        )


def _cpu_packets(cpu: int, size: int, *, compact: bool, rng: random.Random) -> list[bytes]:
    """Return about `size` bytes of one CPU's bundles: half prints, the rest switches and wakings."""
    threads = [Thread(10_000 + 1000 * cpu + 7 * i, rng) for i in range(12)]
    packets: list[bytes] = []
    pages = max(1, size // (3600 if compact else 4700))
    gap = STEP_NS // (pages + 1) // EVENTS_A_PAGE
    at = BASE_NS + 1_000_000 + cpu
    running = threads[0]
    for page in range(pages):
        events, lists = [], Lists()
        last = page == pages - 1
        for i in range(EVENTS_A_PAGE):
            at += rng.randrange(gap // 2, gap)
            if i % 2:
                line = running.line(closing=False)
                events.append(_print(at, running.tid, line or ""))
            elif i % 4:
                following = rng.choice(threads)
                if compact:
                    lists.switches.append((at, following.tid, rng.choice((0, 1, 2, 256))))
                else:
                    events.append(_switch(at, running.tid, following.tid, rng))
                running = following
            elif compact:
                lists.wakings.append((at, rng.choice(threads).tid))
            else:
                events.append(_waking(at, running.tid, rng.choice(threads).tid))
        if last:
            for thread in threads:
                while line := thread.line(closing=True):
                    at += 100
                    events.append(_print(at, thread.tid, line))
        body = number(1, cpu) + b"".join(events) + (lists.bytes() if compact else b"")
        packets.append(message(1, message(1, body) + number(3, 9999) + number(10, 2), 0))
    return packets


def _frame_packets(index: int, at: int) -> list[bytes]:
    """Return the packets of one surface frame and its display frame."""
    token, cookie = FIRST_TOKEN + index, FIRST_TOKEN + index * 4
    layer = "TX - com.example.chat/com.example.chat.MainActivity#1234"
    hoped = number(1, cookie + 2) + number(2, token) + number(3, token) + number(4, 1000) + text(5, layer)
    surface = number(1, cookie) + number(2, token) + number(3, token) + number(4, 1000) + text(5, layer)
    surface += b"".join(number(field, 1) for field in (6, 7)) + number(8, 0)
    surface += b"".join(number(field, 1) for field in (9, 10, 11))
    display = number(1, cookie + 1) + number(2, token) + number(3, 500) + number(4, 1) + number(5, 1)
    events = [
        (3, hoped, at),
        (4, surface, at),
        (5, number(1, cookie), at + 9_000_000),
        (5, number(1, cookie + 2), at + 9_000_000),
        (2, display + number(7, 1), at + 1_000_000),
        (5, number(1, cookie + 1), at + 17_000_000),
    ]
    return [
        message(1, number(8, time) + number(58, 6) + message(76, message(kind, body)) + _SERVICE, 0)
        for kind, body, time in events
    ]


_SERVICE = number(3, 1000) + number(10, 3)


def _busy_step(*, compact: bool) -> bytes:
    rng = random.Random(7)
    frames = 60
    packets = [
        p for i in range(frames) for p in _frame_packets(i, BASE_NS + (i + 1) * STEP_NS // (frames + 2))
    ]
    size = (STEP_BYTES - sum(map(len, packets))) // CPUS
    for cpu in range(CPUS):
        packets += _cpu_packets(cpu, size, compact=compact, rng=rng)
    return b"".join(packets)


def _tiny_step() -> bytes:
    """Packets of 20 to 50 bytes: a bundle of one print each, ends of frames, and packets of nothing much."""
    rng = random.Random(7)
    thread = Thread(1000, rng)
    packets: list[bytes] = []
    size, at, index = 0, BASE_NS + 1_000_000, 0
    while size < STEP_BYTES:
        at += 2000
        kind = index % 4
        if kind < 2:
            line = "E|1000\n" if thread.depth else "B|1000|draw\n"
            thread.depth = 1 - thread.depth
            event = number(1, at) + number(2, 1000) + message(3, text(2, line), 0)
            packets.append(message(1, message(1, number(1, 0) + message(2, event, 0), 0) + number(10, 2), 0))
        elif kind == 2:
            event = message(76, message(5, number(1, FIRST_TOKEN + index // 4 % TOKENS_A_STEP), 0), 0)
            packets.append(message(1, number(8, at) + event + number(10, 3), 0))
        else:
            packets.append(message(1, number(8, at) + number(10, 4) + message(11, b"12345", 0), 0))
        size += len(packets[-1])
        index += 1
    return b"".join(packets)


def write(path: Path, size: int, kind: str) -> int:
    """Write a trace of about `size` bytes; return the time it spans, in ns."""
    made = _tiny_step() if kind == "tiny" else _busy_step(compact=kind == "compact")
    step = np.frombuffer(made, np.uint8).copy()
    # Times and tokens are the only varints of their sizes that follow a tag of one byte.
    times, time_values = _numbers(step, (0x08, 0x40), BASE_NS, BASE_NS + 2 * STEP_NS)
    if kind == "compact":
        more, values = _first_of_lists(step)
        times, time_values = np.append(times, more), np.append(time_values, values)
    tokens, token_values = _numbers(step, (0x08, 0x10, 0x18), FIRST_TOKEN, FIRST_TOKEN + TOKENS_A_STEP)
    steps = max(1, size // len(step))
    with path.open("wb") as file:
        for i in range(steps):
            _patch(step, times, time_values + i * STEP_NS, 8)
            _patch(step, tokens, token_values + i * TOKENS_A_STEP, 5)
            file.write(step.tobytes())
    return steps * STEP_NS


def _numbers(step: np.ndarray, tags: tuple[int, ...], low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    at = np.flatnonzero(np.isin(step[:-10], tags)) + 1
    return _within(step, at, low, high)


def _first_of_lists(step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first time of a list stands behind its tag and a length of one or two bytes."""
    at = np.flatnonzero((step[:-12] == 0x0A) | (step[:-12] == 0x3A))
    return _within(step, at + np.where(step[at + 1] > 0x7F, 3, 2), BASE_NS, BASE_NS + 2 * STEP_NS)


def _within(step: np.ndarray, at: np.ndarray, low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    values, going = np.zeros(len(at), np.int64), np.ones(len(at), np.bool_)
    for i in range(8):
        byte = step[at + i].astype(np.int64)
        values += np.where(going, (byte & 0x7F) << 7 * i, 0)
        going &= byte > 0x7F
    good = ~going & (values >= low) & (values < high)
    return at[good], values[good]


def _patch(data: np.ndarray, at: np.ndarray, values: np.ndarray, width: int) -> None:
    for i in range(width):
        data[at + i] = (values >> (7 * i) & 0x7F) | (0x80 if i < width - 1 else 0)
