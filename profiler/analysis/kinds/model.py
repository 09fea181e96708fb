"""What every kind of interaction is measured from and how its findings are put down."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from profiler.analysis.columns import MS, to_ms, within
from profiler.analysis.doframes import DoFrames, do_frames, main_thread
from profiler.analysis.frames_shown import (
    ALWAYS,
    NO_START,
    OVERWRITTEN,
    FrameSource,
    Shown,
    answering,
    best,
    is_blind,
    last_part,
    unseen,
)
from profiler.analysis.interactions import TOUCHSCREEN, UNTOLD, Inputs, inputs, lift_delivery
from profiler.analysis.keyboard_shown import keyboard_shown
from profiler.analysis.results import InteractionResult, Value
from profiler.analysis.scene import processes_of
from profiler.analysis.slide import ASYNCHRONOUS, SYNCHRONISED
from traces.capture import MARKS
from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.keyboard_shown import KeyboardFrames
    from profiler.analysis.scene import Scene
    from traces.tables import Ints, MarkTable
    from traces.text.framestats_table import FrameStatsTable

INPUT_UNKNOWN = "input time unknown"
CLOCK = "the trace pairs no clocks"


@dataclass(frozen=True, slots=True)
class Marked:
    """One marked interaction; BOOTTIME ns."""

    kind: str
    number: int
    begin_ns: int
    end_ns: int
    """The next mark that ends it."""


def marked_interactions(marks: MarkTable) -> list[Marked]:
    """Return every interaction that the driver marked, of any kind, in order.

    The next mark of any kind ends it (value 0 too), but a `silky_stream` mark does not end a send.
    """
    kinds = {name: kind for kind, name in MARKS.items()}
    rows = [i for i in range(len(marks)) if marks.name[i] in kinds and marks.value[i] != NA]
    rows.sort(key=lambda i: int(marks.time_ns[i]))
    forever = int(np.iinfo(np.int64).max)
    found = []
    for place, row in enumerate(rows):
        if marks.value[row] <= 0:
            continue
        kind = kinds[marks.name[row]]
        later = (r for r in rows[place + 1 :] if not (kind == "send" and kinds[marks.name[r]] == "stream"))
        after = next(later, None)
        end = forever if after is None else int(marks.time_ns[after])
        found.append(Marked(kind, int(marks.value[row]), int(marks.time_ns[row]), end))
    return found


@dataclass(frozen=True)
class Stage:
    """One app in one trace, its keyboard, and the sources of its frames by trust."""

    scene: Scene
    sources: tuple[FrameSource, ...]
    keyboard: str | None = None
    framestats: FrameStatsTable | None = None
    """The app's rows of `dumpsys gfxinfo`, for what gfxinfo itself would say."""
    keyboard_shown: tuple[bool | None, bool | None] = (None, None)
    """Whether the keyboard was up before and after the recording."""

    @cached_property
    def _keyboard_main(self) -> tuple[int | None, Inputs, DoFrames]:
        """The keyboard's process and what its main thread was handed and did.

        Of several processes of the package (its window may live in `package:ime`) the one that was touched,
        else the one that drew.
        """
        trace = self.scene.trace
        found: list[tuple[int | None, Inputs, DoFrames]] = []
        for pid in processes_of(trace, self.keyboard) if self.keyboard else ():
            main = main_thread(trace.slices, pid)
            found.append((pid, inputs(main, trace.async_slices, pid), do_frames(main)))
        nobody = main_thread(trace.slices, -1)
        none = (None, inputs(nobody), do_frames(nobody))
        return max(found, key=lambda one: (len(one[1]), len(one[2].start_ns)), default=none)

    @property
    def keyboard_inputs(self) -> Inputs:
        """Input that reached the keyboard's main thread."""
        return self._keyboard_main[1]

    @cached_property
    def keyboard_frames(self) -> KeyboardFrames | None:
        """The frames of the keyboard's window; None: no source of this recording tells of them."""
        pid, _, own = self._keyboard_main
        return keyboard_shown(self.scene, pid, own)

    @property
    def composes(self) -> bool:
        """Whether the keyboard composes: the round taps its candidates."""
        return bool((self.scene.trace.marks.name == MARKS["pick"]).any())

    def frames(self, begin_ns: int, end_ns: int) -> Shown | None:
        """Return the app's frames of a window from the best source; None: no source saw one."""
        return best(self.sources, begin_ns, end_ns)

    def on_screen(self, begin_ns: int, end_ns: int) -> Shown | None:
        """Return the app's frames on screen of a window, or of its end, from the best source."""
        return last_part(self.sources, begin_ns, end_ns)

    def none_shown(self, begin_ns: int, end_ns: int) -> Shown | None:
        """Return no frames, by a source that would have seen one in the window; None: none would have."""
        for source in self.sources:
            if source.on_screen and len(source.shown(*ALWAYS)) and not is_blind(source, begin_ns, end_ns):
                return source.shown(begin_ns, end_ns)
        return None

    def tells_layout(self, begin_ns: int, end_ns: int) -> bool:
        """Whether the best source of a window's frames tells which of them are layout frames.

        Of a window in which none saw a frame: whether any source of this phone does.
        """
        frames = self.frames(begin_ns, end_ns)
        if frames is None:
            return any(source.shown(*ALWAYS).layout is not None for source in self.sources)
        return frames.layout is not None

    def answering(self, begin_ns: int, end_ns: int) -> Shown | None:
        """Return the app's frames of a window from the best source that tells when each began."""
        return answering(self.sources, begin_ns, end_ns)

    def unseen(self, begin_ns: int, end_ns: int) -> str:
        """Return why no source tells of the app's frames in a window."""
        return unseen(self.sources, begin_ns, end_ns)

    def unanswered(self, begin_ns: int, end_ns: int, usual: str) -> str:
        """Return why no frame of a window answers an input; `usual` where its frames tell when they began."""
        frames = self.frames(begin_ns, end_ns)
        if frames is None:
            return self.unseen(begin_ns, end_ns)
        if (frames.answers_ns != NA).any():
            return usual
        told = [one for one in self.sources if (one.shown(*ALWAYS).answers_ns != NA).any()]
        return OVERWRITTEN if any(is_blind(one, begin_ns, end_ns) for one in told) else NO_START

    def keyboard_up(self, at_ns: int) -> bool | None:
        """Return whether the keyboard is up at a time; None: not known.

        Each slide turns it over; that is believed where it leads from the state before to the state after. To
        Android 10 no slide is told, and that the keyboard was down before and after says nothing of between.
        """
        before, after = self.keyboard_shown
        if not self.scene.tells_slide:
            return None
        table = self.scene.trace.async_slices
        slides = (table.name == SYNCHRONISED) | (table.name == ASYNCHRONOUS)
        begun = table.start_ns[slides & (table.pid == self.scene.pid)]
        if before is None or after is None or before ^ after != bool(len(begun) % 2):
            return None
        return before ^ bool((begun <= at_ns).sum() % 2)

    def boottime_ns(self, event_ns: int) -> int | None:
        """Convert an event's time; None: the trace pairs no clocks."""
        try:
            return self.scene.trace.clocks.monotonic_to_boottime_ns(event_ns)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Gesture:
    """Events of one source that belong together: a tap, a key press, a fling; BOOTTIME ns."""

    down_ns: int
    up_ns: int
    down_delivery_ns: int
    up_delivery_ns: int
    move_ns: int | None
    """Event time of the second event, if it is not the last."""
    move_delivery_ns: int | None
    last_delivery_ns: int


