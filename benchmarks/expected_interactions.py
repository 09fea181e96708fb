"""What docs/metrics/interactions.md says of a truth file, kind by kind: from that page and metrics.md alone.

Imports neither analyzer nor simulator. A round's truth is given with what tells the time of its inputs: their
touch, their delivery (Android 9 and 10), or nothing but the mark (no trace).
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from expected_metrics import MS, content, motion, slowest

TOUCH, DELIVERY, MARK = "touch", "delivery", "mark"
"""What tells when an input was."""
KINDS = {
    "silky_popup": "show", "silky_hide": "hide", "silky_key": "key", "silky_pick": "pick", "silky_send": "send",
    "silky_stream": "stream", "silky_scroll": "scroll", "silky_return": "return", "silky_launch": "launch",
}  # fmt: skip
"""docs/driver.md: the counters that mark interactions."""
WATCHED = {"hide": 2000, "key": 1000, "pick": 1000, "send": 3000, "scroll": 6000, "stream": 600_000}
"""ms after the mark, where it alone tells when an interaction began."""
FOREVER = 2**63 - 1
Event = dict[str, Any]
Metrics = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """One marked interaction; BOOTTIME ns."""

    kind: str
    number: int
    begin: int
    end: int


def windows(marks: Sequence[tuple[str, int, int]]) -> list[Window]:
    """Return what was marked, from (counter, value, time); the next mark ends it, but a stream's no send."""
    found = []
    for place, (name, value, time) in enumerate(marks):
        if value <= 0 or name not in KINDS:
            continue
        kind = KINDS[name]
        after = (
            at
            for other, _, at in marks[place + 1 :]
            if other in KINDS and not (kind == "send" and KINDS[other] == "stream")
        )
        found.append(Window(kind, value, time, next(after, FOREVER)))
    return found


def marks_of(events: Iterable[Event]) -> list[tuple[str, int, int]]:
    """Return the marks that the shell wrote into the trace: lines `C|pid|counter|value`."""
    found = []
    for event in events:
        parts = event["text"].split("|") if event["type"] == "marker" else []
        if len(parts) == 4 and parts[0] == "C":
            found.append((parts[2], int(parts[3]), event["time_ns"]))
    return found


