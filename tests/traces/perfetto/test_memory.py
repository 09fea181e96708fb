"""Arrays that are used again, that grow, and that go back to the system."""

from __future__ import annotations

import numpy as np
import pytest

from traces.perfetto.memory import Kept, Scratch, own_memory


@pytest.mark.parametrize("kind", [np.int8, np.int32, np.int64])
@pytest.mark.parametrize("count", [0, 1, 5000])
def test_own_memory_is_writable_and_of_that_size(kind, count: int) -> None:
    found = own_memory(count, kind)
    found[:] = 1
    assert (found.dtype, len(found), int(found.sum())) == (kind, count, count)


class TestScratch:
    def test_what_was_taken_back_is_lent_again(self) -> None:
        scratch = Scratch()
        first, second = scratch.room(100, 2)
        scratch.take_back()
        again = scratch.room(50)[0]
        assert np.shares_memory(first, again)
        assert not np.shares_memory(second, again)
        assert len(again) == 50

    def test_what_is_lent_at_one_time_is_apart(self) -> None:
        scratch = Scratch()
        lent = scratch.room(10, 3) + scratch.room(20)
        assert not any(np.shares_memory(a, b) for i, a in enumerate(lent) for b in lent[:i])

    def test_larger_room_replaces_smaller_and_nobody_loses_what_is_lent(self) -> None:
        scratch = Scratch()
        small = scratch.room(10)[0]
        small[:] = 7
        scratch.take_back()
        large = scratch.room(1000)[0]
        large[:] = 9
        assert small.tolist() == [7] * 10


class TestKept:
    def test_rows_stay_in_order_however_many_come(self) -> None:
        kept, expected = Kept(np.int64, np.int32), []
        for count in (0, 1, 3, 1000, 2, 0, 5000):
            rows = np.arange(len(expected), len(expected) + count)
            kept.add(rows << 40, rows)
            expected += rows.tolist()
        assert kept.column(0).tolist() == [n << 40 for n in expected]
        assert kept.column(1).tolist() == expected
        assert (kept.column(0).dtype, kept.column(1).dtype) == (np.int64, np.int32)

    def test_columns_are_let_go_of_one_by_one(self) -> None:
        kept = Kept(np.int64, np.int64)
        kept.add(np.arange(3), np.arange(3))
        kept.let_go(0)
        assert len(kept.column(0)) == 0
        assert kept.column(1).tolist() == [0, 1, 2]

    def test_after_clearing_it_begins_anew(self) -> None:
        kept = Kept(np.int64)
        kept.add(np.arange(3))
        kept.clear()
        kept.add(np.array([9]))
        assert kept.column(0).tolist() == [9]
