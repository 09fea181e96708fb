from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.run.plan import Step, check_apps, rotation, shuffled
from traces.errors import UsageError


def test_rounds_are_rotated():
    assert rotation("ABCD", 3) == (("A", "B", "C", "D"), ("B", "C", "D", "A"), ("C", "D", "A", "B"))


@given(st.integers(1, 6), st.integers(1, 4))
def test_every_app_has_every_place_equally_often(apps, turns):
    names = [f"app{i}" for i in range(apps)]
    rounds = rotation(names, apps * turns)
    assert all(sorted(each) == names for each in rounds)
    for place in range(apps):
        assert all([each[place] for each in rounds].count(name) == turns for name in names)


def test_each_app_warms_up_once_before_the_first_round(plan):
    steps = list(plan.steps())
    assert steps[:3] == [Step("a", 0), Step("b", 0), Step("field", 0)]
    assert [s.app for s in steps[3:]] == ["a", "b", "field", "b", "field", "a"]
    assert [s.round for s in steps[3:]] == [1, 1, 1, 2, 2, 2]


def test_a_seed_draws_the_order_and_the_same_one_again(plan):
    many = tuple(dataclasses.replace(plan.profiles[0], name=str(i)) for i in range(8))
    assert shuffled(many, None) == many
    assert shuffled(many, 7) == shuffled(many, 7)
    assert len({shuffled(many, seed) for seed in range(5)}) > 1
    assert sorted(p.name for p in shuffled(many, 7)) == [p.name for p in many]


@pytest.mark.parametrize(("names", "what"), [([], "No app is named"), (["a", "b", "a"], "a is named twice")])
def test_no_apps_or_the_same_twice_are_refused(names, what):
    with pytest.raises(UsageError, match=what):
        check_apps(names)
