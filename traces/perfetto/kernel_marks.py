"""Marks that drivers write as events of their own (sde, mdss, dpu, g2d, mali, samsung, lwis, panel, zero).

They mean what atrace's texts mean and nest with them on the same threads, so they are made such texts. The
category `gfx` of atrace turns them on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from google.protobuf.message import DecodeError

from traces.perfetto.schema import FtraceEvent
from traces.perfetto.wire import PADDING, Block

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELDS = {
    "mdss_mark": 80,
    "sde_mark": 333,
    "dpu_mark": 348,
    "g2d_mark": 349,
    "mali_mark": 350,
    "samsung_mark": 484,
    "lwis_mark": 467,
    "panel_mark": 490,
    "zero_mark": 331,
}
"""Fields of FtraceEvent."""
TAGS = tuple((field << 3 & 0x7F | 2 | 0x80) | (field >> 4) << 8 for field in FIELDS.values())
"""The two bytes of their tags as little-endian numbers."""
_NOT_A_TIME = 1 << 62


def text_of(event: Any) -> bytes | None:
    """Return the text that says the same; None: the event is no mark, or does not say which kind."""
    for name in FIELDS:
        if event.HasField(name):
            return _text(name, getattr(event, name))
    return None


def _text(name: str, mark: Any) -> bytes | None:
    kind = _zero_kind(mark.flag) if name == "zero_mark" else mark.type
    begins = mark.trace_begin if name in {"mdss_mark", "sde_mark"} else 0
    if not kind and not (name in {"mdss_mark", "sde_mark"} and mark.HasField("trace_begin")):
        return None
    letter = chr(kind) if kind in b"BECI" else None if kind else "B" if begins else "E"
    if letter is None:
        return None
    # Drivers of dpu name processes that their threads do not belong to; only counters' may be believed.
    group = 0 if name == "dpu_mark" and letter != "C" else max(mark.pid, 0)
    value = b"|%d" % mark.value if letter == "C" else b""
    return b"%s|%d|%s%s" % (letter.encode(), group, mark.name, value)


def _zero_kind(flag: int) -> int:
    """Return the letter of a mark of Qualcomm's kernels that tells its kind in bits."""
    return next((ord(letter) for bit, letter in ((1, "B"), (2, "E"), (4, "C")) if flag & bit), 0)


def marks_of(events: Sequence[bytes]) -> tuple[Block, np.ndarray]:
    """Return the texts of those events that are marks: a block, and rows of (time, thread, start, end)."""
    texts = bytearray()
    rows: list[tuple[int, int, int, int]] = []
    for raw in events:
        event = FtraceEvent()
        try:
            event.ParseFromString(raw)
        except DecodeError:
            continue  # whoever reads the same bytes as a task event counts the damage
        text = text_of(event)
        if text is not None and event.timestamp < _NOT_A_TIME:
            rows.append((event.timestamp, event.pid, len(texts), len(texts) + len(text)))
            texts += text
    return Block(bytes(texts) + bytes(PADDING)), np.asarray(rows, np.int64).reshape(-1, 4)
