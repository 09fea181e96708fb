"""A difference of two samples and its one-sided bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass

ALPHA = 0.05
"""Each bound is missed by the true difference at most this often."""

MOST_FURTHER = 200
"""More further rounds than this are no advice."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A minus B: the estimate and its one-sided 95 % bounds, infinite where too little is known."""

    estimate: float
    lower: float
    upper: float

    def outcome(self, margin: float) -> str:
        """Return worse (lower > margin), not worse (upper < margin) or open."""
        if self.lower > margin:
            return "worse"
        return "not worse" if self.upper < margin else "open"


def unknown(estimate: float) -> Difference:
    """Return a difference without bounds."""
    return Difference(estimate, -math.inf, math.inf)
