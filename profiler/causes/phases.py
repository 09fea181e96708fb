"""The way from the press to the keyboard's first motion, phase by phase, by the marks that Android writes.

Marks: docs/causes.md and section 4.1 of AOSP's sequence. A phase whose marks the recording lacks is not
there; nothing is concluded from that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import MS, matching
from profiler.causes import who

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.analysis.popup import Window
    from profiler.causes.path import Frames
    from traces.tables import Ints

INPUT, ASK, SERVER, SHOW, PLACE, START, FIRST = (
    "input",
    "ask",
    "server",
    "show",
    "place",
    "start",
    "first motion",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a phase usually takes, and from when on it is called slow, ms. Own choices, docs/causes.md."""

    usual: float
    slow: float


LIMITS: dict[str, Limits] = {
    INPUT: Limits(8, 30),
    ASK: Limits(10, 60),
    SERVER: Limits(10, 60),
    SHOW: Limits(40, 100),
    PLACE: Limits(10, 60),
    START: Limits(20, 60),
    FIRST: Limits(30, 80),
}


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase; BOOTTIME ns."""

    name: str
    begin_ns: int
    end_ns: int
    driver: str
    """Whose turn it is."""
    tid: int | None
    """The thread whose work it is, None: not known."""
    pid: int | None

    @property
    def ms(self) -> float:
        """Its length."""
        return (self.end_ns - self.begin_ns) / MS

    @property
    def slow(self) -> bool:
        """Whether it took longer than usual by so much that it is worth a cause."""
        return self.ms > LIMITS[self.name].slow

    @property
    def cost_ms(self) -> float:
        """What it took beyond the usual."""
        return max(0.0, self.ms - LIMITS[self.name].usual)


@dataclass(frozen=True)
class Way:
    """All phases that the recording shows."""

    phases: tuple[Phase, ...]
    keyboard_pid: int | None
    cold: bool
    """Whether the keyboard's process was started on the way."""
    delivered_until_ns: int | None
    """End of the UP's deliverInputEvent."""

    def get(self, name: str) -> Phase | None:
        """Return a phase by name."""
        return next((phase for phase in self.phases if phase.name == name), None)


def find_way(frames: Frames, window: Window) -> Way:
    """Return the phases of a pop-up from the press to its first motion."""
    press, slide, motion = window.press, window.slide, window.motion
    if press is None or slide is None:
        return Way((), None, cold=False, delivered_until_ns=None)
    scene = frames.scene
    find = _Finder(frames, press.delivery_ns, slide.start_ns)
    ask = find.first(lambda n: n in ("IMMS.showSoftInput", "IMMS.startInputOrWindowGainedFocus"))
    shows = find.rows(lambda n: n.startswith("IMS."))
    keyboard = int(scene.slices.pid[shows[0]]) if len(shows) else None
    binds = find.rows(lambda n: n == "bindApplication")
    bound = [r for r in binds.tolist() if keyboard is not None and scene.slices.pid[r] == keyboard]
    began = min((int(scene.slices.start_ns[r]) for r in (*shows.tolist(), *bound)), default=None)
    placed = find.first(lambda n: n.startswith("finishDrawing"), after=began)
    given = find.first(
        lambda n: n in ("MSG_INSETS_CONTROL_CHANGED", "IC.showRequestFromIme"), pid=scene.pid, after=placed
    )
    marks: list[tuple[str, int | None, str, int | None, int | None]] = [
        (INPUT, press.delivery_ns, who.MAIN, scene.pid, scene.pid),
        (ASK, ask, who.MAIN, scene.pid, scene.pid),
        (SERVER, began, who.SYSTEM, find.thread_of_ask, None),
        (SHOW, placed, who.KEYBOARD, keyboard, keyboard),
        (PLACE, given, who.SYSTEM, None, None),
        (START, slide.start_ns, who.MAIN, scene.pid, scene.pid),
        (
            FIRST,
            int(motion.times_ns[1]) if motion is not None and len(motion.times_ns) > 1 else None,
            who.MAIN if slide.synchronised else who.INSETS,
            scene.pid if slide.synchronised else None,
            scene.pid if slide.synchronised else None,
        ),
    ]
    phases, before = [], press.up_ns
    whole = True
    for name, until, driver, tid, pid in marks:
        if until is None or until < before:
            whole = False  # what follows begins at an unknown time
            continue
        if whole:
            phases.append(Phase(name, before, until, driver, tid, pid))
        before, whole = until, True
    main = frames.main
    rows = [
        r
        for r in main.inside(press.delivery_ns, press.delivery_ns + 1).tolist()
        if str(main.name[r]).startswith("deliverInputEvent")
    ]
    until = int(main.end_ns[rows[-1]]) if rows else None
    return Way(tuple(phases), keyboard, cold=bool(bound), delivered_until_ns=until)


class _Finder:
    """Looks for marks between delivery and slide."""

    def __init__(self, frames: Frames, begin_ns: int, end_ns: int) -> None:
        slices = frames.scene.slices
        self._slices = slices
        inside = np.flatnonzero((slices.start_ns >= begin_ns) & (slices.start_ns < end_ns))
        self._rows: Ints = inside[np.argsort(slices.start_ns[inside], kind="stable")]
        self.thread_of_ask: int | None = None

    def rows(self, test: Callable[[str], bool]) -> Ints:
        """Return the rows whose name passes, in order of start."""
        return self._rows[matching(self._slices.name[self._rows], test)]

    def first(
        self, test: Callable[[str], bool], *, pid: int | None = None, after: int | None = None
    ) -> int | None:
        """Return the start of the first slice whose name passes."""
        for row in self.rows(test).tolist():
            start = int(self._slices.start_ns[row])
            if (pid is None or self._slices.pid[row] == pid) and (after is None or start >= after):
                if self._slices.name[row] and str(self._slices.name[row]).startswith("IMMS."):
                    self.thread_of_ask = int(self._slices.tid[row])
                return start
        return None
