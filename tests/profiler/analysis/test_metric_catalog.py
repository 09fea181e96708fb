"""The list of names is what the analysis gives: neither less nor more."""

from __future__ import annotations

from functools import partial

import pytest

from profiler.analysis.kinds.all import interaction_means
from profiler.analysis.kinds.untold import LIMITS_NS
from profiler.analysis.metric_catalog import check_names, known_metrics
from profiler.analysis.rounds import round_means
from tests.profiler.analysis.synthetic import KEYBOARD_PID, example
from tests.profiler.analysis.test_kinds import (
    T0,
    TestHide,
    TestSendAndStream,
    TestStart,
    measured,
    recording,
)
from tests.profiler.complaints.test_metrics import popped, returned, scrolled, typed
from traces.errors import UsageError


def picked():
    rec = recording("pick")
    rec.app_frame(T0 - 100)
    rec.press(T0 + 60, held=60, pid=KEYBOARD_PID)
    return rec


RECORDINGS = (
    *(partial(recording, kind) for kind in LIMITS_NS),  # a phone that tells of no frame at all
    picked,
    TestHide().hidden,
    TestSendAndStream().sent,
    TestStart().launched,
    scrolled,
    typed,
    returned,
)


def given() -> set[str]:
    names = {name for make in RECORDINGS for name in interaction_means(measured(make()))}
    names -= {"scroll.keyboard", "return.start_type"}  # words, where the recording tells them
    return names | set(round_means((example().popup(),))) | set(round_means((popped().popup(),)))


def test_the_list_holds_every_metric_that_the_analysis_gives():
    assert given() <= known_metrics()


def test_and_no_other():
    """Flings are told apart by the keyboard only where the phone told its state; answers are left to the app's
    frames alone only where these come from a source that tells no layout. A pop-up's `app_` and `driver_`
    are given where FrameTimeline is missing: `tests/profiler/conformance` measures all of these.
    """
    elsewhere = {name for name in known_metrics() if ".keyboard_" in name}
    elsewhere |= {name for name in known_metrics() if name.startswith(("stream.app_", "stream.frames"))}
    elsewhere |= {name for name in known_metrics() if name.startswith(("app_", "driver_"))}
    assert known_metrics() - elsewhere - given() == set()


def test_a_slip_is_named_with_what_may_be_meant():
    check_names(["hitch_ms", "stream.hitch_ms", "key.commit_ms.p90"])
    with pytest.raises(UsageError) as error:
        check_names(["hitch_ms", "setled_ms"])
    assert "There is no metric setled_ms" in str(error.value)
    assert "settled_ms" in (error.value.next_step or "")
