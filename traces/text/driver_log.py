"""Marks that the driver printed in a round without a trace: `LOG_MARK` of `traces.capture`."""

from __future__ import annotations

import re

import numpy as np

from traces.capture import LOG_MARK
from traces.tables import MarkTable

RESOLUTION_NS = 10_000_000
"""/proc/uptime is cut to hundredths of a second."""
_MARK = re.compile(rf"{re.escape(LOG_MARK)} (\w+) (\d{{1,9}}) (\d{{1,9}})\.(\d\d)")


def parse_marks(text: str) -> MarkTable:
    """Return the marks in a driver's log, in order; ns on BOOTTIME, cut to 10 ms, so never later than true.

    Lines that are no whole mark are left out.
    """
    found = [made for line in text.splitlines() if (made := _MARK.fullmatch(line.strip()))]
    times = [(int(one[3]) * 100 + int(one[4])) * RESOLUTION_NS for one in found]
    return MarkTable.from_columns(
        {
            "pid": [0] * len(found),
            "time_ns": times,
            "name": np.array([one[1] for one in found], np.object_),
            "value": [int(one[2]) for one in found],
        }
    )
