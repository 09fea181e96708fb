"""logcat's ring."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from devices.simulated.world import LogLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_RING = 4000


class Logs:
    """The last lines of logcat.

    Args:
        realtime: The wall clock, ns.
    """

    def __init__(self, realtime: Callable[[], int]) -> None:
        self._realtime = realtime
        self._lines: deque[LogLine] = deque(maxlen=_RING)

    def write(self, pid: int, level: str, tag: str, message: str, tid: int | None = None) -> None:
        """Add a line."""
        self._lines.append(LogLine(self._realtime(), pid, pid if tid is None else tid, level, tag, message))

    def lines(self) -> Sequence[LogLine]:
        """Return all lines, oldest first."""
        return tuple(self._lines)