@dataclass
class Round:
    """The truth of one round of one app.

    Attributes:
        events: all facts from before the round's begin to its end.
        package: the app.
        told: what tells when an input was.
        timeline: FrameTimeline tells of each frame whether the app was late.
        marks: of phones whose marks are not in a trace.
        forgiven: deadlines are framestats', which already hold a period more (metrics/sources.md).
        text_told: the trace tells when the keyboard's text reached the app.
        start_told: the trace tells when the system began to start the app.
    """

    events: list[Event]
    package: str
    told: str = TOUCH
    timeline: bool = True
    marks: Sequence[tuple[str, int, int]] = ()
    forgiven: bool = False
    text_told: bool = True
    start_told: bool = True
    frames: list[Event] = field(init=False)
    """The app's buffers by their time on screen: of the SurfaceView that it draws into, else of its window."""
    keyboard: list[Event] = field(init=False)
    leash: list[Event] = field(init=False)
    slides: list[Event] = field(init=False)

    def __post_init__(self) -> None:
        shown = sorted(self._of("present"), key=lambda e: e["time_ns"])
        mine = [e for e in shown if e["kind"] == "app" and e["package"] == self.package]
        surface = [e for e in mine if e["layer"].startswith("SurfaceView")]
        self.frames = surface if len(surface) >= 3 else mine
        self.keyboard = [e for e in shown if e["kind"] == "ime"]
        self.leash = [e for e in shown if e["kind"] == "leash"]
        self.slides = sorted(
            (e for e in self._of("slide") if e["package"] == self.package), key=lambda e: e["start_ns"]
        )
        self.written = self.marks or marks_of(self.events)
        self.modes = sorted((e["time_ns"], e["period_ns"]) for e in self._of("mode"))
        self.inputs = self._of("input")
        self.starts = [e for e in self._of("start") if e["package"] == self.package]
        self.texts = [e for e in self._of("text") if e["package"] == self.package]

    def _of(self, kind: str) -> list[Event]:
        return [e for e in self.events if e["type"] == kind]

    @property
    def surface(self) -> bool:
        """Whether the app draws into a SurfaceView."""
        return any(e["layer"].startswith("SurfaceView") for e in self.frames)

    # what the definitions are made of
    def period(self, time: int) -> int:
        """Return T."""
        return self.modes[max(0, bisect.bisect_right(self.modes, (time, math.inf)) - 1)][1]

    def shown(self, begin: float, end: float, among: list[Event] | None = None) -> list[Event]:
        """Return the frames with begin <= time on screen <= end, no two at one time."""
        found: list[Event] = []
        for e in self.frames if among is None else among:
            if begin <= e["time_ns"] <= end and (not found or e["time_ns"] > found[-1]["time_ns"]):
                found.append(e)
        return found

    def restless(self, before: int) -> bool:
        """Over 30 frames a second in the 500 ms before."""
        return len(self.shown(before - 500 * MS, before - 1)) / 0.5 > 30

    def answer(self, delivered: int, end: float, *, layout: bool = False) -> int | None:
        """Return when the first frame whose traversal began at or after a delivery was on screen."""
        return next(
            (
                e["time_ns"]
                for e in self.shown(0, end)
                if (e["traversal_start_ns"] or 0) >= delivered and (e["layout"] or not layout)
            ),
            None,
        )

    def touches(self, window: Window, package: str | None) -> list[Event]:
        """Return the touches of a window that a process was handed."""
        return [
            e
            for e in self.inputs
            if e["source"] == "touch"
            and (package is None or e["package"] == package)
            and window.begin <= e["delivered_ns"] < window.end
        ]

    def at(self, event: Event) -> int:
        """Return when an input was, as the phone tells it."""
        return event["time_ns"] if self.told == TOUCH else event["delivered_ns"]

    def moved(self, frame: Event) -> bool:
        """Whether a frame's doFrame had to move to a later vsync."""
        called, began = frame["called_ns"], frame["doframe_start_ns"]
        return called is not None and began is not None and began - called >= self.period(began)

    def standstill(self, before: Event, after: Event) -> bool:
        """Whether a pause is no rest: the app was at work in it."""
        if not self.timeline or self.surface:
            return False
        half = (after["time_ns"] - before["time_ns"]) / 2
        early = (after["doframe_start_ns"] or FOREVER) <= before["time_ns"] + half
        late = after["deadline_ns"] is not None and after["ready_ns"] - after["deadline_ns"] > half
        return early or late or self.moved(after)

    def until_rest(self, frames: list[Event], pause: int) -> int:
        """Return how many of the first frames are one motion."""
        for n, (a, b) in enumerate(pairwise(frames), 1):
            if b["time_ns"] - a["time_ns"] > pause and not self.standstill(a, b):
                return n
        return len(frames)

    def slide(self, begin: int, end: int) -> Event | None:
        """Return the first slide of the app that starts in [begin, end)."""
        return next((s for s in self.slides if begin <= s["start_ns"] < end), None)

    def leash_rows(self, slide: Event) -> list[Event]:
        """Return the rows at p_0 ... p_n of a slide, without that of its start (metrics.md section 2)."""
        s0, s1 = slide["start_ns"], slide["end_ns"]
        rows = self.shown(s0, s1 + 2 * self.period(s1), self.leash)
        if not rows:
            return []
        first = [e for e in self.leash if e["time_ns"] == rows[0]["time_ns"]]
        if max(e["doframe_start_ns"] or 0 for e in first) <= s0:
            rows = rows[1:]
        return rows

    def overrun(self, frame: Event) -> int | None:
        """Return by how much a frame was ready after its deadline."""
        if frame["deadline_ns"] is None:
            return None
        grace = self.period(frame["time_ns"]) if self.forgiven else 0
        return frame["ready_ns"] - frame["deadline_ns"] - grace

    def late(self, begin: int, end: int) -> Metrics:
        """Return the late frames by time on screen in the window."""
        found: Metrics = {}
        for who, frames in (("app", self.frames), ("keyboard", self.keyboard)):
            judged = [o for e in self.shown(begin, end, frames) if (o := self.overrun(e)) is not None]
            found[f"late_frames.{who}"] = sum(o > 0 for o in judged) if judged else None
        return found

    # kinds
    def expected(self) -> list[Metrics]:
        """Return the expected metrics of each marked interaction, in order, with its kind and number."""
        found: list[Metrics] = []
        for window in windows(self.written):
            if window.kind not in KIND:
                continue
            if self.told == MARK and window.kind in WATCHED:
                one = self.alone(window)
            elif window.kind == "stream":
                one = _stream(self, window, found[-1] if found and found[-1]["kind"] == "send" else None)
            else:
                one = KIND[window.kind](self, window)
            found.append({"kind": window.kind, "number": window.number, **one})
        return found

    def alone(self, window: Window) -> Metrics:
        """Return what the app's frames alone tell, from the mark on."""
        end = min(window.begin + WATCHED[window.kind] * MS, window.end)
        frames = self.shown(window.begin, end)
        one: Metrics = {"t0_ns": window.begin, "frames.app": len(frames)}
        own = rhythm([e["time_ns"] for e in frames], self.period(window.begin))
        return one | self.late(window.begin, end) | {f"app_{name}": value for name, value in own.items()}


