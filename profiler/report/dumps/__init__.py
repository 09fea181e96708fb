"""What a text dump says, as facts and small tables: `view_dump(data, source)`."""

from __future__ import annotations

from profiler.report.dumps.pick import view_dump
from profiler.report.dumps.view import DumpView, Grid

__all__ = ["DumpView", "Grid", "view_dump"]
