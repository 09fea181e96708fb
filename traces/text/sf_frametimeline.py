"""`dumpsys SurfaceFlinger --frametimeline -jank | -all` (Android 12+): the last 64 display frames as text.

Source: `FrameTimeline::dumpAll`, `dumpJank`, `SurfaceFrame::dump`, `dumpTable` of AOSP 12 to 16. Needs no
Perfetto. Unlike a trace it tells the expected time on screen and holds frames without a token; times are ms
with two decimals after the first frame of the dump, so they stand on no clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.tables import NA, Bools, Ints, JankType, PredictionType, PresentType, Strings, Table
from traces.text.dress import read_text
from traces.text.fields import not_a

if TYPE_CHECKING:
    from collections.abc import Iterator

RESOLUTION_NS = 10_000
"""Times are printed to 0.01 ms."""
_LARGEST_MS = 9e12
_JANKS: dict[str, JankType] = {
    "None": JankType.NONE,
    "Display HAL": JankType.DISPLAY_HAL,
    "SurfaceFlinger CPU Deadline Missed": JankType.SF_CPU_DEADLINE_MISSED,
    "SurfaceFlinger GPU Deadline Missed": JankType.SF_GPU_DEADLINE_MISSED,
    "SurfaceFlinger deadline missed (while in HWC)": JankType.SF_CPU_DEADLINE_MISSED,
    "SurfaceFlinger deadline missed (while in GPU comp)": JankType.SF_GPU_DEADLINE_MISSED,
    "App Deadline Missed": JankType.APP_DEADLINE_MISSED,
    "Prediction Error": JankType.PREDICTION_ERROR,
    "SurfaceFlinger Scheduling": JankType.SF_SCHEDULING,
    "Buffer Stuffing": JankType.BUFFER_STUFFING,
    "Unknown jank": JankType.UNKNOWN,
    "SurfaceFlinger Stuffing": JankType.SF_STUFFING,
    "Dropped Frame": JankType.DROPPED,
}
_PRESENTS = {
    "On Time Present": PresentType.ON_TIME,
    "Late Present": PresentType.LATE,
    "Early Present": PresentType.EARLY,
}
_PREDICTIONS = {
    "Valid": PredictionType.VALID,
    "Expired": PredictionType.EXPIRED,
    "None": PredictionType.UNKNOWN,
}


@dataclass(frozen=True)
class SfFrameTable(Table):
    """One row per surface frame of the dump. Times are int64 ns after the dump's base, `NA` where not told.

    Attributes:
        display: index into the dump's display frames.
        layer_name: the layer's name with `#id`.
        layer_id, pid: of the layer and the process that it is booked under.
        token: vsync id; -1 for a frame without one (not in any Perfetto trace).
        is_buffer: whether it carried a buffer.
        present_type: `PresentType`; DROPPED where the present state says so.
        prediction_type: `PredictionType`.
        jank_type: `JankType` bits.
        on_time_finish: whether it was ready by its deadline.
        render_hz: scheduled rendering rate; `NA` where 0.
        expected_start_ns, expected_end_ns, expected_present_ns: its prediction; the end is the deadline.
        start_ns, end_ns: when it began and was ready.
        present_ns: the time on screen; `NA` for dropped frames, pending and bad fences.
        drop_ns: when it was dropped.
        latch_ns: when the layer's buffer before it was latched; `NA` where 0.
    """

    display: Ints
    layer_name: Strings
    layer_id: Ints
    pid: Ints
    token: Ints
    is_buffer: Bools
    present_type: Ints
    prediction_type: Ints
    jank_type: Ints
    on_time_finish: Bools
    render_hz: Ints
    expected_start_ns: Ints
    expected_end_ns: Ints
    expected_present_ns: Ints
    start_ns: Ints
    end_ns: Ints
    present_ns: Ints
    drop_ns: Ints
    latch_ns: Ints


@dataclass(frozen=True)
class SfDisplayTable(Table):
    """One row per display frame. `number` is its index in SurfaceFlinger's list: `-jank` leaves gaps."""

    number: Ints
    period_ns: Ints
    present_type: Ints
    prediction_type: Ints
    jank_type: Ints
    on_time_finish: Bools
    expected_start_ns: Ints
    expected_end_ns: Ints
    expected_present_ns: Ints
    start_ns: Ints
    end_ns: Ints
    present_ns: Ints


@dataclass(frozen=True, slots=True)
class SfFrameTimeline:
    """One dump.

    Attributes:
        display: its display frames, oldest first.
        frames: their surface frames, in the dump's order.
        announced: the number of display frames that `-all` announces; None for `-jank`.
        unknown_janks: jank types that this module does not know.
    """

    display: SfDisplayTable
    frames: SfFrameTable
    announced: int | None
    unknown_janks: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every display frame of the ring stands in it: `-all`, and not cut off."""
        return self.announced is not None and self.announced == len(self.display)


_COUNT = re.compile(r"Number of display frames : ([0-9]{1,9})")
_DISPLAY = re.compile(r"Display Frame ([0-9]{1,9})(?: \[\*\])?")
_LAYER = re.compile(r"Layer - (.*?)(?: \[\*\])?")
_FIELD = re.compile(r"([A-Z][A-Za-z %?]*?) ?: *(.*)")


class _Record:
    """The lines of one display or surface frame."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.fields: dict[str, str] = {}
        self.expected: tuple[int, int, int] = (NA, NA, NA)
        self.actual: tuple[int, int, int] = (NA, NA, NA)

    def take(self, line: str) -> None:
        if line.startswith("Expected"):
            self.expected = _times(line)
        elif line.startswith("Actual"):
            self.actual = _times(line)
        elif found := _FIELD.fullmatch(line):
            self.fields.setdefault(found[1].strip(), found[2].strip())

    def whole(self, key: str) -> int:
        found = re.match(r"-?[0-9]{1,18}(?![0-9])", self.fields.get(key, ""))
        return int(found[0]) if found else NA

    def time(self, key: str) -> int:
        return _ns(self.fields.get(key, ""))

    def present_ns(self) -> int:
        """Return the time on screen; a present fence that failed (-1) is printed as 0.00."""
        return self.actual[2] if self.actual[2] > 0 else NA


