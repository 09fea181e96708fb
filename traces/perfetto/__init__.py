"""Decode Perfetto system traces."""

from __future__ import annotations

from traces.perfetto.containers import is_perfetto_trace
from traces.perfetto.csv_view import DEFAULT_SLICE_NAMES
from traces.perfetto.reader import read_trace

__all__ = ["DEFAULT_SLICE_NAMES", "is_perfetto_trace", "read_trace"]
