"""Every built-in complaint is decided by a metric that the analysis gives for its interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from profiler.analysis.metric_names import metric_name
from profiler.complaints import complaint, list_complaints
from profiler.scenarios import list_scenarios
from profiler.verdict.compare import Scale, compares_means, default_margin
from tests.profiler.analysis.synthetic import KEYBOARD_PID, STEPS, Recording, T, example, step
from tests.profiler.analysis.test_kinds import T0, TestKey, TestSendAndStream, mark, on_panel, recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.complaints.model import Complaint


def popped() -> Recording:
    """Its content follows the keyboard."""
    rec = example(skipped=())
    for i in range(STEPS + 1):
        rec.app_frame(step(i), layout=True)
    return rec


def scrolled() -> Recording:
    rec = recording("scroll")
    for at in (-100.0, -90.0, -80.0, 0.0):
        rec.event(T0 + at + 1, T0 + at)
    rec.app_frame(on_panel(T0 - 70), start=T0 - 88)
    for i in range(30):
        rec.app_frame(on_panel(T0 + 1) + i * T)
    return rec


def streamed() -> Recording:
    rec = recording("stream")
    for i in range(60):
        rec.app_frame(on_panel(T0 + 500) + i * T, layout=True)
    return rec


def returned() -> Recording:
    rec = recording("return")
    rec.app_frame(on_panel(T0), layout=True)
    return rec


def typed() -> Recording:
    rec = TestKey().typed()
    mark(rec, "key", T0 + 1500, 2)
    rec.press(T0 + 1760, held=60, pid=KEYBOARD_PID)
    rec.slice(T0 + 1762, 0.4, "InputConnection#commitText")
    rec.app_frame(on_panel(T0 + 1790), start=T0 + 1765)
    return rec


RECORDED: dict[str, tuple[str, Callable[[], Recording]]] = {
    "keyboard-popup": ("show", popped),
    "typing": ("key", typed),
    "send": ("send", TestSendAndStream().sent),
    "reply-stream": ("stream", streamed),
    "scroll": ("scroll", scrolled),
    "return": ("return", returned),
}
"""Scenario -> its kind of interaction, and a round of it whose frames were all seen."""

every = pytest.mark.parametrize("one", [complaint(name) for name in list_complaints()], ids=lambda c: c.id)


def given(one: Complaint) -> dict[str, float | None]:
    kind, make = RECORDED[one.scenario]
    return make().round(1 if kind == "show" else 0).metrics


@every
def test_its_metric_is_of_its_scenarios_interaction(one: Complaint) -> None:
    kind = RECORDED[one.scenario][0]
    named = (one.primary_metric, *one.secondary_metrics)
    assert {metric_name(metric).kind for metric in named} == {kind}
    known = list_scenarios().get(one.scenario)
    assert known is None or getattr(known, "kind", kind) == kind


@every
def test_the_analysis_gives_its_metric_and_those_beside_it(one: Complaint) -> None:
    metrics = given(one)
    assert metrics[one.primary_metric] is not None
    assert not [metric for metric in one.secondary_metrics if metric not in metrics]


@every
def test_its_unit_is_the_metrics_own_and_its_margin_the_metrics_own_size(one: Complaint) -> None:
    """Within a factor of two of what the metric itself would take: no margin in another unit."""
    assert (metric_name(one.primary_metric).unit or "count") == one.unit
    scale = Scale(1000 / 120, 5)
    assert one.margin_on(scale.period_ms) == pytest.approx(default_margin(one.primary_metric, scale), rel=0.5)
    assert compares_means(one.primary_metric) == ("Welch" in one.decides.en)
