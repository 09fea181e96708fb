"""Seeded randomness: named streams, so that one more draw in one place changes nothing elsewhere."""

from __future__ import annotations

import math
import random
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Cost(BaseModel):
    """How long a piece of work takes: lognormal around a median."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    median_ms: float = Field(ge=0)
    sigma: float = Field(default=0.15, ge=0, le=2)
    """Standard deviation of the logarithm; 0 makes it constant."""

    def draw(self, rng: random.Random, factor: float = 1.0) -> int:
        """Return one cost in ns."""
        if self.median_ms == 0:
            return 0
        spread = math.exp(self.sigma * rng.gauss(0.0, 1.0)) if self.sigma else 1.0
        return int(self.median_ms * 1e6 * spread * factor)


def _cost_of_number(value: Any) -> Any:
    return {"median_ms": value} if isinstance(value, int | float) else value


CostField = Annotated[Cost, BeforeValidator(_cost_of_number)]
"""A cost in a file: `{median_ms, sigma}`, or a bare number of ms as its median."""


def stream(seed: int, name: str) -> random.Random:
    """Return the random stream of this name."""
    return random.Random(f"{seed}/{name}")
