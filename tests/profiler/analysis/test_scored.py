"""docs/metrics/sources.md: which sources an app's values of a metric came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from profiler.analysis.results import InteractionResult, PopupResult, RoundResult
from profiler.analysis.scored import scored_sources, seen_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profiler.analysis.results import Value


def popup(metrics: Mapping[str, Value], **sources: str) -> PopupResult:
    """A pop-up with these metrics; a source for those that are not FrameTimeline's."""
    return PopupResult(
        app="chat",
        round=1,
        attempt=1,
        popup=1,
        t0_ns=0,
        down_ns=0,
        period_ms=16.7,
        metrics=dict(metrics),
        standards={},
        reasons={},
        void=(),
        motion_source=None,
        slide_start_ms=None,
        slide_end_ms=None,
        strip=(),
        sources=dict(sources),
    )


def other(kind: str, metrics: Mapping[str, Value], **sources: str) -> InteractionResult:
    """An interaction of another kind."""
    return InteractionResult(kind, 1, 0, 1, dict(metrics), dict(sources), {})


def one_round(
    *popups: PopupResult,
    app: str = "chat",
    void: tuple[str, ...] = (),
    warm_up: bool = False,
    others: tuple[InteractionResult, ...] = (),
) -> RoundResult:
    """A round of them."""
    return RoundResult(app, 1, 1, "0001", warm_up, void, (), {}, popups, others)


def test_a_popups_value_is_frametimelines_unless_it_says_otherwise() -> None:
    rounds = [
        one_round(popup({"hitch_ms": 8.0}), popup({"hitch_ms": 0.0}, hitch_ms="FrameTracer")),
    ]
    assert scored_sources(rounds, "chat", "hitch_ms") == ("FrameTimeline", "FrameTracer")


def test_what_stands_in_brackets_is_no_other_source() -> None:
    rounds = [
        one_round(popup({"driver_end_ms": 300.0}, driver_end_ms="sections (driver times)")),
        one_round(popup({"driver_end_ms": 310.0}, driver_end_ms="sections")),
    ]
    assert scored_sources(rounds, "chat", "driver_end_ms") == ("sections",)


@pytest.mark.parametrize("value", [None, "per-frame"])
def test_a_value_that_is_no_number_has_no_source(value: Value) -> None:
    assert scored_sources([one_round(popup({"hitch_ms": value}))], "chat", "hitch_ms") == ()
    assert scored_sources([one_round(popup({}))], "chat", "hitch_ms") == ()


def test_void_rounds_warm_ups_and_other_apps_do_not_count() -> None:
    seen = popup({"hitch_ms": 8.0})
    rounds = [one_round(seen, void=("x",)), one_round(seen, warm_up=True), one_round(seen, app="other")]
    assert scored_sources(rounds, "chat", "hitch_ms") == ()
    assert scored_sources(rounds, "other", "hitch_ms") == ("FrameTimeline",)


def test_other_interactions_name_every_source_and_are_told_apart_by_kind() -> None:
    keys = (
        other("key", {"commit_ms": 30.0}, commit_ms="FrameTracer"),
        other("key", {"commit_ms": 31.0}),
        other("pick", {"commit_ms": 32.0}, commit_ms="FrameTimeline"),
    )
    rounds = [one_round(others=keys)]
    assert scored_sources(rounds, "chat", "key.commit_ms") == ("FrameTracer",)
    assert scored_sources(rounds, "chat", "pick.commit_ms") == ("FrameTimeline",)


def test_an_extreme_of_a_metric_has_the_metrics_source() -> None:
    scroll = other("scroll", {"hitch_ms": 4.0}, hitch_ms="--latency")
    assert scored_sources([one_round(others=(scroll,))], "chat", "scroll.hitch_ms.most") == ("--latency",)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("framestats and --latency", "--latency"),
        ("framestats and --latency, since delivery", "--latency, since delivery"),
        ("--latency", "--latency"),
        ("framestats", "framestats"),
        ("FrameTimeline", "FrameTimeline"),
    ],
)
def test_the_joined_rings_are_seen_by_latency(source: str, seen: str) -> None:
    assert seen_by(source) == seen
