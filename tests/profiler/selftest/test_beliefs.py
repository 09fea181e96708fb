"""From what was found to what may be believed."""

from __future__ import annotations

from profiler.analysis.results import RoundResult
from profiler.selftest.abilities import MEANINGS, Ability, State, settle
from profiler.selftest.beliefs import beliefs
from profiler.selftest.cost import FrameCost
from profiler.selftest.noise import a_against_a
from profiler.selftest.report import Belief, ClockCheck
from profiler.selftest.side_by_side import Agreement
from profiler.verdict.compare import Scale

SCALE = Scale(period_ms=8.333, popups_per_round=2)


def abilities(*, but: str = "") -> tuple[Ability, ...]:
    return settle(
        {key: Ability(key, State.MISSING if key == but else State.GIVEN, ("", "")) for key in MEANINGS}
    )


def rounds(*hitches: float) -> list[RoundResult]:
    return [
        RoundResult(
            "field", i, 1, f"{i}", warm_up=False, void=(), warnings=(), metrics={"hitch_ms": ms}, popups=()
        )
        for i, ms in enumerate(hitches)
    ]


def about(found: tuple[Belief, ...], word: str) -> Belief:
    return next(one for one in found if word in one.words[0])


def test_a_phone_that_gives_all_may_be_believed() -> None:
    found = beliefs(abilities(), (), (), None, ())
    assert all(one.holds for one in found if "capture" not in one.words[0])


def test_without_fences_the_slide_is_not_believed_and_the_fences_are_named() -> None:
    found = about(beliefs(abilities(but="present-fences"), (), (), None, ()), "How the keyboard slides")
    assert found.holds is False
    assert "steps of the slide" in found.words[0]


def test_without_scheduling_only_causes_suffer() -> None:
    found = beliefs(abilities(but="scheduling"), (), (), None, ())
    assert about(found, "Why a frame was late").holds is False
    assert about(found, "How the keyboard slides").holds


def test_an_even_field_is_equal_to_itself() -> None:
    noise = a_against_a(rounds(0, 0, 0, 0, 0, 0), SCALE)
    assert noise[0].outcome == "equal"
    # three rounds a side are enough to speak of their noise, and too few to acquit anyone
    assert noise[0].comparison.outcome == "open"
    assert about(beliefs(abilities(), noise, (), None, ()), "hitch_ms").holds is True


def test_a_phone_on_which_a_field_differs_from_itself_is_believed_nothing() -> None:
    # A B B A A B: the rounds of B are bad
    noise = a_against_a(rounds(0, 80, 81, 0, 1, 79), SCALE)
    assert noise[0].outcome == "differs"
    assert about(beliefs(abilities(), noise, (), None, ()), "differs from ITSELF").holds is False


def test_noise_that_leaves_it_open_says_so() -> None:
    noise = a_against_a(rounds(0, 30, 0, 25, 5, 10), SCALE)
    assert noise[0].outcome == "open"
    assert noise[0].resolution is not None
    assert noise[0].resolution > noise[0].comparison.margin
    assert about(beliefs(abilities(), noise, (), None, ()), "too noisy").holds is None


def test_metrics_without_values_are_not_tested() -> None:
    noise = a_against_a([], SCALE)
    assert {one.resolution for one in noise} == {None}
    assert about(beliefs(abilities(), noise, (), None, ()), "no value").holds is None


def test_clocks_that_drift_are_not_believed() -> None:
    assert about(beliefs((*abilities(),), (), (), ClockCheck(4, 0.002, 0.4), ()), "Clocks").holds
    assert about(beliefs((*abilities(),), (), (), ClockCheck(4, 3.5, 0.4), ()), "Clocks").holds is False


def test_a_capture_that_slows_the_app_down_is_told() -> None:
    costs = (
        FrameCost("none", 50, 5.0, 8.0),
        FrameCost("light", 90, 5.2, 8.1),
        FrameCost("full", 90, 6.0, 9.0),
    )
    found = beliefs(abilities(), (), costs, None, ())
    assert about(found, "light capture").holds is True
    assert about(found, "full capture").holds is False
    assert "+1.00 ms" in about(found, "full capture").words[0]
    assert about(beliefs(abilities(), (), (), None, ()), "light capture").holds is None


def test_sources_that_disagree_are_told() -> None:
    pairs = (
        Agreement("a and b", 100, 0.99, ""),
        Agreement("a and c", 100, 0.5, ""),
        Agreement("a and d", 0, None, "why"),
    )
    found = beliefs(abilities(), (), (), None, pairs)
    assert [about(found, word).holds for word in ("a and b", "a and c", "a and d")] == [True, False, None]
