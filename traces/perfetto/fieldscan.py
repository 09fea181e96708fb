"""Read chosen fields of many small messages at once: all cursors step from field to field together.

What this does not read (varints of more than 8 bytes, groups, tags of more than two bytes, fields that run
past their message) is told as odd and left to the schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from traces.perfetto.wire import FIXED32, FIXED64, LENGTH, VARINT, varints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.perfetto.wire import Block, Index

ABSENT = -1
_TAGS = 1 << 14


@dataclass
class Scanned:
    """Columns of the chosen fields, `ABSENT` where a message has no such field; the last of several counts.

    For a varint `value` is its value, for a length-delimited field its first byte, with `end` behind its
    last.
    """

    value: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    odd: npt.NDArray[np.bool_]


class Fields:
    """The fields to read: (number, wire type) each; row i of the columns is field i.

    With `rows`, field i goes to row `rows[i]`, which several fields may share: the last one counts.
    """

    def __init__(self, fields: Sequence[tuple[int, int]], rows: Sequence[int] | None = None) -> None:
        rows = range(len(fields)) if rows is None else rows
        self.count = max(rows, default=-1) + 1
        self._row = np.full(_TAGS, self.count, np.int64)
        for row, (number, wire) in zip(rows, fields, strict=True):
            self._row[number << 3 | wire] = row

    def scan(self, block: Block, start: Index, end: Index) -> Scanned:
        """Scan the messages at `start` .. `end` of a block."""
        total = len(start)
        value = np.full((self.count + 1, total), ABSENT, np.int64)
        ends = np.full((self.count + 1, total), ABSENT, np.int64)
        odd = np.zeros(total, np.bool_)
        who = np.flatnonzero(start < end)
        at, limit = start[who], end[who]
        words = block.words
        while len(who):
            head = words[at].astype(np.int64)
            tag = head & 0x7F
            long = (head & 0x80) != 0
            good = np.ones(len(who), np.bool_)
            if long.any():
                tag |= np.where(long, (head >> 8 & 0x7F) << 7, 0)
                good = (head & 0x8080) != 0x8080
                at = at + long
            body = np.minimum(at + 1, limit)
            raw, width = varints(words[body])
            number = raw.astype(np.int64)
            wire = tag & 7
            after = body + width
            good &= (width > 0) | (wire == FIXED64) | (wire == FIXED32)
            delimited = wire == LENGTH
            stop = np.where(delimited, after + number, after)
            fixed = (wire == FIXED64) | (wire == FIXED32)
            if fixed.any():
                stop = np.where(fixed, body + np.where(wire == FIXED64, 8, 4), stop)
            good &= (stop <= limit) & (delimited | (wire == VARINT) | fixed) & (tag > 7)
            if not good.all():
                odd[who[~good]] = True
                who, limit, tag = who[good], limit[good], tag[good]
                delimited, after, stop, number = delimited[good], after[good], stop[good], number[good]
            row = self._row[tag]
            value[row, who] = np.where(delimited, after, number)
            ends[row, who] = stop
            more = stop < limit
            who, at, limit = who[more], stop[more], limit[more]
        return Scanned(value[:-1], ends[:-1], odd)


__all__ = ["ABSENT", "LENGTH", "VARINT", "Fields", "Scanned"]
