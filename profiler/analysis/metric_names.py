"""What a metric's name tells: the kind of interaction, what is counted, in which unit. docs/metrics.md.

A pop-up's metrics have plain names; those of every other kind are `kind.metric`, as in `key.commit_ms`.
"""

from __future__ import annotations

from dataclasses import dataclass

from traces.capture import MARKS

SHOW = "show"
SHARE = "share"
"""Unit of a part of interactions, 0 ... 1; shown in percent."""
PER_SECOND = "ms/s"
_COUNTED_VSYNCS = ("missed_vsyncs",)
_HITCHES = ("hitch_ms",)
_QUALIFIERS = (".least", ".most", ".keyboard_up", ".keyboard_down")
"""Endings that say of which reading, or of which of the interactions, it is."""
_PARTS = ("content_", "list_", "app_")
"""Beginnings that say of what the metric is, not what it is."""


@dataclass(frozen=True, slots=True)
class MetricName:
    """One name, read."""

    kind: str
    """As in `traces.capture.MARKS`."""
    bare: str
    """Without the kind."""

    @property
    def unit(self) -> str:
        """ms, ms/s, share, fps, Hz; empty for counts and for `hitch_ratio`, which is s per s."""
        for end, unit in (("_ms_per_s", PER_SECOND), ("_share", SHARE), ("_fps", "fps"), ("_hz", "Hz")):
            if self._plain.endswith(end):
                return unit
        if self._plain == "fps":
            return "fps"
        return "ms" if self.bare.endswith("_ms") or "_ms." in self.bare else ""

    @property
    def counts_hitches(self) -> bool:
        """Whether it is time stood still, in ms an interaction."""
        return self._what in _HITCHES

    @property
    def counts_vsyncs(self) -> bool:
        """Whether it is missed vsyncs an interaction."""
        return self._what in _COUNTED_VSYNCS

    @property
    def is_hitch_ratio(self) -> bool:
        """Whether it is time stood still by time in motion, in s per s."""
        return self._what == "hitch_ratio"

    @property
    def _plain(self) -> str:
        plain = self.bare
        for qualifier in _QUALIFIERS:
            plain = plain.removesuffix(qualifier)
        return plain

    @property
    def _what(self) -> str:
        what = self._plain
        for part in _PARTS:
            what = what.removeprefix(part)
        return what


def metric_name(metric: str) -> MetricName:
    """Read a metric's name."""
    kind, dot, rest = metric.partition(".")
    return MetricName(kind, rest) if dot and kind in MARKS and kind != SHOW else MetricName(SHOW, metric)
