"""Published scales for a hitch ratio and for missed frames, under their authors' names."""

from __future__ import annotations

APPLE_2020 = ((5.0, "good"), (10.0, "warning"))
"""WWDC20 (XCTest): up to 5 ms/s good, below 10 warning, from 10 critical."""
APPLE_NOW = ((10.0, "good"), (25.0, "warning"), (50.0, "critical"))
"""Understanding hitches in your app: each bound belongs to the better grade; above: immediate attention."""
CDD_MUST, CDD_SHOULD = 5.0, 1.0
"""Android CDD 8.1 [H-0-1]: late frames a second, MUST NOT be more than, SHOULD be below."""


def apple_2020(ratio_ms_per_s: float) -> str:
    """Return the grade on the scale of WWDC20."""
    good, critical = APPLE_2020[0][0], APPLE_2020[1][0]
    return "good" if ratio_ms_per_s <= good else "warning" if ratio_ms_per_s < critical else "critical"


def apple_now(ratio_ms_per_s: float) -> str:
    """Return the grade on the scale of Xcode's Organizer."""
    return next((grade for bound, grade in APPLE_NOW if ratio_ms_per_s <= bound), "immediate attention")


def cdd_8_1(late_frames: int, seconds: float) -> str:
    """Return meets, must (over one a second) or fails (over five) of the CDD's rule on late frames."""
    rate = late_frames / seconds
    return "fails" if rate > CDD_MUST else "must" if rate >= CDD_SHOULD else "meets"
