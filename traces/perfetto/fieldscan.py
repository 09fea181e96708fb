"""Read chosen fields of many small messages at once: all cursors step from field to field together.

What this does not read (varints of more than 8 bytes, groups, tags of more than two bytes, fields that run
past their message) is told as odd and left to the schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from traces.perfetto.compiled import calls, loops
from traces.perfetto.wire import FIXED32, FIXED64, LENGTH, VARINT, varints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from traces.perfetto.wire import Block, Index
    from traces.tables import Bools

ABSENT = -1
_U7F, _U80, _U8 = np.uint64(0x7F), np.uint64(0x80), np.uint64(8)
_UNSEEN = np.array([0x80 << 56, 0x8080 << 48], np.uint64)
"""Continuation bits where a word has no bytes left, behind a tag of one byte and of two."""
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
        self._row_octets = self._row.astype(np.uint8)

    def scan(self, block: Block, start: Index, end: Index) -> Scanned:
        """Scan the messages at `start` .. `end` of a block."""
        total = len(start)
        if loops() is not None:
            return Scanned(*calls.scan(block, start, end, self._row_octets, self.count))
        value = np.full((self.count + 1, total), ABSENT, np.int64)
        ends = np.full((self.count + 1, total), ABSENT, np.int64)
        odd = np.zeros(total, np.bool_)
        who = np.flatnonzero(start < end)
        at, limit = start[who], end[who]
        words = block.words
        while len(who):
            head = words[at]
            tag = (head & _U7F).view(np.int64)
            long = (head & _U80) != 0
            body = at + 1
            good: Bools = np.ones(len(who), np.bool_)
            if long.any():
                tag |= np.where(long, (head >> _U8 & _U7F) << np.uint64(7), np.uint64(0)).view(np.int64)
                good = (head & np.uint64(0x8080)) != np.uint64(0x8080)
                body += long
                head >>= np.where(long, _U8, np.uint64(0))
            # Seven or six bytes of what follows the tag are at hand, which is nearly always enough.
            raw, width = varints((head >> _U8) | _UNSEEN[long.astype(np.int8)])
            unseen = np.flatnonzero(width == 0)
            if len(unseen):
                raw[unseen], width[unseen] = varints(words[np.minimum(body[unseen], limit[unseen])])
            number = raw.view(np.int64)
            wire = tag & 7
            delimited = wire == LENGTH
            after = body + width
            stop = np.where(delimited, after + number, after)
            good &= width > 0
            plain = delimited | (wire == VARINT)
            if not plain.all():
                fixed = (wire == FIXED64) | (wire == FIXED32)
                stop = np.where(fixed, body + np.where(wire == FIXED64, 8, 4), stop)
                good = (good | fixed) & (plain | fixed)
                if long.any():
                    good &= (words[at] & np.uint64(0x8080)) != np.uint64(0x8080)
            good &= (stop <= limit) & (tag > 7)
            if not good.all():
                odd[who[~good]] = True
                who, limit, tag = who[good], limit[good], tag[good]
                delimited, after, stop, number = delimited[good], after[good], stop[good], number[good]
            row = self._row[tag]
            told = np.flatnonzero(row < self.count)
            row, mine, delimited = row[told], who[told], delimited[told]
            value[row, mine] = np.where(delimited, after[told], number[told])
            ends[row, mine] = stop[told]
            more = stop < limit
            if not more.all():
                who, stop, limit = who[more], stop[more], limit[more]
            at = stop
        return Scanned(value[:-1], ends[:-1], odd)


__all__ = ["ABSENT", "LENGTH", "VARINT", "Fields", "Scanned"]
