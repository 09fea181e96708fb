"""What docs/metrics.md says of a truth file: written from that page alone; imports neither analyzer nor simulator."""

from __future__ import annotations

import bisect
import json
import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

MS = 1_000_000


def expected(truth: Path) -> Iterator[dict[str, Any]]:
    """Yield the expected metrics of every press in a truth file, in order."""
    return expected_of(json.loads(line) for line in truth.read_text().splitlines())


def expected_of(facts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the expected metrics of every press among a truth file's facts, in order."""
    events = list(facts)
    of = lambda kind: [e for e in events if e["type"] == kind]  # noqa: E731
    modes = sorted((e["time_ns"], e["period_ns"]) for e in of("mode"))
    period = lambda p: modes[max(0, bisect.bisect_right(modes, (p, math.inf)) - 1)][1]  # noqa: E731
    presents = sorted(of("present"), key=lambda e: e["time_ns"])
    times = [e["time_ns"] for e in presents]
    slides = sorted(of("slide"), key=lambda e: e["start_ns"])
    down = 0
    for up in of("input"):
        down = up["time_ns"] if up["action"] == "DOWN" else down
        if up["action"] != "UP":
            continue
        t0, app = up["time_ns"], up["package"]
        near = presents[
            bisect.bisect_left(times, t0 - 1000 * MS) : bisect.bisect_right(times, t0 + 4000 * MS)
        ]
        buffers = [e for e in near if e["kind"] == "app" and e["package"] == app]
        idle_fps = sum(down - 500 * MS <= e["time_ns"] < down for e in buffers) / 0.5
        answers = [e for e in buffers if (e["traversal_start_ns"] or 0) >= up["delivered_ns"]]
        found = {"t0_ns": t0, "package": app, "idle_fps": idle_fps, "driver_mode": "none"}
        found["response_ms"] = (answers[0]["time_ns"] - t0) / MS if answers and idle_fps <= 30 else None
        slide = next(
            (s for s in slides if s["package"] == app and t0 <= s["start_ns"] < t0 + 2000 * MS), None
        )
        if slide is not None:
            s0, s1 = slide["start_ns"], slide["end_ns"]
            shown = {e["time_ns"] for e in near if e["kind"] == "leash"}
            leash = sorted(p for p in shown if s0 <= p <= s1 + 2 * period(s1))
            at = [e for e in near if e["kind"] == "leash" and [e["time_ns"]] == leash[:1]]
            if max((e["doframe_start_ns"] or 0 for e in at), default=s0) <= s0:  # the row of the start
                leash = leash[1:]
            found["driver_mode"] = slide["mode"]
            if len(leash) >= 3:
                found |= motion(leash, modes, t0)
                found["content_motion"] = content(leash, buffers, period, s0, slide["mode"], idle_fps > 30)
        yield found


def slowest(modes: list[tuple[int, int]], begin: int, end: int) -> int:
    """Section 3: around a change the slower period counts."""
    first = max(0, bisect.bisect_right(modes, (begin - 34 * MS, math.inf)) - 1)
    last = max(0, bisect.bisect_right(modes, (end + 34 * MS, math.inf)) - 1)
    return max(length for _, length in modes[first : last + 1])


def motion(p: list[int], modes: list[tuple[int, int]], t0: int) -> dict[str, Any]:
    """Section 2 and 4."""
    lengths = [slowest(modes, a, b) for a, b in pairwise(p)]
    missed = [
        max(0, math.floor((b - a) / t + 0.5) - 1) for (a, b), t in zip(pairwise(p), lengths, strict=True)
    ]
    hitch = sum(m * t for m, t in zip(missed, lengths, strict=True)) / MS
    gap = max(b - a for a, b in pairwise(p)) / MS
    return {"first_motion_ms": (p[1] - t0) / MS, "settled_ms": (p[-1] - t0) / MS, "slide_ms": (p[-1] - p[0]) / MS,
            "missed_vsyncs": sum(missed), "hitch_ms": hitch, "longest_gap_ms": gap,
            "hitch_ratio": hitch / ((p[-1] - p[1]) / MS)}  # fmt: skip


def content(
    p: list[int], buffers: list[dict[str, Any]], period: Any, s0: int, mode: str, restless: bool
) -> str:
    """Section 5."""
    layouts = [e["time_ns"] for e in buffers if e["layout"] and s0 <= e["time_ns"] <= p[-1] + 1000 * MS]
    drawn = layouts if mode == "async" or restless else [e["time_ns"] for e in buffers]
    if sum(any(abs(t - q) <= period(q) / 2 for t in drawn) for q in p[1:]) >= 0.70 * (len(p) - 1):
        return "per-frame"
    if restless and mode == "sync":
        return "unknown"
    if layouts and all(t >= p[-1] + 100 * MS for t in layouts):
        return "after-slide"
    third = (p[-1] - p[0]) / 3
    if 1 <= len(layouts) <= 3 and all(t <= p[0] + third for t in layouts):
        return "at-start"
    if 1 <= len(layouts) <= 3 and all(p[0] + 2 * third <= t <= p[-1] + period(p[-1]) for t in layouts):
        return "at-end"
    return "unknown"
