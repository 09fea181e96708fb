"""The frame strips' data in the form that the page's script draws: short lists, numbers rounded to 0.01 ms.

A frame is a list `[present, ready - present, deadline - present, flags, missed before, driver, jank]`, the
last only where there is one; `flags` is 1 for late plus 2 for layout, `driver` and `jank` are places in the
lists of names. All times are ms after the window start.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from profiler.report import wording
from profiler.report.page_words import doing_text, stage_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.analysis.results import LateFrame, PopupResult, StripFrame
    from profiler.report.catalog import Text

LANES = ("leash", "app", "keyboard")

_LATE, _LAYOUT = 1, 2
_TAIL_MS = 30.0
_STEP_MS = 50.0
_LEAST_MS, _MOST_MS = 200.0, 1200.0


@dataclass
class StripBook:
    """Collects the pop-ups of a page, each with a number by which the page refers to it."""

    popups: list[dict[str, Any]] = field(default_factory=list)
    janks: dict[str, int] = field(default_factory=dict)
    drivers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)
    """Names of slices, threads, stages, by their place in the list."""
    traces: dict[str, int] = field(default_factory=dict)
    _places: dict[int, int] = field(default_factory=dict)

    def place(self, popup: PopupResult, trace: str | None = None) -> int:
        """Return the number of a pop-up, adding it if it is new; `trace` is where it was measured."""
        key = id(popup)
        if key not in self._places:
            self._places[key] = len(self.popups)
            self.popups.append(self._compact(popup) | self._explained(popup, trace))
        return self._places[key]

    def names(self) -> dict[str, Any]:
        """Return the lists of names that the pop-ups' numbers point into."""
        texts: list[Text] = [wording.driver_text(driver) for driver in self.drivers]
        return {
            "jank": list(self.janks),
            "drivers": list(self.drivers),
            "texts": list(self.texts),
            "traces": list(self.traces),
            "driver_texts": [list(t) for t in texts],
        }

    def _compact(self, popup: PopupResult) -> dict[str, Any]:
        number = popup.metrics.get
        return {
            "T": _short(popup.period_ms),
            "s": [_short(popup.slide_start_ms), _short(popup.slide_end_ms)],
            "m": [_short(number(name)) for name in ("first_motion_ms", "settled_ms", "response_ms")],
            "f": {
                lane: [self._frame(f) for f in popup.strip if f.lane == lane]
                for lane in LANES
                if any(f.lane == lane for f in popup.strip)
            },
        }

    def _explained(self, popup: PopupResult, trace: str | None) -> dict[str, Any]:
        """Return where to look in the trace, and what is known of the late frames."""
        made: dict[str, Any] = {}
        if trace is not None:
            made |= {"r": self.traces.setdefault(trace, len(self.traces)), "t0": popup.t0_ns}
        late = [self._late(one) for one in popup.late if one.present_ms is not None]
        return made | {"l": late} if late else made

    def _late(self, one: LateFrame) -> list[Any]:
        driver, stage = wording.driver_text(one.driver), stage_text(one.stage)
        doing = [[*(self._text(w) for w in doing_text(what)), _short(ms)] for what, ms in one.doing]
        return [
            one.lane,
            _short(one.present_ms),
            one.start_ns,
            [self._text(word) for word in driver],
            [self._text(word) for word in stage],
            self._text(one.owner),
            doing,
            [[self._text(name), _short(ms)] for name, ms in one.slices],
        ]

    def _text(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts))

    def _frame(self, frame: StripFrame) -> list[float | int | None]:
        jank = self.janks.setdefault(frame.jank, len(self.janks)) if frame.jank else -1
        driver = self.drivers.setdefault(frame.driver, len(self.drivers))
        row: list[float | int | None] = [
            _short(frame.present_ms),
            _apart(frame.ready_ms, frame.present_ms),
            _apart(frame.deadline_ms, frame.present_ms),
            _LATE * frame.late + _LAYOUT * frame.layout,
            frame.missed_before,
            driver,
        ]
        return [*row, jank] if jank >= 0 else row


def axis_limit(popups: Iterable[PopupResult]) -> float:
    """Return the common end of the time axis in ms: all that belongs to the pop-ups fits, up to 1200 ms."""
    ends = [_LEAST_MS]
    for popup in popups:
        settled = popup.metrics.get("settled_ms")
        ends += [float(settled)] if isinstance(settled, int | float) else []
        ends += [f.present_ms for f in popup.strip if f.lane == "app" and f.layout]
    return min(_MOST_MS, math.ceil((max(ends) + _TAIL_MS) / _STEP_MS) * _STEP_MS)


def _short(value: object) -> float | int | None:
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    rounded = round(float(value), 2) + 0.0
    return int(rounded) if rounded.is_integer() else rounded


def _apart(value: float | None, present: float) -> float | int | None:
    return None if value is None else _short(value - present)