def cadence(times: list[int], modes: list[tuple[int, int]]) -> Metrics:
    """Section 4 of metrics.md; empty for fewer than 3."""
    if len(times) < 3:
        return {}
    found = motion(times, modes, 0)
    return {name: found[name] for name in ("missed_vsyncs", "hitch_ms", "longest_gap_ms", "hitch_ratio")}


def rhythm(times: list[int], period: int, held: list[bool] | None = None) -> Metrics:
    """*Rhythm*: holes where three frames in the app's rhythm stand on each side of a gap up to 250 ms."""
    gaps = [b - a for a, b in pairwise(times)]
    vsyncs = [math.floor(gap / period + 0.5) for gap in gaps]
    fast = [n for n, gap in zip(vsyncs, gaps, strict=True) if gap <= 50 * MS]
    names = ("missed_vsyncs", "hitch_ms", "longest_hole_ms", "moving_ms", "hitch_ratio_ms_per_s")
    none = dict.fromkeys(names)
    if len(fast) < 2:
        return none
    step = max(1, math.floor(median(fast)))
    even = [gap <= 50 * MS and n <= step for n, gap in zip(vsyncs, gaps, strict=True)]
    if not any(a and b for a, b in pairwise(even)):
        return none
    last = len(gaps)
    holes = [
        i
        for i in range(2, last - 2)
        if not even[i]
        and gaps[i] <= 250 * MS
        and all(even[i - 2 : i])
        and all(even[i + 1 : i + 3])
        and (held is None or held[i + 1])
    ]
    in_run = [i for i in range(last) if even[i] and ((i and even[i - 1]) or (i + 1 < last and even[i + 1]))]
    moving = sum(gaps[i] for i in {*in_run, *holes})
    missed = sum(vsyncs[i] - step for i in holes)
    hitch = missed * period / MS
    return {"missed_vsyncs": missed, "hitch_ms": hitch, "longest_hole_ms": max((gaps[i] for i in holes), default=0) / MS,
            "moving_ms": moving / MS, "hitch_ratio_ms_per_s": hitch / (moving / MS) * 1000}  # fmt: skip


def since(t0: int, time: int | None) -> float | None:
    """Return ms after the window start."""
    return None if time is None else (time - t0) / MS


