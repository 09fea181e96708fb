"""Items are made in another thread, one in advance; who takes them notices nothing of it."""

from __future__ import annotations

import threading
import time

import pytest

from traces.perfetto.ahead import AT_ONCE, ahead


def test_items_come_in_their_order() -> None:
    assert list(ahead(n for n in range(100))) == list(range(100))
    assert list(ahead(n for n in ())) == []


def test_they_are_made_in_another_thread() -> None:
    assert set(ahead(threading.get_ident() for _ in range(3))) != {threading.get_ident()}


def test_the_next_one_is_made_meanwhile_and_no_more_than_that() -> None:
    made = []

    def numbers():
        for n in range(10):
            made.append(n)
            yield n

    for n in ahead(numbers()):
        deadline = time.monotonic() + 10
        while len(made) < min(n + AT_ONCE, 10) and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(0.005)
        assert made == list(range(min(n + AT_ONCE, 10)))


@pytest.mark.parametrize("before", [0, 1, 5])
def test_an_error_in_making_one_is_raised_in_its_place(before: int) -> None:
    def numbers():
        yield from range(before)
        raise OSError("the cable")

    seen = []
    with pytest.raises(OSError, match="the cable"):
        seen.extend(ahead(numbers()))
    assert seen == list(range(before))


@pytest.mark.parametrize("looked_at", [0, 1, 3])
def test_who_stops_early_ends_the_making_too(looked_at: int) -> None:
    closed = threading.Event()

    def numbers():
        try:
            yield from range(1_000_000)
        finally:
            closed.set()

    items = ahead(numbers())
    for _ in range(looked_at):
        next(items)
    running = threading.active_count()
    items.close()
    assert closed.is_set() == bool(looked_at)  # what was never begun needs no end
    assert threading.active_count() == running - bool(looked_at)
