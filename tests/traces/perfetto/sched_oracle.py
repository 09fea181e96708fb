"""Thread states event by event, as trace processor's trackers keep them: a plain second opinion."""

from __future__ import annotations

from perfetto_oracle import fields, signed, take_varint

OLD = {0: "R", 1: "S", 2: "D", 4: "T", 8: "t", 16: "X", 32: "Z", 0x800: "R+"}
"""Letters of single bits in a kernel that the trace does not tell (4.4)."""
NEW = {0: "R", 1: "S", 2: "D", 4: "T", 8: "t", 16: "X", 32: "Z", 0x40: "P", 0x80: "I", 0x100: "R+"}
"""From 4.14 on."""


def packed(raw: bytes) -> list[int]:
    at, out = 0, []
    while at < len(raw):
        value, at = take_varint(raw, at)
        out.append(value)
    return out


def events(trace: bytes) -> list[tuple]:
    """(time, cpu, kind, ...) of all bundles, in order of time, CPU and file."""
    out = []
    for _, raw in fields(trace):
        for number, bundle in fields(raw):
            if number == 1:
                out += bundle_events(fields(bundle))
    out.sort(key=lambda event: event[:2])
    return out


def bundle_events(bundle: list[tuple]) -> list[tuple]:
    out = []
    [cpu] = [value for number, value in bundle if number == 1]
    for number, value in bundle:
        if number == 4:
            lists = dict(fields(value))
            names = [name for field, name in fields(value) if field == 5]
            for first, columns in (("on", (1, 6, 3, 2, 4)), ("wake", (7, 11, 8, 9, 10))):
                time = 0
                for row in zip(*(packed(lists.get(i, b"")) for i in columns), strict=False):
                    time += row[0]
                    if row[1] >= len(names):
                        break
                    out.append((time, cpu, f"compact {first}", *row[2:]))
    for number, value in bundle:
        if number == 2:
            event = dict(fields(value))
            if 4 in event:
                told = dict(fields(event[4]))
                said = (told.get(2, 0), signed(told.get(4, 0)), told.get(6, 0))
                out.append((event[1], cpu, "switch", *said))
            for field, kind, own in ((20, "waking", 2), (235, "new", 1), (240, "free", 2)):
                if field in event:
                    out.append((event[1], cpu, kind, dict(fields(event[field])).get(own, 0)))
    return out


class Tracker:
    """The rows so far, and the last row of each thread."""

    def __init__(self, known_from: int, letters: dict[int, str]) -> None:
        self.letters = letters
        self.rows: list[list] = []
        self.last: dict[int, list] = {}
        self.on_cpu: dict[int, int] = {}
        self.known_from = known_from

    def open(self, time, tid, state, cpu=None):
        if tid:
            row = [tid, time, -1, state, cpu]
            self.rows.append(row)
            self.last[tid] = row

    def close(self, time, tid):
        if tid in self.last:
            self.last[tid][2] = time - self.last[tid][1]

    def switch(self, time, cpu, prev, state, following):
        if prev not in self.last or self.last[prev][3] == "Running":
            self.close(time, prev)
        self.open(time, prev, state)
        self.close(time, following)
        self.open(time, following, "Running", cpu)

    def wake(self, time, tid):
        if tid not in self.last:
            self.open(time, tid, "R")
        elif self.last[tid][3] not in {"R", "Running"}:
            self.close(time, tid)
            self.open(time, tid, "R")

    def see(self, time, cpu, kind, *said):
        early = time < self.known_from
        if kind == "compact on":
            prev = self.on_cpu.get(cpu)
            self.on_cpu[cpu] = said[0]
            if prev is not None and not early:
                self.switch(time, cpu, prev, self.letters[said[1]], said[0])
        elif early:
            return
        elif kind == "switch":
            self.on_cpu[cpu] = said[2]
            self.switch(time, cpu, said[0], self.letters[said[1]], said[2])
        elif kind == "waking" or (kind == "compact wake" and cpu in self.on_cpu):
            self.wake(time, said[0])
        elif kind == "new":
            self.open(time, said[0], "R")
        elif kind == "free":
            self.last.pop(said[0], None)


def state_rows(trace: bytes, letters: dict[int, str] = OLD, known_from: int = 0) -> list[tuple]:
    """(tid, start, duration, state, cpu) in the order in which the rows begin."""
    tracker = Tracker(known_from, letters)
    for event in events(trace):
        tracker.see(*event)
    return [tuple(row) for row in tracker.rows]
