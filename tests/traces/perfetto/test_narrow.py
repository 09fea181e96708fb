"""Columns that are kept in less room come out as they went in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traces.perfetto.narrow import narrow

INT64 = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(INT64) | st.lists(st.integers(2**50, 2**50 + 2**33)) | st.lists(st.integers(0, 70_000)))
def test_any_numbers_come_out_as_they_went_in(numbers):
    kept = narrow(np.array(numbers, np.int64))
    assert len(kept) == len(numbers)
    assert kept.wide().tolist() == numbers
    assert kept.wide().dtype == np.int64


@pytest.mark.parametrize(
    ("numbers", "size"),
    [
        ([2**60 + step for step in (0, 65_535, 65_535, 131_070)], 2),
        ([2**60, 2**60 + 65_536], 4),
        ([2**60 + 65_535, 2**60], 2),
        ([2**60 + 65_536, 2**60], 4),
        ([-5, 2**32 - 6], 4),
        ([-5, 2**32 - 5], 8),
        ([-(2**63), 2**63 - 1], 8),
    ],
)
def test_the_nearer_the_numbers_the_less_room(numbers, size):
    kept = narrow(np.array(numbers, np.int64))
    assert kept.above.itemsize == size
    assert kept.wide().tolist() == numbers


def test_a_fall_as_deep_as_32_bits_is_no_small_step():
    numbers = [*range(0, 2**32 - 1, 65_535), 0]
    assert narrow(np.array(numbers, np.int64)).wide().tolist() == numbers
