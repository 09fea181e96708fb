"""What is good and what is bad for the silkiness: one table, each line with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """`good` or less scores 100, `bad` or more scores 0, linear between."""

    part: str
    metric: str
    unit: str
    good: float
    bad: float
    source: str


THRESHOLDS: tuple[Threshold, ...] = (
    Threshold(
        "response",
        "response_ms",
        "ms",
        100.0,
        250.0,
        "Huawei HarmonyOS, tap response from finger lift to first changed frame: S 100 ms, B 250 ms; "
        "Kaaresoja 2014: quality of a virtual button drops between 100 and 150 ms, and again at 300",
    ),
    Threshold(
        "settling",
        "settled_ms",
        "ms beyond the reference",
        32.0,
        300.0,
        "Kaaresoja 2014: within 32 ms two events seem simultaneous, at 300 ms quality has dropped for the "
        "second time; applied here to what the app adds to the system text field's time",
    ),
    Threshold(
        "motion cadence",
        "hitch_ratio",
        "ms/s",
        10.0,
        100.0,
        "Apple, Understanding hitches: 10 ms/s or less is good, above 50 needs attention at once; a slide is "
        "so short that one missed vsync is 29 (120 Hz) to 56 ms/s (60 Hz), so bad stands at twice 50",
    ),
)

CONTENT: dict[str, float] = {
    "per-frame": 100.0,
    "at-start": 60.0,
    "at-end": 50.0,
    "after-slide": 20.0,
}
"""Content motion is a kind, no number: an order (with the keyboard, one jump with it, one jump after it)."""
CONTENT_SOURCE = "silky's own order; nobody has published figures for it"