def slid(one: Round, t0: int, down: int, delivered: int, end: int) -> Metrics:
    """Sections 2, 4 and 5 of metrics.md: a slide, and what the app did meanwhile."""
    limit = min(t0 + 2000 * MS, end)
    idle = sum(down - 500 * MS <= e["time_ns"] < down for e in one.shown(0, down)) / 0.5
    restless = idle > 30
    found: Metrics = {"t0_ns": t0, "idle_fps": idle, "driver_mode": "none"}
    found["response_ms"] = None if restless else since(t0, one.answer(delivered, limit))
    slide = one.slide(t0, limit) if one.told == TOUCH else None
    if slide is None:
        own = rhythm([e["time_ns"] for e in one.shown(t0, limit)], one.period(t0))
        found |= {f"app_{name}": value for name, value in own.items()}
        if one.told == DELIVERY:
            found["content_returned_ms"] = since(t0, _last_layout(one, t0, min(t0 + 3000 * MS, end)))
        return found | _app_frames(one, t0, limit, slide)
    s0, s1, mode = slide["start_ns"], slide["end_ns"], slide["mode"]
    found |= {"driver_mode": mode, "driver_start_ms": since(t0, s0), "driver_end_ms": since(t0, s1)}
    if not one.timeline:
        if mode == "sync":
            even = cadence([e["time_ns"] for e in one.shown(s0, s1 + 2 * one.period(s1))], one.modes)
            found |= {f"content_{name}": value for name, value in even.items()}
        found["content_returned_ms"] = since(t0, _last_layout(one, t0, min(t0 + 3000 * MS, end)))
        return found | _app_frames(one, t0, limit, slide)
    p = [e["time_ns"] for e in one.leash_rows(slide)]
    found |= motion(p, one.modes, t0) | {"hitch_ms.least": None, "hitch_ms.most": None}
    found["hitch_ms.least"] = found["hitch_ms.most"] = found["hitch_ms"]
    buffers = [e for e in one.frames if t0 - 1000 * MS <= e["time_ns"] <= min(t0 + 4000 * MS, end)]
    if one.surface:
        times = [e["time_ns"] for e in buffers]
        near = sum(any(abs(t - q) <= one.period(q) / 2 for t in times) for q in p[1:])
        found["content_motion"] = "per-frame" if near >= 0.70 * (len(p) - 1) else "unknown"
    else:
        found["content_motion"] = content(p, buffers, one.period, s0, mode, restless)
    jumps = {"per-frame": 0.0, "unknown": None}
    found["content_jump_share"] = jumps.get(found["content_motion"], 1.0)
    if mode == "sync":
        low, high = p[0] - one.period(p[0]) / 2, p[-1] + one.period(p[-1]) / 2
        even = cadence([e["time_ns"] for e in one.shown(low, high)], one.modes)
        found |= {f"content_{name}": value for name, value in even.items()}
    until = min(p[-1] + 1000 * MS, end)
    found["content_returned_ms"] = since(t0, _last_layout(one, t0, until))
    return found | _app_frames(one, t0, p[-1], slide)


def _last_layout(one: Round, begin: int, end: int) -> int | None:
    return max((e["time_ns"] for e in one.shown(begin, end) if e["layout"]), default=None)


def _app_frames(one: Round, begin: int, end: int, slide: Event | None) -> Metrics:
    """Section 5: rows whose actual start lies in the window, the late ones, the worst."""
    drivers = {"app": one.frames, "keyboard": one.keyboard}
    if slide is not None and slide["mode"] == "async":
        drivers["insets"] = one.leash_rows(slide) if one.timeline else []
    found: Metrics = {}
    for who, frames in drivers.items():
        mine = [e for e in frames if begin <= (e["doframe_start_ns"] or 0) <= end]
        judged = [o for e in mine if (o := one.overrun(e)) is not None]
        found[f"frames.{who}"] = len(mine)
        found[f"late_frames.{who}"] = sum(o > 0 for o in judged)
        found[f"worst_overrun_ms.{who}"] = max(judged) / MS if judged else None
    return found


def _press(one: Round, window: Window, package: str | None) -> tuple[Event, Event] | None:
    """Return DOWN and UP of the window's first touch."""
    touched = one.touches(window, package)
    down = next((e for e in touched if e["action"] == "DOWN"), None)
    up = next((e for e in touched if e["action"] == "UP"), None)
    return None if down is None or up is None else (down, up)