def _times(line: str) -> tuple[int, int, int]:
    cells = [cell.strip() for cell in line.split("|", 4)[1:4]]
    start, end, present = (_ns(cell) for cell in (*cells, "", "", "")[:3])
    return start, end, present


def _ns(text: str) -> int:
    """Return printed ms as ns, `NA` for `N/A` and for what no clock shows."""
    try:
        ms = float(text)
    except ValueError:
        return NA
    return round(ms * 1e6) if abs(ms) < _LARGEST_MS else NA


def parse_sf_frametimeline(
    data: bytes | str, source: str = "this --frametimeline dump"
) -> tuple[SfFrameTimeline, ...]:
    """Read one dump of `--frametimeline`, or several on end.

    Args:
        data: the dump in any dress; `-all`, `-jank` or both.
        source: how to name the file in errors.

    Returns:
        One per `Number of display frames` line or restart of the numbering.

    Raises:
        InputFileError: no display frame stands in it.
    """
    text = read_text(data)
    dumps = [_dump(count, records) for count, records in _dumps(text) if records or count == 0]
    if not dumps:
        raise not_a(
            "a --frametimeline dump",
            text,
            source,
            "Give the output of `dumpsys SurfaceFlinger --frametimeline -all` (Android 12 or newer).",
        )
    return tuple(dumps)


_Records = list[tuple[_Record, list[_Record]]]


def _dumps(text: str) -> Iterator[tuple[int | None, _Records]]:
    count: int | None = None
    records: _Records = []
    last = -1
    target: _Record | None = None
    for raw in text.split("\n"):
        line = raw.strip()
        if found := _COUNT.fullmatch(line):
            yield count, records
            count, records, last, target = int(found[1]), [], -1, None
        elif found := _DISPLAY.fullmatch(line):
            if int(found[1]) <= last:
                yield count, records
                count, records = None, []
            last = int(found[1])
            target = _Record(found[1])
            records.append((target, []))
        elif records and (found := _LAYER.fullmatch(line)):
            target = _Record(found[1])
            records[-1][1].append(target)
        elif target is not None:
            target.take(line)
    yield count, records


def _dump(count: int | None, records: _Records) -> SfFrameTimeline:
    unknown: dict[str, None] = {}
    display: dict[str, list[object]] = {name: [] for name in SfDisplayTable.__dataclass_fields__}
    frames: dict[str, list[object]] = {name: [] for name in SfFrameTable.__dataclass_fields__}
    for index, (one, surfaces) in enumerate(records):
        _add(display, {"number": int(one.name), "period_ns": one.time("Vsync Period")}, one, unknown)
        for surface in surfaces:
            _add(frames, _surface(index, surface), surface, unknown)
    return SfFrameTimeline(
        SfDisplayTable.from_columns(display), SfFrameTable.from_columns(frames), count, tuple(unknown)
    )


def _surface(index: int, surface: _Record) -> dict[str, object]:
    rate = surface.whole("Scheduled rendering rate")
    latch = surface.time("Last latch time")
    return {
        "display": index,
        "layer_name": surface.name,
        "layer_id": surface.whole("Layer ID"),
        "pid": surface.whole("Owner Pid"),
        "token": surface.whole("Token"),
        "is_buffer": surface.fields.get("Is Buffer?", "") == "1",
        "render_hz": rate if rate > 0 else NA,
        "drop_ns": surface.time("Drop time"),
        "latch_ns": latch if latch > 0 else NA,
    }


def _add(
    columns: dict[str, list[object]], own: dict[str, object], one: _Record, unknown: dict[str, None]
) -> None:
    state = one.fields.get("Present State")
    dropped = state == "Dropped"
    present = one.present_ns() if state in {None, "Presented"} else NA
    shared: dict[str, object] = {
        "present_type": PresentType.DROPPED if dropped else _present_type(one),
        "prediction_type": _PREDICTIONS.get(
            one.fields.get("Prediction State", ""), PredictionType.UNSPECIFIED
        ),
        "jank_type": _jank(one.fields.get("Jank Type", ""), unknown),
        "on_time_finish": one.fields.get("Finish Metadata") == "On Time Finish",
        "expected_start_ns": one.expected[0],
        "expected_end_ns": one.expected[1],
        "expected_present_ns": one.expected[2],
        "start_ns": one.actual[0],
        "end_ns": one.actual[1],
        "present_ns": present,
    }
    for name, values in columns.items():
        values.append(own[name] if name in own else shared[name])


def _present_type(one: _Record) -> PresentType:
    return _PRESENTS.get(one.fields.get("Present Metadata", ""), PresentType.UNKNOWN)


def _jank(text: str, unknown: dict[str, None]) -> int:
    bits = 0
    for name in filter(None, text.split(", ")):
        if name in _JANKS:
            bits |= _JANKS[name]
        else:
            unknown.setdefault(name)
            bits |= JankType.UNKNOWN
    return int(bits)


def present_gaps_ns(timeline: SfFrameTimeline, layer: str) -> Ints:
    """Return the gaps between successive times on screen of one layer's frames."""
    own = timeline.frames.where(timeline.frames.layer_name == layer)
    shown = own.present_ns[own.present_ns != NA]
    return np.diff(np.unique(shown))
