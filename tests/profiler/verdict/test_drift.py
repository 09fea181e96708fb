"""docs/metrics.md section 7: what is said of a run that went astray."""

from __future__ import annotations

import random

from profiler.analysis.results import RoundResult, RunResult
from profiler.run.plan import rotation
from profiler.verdict.drift import drift, warming
from tests.profiler.manifests import app
from traces.capture import PhoneState, RoundCapture

APPS = ("a", "b", "c")


def run_of(value, rounds: int = 12) -> RunResult:
    """A rotated run; `value(app, round, place)` is a round's hitch_ms."""
    found, sequence = [], 0
    for number, order in enumerate(rotation(APPS, rounds), 1):
        for place, name in enumerate(order):
            sequence += 1
            metrics = {"hitch_ms": value(name, number, place)}
            folder = f"{sequence:03d}-{name}-r{number}-a1"
            found.append(RoundResult(name, number, 1, folder, False, (), (), metrics, ()))
    return RunResult("run", tuple(app(name) for name in APPS), tuple(found), 1000 / 120, ())


def said(value, rounds: int = 12) -> list[str]:
    return [words.en for words in drift(run_of(value, rounds), "hitch_ms", 8.3, "ms")]


def noisy(seed: int = 1):
    rng = random.Random(seed)
    return lambda *_: rng.gauss(20, 3)


def test_a_steady_run_has_nothing_to_say():
    assert [said(noisy(seed)) for seed in range(20)] == [[]] * 20


def test_a_warming_phone_is_a_trend_over_the_rounds():
    noise = noisy()
    (text,) = said(lambda a, r, p: noise() + 2 * r)
    assert "rose by" in text
    assert "turn in every part of the run" in text
    (text,) = said(lambda a, r, p: noise() - 2 * r + 50)
    assert "fell by" in text


def test_a_trend_below_the_margin_is_not_worth_a_word():
    noise = noisy()
    assert said(lambda a, r, p: noise() / 10 + 0.5 * r) == []


def test_a_difference_between_apps_is_no_drift():
    noise = noisy()
    assert said(lambda a, r, p: noise() + 100 * (a == "a")) == []


def test_the_place_in_the_rotation():
    noise = noisy()
    (text,) = said(lambda a, r, p: noise() + 15 * (p == 0))
    assert text.startswith("The place in the rotation matters: place 1 is ")


def test_an_outlier_round_is_named_and_stays():
    noise = noisy()
    (text,) = said(lambda a, r, p: noise() + 90 * (a == "b" and r == 7))
    assert text.startswith("B: round 7 stands apart")


def test_few_rounds_have_no_drift():
    assert said(lambda a, r, p: 20.0 * r, rounds=4) == []


def test_each_in_both_languages():
    noise = noisy()
    found = drift(run_of(lambda a, r, p: noise() + 2 * r + 15 * (p == 0)), "hitch_ms", 8.3, "ms")
    assert len(found) == 2
    assert all(any("\u4e00" <= c <= "\u9fff" for c in words.zh) for words in found)


def test_a_battery_that_warmed():
    def captures(*temperatures):
        state = [PhoneState(battery_temperature_c=t) for t in temperatures]
        return [RoundCapture("f", "a", "p", 1, 1, None, None, (), s, s) for s in state]

    assert warming(captures(30.0, 31.0, 32.9)) is None
    assert "warmed by 3 °C" in warming(captures(30.0, 31.0, 33.0)).en
    assert warming(captures()) is None
    assert warming(captures(None, None)) is None
