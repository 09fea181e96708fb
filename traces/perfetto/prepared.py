"""What can be read of the packets of a block without knowing what came before them.

That is most of the work on bytes: where fields are, where events are, what they are. It is done a block in advance,
in a thread of its own (`traces.perfetto.ahead`), as the loops in C and numpy's let others work meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.perfetto.fieldscan import LENGTH, VARINT, Fields, Scanned
from traces.perfetto.ftrace import Bundled, read_bundles
from traces.perfetto.wire import varints

if TYPE_CHECKING:
    from traces.perfetto.wire import Block, Index

_FTRACE_EVENTS_TAG = 0x0A
TIMESTAMP, CLOCK, SEQUENCE, DROPPED, FRAME, BUFFER, RARE = range(7)
"""Rows of `Prepared.scanned`. The rare kinds are left to the schema: bundles that do not come first, process trees,
clocks, statistics, compressed packets."""
_PACKET = Fields(
    [
        (8, VARINT),
        (58, VARINT),
        (10, VARINT),
        (42, VARINT),
        (76, LENGTH),
        (57, LENGTH),
        *((number, LENGTH) for number in (1, 2, 6, 34, 35, 45, 50, 59, 69, 133)),
    ],
    rows=[TIMESTAMP, CLOCK, SEQUENCE, DROPPED, FRAME, BUFFER, *[RARE] * 10],
)


@dataclass
class Prepared:
    """Packets of a block, some of them read."""

    block: Block
    end: Index
    """Of each packet."""
    body: Index
    """Where in each packet that begins which comes after a bundle in the first place."""
    scanned: Scanned
    first: Index
    last: Index
    """Of the bundles that come first in their packets."""
    bundled: Bundled | None
    """What those hold; None where ftrace is not wanted."""


def prepare(block: Block, start: Index, end: Index, *, ftrace: bool) -> Prepared:
    """Read packets as far as nothing is needed for it of what came before."""
    first, last, body = _bundle_spans(block, start, end)
    scanned = _PACKET.scan(block, body, end)
    bundled = read_bundles(block, first, last) if ftrace else None
    return Prepared(block, end, body, scanned, first, last, bundled)


def _bundle_spans(block: Block, start: Index, end: Index) -> tuple[Index, Index, Index]:
    """Return the bundles that come first in their packets, and where what follows them begins."""
    body = start.copy()
    first = np.flatnonzero((block.octets[start] == _FTRACE_EVENTS_TAG) & (start < end))
    length, width = varints(block.words[start[first] + 1])
    bundle = start[first] + 1 + width
    after = bundle + length.astype(np.int64)
    # One that runs past its packet is left for the schema to refuse.
    whole = np.flatnonzero((width > 0) & (width <= 5) & (after <= end[first]))
    bundle, after = bundle[whole], after[whole]
    body[first[whole]] = after
    return bundle, after, body