LONGEST_GAP_NS = 500 * MS


def gesture(stage: Stage, events: Inputs, marked: Marked, *, touch: bool) -> Gesture | None:
    """Return the first gesture after a mark: touches, or events of keys; None: none, or no clocks."""
    untold = events.source == UNTOLD
    same = (events.source == TOUCHSCREEN) | untold
    other = (events.source != TOUCHSCREEN) | untold
    inside = (events.start_ns >= marked.begin_ns) & (events.start_ns < marked.end_ns)
    at = np.flatnonzero((same if touch else other) & inside)
    if not len(at):
        return None
    later = np.flatnonzero(np.diff(events.event_ns[at]) > LONGEST_GAP_NS)
    at = at[: later[0] + 1] if len(later) else at
    told = [int(t) for t in events.event_ns[at]]
    times = told if events.delivered_only else [stage.boottime_ns(t) for t in told]
    known = [t for t in times if t is not None]
    if len(known) < len(at) or (touch and len(at) < 2):
        return None
    starts = events.start_ns[at]
    up = max(known)
    moves = [i for i in range(1, len(known)) if known[0] < known[i] < up]
    return Gesture(
        down_ns=known[0],
        up_ns=up,
        down_delivery_ns=int(starts[0]),
        up_delivery_ns=lift_delivery(events, at),
        move_ns=known[moves[0]] if moves else None,
        move_delivery_ns=int(starts[moves[0]]) if moves else None,
        last_delivery_ns=int(starts[-1]),
    )


@dataclass
class Findings:
    """Metrics, each with its source or with the reason why it is null."""

    metrics: dict[str, Value] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: Value, source: str, reason: str) -> None:
        """Put a value down; with `None` the reason stands, else the source."""
        self.metrics[name] = value
        if value is None:
            self.reasons[name] = reason
        else:
            self.sources[name] = source

    def since(self, name: str, time_ns: int | None, t0_ns: int, source: str, reason: str) -> None:
        """Put down a time as ms after the window start."""
        self.put(name, None if time_ns is None else to_ms(time_ns - t0_ns), source, reason)

    def result(
        self, marked: Marked, t0_ns: int | None, end_ns: int | None, void: tuple[str, ...] = ()
    ) -> InteractionResult:
        """Return what was found."""
        return InteractionResult(
            marked.kind, marked.number, t0_ns, end_ns, self.metrics, self.sources, self.reasons, void
        )


def nothing(marked: Marked, reason: str) -> InteractionResult:
    """Return an interaction that can't be measured."""
    return Findings().result(marked, None, None, (reason,))


def late_frames(found: Findings, stage: Stage, begin_ns: int, end_ns: int, frames: Shown | None) -> None:
    """Put down how many frames of the app and of the keyboard were late by their own deadline."""
    judged = None if frames is None else frames.between(begin_ns, end_ns)
    judged = None if judged is None else judged.where(judged.overrun_ns != NA)
    known = judged is not None and len(judged) > 0
    late = int((judged.overrun_ns > 0).sum()) if known and judged is not None else None
    found.put("late_frames.app", late, judged.source if judged else "", "no frame with a deadline")
    scene = stage.scene
    rows: Ints = scene.keyboard_rows
    overrun = scene.overrun_ns[rows[within(scene.on_screen_ns[rows], begin_ns, end_ns)]]
    overrun = overrun[overrun != NA]
    value = int((overrun > 0).sum()) if len(overrun) else None
    found.put("late_frames.keyboard", value, "FrameTimeline", "no frame of the keyboard with a deadline")


class Kind(Protocol):
    """A kind of interaction: measures one of its marks. Stateless; a plug-in may bring others."""

    def __call__(self, stage: Stage, marked: Marked) -> InteractionResult:
        """Return everything that is told of the interaction, each null with its reason."""
