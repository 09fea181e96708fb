"""A column of whole numbers that lie close together, kept in less room until it is wanted.

The times, cookies and places of one block's frame events are such: a block spans a moment. Of tiny packets
there may be millions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from traces.tables import Ints

_NEAR, _FAR = 1 << 16, 1 << 32


@dataclass(frozen=True, slots=True)
class Narrow:
    """Numbers as what each is above the least, or above the one before (`steps`)."""

    least: int
    above: npt.NDArray[np.uint16] | npt.NDArray[np.uint32] | Ints
    steps: bool = False

    def __len__(self) -> int:
        return len(self.above)

    def wide(self) -> Ints:
        """Return the numbers, int64."""
        found: Ints = np.cumsum(self.above, dtype=np.int64) if self.steps else self.above.astype(np.int64)
        found += self.least
        return found


def narrow(numbers: Ints) -> Narrow:
    """Keep a column; `numbers` is int64 and is not to be changed any more."""
    if not len(numbers):
        return Narrow(0, numbers)
    least, most = int(numbers.min()), int(numbers.max())
    if most - least >= _FAR:
        return Narrow(0, numbers)
    above = (numbers - least).astype(np.uint32)
    if most - least < _NEAR:
        return Narrow(least, above.astype(np.uint16))
    steps = np.diff(numbers, prepend=least)
    if int(steps.min()) >= 0 and int(steps.max()) < _NEAR:
        return Narrow(least, steps.astype(np.uint16), steps=True)
    return Narrow(least, above)
