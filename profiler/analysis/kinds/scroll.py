"""The message list is flung."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.cadence import FEWEST, cadence
from profiler.analysis.columns import MS
from profiler.analysis.kinds.model import INPUT_UNKNOWN, NO_FRAMES, Findings, gesture, late_frames, nothing
from profiler.analysis.kinds.motion import first_answer, until_rest

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import Shown
    from profiler.analysis.kinds.model import Gesture, Marked, Stage
    from profiler.analysis.results import InteractionResult
    from traces.tables import Ints

LIMIT_NS = 5000 * MS
RHYTHM = 1.5
"""A gap up to so many times the median one is in rhythm."""
CADENCE = ("missed_vsyncs", "hitch_ms", "longest_gap_ms")


def measure_scroll(stage: Stage, marked: Marked) -> InteractionResult:
    """Measure a fling: the first move after the finger's, and the motion from its lift to the last frame."""
    fling = gesture(stage, stage.scene.inputs, marked, touch=True)
    if fling is None:
        return nothing(marked, INPUT_UNKNOWN)
    t0, end = fling.up_ns, min(fling.up_ns + LIMIT_NS, marked.end_ns)
    found = Findings()
    frames = stage.frames(fling.down_ns, end)
    source = frames.source if frames else ""
    up = stage.keyboard_up(fling.down_ns)
    told = None if up is None else "up" if up else "down"
    found.put("keyboard", told, "slices", "the phone did not tell whether the keyboard was up")
    _first_move(found, fling, frames, stage.unanswered(frames, fling.down_ns, end, "no frame answered"))
    free = None if frames is None else _flown(frames, fling, end)
    if free is not None:
        free = free.where(np.arange(len(free)) < until_rest(free, stage.scene.do_frames))
        free = free.where(np.arange(len(free)) < in_rhythm(free.time_ns))
    few = NO_FRAMES if frames is None else "fewer than 3 frames after the lift: nothing flew"
    enough = free is not None and len(free) >= FEWEST
    last = int(free.time_ns[-1]) if free is not None and enough else None
    found.since("fling_ms", last, t0, source, few)
    even = None
    if free is not None and enough:
        even = cadence(free.time_ns, stage.scene.periods.at(free.time_ns))
    for name in CADENCE:
        found.put(name, getattr(even, name) if even else None, source, few)
    standstill = None
    if even and free is not None:
        held = even.missed * stage.scene.periods.at(free.time_ns)
        standstill = float(held.max()) / MS
    found.put("longest_standstill_ms", standstill, source, few)
    ratio = even.hitch_ratio if even else None
    found.put("hitch_ratio_ms_per_s", None if ratio is None else ratio * 1000, source, few)
    frame_rate = None
    if free is not None and last is not None:
        frame_rate = (len(free) - 1) * 1e9 / (last - int(free.time_ns[0]))
    found.put("fps", frame_rate, source, few)
    late_frames(found, stage, fling.down_ns, last or end, frames)
    return found.result(marked, t0, last or end)


SPLIT = ("missed_vsyncs", "hitch_ms", "hitch_ratio_ms_per_s", "longest_standstill_ms", "first_move_ms")


def by_keyboard(flings: list[InteractionResult]) -> dict[str, float | None]:
    """Return a round's means apart for flings with the keyboard up and down; null with a null in any."""
    made: dict[str, float | None] = {}
    for state in ("up", "down"):
        mine = [one for one in flings if one.metrics.get("keyboard") == state]
        for name in SPLIT if mine else ():
            values = [float(v) for one in mine if isinstance(v := one.metrics.get(name), int | float)]
            made[f"scroll.{name}.keyboard_{state}"] = fmean(values) if len(values) == len(mine) else None
    return made


def _flown(frames: Shown, fling: Gesture, end_ns: int) -> Shown:
    """Return the fling: frames from the answer to the lift on; those before still follow the finger."""
    index = first_answer(frames, fling.up_delivery_ns)
    begin = fling.up_ns if index is None else int(frames.time_ns[index])
    return frames.between(begin, end_ns)


def in_rhythm(times_ns: Ints) -> int:
    """Return how many frames belong to the motion: all up to the end of its last run of three in rhythm.

    What comes after is no motion that stutters: a cursor that blinks, or a list so slow that it does not move
    by a pixel at every vsync. No run of three: all of them.
    """
    gaps = np.diff(times_ns)
    if len(gaps) < 2:
        return len(times_ns)
    even = gaps <= RHYTHM * np.median(gaps)
    runs = np.flatnonzero(even[1:] & even[:-1])
    return int(runs[-1]) + 3 if len(runs) else len(times_ns)


def _first_move(found: Findings, fling: Gesture, frames: Shown | None, unanswered: str) -> None:
    for name, moved, delivered in (
        ("first_move_ms", fling.move_ns, fling.move_delivery_ns),
        ("first_move_from_down_ms", fling.down_ns, fling.move_delivery_ns),
    ):
        index = None if frames is None or delivered is None else first_answer(frames, delivered)
        at = None if index is None or frames is None else int(frames.time_ns[index])
        why = "no MOVE seen" if delivered is None else unanswered
        found.since(name, at if moved is not None else None, moved or 0, frames.source if frames else "", why)
