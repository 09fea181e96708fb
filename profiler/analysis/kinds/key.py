"""One key of the on-screen keyboard is pressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.answer import DRAWS_WHILE_IDLE, IDLE_NS, RESTLESS_FPS
from profiler.analysis.columns import MS
from profiler.analysis.kinds.model import (
    INPUT_UNKNOWN,
    KEYBOARD_UNSEEN,
    Findings,
    gesture,
    late_frames,
    nothing,
)
from profiler.analysis.kinds.motion import first_answer

if TYPE_CHECKING:
    from profiler.analysis.kinds.model import Gesture, Marked, Stage
    from profiler.analysis.results import InteractionResult

LIMIT_NS = 1000 * MS
COMPOSED = "nothing reached the app: the keyboard composes"
COMMITS = re.compile(
    r"InputConnection#(commitText|setComposingText|deleteSurroundingText|finishComposingText)\b.*"
)
"""Slices on the app's main thread (Android 12+) in which the keyboard's text reaches the field."""


def _commit(stage: Stage, begin_ns: int, end_ns: int) -> int | None:
    table = stage.scene.slices
    rows = np.flatnonzero(
        (table.pid == stage.scene.pid) & (table.start_ns >= begin_ns) & (table.start_ns < end_ns)
    )
    starts = [int(table.start_ns[r]) for r in rows if table.name[r] and COMMITS.fullmatch(table.name[r])]
    return min(starts) if starts else None


def _traces_commits(stage: Stage) -> bool:
    """Whether the app wrote down any text that reached it: then no such slice means no text."""
    table = stage.scene.slices
    names = table.name[table.pid == stage.scene.pid].tolist()
    return any(name is not None and COMMITS.fullmatch(name) for name in names)


def measure_key(stage: Stage, marked: Marked) -> InteractionResult:
    """Measure a key press, or the tap on a candidate, from DOWN: preview, candidates, the text in the app."""
    press = gesture(stage, stage.keyboard_inputs, marked, touch=True)
    if press is None:
        return nothing(marked, INPUT_UNKNOWN)
    t0 = press.down_ns
    end = min(t0 + LIMIT_NS, marked.end_ns)
    found = Findings()
    _keyboard(found, stage, press, end)
    seen = _commit(stage, press.down_delivery_ns, end)
    composed = seen is None and _traces_commits(stage)
    begun = press.up_delivery_ns if seen is None else seen
    how = None if composed else "slice" if seen else "lift"
    found.put("commit_seen", how, "slices", COMPOSED)
    frames = stage.answering(t0 - IDLE_NS, end)
    fps = None if frames is None else len(frames.where(frames.time_ns < t0)) * 1e9 / IDLE_NS
    restless = fps is not None and fps > RESTLESS_FPS
    answer = None
    if frames is not None and not restless and not composed:
        index = first_answer(frames, begun)
        answer = None if index is None else int(frames.time_ns[index])
    why = (
        COMPOSED
        if composed
        else DRAWS_WHILE_IDLE
        if restless
        else stage.unanswered(t0 - IDLE_NS, end, "no app frame held the text")
    )
    found.since("commit_ms", answer, t0, frames.source if frames else "", why)
    found.put("held_ms", (press.up_ns - press.down_ns) / MS, "slices", "")
    late_frames(found, stage, t0, end, frames)
    return found.result(marked, t0, end)


def _keyboard(found: Findings, stage: Stage, press: Gesture, end_ns: int) -> None:
    """Put down when the keyboard showed the key, and its candidates or suggestions: its next layout."""
    own, t0 = stage.keyboard_drawn, press.down_ns
    source, preview, strip = "", None, None
    if own is not None:
        source, seen = own.source, own.time_ns <= end_ns
        begun = own.time_ns[seen & (own.start_ns >= press.down_delivery_ns)]
        moved = own.layout if own.layout is not None else np.zeros(len(own), np.bool_)
        laid = own.time_ns[seen & moved & (own.answers_ns >= press.up_delivery_ns)]
        preview = int(begun.min()) if len(begun) else None
        strip = int(laid.min()) if len(laid) else None
    why = "no frame of the keyboard answered the key" if own is not None else KEYBOARD_UNSEEN
    found.since("key_preview_ms", preview, t0, source, why)
    why = "no layout of the keyboard after the lift" if own is not None else KEYBOARD_UNSEEN
    found.since("candidates_ms", strip, t0, source, why)


def typing(keys: list[InteractionResult]) -> dict[str, float | None]:
    """Return what a round's keys say together: rate, the tail, the cadence of the text."""
    begun = sorted(k.t0_ns for k in keys if k.t0_ns is not None)
    made: dict[str, float | None] = {}
    if len(begun) > 1:
        made["key.rate_hz"] = (len(begun) - 1) * 1e9 / (begun[-1] - begun[0])
    for name in ("key_preview_ms", "candidates_ms", "commit_ms"):
        values = [float(v) for k in keys if isinstance(v := k.metrics.get(name), int | float)]
        full = len(values) == len(keys) and bool(values)
        made[f"key.{name}.p90"] = float(np.percentile(values, 90)) if full else None
    shown = sorted(
        k.t0_ns + round(float(v) * MS)
        for k in keys
        if k.t0_ns is not None and isinstance(v := k.metrics.get("commit_ms"), int | float)
    )
    full = len(shown) == len(keys) and len(shown) > 1
    made["key.commit_gap_longest_ms"] = float(np.diff(shown).max()) / MS if full else None
    made["key.keys_in_a_shared_frame"] = float(len(shown) - len(set(shown))) if full else None
    return made