def _hide(one: Round, window: Window) -> Metrics:
    back = next(
        e
        for e in one.inputs
        if e["source"] == "key" and e["action"] == "DOWN" and window.begin <= e["delivered_ns"] < window.end
    )
    t0 = one.at(back)
    return slid(one, t0, t0, back["delivered_ns"], window.end)


def _key(one: Round, window: Window) -> Metrics:
    touched = [e for e in one.touches(window, None) if e["package"] != one.package]
    down = next(e for e in touched if e["action"] == "DOWN")
    up = next(e for e in touched if e["action"] == "UP")
    t0 = one.at(down)
    end = min(t0 + 1000 * MS, window.end)
    found: Metrics = {"t0_ns": t0, "held_ms": since(t0, one.at(up))}
    preview = (e["time_ns"] for e in one.keyboard if (e["doframe_start_ns"] or 0) >= down["delivered_ns"])
    laid = (
        e["time_ns"]
        for e in one.keyboard
        if e["layout"] and (e["traversal_start_ns"] or 0) >= up["delivered_ns"]
    )
    for name, times in (("key_preview_ms", preview), ("candidates_ms", laid)):
        found[name] = since(t0, next((t for t in times if t <= end), None))
    reached = next((e["time_ns"] for e in one.texts if down["delivered_ns"] <= e["time_ns"] < end), None)
    found["commit_ms"] = found["commit_seen"] = None
    composes = any(name == "silky_pick" for name, _, _ in one.written)
    if reached is not None and (one.text_told or not composes or window.kind == "pick"):
        found["commit_seen"] = "slice" if one.text_told else "lift"
        begun = reached if one.text_told else up["delivered_ns"]
        found["commit_ms"] = None if one.restless(t0) else since(t0, one.answer(begun, end))
    return found | one.late(t0, end)


def _send(one: Round, window: Window) -> Metrics:
    press = _press(one, window, one.package)
    assert press is not None
    t0, delivered = one.at(press[1]), press[1]["delivered_ns"]
    end = min(t0 + 2000 * MS, window.end)
    restless = one.restless(t0)
    bubble = one.answer(delivered, end, layout=True)
    found: Metrics = {"t0_ns": t0, "bubble_ms": since(t0, bubble), "list_settled_ms": None}
    found["response_ms"] = None if restless else since(t0, one.answer(delivered, end))
    found["keyboard_moved"] = "yes" if one.slide(t0, end) else "no"
    last = end
    if bubble is not None and not restless:
        moving = one.shown(bubble, end)
        count = one.until_rest(moving, 100 * MS)
        rested = count < len(moving) or end - moving[-1]["time_ns"] > 100 * MS
        if rested:
            last = moving[count - 1]["time_ns"]
            found["list_settled_ms"] = since(t0, last)
            even = cadence([e["time_ns"] for e in moving[:count]], one.modes)
            found |= {f"list_{name}": value for name, value in even.items()}
    return found | {"end_ns": last} | one.late(t0, last)


def _stream(one: Round, window: Window, sent: Metrics | None) -> Metrics:
    assert sent is not None
    t0 = sent["t0_ns"]
    begin = sent["end_ns"] + 1
    if sent["list_settled_ms"] is None:
        shown = t0 + round(sent["bubble_ms"] * MS)
        laid = [e["time_ns"] for e in one.shown(shown, window.end) if e["layout"]]
        begin = next((a + 1 for a, b in pairwise(laid) if b - a > 100 * MS), shown + 1)
    frames = one.shown(begin, window.end)
    updates = [e for e in frames if e["layout"]]
    parts: list[list[Event]] = [[updates[0]]]
    for a, b in pairwise(updates):
        if b["time_ns"] - a["time_ns"] > 1500 * MS:
            parts.append([])
        parts[-1].append(b)
    reply = next((part for part in parts if len(part) >= 3), parts[0])
    first, last = reply[0]["time_ns"], reply[-1]["time_ns"]
    began = reply[0]["doframe_start_ns"]
    gaps = sorted((b["time_ns"] - a["time_ns"]) / MS for a, b in pairwise(reply))
    cut = reply[-1] is updates[-1] and window.end - last < 1500 * MS
    growing = one.shown(first, last)
    found: Metrics = {
        "t0_ns": t0,
        "counted_from": "send",
        "first_sign_ms": since(t0, updates[0]["time_ns"]),
        "first_token_ms": since(t0, first),
        "wait_ms": (began - begin) / MS,
        "first_token_draw_ms": (first - began) / MS,
        "ended": "limit" if cut else "rest",
        "stream_ms": None if cut else (last - first) / MS,
        "updates": len(reply),
        "update_interval_ms": median(gaps),
        "update_interval_p90_ms": _percentile(gaps, 0.90),
        "longest_stall_ms": gaps[-1],
        "fps": (len(growing) - 1) * 1e9 / (last - first),
    }
    own = rhythm([e["time_ns"] for e in growing], one.period(first), _held_up(one, growing))
    if (own["moving_ms"] or 0) < 300:
        own = dict.fromkeys(own)
    found |= own
    each = len(growing) / len(reply)
    restless = one.restless(t0)
    found["frames_per_update"] = None if restless else each
    word = "glides" if each >= 2 else "jumps" if each <= 1.2 else "mixed"
    found["follow"] = None if restless else word
    return found | one.late(first, last)


