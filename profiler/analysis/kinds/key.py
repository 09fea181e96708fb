"""One key of the on-screen keyboard is pressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.answer import DRAWS_WHILE_IDLE, IDLE_NS, RESTLESS_FPS
from profiler.analysis.columns import MS
from profiler.analysis.kinds.model import INPUT_UNKNOWN, NO_FRAMES, Findings, gesture, late_frames, nothing
from profiler.analysis.kinds.motion import first_answer

if TYPE_CHECKING:
    from profiler.analysis.kinds.model import Marked, Stage
    from profiler.analysis.results import InteractionResult

LIMIT_NS = 1000 * MS
COMPOSED = "nothing reached the app: the keyboard composes"
COMMITS = re.compile(
    r"InputConnection#(commitText|setComposingText|deleteSurroundingText|finishComposingText)\b.*"
)
"""Slices on the app's main thread (Android 12+) in which the keyboard's text reaches the field."""


def _preview(stage: Stage, delivery_ns: int, end_ns: int) -> int | None:
    """Return when the first frame that the keyboard began after delivery was on screen."""
    scene, rows, own = stage.scene, stage.scene.keyboard_rows, stage.keyboard_frames
    if not len(rows) or not len(own.token):
        return None
    at = own.of(scene.frames.token[rows])
    begun = (at >= 0) & (own.start_ns[at] >= delivery_ns)
    times = scene.on_screen_ns[rows][begun]
    times = times[times <= end_ns]
    return int(times.min()) if len(times) else None


def _commit(stage: Stage, begin_ns: int, end_ns: int) -> int | None:
    table = stage.scene.slices
    rows = np.flatnonzero(
        (table.pid == stage.scene.pid) & (table.start_ns >= begin_ns) & (table.start_ns < end_ns)
    )
    starts = [int(table.start_ns[r]) for r in rows if table.name[r] and COMMITS.fullmatch(table.name[r])]
    return min(starts) if starts else None


def _strip(stage: Stage, delivery_ns: int, end_ns: int) -> int | None:
    """Return when the first layout of the keyboard after a lift was on screen: candidates, suggestions."""
    scene, rows, own = stage.scene, stage.scene.keyboard_rows, stage.keyboard_frames
    if not len(rows) or not len(own.token):
        return None
    at = own.of(scene.frames.token[rows])
    laid = (at >= 0) & own.layout[at] & (own.traversal_ns[at] >= delivery_ns)
    times = scene.on_screen_ns[rows][laid]
    times = times[times <= end_ns]
    return int(times.min()) if len(times) else None


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
    preview = _preview(stage, press.down_delivery_ns, end)
    found.since("key_preview_ms", preview, t0, "FrameTimeline", "no frame of the keyboard answered the key")
    strip = _strip(stage, press.up_delivery_ns, end)
    found.since("candidates_ms", strip, t0, "FrameTimeline", "no layout of the keyboard after the lift")
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
        else NO_FRAMES
        if frames is None
        else "no app frame held the text"
    )
    found.since("commit_ms", answer, t0, frames.source if frames else "", why)
    found.put("held_ms", (press.up_ns - press.down_ns) / MS, "slices", "")
    late_frames(found, stage, t0, end, frames)
    return found.result(marked, t0, end)


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
