"""A plain scanner of Perfetto traces: slow, without protobuf or numpy, written apart from what it checks.

It knows whole packets only, BOOTTIME only, and no compression.
"""

from __future__ import annotations

from collections import defaultdict


def take_varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(10):
        value += (data[at + i] % 128) << (7 * i)
        if data[at + i] < 128:
            return value % 2**64, at + i + 1
    raise ValueError("varint too long")


def fields(data: bytes) -> list[tuple[int, int | bytes]]:
    at, out = 0, []
    while at < len(data):
        tag, at = take_varint(data, at)
        if tag % 8 == 0:
            value, at = take_varint(data, at)
            out.append((tag // 8, value))
        elif tag % 8 == 2:
            size, at = take_varint(data, at)
            out.append((tag // 8, data[at : at + size]))
            at += size
        else:
            raise ValueError(f"wire type {tag % 8}")
    return out


def signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def timeline_events(trace: bytes) -> list[tuple[int, int, dict]]:
    """(time, kind, fields) of FrameTimeline's events, in order of time."""
    events = []
    for _, raw in fields(trace):
        packet = dict(fields(raw))
        if 76 in packet:
            kind, body = fields(packet[76])[0]
            events.append((packet.get(8, 0), kind, dict(fields(body))))
    return sorted(events, key=lambda event: event[0])


def timeline(trace: bytes) -> tuple[list[tuple], list[tuple]]:
    """Every field of surface frames and of display frames, each in the order of their starts.

    Surface: pid, layer, token, display token, start, end, expected start and end, present, then the verdict,
    is_buffer (None: not stated) and severity. Display: pid, token, start, end, verdict. A verdict is present
    type, on time, GPU, jank, prediction.
    """
    frames, displays, expected, running = [], [], {}, {}
    for time, kind, body in timeline_events(trace):
        if kind == 5:
            if running.get(body[1]) is not None:
                running.pop(body[1])["end"] = time
            continue
        row = {"start": time, "end": time - 1, **body}
        if kind == 3:
            if (body[4], body[2]) in expected:
                continue
            expected[body[4], body[2]] = row
        elif kind == 4:
            frames.append(row)
        elif kind == 2:
            displays.append(row)
        running[body[1]] = row
    shown = {}
    for row in displays:
        shown.setdefault(row[2], row)
    surface = []
    for row in frames:
        hoped, display = expected.get((row[4], row[2])), shown.get(row[3])
        jank = row.get(9, 0)
        surface.append(
            (
                signed(row[4]),
                row[5].decode(),
                signed(row[2]),
                signed(row[3]),
                row["start"],
                row["end"],
                hoped and hoped["start"],
                hoped and hoped["end"],
                display and display["end"],
                *verdict(row, 6),
                None if 11 not in row else row[11] != 0,
                row.get(12, 1 if jank == 1 else 0),
            )
        )
    return surface, [(signed(r[3]), signed(r[2]), r["start"], r["end"], *verdict(r, 4)) for r in displays]


def verdict(row: dict, first: int) -> tuple:
    """Five fields from `first` on; enumerations that are out of their range count as unspecified."""
    present, on_time, gpu, jank, prediction = (row.get(first + i, 0) for i in range(5))
    return (
        present if 1 <= present <= 5 else 0,
        on_time != 0,
        gpu != 0,
        jank,
        prediction if 1 <= prediction <= 3 else 0,
    )


def slice_rows(trace: bytes) -> list[tuple]:
    """(tid, tgid, start, duration, depth, name) per thread slice, in the order of their begins."""
    prints = []
    for _, raw in fields(trace):
        for number, bundle in fields(raw):
            if number == 1:
                for event_number, event in fields(bundle):
                    if event_number == 2:
                        parsed = dict(fields(event))
                        if 3 in parsed:
                            text = dict(fields(parsed[3]))[2].decode()
                            prints.append((parsed.get(1, 0), parsed.get(2, 0), text.rstrip("\n\0")))
    prints.sort(key=lambda row: row[0])
    stacks, out = defaultdict(list), []
    for time, tid, text in prints:
        parts = text.split("|", 2)
        if parts[0] == "B":
            stack = stacks[tid, int(parts[1])]
            row = [tid, int(parts[1]), time, -1, len(stack), parts[2]]
            out.append(row)
            stack.append(row)
        elif parts[0] == "E" and stacks[tid, int(parts[1])]:
            row = stacks[tid, int(parts[1])].pop()
            row[3] = time - row[2]
    return [tuple(row) for row in out]
