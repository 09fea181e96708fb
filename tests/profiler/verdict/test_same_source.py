"""Apps are compared by values of one source alone: docs/android-versions.md."""

from __future__ import annotations

from dataclasses import replace

from profiler.verdict.compare import Scale, compare
from profiler.verdict.same_source import refused, unlike_sources
from tests.profiler.analysis.test_scored import one_round, popup
from tests.profiler.manifests import app, run

HITCHES = [8.0, 0.0, 8.0]


def seen_in(name: str, *sources: str | None):
    """Rounds of an app: one for each source; None for FrameTimeline."""
    return tuple(
        one_round(popup({"hitch_ms": 8.0}, **({} if source is None else {"hitch_ms": source})), app=name)
        for source in sources
    )


def why(accused: tuple[str | None, ...], other: tuple[str | None, ...]):
    apps = app("late", HITCHES), app("even", HITCHES)
    measured = replace(run(*apps), rounds=(*seen_in("late", *accused), *seen_in("even", *other)))
    return unlike_sources(measured, "hitch_ms", apps)


def test_one_source_is_compared() -> None:
    assert why((None, None), (None,)) is None
    assert why(("FrameTracer",), ("FrameTracer",)) is None


def test_the_joined_rings_and_latency_alone_both_end_on_the_screen() -> None:
    assert why(("framestats and --latency",), ("--latency",)) is None


def test_an_app_without_values_is_no_reason() -> None:
    assert why((None,), ()) is None


def test_two_sources_are_not_compared_and_each_is_named_with_its_app() -> None:
    said = why((None,), ("FrameTracer",))
    assert said is not None
    assert said.en == (
        "the values of hitch_ms come from different sources and are not compared: "
        "Late FrameTimeline; Even FrameTracer"
    )
    assert said.zh == "hitch_ms 的测量值来自不同的数据来源，不作比较：Late：FrameTimeline；Even：FrameTracer"


def test_two_sources_within_one_app_are_named_too() -> None:
    said = why((None, "--latency"), (None,))
    assert said is not None
    assert "Late --latency and FrameTimeline; Even FrameTimeline" in said.en
    assert "Late：--latency和FrameTimeline；Even：FrameTimeline" in said.zh


def test_a_refused_comparison_is_open_and_tells_no_number_but_what_each_app_has() -> None:
    made = compare("hitch_ms", app("late", [30.0] * 6), app("even", [0.0] * 6), scale=Scale(1000 / 120, 5))
    assert made.outcome == "worse"
    reason = why((None,), ("FrameTracer",))
    assert reason is not None
    found = refused(made, reason)
    assert (found.outcome, found.difference, found.lower, found.upper) == ("open", None, None, None)
    assert (found.vsyncs, found.cliffs_delta, found.popups_worse, found.stalls) == (None, None, None, None)
    assert found.further_rounds is None
    assert found.words == tuple(reason)
    assert (found.accused_value, found.competitor_value) == (30.0, 0.0)
