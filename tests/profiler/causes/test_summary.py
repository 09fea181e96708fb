from __future__ import annotations

import dataclasses

from profiler.analysis.popup import unmeasured_popup
from profiler.analysis.results import CauseCount, Diagnosis
from profiler.causes.summary import count_causes
from profiler.verdict.observations import why
from tests.profiler.manifests import app


def popup(*causes: tuple[str, float | None]):
    made = unmeasured_popup(app="a", round_number=1, attempt=1, number=1, reason="none")
    found = tuple(Diagnosis(c, "sure", "app main thread", cost, (("en", "中"),)) for c, cost in causes)
    return dataclasses.replace(made, diagnoses=found)


def test_causes_are_counted_over_popups_and_the_leading_one_stands_first():
    counts = count_causes(
        [
            popup(("gc", 30.0), ("lock", 10.0)),
            popup(("lock", 40.0)),
            popup(("lock", 20.0)),
            popup(),
            popup(("jump", None)),
        ]
    )
    assert [(c.cause, c.popups, c.first) for c in counts] == [("lock", 3, 2), ("gc", 1, 1), ("jump", 1, 1)]
    assert counts[0].cost_ms == 70.0 / 3
    assert counts[-1].cost_ms is None


def test_the_verdict_says_why_in_both_languages():
    accused = dataclasses.replace(
        app("a"),
        label="Chat",
        popups=30,
        causes=(
            CauseCount("keyboard-cold-start", "keyboard", 28, 28, 240.4),
            CauseCount("unsynchronised-resize", "app main thread", 10, 2, None),
            CauseCount("gc", "app main thread", 3, 0, 20.0),
        ),
    )
    words = why(accused)
    assert words is not None
    assert words.en == (
        "Why, in Chat: the keyboard's process is started (28 of 30 pop-ups, 240 ms); "
        "content jumps, keyboard slides (10 of 30 pop-ups)."
    )
    assert (
        words.zh
        == "Chat 的原因：键盘冷启动（30 次弹出中 28 次, 240 ms）；内容跳变，键盘滑动（30 次弹出中 10 次）。"
    )


def test_what_came_in_few_popups_is_no_reason():
    assert (
        why(
            dataclasses.replace(app("a"), popups=30, causes=(CauseCount("gc", "app main thread", 3, 3, 9.0),))
        )
        is None
    )
    assert why(app("a")) is None
