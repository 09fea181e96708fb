"""One key of the on-screen keyboard is pressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.answer import DRAWS_WHILE_IDLE, IDLE_NS, RESTLESS_FPS
from profiler.analysis.columns import MS
from profiler.analysis.kinds.model import INPUT_UNKNOWN, Findings, gesture, late_frames, nothing
from profiler.analysis.kinds.motion import first_answer

if TYPE_CHECKING:
    from profiler.analysis.frames_shown import Shown
    from profiler.analysis.kinds.model import Gesture, Marked, Stage
    from profiler.analysis.results import InteractionResult
    from traces.tables import Ints

LIMIT_NS = 1000 * MS
COMPOSED = "nothing reached the app: the keyboard composes"
UNTOLD_TEXT = "the trace does not tell which keys brought text: the keyboard composes"
NO_KEYBOARD = "no source of this phone tells of the keyboard's frames"
UNTOLD_FRAME = "the recording ended before it told when the frame was seen"
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


def _keyboard(found: Findings, stage: Stage, press: Gesture, end_ns: int) -> None:
    """Put down the keyboard's own answers: the key's preview, and the first layout after the lift."""
    frames = stage.keyboard_frames
    wanted = (
        ("key_preview_ms", press.down_delivery_ns, False, "no frame of the keyboard answered the key"),
        ("candidates_ms", press.up_delivery_ns, True, "no layout of the keyboard after the lift"),
    )
    for name, since_ns, laid, why in wanted:
        if frames is None:
            found.put(name, None, "", NO_KEYBOARD)
            continue
        times = _answers(frames.shown, since_ns, laid=laid).time_ns
        at = _first(times[times <= end_ns])
        begun = _answers(frames.untold, since_ns, laid=laid).start_ns
        unseen = bool((begun <= end_ns).any())
        found.since(name, at, press.down_ns, frames.shown.source, UNTOLD_FRAME if unseen else why)


def _answers(frames: Shown, since_ns: int, *, laid: bool) -> Shown:
    """Return the frames begun since an event, or those laid out since."""
    if not laid:
        return frames.where(frames.start_ns >= since_ns)
    assert frames.layout is not None, "both sources tell it"
    return frames.where(frames.layout & (frames.answers_ns >= since_ns))


def _first(times_ns: Ints) -> int | None:
    return int(times_ns[0]) if len(times_ns) else None


def _composed(stage: Stage, kind: str) -> str | None:
    """Return why a key of which no text was seen is not held to have brought any; None: it may have.

    Where the app's trace holds the arrival of other texts, this key brought none. Where it holds none at all
    (Android 11 and older), a key of a keyboard that composes mostly brings none, and nothing tells.
    """
    table = stage.scene.slices
    names = table.name[table.pid == stage.scene.pid].tolist()
    if any(name is not None and COMMITS.fullmatch(name) for name in names):
        return COMPOSED
    return UNTOLD_TEXT if kind == "key" and stage.composes else None


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
    composed = None if seen is not None else _composed(stage, marked.kind)
    begun = press.up_delivery_ns if seen is None else seen
    how = None if composed else "slice" if seen else "lift"
    found.put("commit_seen", how, "slices", composed or "")
    frames = stage.answering(t0 - IDLE_NS, end)
    fps = None if frames is None else len(frames.where(frames.time_ns < t0)) * 1e9 / IDLE_NS
    restless = fps is not None and fps > RESTLESS_FPS
    answer = None
    if frames is not None and not restless and not composed:
        index = first_answer(frames, begun)
        answer = None if index is None else int(frames.time_ns[index])
    unanswered = stage.unanswered(t0 - IDLE_NS, end, "no app frame held the text")
    why = composed or (DRAWS_WHILE_IDLE if restless else unanswered)
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
