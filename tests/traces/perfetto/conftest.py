"""Puts the trace writer and the plain scanner beside these tests on the path."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def read(tmp_path):
    """Write bytes to a file and read them as a trace."""
    from traces.perfetto import read_trace

    def read_bytes(data: bytes, name: str = "t.pftrace", **options):
        path = tmp_path / name
        path.write_bytes(data)
        return read_trace(path, **options)

    return read_bytes
