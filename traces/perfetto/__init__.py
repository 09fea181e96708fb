"""Decode system traces: Perfetto's, and the texts of atrace and systrace."""

from __future__ import annotations

from traces.perfetto.containers import is_perfetto_trace
from traces.perfetto.csv_view import DEFAULT_SLICE_NAMES
from traces.perfetto.reader import read_trace
from traces.systrace import is_systrace

__all__ = ["DEFAULT_SLICE_NAMES", "is_perfetto_trace", "is_trace", "read_trace"]


def is_trace(head: bytes) -> bool:
    """Return whether `read_trace` may read a file that begins with `head` (4096 bytes are enough)."""
    return is_perfetto_trace(head) or is_systrace(head)
