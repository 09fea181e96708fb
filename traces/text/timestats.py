"""`dumpsys SurfaceFlinger --timestats -dump`: counts and histograms per layer, in whole ms (Android 9+)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from traces.text.dress import read_text
from traces.text.fields import not_a, number

_FIELD = re.compile(r"(\w+) = ?(.*)")
_HISTOGRAM = re.compile(r"(\w+) histogram is as below:")
_BUCKET = re.compile(r"([0-9]{1,9})ms=([0-9]{1,18})")
_HEADING = re.compile(r"^(?:SurfaceFlinger )?TimeStats:|^\w+ histogram is as below:", re.MULTILINE)
_LAYER_COUNTS = ("totalFrames", "droppedFrames", "lateAcquireFrames", "badDesiredPresentFrames")


@dataclass(frozen=True, slots=True)
class LayerStats:
    """One layer at one pair of refresh and render rate.

    Attributes:
        layer_name: full name with `#id`; "none" for frames without a buffer layer.
        package_name: often empty on 12+.
        uid: 12+.
        refresh_rate, render_rate: Hz; 12+.
        total_frames: buffers latched; the other counts likewise.
        average_fps: as printed; None if not.
        jank: the jank payload by its printed names (12+), e.g. `appBufferStuffingJankyFrames`.
        histograms_ms: name -> lower edge in ms -> count, e.g. `present2present`.
    """

    layer_name: str
    package_name: str
    uid: int | None
    refresh_rate: int | None
    render_rate: int | None
    total_frames: int
    dropped_frames: int
    late_acquire_frames: int
    bad_desired_present_frames: int
    average_fps: float | None
    jank: dict[str, int]
    histograms_ms: dict[str, dict[int, int]]


@dataclass(frozen=True, slots=True)
class TimeStats:
    """The whole dump.

    Attributes:
        start_s, end_s: wall clock, s; `end_s` is 0 while collecting.
        total_frames: frames that SurfaceFlinger composed.
        missed_frames: of those, missed.
        totals: all other numbers of the head by their printed names.
        histograms_ms: histograms of the head, e.g. `presentToPresent`.
        layers: per layer and rate, in the dump's order.
    """

    start_s: int | None
    end_s: int | None
    total_frames: int | None
    missed_frames: int | None
    totals: dict[str, float]
    histograms_ms: dict[str, dict[int, int]]
    layers: tuple[LayerStats, ...]


class _Section:
    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.histograms: dict[str, dict[int, int]] = {}

    def whole(self, key: str) -> int | None:
        value = number(self.fields.get(key, "").split(" ")[0])
        return None if value is None else int(value)


def parse_timestats(data: bytes | str, source: str = "this --timestats dump") -> TimeStats:
    """Read a `--timestats -dump`.

    Raises:
        InputFileError: it is no such dump.
    """
    text = read_text(data)
    if not _HEADING.search(text):
        raise not_a(
            "a --timestats dump",
            text,
            source,
            "Give the output of `dumpsys SurfaceFlinger --timestats -dump`.",
        )
    sections = _sections(text)
    head = sections[0]
    totals = {
        key: value for key, text_ in head.fields.items() if (value := number(text_.split(" ")[0])) is not None
    }
    return TimeStats(
        start_s=head.whole("statsStart"),
        end_s=head.whole("statsEnd"),
        total_frames=head.whole("totalFrames"),
        missed_frames=head.whole("missedFrames"),
        totals=totals,
        histograms_ms=head.histograms,
        layers=tuple(_layer(section) for section in sections[1:] if "layerName" in section.fields),
    )


def _sections(text: str) -> list[_Section]:
    """Cut at blank lines, and at a layer's first field where versions before 12 leave no blank line."""
    sections = [_Section()]
    histogram = ""
    for raw in text.split("\n"):
        line = raw.strip()
        section = sections[-1]
        if not line:
            if section.fields or section.histograms:
                sections.append(_Section())
        elif found := _HISTOGRAM.fullmatch(line):
            histogram = found[1]
        elif histogram and _BUCKET.match(line):
            section.histograms[histogram] = {int(edge): int(count) for edge, count in _BUCKET.findall(line)}
            histogram = ""
        elif found := _FIELD.fullmatch(line):
            if found[1] == "layerName" and ("layerName" in section.fields or section is sections[0]):
                sections.append(_Section())
            sections[-1].fields.setdefault(found[1], found[2].strip())
    return sections


def _layer(section: _Section) -> LayerStats:
    counts = [section.whole(key) or 0 for key in _LAYER_COUNTS]
    jank = {
        key: section.whole(key) or 0
        for key in section.fields
        if key.endswith("ankyFrames") or key == "totalTimelineFrames"
    }
    return LayerStats(
        layer_name=section.fields["layerName"],
        package_name=section.fields.get("packageName", ""),
        uid=section.whole("uid"),
        refresh_rate=section.whole("displayRefreshRate"),
        render_rate=section.whole("renderRate"),
        total_frames=counts[0],
        dropped_frames=counts[1],
        late_acquire_frames=counts[2],
        bad_desired_present_frames=counts[3],
        average_fps=number(section.fields.get("averageFPS")),
        jank=jank,
        histograms_ms=section.histograms,
    )
