"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real recordings that lies beside the checkout; a plain clone has none.

    CI always has it: there its absence is a failure, not a skip.
    """
    if not RECORDINGS.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"no real recordings at {RECORDINGS}, and CI must have them")
        pytest.skip("no folder of real recordings beside this checkout (../shared/data)")
    return RECORDINGS
