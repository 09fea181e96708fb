"""What can be read of the packets of a block without knowing what came before them.

That is most of the work on bytes: where fields are, where events are, what they are. It is done a block in
advance, in a thread of its own (`traces.perfetto.ahead`), as C's and numpy's loops let others work meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from traces.perfetto.compiled import calls, loops
from traces.perfetto.fieldscan import ABSENT, LENGTH, VARINT, Fields
from traces.perfetto.ftrace import read_bundles
from traces.perfetto.memory import Scratch
from traces.perfetto.wire import varints

if TYPE_CHECKING:
    from traces.perfetto.fieldscan import Scanned
    from traces.perfetto.ftrace import Bundled
    from traces.perfetto.wire import Block, Index
    from traces.tables import Bools

Gathered: TypeAlias = "bytes | memoryview"

_FTRACE_EVENTS_TAG = 0x0A
_TIMESTAMP, _CLOCK, _SEQUENCE, _DROPPED, FRAME, BUFFER, _RARE = range(7)
_PACKET = Fields(
    [
        (8, VARINT),
        (58, VARINT),
        (10, VARINT),
        (42, VARINT),
        (76, LENGTH),
        (57, LENGTH),
        # The rare kinds: bundles that do not come first, process trees, clocks, statistics, compressed ones.
        *((number, LENGTH) for number in (1, 2, 6, 34, 35, 45, 50, 59, 69, 133)),
    ],
    rows=[_TIMESTAMP, _CLOCK, _SEQUENCE, _DROPPED, FRAME, BUFFER, *[_RARE] * 10],
)


ENOUGH = 4096
"""Frame events in so many at least are read where they are; fewer are gathered."""


@dataclass
class FrameMessages:
    """The frame events of one kind in a block."""

    which: Index
    """Their places among `Frames`."""
    size: Index
    gathered: Gathered | None
    """Their bytes, one event behind the other; None where they are read where they are."""
    start: Index


@dataclass
class Frames:
    """The frame events of one block that are read in columns; `at` are packet numbers within the block."""

    at: Index
    time_ns: Index
    clock: Index
    sequence: Index
    messages: dict[int, FrameMessages]
    """By kind: `FRAME`, `BUFFER`."""
    done: int = 0


@dataclass
class Prepared:
    """Packets of a block, some of them read."""

    block: Block
    end: Index
    """Of each packet."""
    body: Index
    """Where in each packet that begins which comes after a bundle in the first place."""
    sequence: Index
    dropped: Bools
    """Whether packets before each were dropped."""
    rare: Index
    """Numbers of the packets that are left to the schema: bundles that do not come first, process trees,
    clocks, statistics, compressed packets, and whatever is not of the usual form."""
    frames: Frames
    first: Index
    last: Index
    """Of the bundles that come first in their packets."""
    bundled: Bundled | None
    """What those hold; None where ftrace is not wanted."""


class Preparing:
    """Reads packets, in the order of the trace, as far as nothing is needed for it of what came before.

    Args:
        ftrace: False leaves bundles alone.
        spans: whether it is told where all events are.
        at_once: how many blocks' worth of what is read is looked at, at one time.
    """

    def __init__(self, *, ftrace: bool, spans: bool, at_once: int) -> None:
        self._ftrace, self._spans = ftrace, spans
        self._scratch = [Scratch() for _ in range(at_once)]
        self._turn = 0

    def prepare(self, block: Block, start: Index, end: Index) -> Prepared:
        """Read the packets at `start` .. `end` of a block."""
        scratch = self._scratch[self._turn % len(self._scratch)]
        self._turn += 1
        scratch.take_back()
        first, last, body = _bundle_spans(block, start, end)
        scanned = _PACKET.scan(block, body, end)
        value = scanned.value
        rare = scanned.odd | (value[_RARE] != ABSENT)
        bundled = read_bundles(block, first, last, scratch, spans=self._spans) if self._ftrace else None
        return Prepared(
            block,
            end,
            body,
            value[_SEQUENCE],
            value[_DROPPED] > 0,
            np.flatnonzero(rare),
            _frames(block, scanned, rare),
            first,
            last,
            bundled,
        )


def _frames(block: Block, scanned: Scanned, rare: Bools) -> Frames:
    value = scanned.value
    at = np.flatnonzero(((value[FRAME] != ABSENT) | (value[BUFFER] != ABSENT)) & ~rare)
    messages = {}
    for kind in (FRAME, BUFFER):
        start, end = value[kind, at], scanned.end[kind, at]
        which = np.flatnonzero(start != ABSENT)
        if len(which):
            start, end = start[which], end[which]
            gathered = gather(block, start, end) if len(which) < ENOUGH else None
            messages[kind] = FrameMessages(which, end - start, gathered, start)
    return Frames(at, value[_TIMESTAMP, at], value[_CLOCK, at], value[_SEQUENCE, at], messages)


def gather(block: Block, start: Index, end: Index) -> Gathered:
    """Return the bytes of messages, one behind the other."""
    if loops() is not None:
        return calls.gather(block, start, end).data
    data = block.data
    return b"".join([data[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)])


def _bundle_spans(block: Block, start: Index, end: Index) -> tuple[Index, Index, Index]:
    """Return the bundles that come first in their packets, and where what follows them begins."""
    if loops() is not None:
        return calls.spans(block, start, end)
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
