"""What an attempt costs: one that the phone did not let end is none of those that went through."""

from __future__ import annotations

from profiler.run.attempts import BROKE_OFF, broke_off, spent
from traces.bundle import JournalEntry


def entry(*void: str) -> JournalEntry:
    return JournalEntry("001-a-r1-a1", "a", 1, 1, void, {})


def test_attempts_that_went_through_and_did_not_count_are_spent():
    assert spent([entry("hot"), entry("hot", "slow"), entry()]) == 2


def test_attempts_that_broke_off_are_not_spent():
    cut = entry(f"{BROKE_OFF}: The connection to the phone broke.")
    assert broke_off(cut.void)
    assert not broke_off(entry("hot").void)
    assert spent([cut, entry("hot"), cut]) == 1
