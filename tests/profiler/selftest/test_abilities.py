"""What a phone can't give is named once; what rests on it is not accused."""

from __future__ import annotations

import pytest

from profiler.selftest.abilities import MEANINGS, Ability, State, settle


def all_given(*, but: str = "") -> dict[str, Ability]:
    return {
        key: Ability(key, State.MISSING if key == but else State.GIVEN, ("seen", "seen")) for key in MEANINGS
    }


def missing(found: tuple[Ability, ...]) -> list[str]:
    return [one.key for one in found if one.state is State.MISSING]


def unknown(found: tuple[Ability, ...]) -> set[str]:
    return {one.key for one in found if one.state is State.UNKNOWN}


@pytest.mark.parametrize("key", MEANINGS)
def test_one_missing_ability_is_the_only_one_that_is_accused(key: str) -> None:
    seen = all_given(but=key)
    for one in MEANINGS:
        if key in MEANINGS[one].needs:
            seen[one] = Ability(one, State.MISSING, ("nothing there", "nothing there"))
    assert missing(settle(seen)) == [key]


def test_what_rests_on_a_missing_one_is_not_tried_and_says_why() -> None:
    found = {one.key: one for one in settle(all_given(but="perfetto"))}
    assert found["tracing-service"].detail[0] == "not tried without the perfetto program"
    assert unknown(tuple(found.values())) >= {"ftrace", "frametimeline", "scheduling", "leash", "input-time"}
    assert found["framestats"].state is State.GIVEN


def test_what_was_not_tried_is_unknown() -> None:
    assert unknown(settle({})) == set(MEANINGS)


def test_needs_stand_before_what_needs_them() -> None:
    order = list(MEANINGS)
    for key, meaning in MEANINGS.items():
        assert all(order.index(need) < order.index(key) for need in meaning.needs)


def test_everything_is_said_in_two_languages() -> None:
    for meaning in MEANINGS.values():
        assert all(meaning.name)
        assert all(meaning.without)
        assert any(ord(letter) > 0x2E80 for letter in meaning.without[1])