def _held_up(one: Round, frames: list[Event]) -> list[bool]:
    """Which frames the app was late with: by deadline, moved to a later vsync, or half a vsync slower than usual."""
    took = [e["time_ns"] - e["doframe_start_ns"] for e in frames]
    usual = median(took)
    return [
        took[n] > usual + one.period(e["time_ns"]) / 2
        or (one.timeline and e["deadline_ns"] is not None and e["ready_ns"] > e["deadline_ns"])
        or (one.timeline and one.moved(e))
        for n, e in enumerate(frames)
    ]


def _percentile(ordered: list[float], part: float) -> float:
    rank = part * (len(ordered) - 1)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (rank - below) * (ordered[above] - ordered[below])


def _scroll(one: Round, window: Window) -> Metrics:
    touched = one.touches(window, one.package)
    down, up = touched[0], next(e for e in touched if e["action"] == "UP")
    move = next((e for e in touched if e["action"] == "MOVE" and one.at(down) < one.at(e) < one.at(up)), None)
    t0 = one.at(up)
    end = min(t0 + 5000 * MS, window.end)
    turned = [s for s in one.slides if s["start_ns"] <= one.at(down)]
    found: Metrics = {
        "t0_ns": t0,
        "keyboard": "up" if turned and turned[-1]["direction"] == "show" else "down",
    }
    if move is not None:
        moved = one.answer(move["delivered_ns"], end)
        found["first_move_ms"] = since(one.at(move), moved)
        found["first_move_from_down_ms"] = since(one.at(down), moved)
    answer = one.answer(up["delivered_ns"], end)
    free = one.shown(t0 if answer is None else answer, end)
    free = free[: one.until_rest(free, 250 * MS)]
    times = [e["time_ns"] for e in free]
    gaps = [b - a for a, b in pairwise(times)]
    if len(gaps) >= 2:
        even = [gap <= 1.5 * median(gaps) for gap in gaps]
        runs = [n for n, (a, b) in enumerate(pairwise(even)) if a and b]
        times = times[: runs[-1] + 3] if runs else times
    if len(times) < 3:
        return found | one.late(one.at(down), end)
    cadenced = cadence(times, one.modes)
    longest = max(
        max(0, math.floor((b - a) / t + 0.5) - 1) * t
        for a, b in pairwise(times)
        for t in [slowest(one.modes, a, b)]
    )
    found |= {
        "fling_ms": since(t0, times[-1]),
        "fps": (len(times) - 1) * 1e9 / (times[-1] - times[0]),
        "longest_standstill_ms": longest / MS,
        "hitch_ratio_ms_per_s": cadenced.pop("hitch_ratio") * 1000,
    }
    return found | cadenced | one.late(one.at(down), times[-1])


