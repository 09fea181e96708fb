"""Random traces that a phone could write, and some that it should not: every kind of packet silky reads.

Each kind is a small program that adds packets to a `TraceWriter`; a trace mixes some of them. Times lie close
together, so that things happen at the same ns; numbers are few, so that they are used again.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "traces" / "perfetto"))

from perfetto_writer import TraceWriter, blob, number, varint

NAMES = (
    "Choreographer#doFrame 7",
    "DrawFrames 7",
    "traversal",
    "deliverInputEvent src=0x1002",
    "animation",
    "draw",
)
COMMS = ("main", "RenderThread", "binder:12_3", "kworker/u8:1", "kworker/0:1-events", "a b", "x" * 15, "")
LAYERS = ("TX - com.example.chat/com.example.chat.Main#12", "TX - StatusBar#3", "InputMethod#7")
PROCESSES = ("com.example.chat", "/system/bin/surfaceflinger", "com.android.systemui:ime", "init", None)
STATES = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1026, 2048, 4096, 3, 130)
KERNELS = (None, "4.4.302", "4.14.117-perf", "4.19.110", "5.4.61-android11", "5.10.66", "6.1.25-android14")
PRIO = 120
FIRST_LAYER = b"the first layer"
_PAIRS = ((46, 47), (417, 418), (443, 444), (538, 539), (607, 608), (338, 339))
"""Fields of events of the kernel that begin a slice and end it."""
SNAPSHOT, _PACKED, _ON_MONOTONIC = b"\x32", b"\x92\x03", number(58, 3)


class Traces:
    """Writes random traces; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self) -> list[bytes]:
        """Return the packets of one trace."""
        self.writer = TraceWriter(width=self.random.choice((0, 4)))
        self.time = self.random.choice((100_000, 10_000_000, 86_400_000_000_000))
        self.tids = [*self.random.sample(range(3, 60), self.random.randint(2, 9)), 100_000]
        # 1 and 2 are init and kthreadd, processes of their own, on every phone.
        # The first are main threads; what they are called as threads and as processes never mixes.
        self.leaders = self.tids[: self.random.randint(1, 3)]
        self.groups = {tid: self.random.choice(self.leaders) for tid in self.tids}
        self.groups |= {tid: tid for tid in self.leaders}
        self.quiet: list[int] = []
        self.frame = self.suspended = 0
        self.taken: set[int] = set()
        self.cpus = self.random.randint(1, 4)
        self.bundled: list[tuple[int, int, bytes]] = []
        kinds = [
            self.frames,
            self.prints,
            self.sched,
            self.compact,
            self.tasks,
            self.trees,
            self.binder,
            self.marks,
        ]
        kinds += [self.kernel, self.clocks, self.buffers]
        # Trace processor (v58.2) ends what lies on its first track at a layer's first present fence.
        self.writer.buffer_event(self.time - 90_000, 4, frame=0, buffer=99, layer=FIRST_LAYER.decode())
        chosen = [kind for kind in kinds if self.random.random() < 0.45] or [self.random.choice(kinds)]
        if version := self.random.choice(KERNELS):
            self.system_info(version)
        for _ in range(self.random.randint(1, 5)):
            self.random.shuffle(chosen)
            for kind in chosen:
                kind()
            self.flush()
        packets = self.writer.packets
        if self.random.random() < 0.2:
            at = self.random.randrange(len(packets) + 1)
            inside = b"".join(blob(1, packet) for packet in packets[at : at + 4])
            packets[at : at + 4] = [blob(50, compressed(inside)) + number(10, 1)] if inside else []
        if self.random.random() < 0.2:
            for _ in range(3):
                a, b = (self.random.randrange(len(packets)) for _ in range(2))
                if not any(
                    packets[i].startswith((SNAPSHOT, _PACKED)) or _ON_MONOTONIC in packets[i] for i in (a, b)
                ):
                    # Snapshots stand in order of time, before the times that they explain.
                    packets[a], packets[b] = packets[b], packets[a]
        return packets

    def now(self) -> int:
        """Return a time a little later, now and then a little earlier."""
        self.time += self.random.choice((0, 0, 1, 2, 5, 100, 1_000, 16_666_667))
        return max(self.time - self.random.choice((0, 0, 0, 0, 3, 2_000)), 0)

    def flush(self) -> None:
        """Write the ftrace events gathered so far, CPU by CPU."""
        for cpu in range(self.cpus):
            events = [event for _, on, event in sorted(self.bundled, key=lambda e: e[0]) if on == cpu]
            if events and self.random.random() < 0.9:
                more = number(3, 1) if self.random.random() < 0.05 else b""
                self.writer.bundle(*events, cpu=cpu, more=more)
        self.bundled = []

    def event(
        self, tid: int, field: int, body: bytes, cpu: int | None = None, time: int | None = None
    ) -> None:
        time = self.now() if time is None else time
        while time in self.taken:  # two events of one thread never bear the same time
            time += 1
        self.taken.add(time)
        cpu = self.random.randrange(self.cpus) if cpu is None else cpu
        self.bundled.append((time, cpu, self.writer.event(time, tid, field, body)))

    def system_info(self, version: str) -> None:
        names = blob(1, "Linux") + blob(2, "#1 SMP") + blob(3, version) + blob(4, "aarch64")
        self.writer.packet(blob(45, blob(1, names)))

    def frames(self) -> None:
        r = self.random
        base = r.randrange(4)
        for _ in range(r.randint(1, 12)):
            cookie, token, display = r.randrange(8), base + r.randrange(5), base + r.randrange(5)
            pid, layer = r.choice((*self.leaders, 500)), r.choice(LAYERS)
            kind = r.randrange(6)
            cookie += 8 * r.randrange(2) if kind < 2 else 8 * (kind == 4)  # expectations have their own
            jank = r.choice((0, 1, 1, 1 << r.randrange(1, 16), r.getrandbits(17), r.getrandbits(31)))
            severity = r.choice((None, None, 0, 1, 2, 3))
            kept = lambda body: b"" if r.random() < 0.03 else body  # noqa: E731
            verdict = [r.randrange(6), r.randrange(2), r.randrange(2), jank, r.randrange(5)]
            who = kept(number(1, cookie)) + kept(number(2, token))
            if kind < 2:
                self.writer.frame_event(self.now(), 5, kept(number(1, cookie)))
            elif kind == 2:
                body = who + kept(number(3, pid))
                self.writer.frame_event(self.now(), 1, body)
            elif kind == 3:
                body = who + kept(number(3, pid))
                body += b"".join(kept(number(4 + i, value)) for i, value in enumerate(verdict))
                self.writer.frame_event(self.now(), 2, body + number(9, severity))
            else:
                body = who + kept(number(3, display)) + kept(number(4, pid)) + blob(5, layer)
                if kind == 5:
                    body += b"".join(kept(number(6 + i, value)) for i, value in enumerate(verdict))
                    body += kept(number(11, r.randrange(2))) + number(12, severity)
                self.writer.frame_event(self.now(), 3 if kind == 4 else 4, body)

    def prints(self) -> None:
        r = self.random
        for _ in range(r.randint(1, 40)):
            tid = r.choice(self.tids)
            group = self.groups[tid] if r.random() < 0.97 else 0
            name, cookie = r.choice(NAMES), r.randrange(3)
            text = r.choice(
                (
                    *[f"B|{group}|{name}"] * 6,
                    *[f"E|{group}"] * 5,
                    "E",
                    "E|",
                    f"B|{group}|",
                    f"B|{group}",
                    f"B|{group}|a|b",
                    f"I|{group}|{name}",
                    f"C|{group}|count|{cookie - 1}",
                    f"S|{group}|{name}|{cookie}",
                    f"F|{group}|{name}|{cookie}",
                    f"G|{group}|track|{name}|{cookie}",
                    f"H|{group}|track|{cookie}",
                    f"N|{group}|track|{name}",
                    "some text",
                    "",
                )
            )
            self.event(tid, 3, number(1, 1) + blob(2, text + r.choice(("", "\n", "\n\0"))))

    def sched(self) -> None:
        r = self.random
        running = dict.fromkeys(range(self.cpus), 0)
        for _ in range(r.randint(1, 30)):
            cpu = r.randrange(self.cpus)
            if r.random() < 0.35:
                woken = r.choice(self.tids)
                body = (
                    blob(1, r.choice(COMMS))
                    + number(2, woken)
                    + number(3, PRIO)
                    + number(4, 1)
                    + number(5, cpu)
                )
                self.event(r.choice((0, *self.tids)), r.choice((20, 20, 20, 114)), body, cpu)
                continue
            previous = running[cpu] if r.random() < 0.95 else r.choice(self.tids)
            following = r.choice([tid for tid in (0, *self.tids) if tid != previous])
            running[cpu] = following
            body = (
                blob(1, r.choice(COMMS)) + number(2, previous) + number(3, PRIO) + number(4, r.choice(STATES))
            )
            body += blob(5, r.choice(COMMS)) + number(6, following) + number(7, PRIO)
            self.event(previous, 4, body, cpu)

    def compact(self) -> None:
        """A bundle with a compact list of switches and wakings, and perhaps a print."""
        r = self.random
        count, wakes = r.randint(0, 12), r.randint(0, 5)
        names = r.sample(COMMS, 4)
        packed = lambda values: b"".join(varint(value) for value in values)  # noqa: E731

        def times(n: int) -> bytes:
            before, out = 0, []
            at = self.time
            for _ in range(n):
                at += r.choice((1, 2, 50, 1_000))
                while at in self.taken:
                    at += 1
                self.taken.add(at)
                out.append(at - before)
                before = at
            return packed(out)

        body = b""
        if count:
            body += blob(1, times(count)) + blob(2, packed(r.choice(STATES) for _ in range(count)))
            following = [0]
            for _ in range(count):
                following.append(r.choice([tid for tid in (0, *self.tids) if tid != following[-1]]))
            body += blob(3, packed(following[1:]))
            body += blob(4, packed([PRIO] * count))
        body += b"".join(blob(5, name) for name in names)
        if count:
            body += blob(6, packed(r.randrange(4) for _ in range(count)))
        if wakes:
            body += blob(7, times(wakes)) + blob(8, packed(r.choice(self.tids) for _ in range(wakes)))
            body += blob(9, packed([0] * wakes)) + blob(10, packed([PRIO] * wakes))
            body += blob(11, packed(r.randrange(4) for _ in range(wakes)))
            if r.random() < 0.5:
                body += blob(12, packed([0] * wakes))
        self.time = max([self.time, *self.taken])
        self.writer.bundle(cpu=r.randrange(self.cpus), more=blob(4, body))

    def tasks(self) -> None:
        """Threads and processes begin, are renamed, and end; their numbers are used again."""
        r = self.random
        for _ in range(r.randint(1, 5)):
            self.time += (
                2_001  # what makes and ends a thread keeps its order, however the times of others waver
            )
            maker, kind = r.choice(self.tids), r.randrange(3)
            if kind == 0:
                self.event(
                    maker, 236, number(1, maker) + blob(2, "old") + blob(3, r.choice(COMMS)) + number(4, 0)
                )
            elif self.quiet and kind == 1:
                tid = self.quiet.pop()
                self.event(0, 240, blob(1, r.choice(COMMS)) + number(2, tid) + number(3, PRIO))
            else:
                tid, flags = (
                    r.choice([tid for tid in range(70, 76) if tid not in self.quiet] or [99]),
                    r.choice((0x3D0F00, 0x1200011)),
                )
                self.event(
                    maker, 235, number(1, tid) + blob(2, r.choice(COMMS)) + number(3, flags) + number(4, 0)
                )
                self.quiet.append(tid)
                if r.random() < 0.5:
                    self.event(maker, 20, blob(1, r.choice(COMMS)) + number(2, tid) + number(3, PRIO))

    def trees(self) -> None:
        r = self.random
        body = b""
        for pid in r.sample(self.leaders, r.randint(1, len(self.leaders))):
            body += blob(
                1,
                number(1, pid)
                + number(2, 1)
                + blob(3, r.choice(PROCESSES))
                + number(5, r.choice((None, 0, 1000))),
            )
        for tid in r.sample(self.tids, r.randint(0, min(4, len(self.tids)))):
            body += blob(2, number(1, tid) + blob(2, r.choice((*COMMS, None))) + number(3, self.groups[tid]))
        time = number(8, self.now())
        self.writer.packet(time + blob(2, body))

    def binder(self) -> None:
        r = self.random
        for _ in range(r.randint(1, 20)):
            tid, debug = r.choice(self.tids), r.randrange(5)
            kind = r.choice((50, 50, 51, 51, 53, 54, 55, 485, 486))
            if kind == 50:
                body = number(1, debug) + number(2, 1) + number(3, 2) + number(4, r.choice(self.tids))
                body += number(5, r.randrange(2)) + number(6, 1) + number(7, r.choice((0, 0x10, 0x11, 1)))
            elif kind == 51:
                body = number(1, debug)
            elif kind in {53, 54, 55}:
                body = blob(1, "ioctl")
            elif kind == 485:
                body = number(1, r.choice((0x40406300, 0x40406301, 0x40486311, 0x40486312, 7)))
            else:
                body = number(
                    1, r.choice((0x7205, 0x7211, 0x7206, 0x7213, 0x80407203, 0x80407202, 0x80487202, 0x7212))
                )
            self.event(tid, kind, body)

    def marks(self) -> None:
        r = self.random
        for _ in range(r.randint(1, 8)):
            tid = r.choice(self.tids)
            group, name = self.groups[tid], r.choice(NAMES)
            kind = r.choice((80, 333, 348, 349, 350, 484, 467, 490, 331))
            letter = ord(r.choice("BECI"))
            if kind == 80:
                body = number(1, group) + blob(2, name) + number(3, r.randrange(2))
            elif kind == 333:
                body = (
                    number(1, group)
                    + blob(2, name)
                    + number(3, r.choice((0, letter)))
                    + number(4, 3)
                    + number(5, r.randrange(2))
                )
            elif kind in {348, 349, 350, 484, 467, 490}:
                order = {350: (2, 1, 3, 4), 467: (3, 4, 2, 5), 484: (1, 2, 4, 5)}.get(kind, (1, 4, 5, 6))
                body = (
                    number(order[0], group)
                    + blob(order[1], name)
                    + number(order[2], letter)
                    + number(order[3], 5)
                )
            else:
                body = number(1, r.choice((1, 2, 4))) + blob(2, name) + number(3, group) + number(4, 5)
            self.event(tid, kind, body)

    def kernel(self) -> None:
        r = self.random
        for _ in range(r.randint(1, 6)):
            tid, other = r.choice(self.tids), r.choice(self.tids)
            kind, end = r.choice(_PAIRS)
            begin = number(2, 0xABC) if kind == 338 else number(1, 1)
            self.time += 10
            for field, body in ((kind, begin), (end, number(1, 1)), (324, number(3, 9))):
                self.time += r.choice((1, 2, 500))
                self.event(tid, field, body, cpu=0, time=self.time)
            self.event(tid, 325, number(1, 0) + blob(2, "c") + number(4, other) + number(6, 9))
            self.event(tid, 334, number(1, other))

    def clocks(self) -> None:
        r = self.random
        self.time += 10
        boot = self.time
        slept = r.choice((0, 0, 10, 1_000))
        self.time += slept
        self.suspended += slept
        boot += slept
        readings = {6: boot, 3: boot - self.suspended, 1: 1_700_000_000_000_000_000 + boot}
        self.writer.clocks(readings)
        if r.random() < 0.5:
            self.writer.frame_event(
                readings[3] + r.randrange(50), 2, number(1, 50) + number(2, 3) + number(3, 500), clock=3
            )

    def buffers(self) -> None:
        r = self.random
        for _ in range(r.randint(1, 4)):
            self.frame += 1
            frame = self.frame
            buffer, layer = frame, r.choice(LAYERS[:3])
            for kind in (1, 2, 4, 5, 8):
                if kind <= 2 or r.random() < 0.9:
                    self.time += r.choice((1, 2, 1_000_000))
                    self.writer.buffer_event(
                        self.time, kind, frame=None if kind == 1 else frame, buffer=buffer, layer=layer
                    )


def compressed(data: bytes) -> bytes:
    """Deflate, as the tracing service does."""
    import zlib

    return zlib.compress(data)