def _start(one: Round, window: Window) -> Metrics:
    begun = (e["time_ns"] for e in one.starts if window.begin <= e["time_ns"] < window.end)
    launched = next(begun, None) if one.start_told else None
    t0 = window.begin if launched is None else launched
    end = min(t0 + 10_000 * MS, window.end)
    frames = [e for e in one.shown(t0, end) if (e["doframe_start_ns"] or 0) >= t0]
    first = frames[0]["time_ns"] if frames else None
    before = [e for e in one.frames if e["time_ns"] < t0]
    found: Metrics = {"t0_ns": t0, "start_type": "hot" if before else "cold"}
    found["counted_from"] = "mark" if launched is None else "launchingActivity"
    found["first_frame_ms"] = since(t0, first)
    slide = one.slide(t0, end)
    p = [e["time_ns"] for e in one.leash_rows(slide)] if slide else []
    last = first or t0
    if len(p) >= 3 and first is not None:
        last = max(first, p[-1])
        found |= {"keyboard_shown_ms": since(t0, p[1]), "keyboard_settled_ms": since(t0, p[-1])}
        found["usable_ms"] = since(t0, last)
    return found | one.late(t0, last)


def _show(one: Round, window: Window) -> Metrics:
    if one.told == MARK:
        end = min(window.begin + 2000 * MS, window.end)
        own = rhythm([e["time_ns"] for e in one.shown(window.begin, end)], one.period(window.begin))
        found = {f"app_{name}": value for name, value in own.items()} | {"t0_ns": None}
        return found | _app_frames(one, window.begin, end, None)
    press = _press(one, window, one.package)
    assert press is not None
    later = (e["delivered_ns"] for e in one.inputs if e["delivered_ns"] > press[1]["delivered_ns"])
    end = min(window.end, next(later, FOREVER))
    return slid(one, one.at(press[1]), one.at(press[0]), press[1]["delivered_ns"], end)


KIND: Mapping[str, Callable[[Round, Window], Metrics]] = {
    "show": _show, "hide": _hide, "key": _key, "pick": _key, "send": _send, "stream": lambda *_: {},
    "scroll": _scroll, "return": _start, "launch": _start,
}  # fmt: skip


SPLIT = ("missed_vsyncs", "hitch_ms", "hitch_ratio_ms_per_s", "longest_standstill_ms", "first_move_ms")


def means(found: Sequence[Metrics]) -> Metrics:
    """Return `kind.metric` (a pop-up's without its kind): the mean over a round, null with a null in any."""
    made: Metrics = {}
    for kind in {one["kind"] for one in found}:
        mine = [one for one in found if one["kind"] == kind]
        for name in {name for one in mine for name in one} - {"kind", "number", "t0_ns", "end_ns"}:
            made[name if kind == "show" else f"{kind}.{name}"] = _mean([one.get(name) for one in mine])
        for state in ("up", "down") if kind == "scroll" else ():
            flings = [one for one in mine if one.get("keyboard") == state]
            for name in SPLIT if flings else ():
                made[f"scroll.{name}.keyboard_{state}"] = _mean([one.get(name) for one in flings])
        if kind == "key":
            made |= _typing(mine)
    return made


def _mean(values: Sequence[Any]) -> float | None:
    known = [value for value in values if isinstance(value, int | float)]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _typing(keys: Sequence[Metrics]) -> Metrics:
    """Over a round's keys: rate, tail, the cadence of the text."""
    begun = sorted(one["t0_ns"] for one in keys)
    made: Metrics = {"key.rate_hz": (len(begun) - 1) * 1e9 / (begun[-1] - begun[0])}
    for name in ("key_preview_ms", "candidates_ms", "commit_ms"):
        values = [one[name] for one in keys if one.get(name) is not None]
        made[f"key.{name}.p90"] = _percentile(sorted(values), 0.90) if len(values) == len(keys) else None
    shown = sorted(
        one["t0_ns"] + round(one["commit_ms"] * MS) for one in keys if one.get("commit_ms") is not None
    )
    full = len(shown) == len(keys)
    made["key.commit_gap_longest_ms"] = max(b - a for a, b in pairwise(shown)) / MS if full else None
    made["key.keys_in_a_shared_frame"] = len(shown) - len(set(shown)) if full else None
    return made
