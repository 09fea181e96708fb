"""Every persona is measured in every scenario as any phone is; each value is held to what that persona did (70 s).

Which source a value must come from, what must be null and why stands in `told.py`, for every metric that there is.
How near a value must come: all sources speak of one present fence, so they are exact but for what their formats
cut off. The truth is read a second time by `benchmarks/expected_interactions.py`, from docs/metrics alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devices.simulated.model import load_persona, personas
from profiler.analysis.metric_catalog import known_metrics
from profiler.analysis.metric_names import metric_name
from tests.profiler.conformance import told as tables

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
import android_versions as benchmark
from expected_interactions import means

if TYPE_CHECKING:
    from tests.profiler.conformance.told import Says, Table

pytestmark = pytest.mark.adb

PINYIN, SPLIT = "sim.keyboard.pinyin/.PinyinKeyboard", "sim.keyboard.split/.SplitKeyboard"
SCENARIOS = tuple(name for name in benchmark.COUNTS if name != "typing-pinyin")
WITHOUT_REPLY = tuple(name for name in SCENARIOS if name != "reply-stream")
NO_TIMELINE = {
    "pixel-a11-90": tables.BY_TRACER,
    "phone-a10-60": tables.BY_DELIVERY,
    "phone-a8-60": tables.BY_RINGS,
    "huawei-a12-60": tables.BY_RINGS_WITH_DEADLINES,
}
NEAR = 0.05
"""ms, ms/s, fps: what a trace's clock pairs and whole-µs sections may cost."""
NEAR_RATIO = 0.0005
ANSWERS = ("response_ms", "first_move_ms", "first_move_from_down_ms", "commit_ms")
A_FRAME = 1000 / 60
"""ms. A surface's buffer is dequeued after its frame was begun: one begun just before an input may pass for an answer."""
OF_SOME = (".p90", ".keyboard_up", ".keyboard_down")
"""Ends of a round's metrics that are not of all interactions."""
AT_THE_ENDS = 1
"""Frames at the ends of a window, where the source's start of a frame is not quite that of its doFrame."""


@pytest.fixture(scope="module")
def server():
    with benchmark.adb_server() as made:
        yield made


@pytest.fixture(autouse=True)
def own_environment(server, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", str(server.port))
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)


def near(metric: str, source: str) -> float:
    """How far a value may be from the true one, in its unit."""
    if metric == "frames.app" and source in (tables.RINGS, tables.SURFACE):
        return AT_THE_ENDS
    if metric in ANSWERS and source == tables.SURFACE:
        return A_FRAME
    if metric.startswith(("frames.", "late_frames.")) or metric.endswith("missed_vsyncs"):
        return 0
    return NEAR_RATIO if metric.endswith("hitch_ratio") else NEAR


def differs(one: benchmark.Told, says: Says) -> list[str]:
    """In what a metric came out otherwise than the table says."""
    found = list(one.wrong)
    nulls = says.untold | says.nothing
    if one.sources != says.sources and not (says.mixed and one.sources <= says.sources):
        found.append(f"comes from {sorted(one.sources)}, not {sorted(says.sources)}")
    if one.reasons != nulls and not (says.mixed and one.reasons <= nulls):
        found.append(f"null for {sorted(one.reasons)}, not {sorted(nulls)}")
    if one.unheld:
        found.append(f"{one.unheld} values that nothing holds")
    if one.hidden and not says.untold:
        found.append(f"null {one.hidden} times where it happened")
    return found


def check(played: benchmark.Played, table: dict[str, Table]) -> list[str]:
    """Everything that is not as the tables and the truth say, in words."""
    found = [f"void: {reason}" for reason in played.result.void]
    measured: dict[str, set[str]] = {}
    told = benchmark.told(played)
    for (kind, metric), one in told.items():
        composed = kind == "key" and played.scenario == "typing-pinyin"
        lines = table["composed key" if composed else kind]
        where = f"{played.scenario}: {kind}.{metric}"
        if metric == "t0_ns":
            found += [f"{where} is off by {one.worst} ms"] if one.worst > NEAR else []
            continue
        measured.setdefault(kind, set()).add(metric)
        if metric not in lines:
            found.append(f"{where} is in no table")
            continue
        found += [f"{where} {what}" for what in differs(one, lines[metric])]
        if one.worst > max((near(metric, source) for source in one.sources), default=0):
            found.append(f"{where} is off by {one.worst} ({sorted(one.sources)})")
    for kind, names in measured.items():
        composed = kind == "key" and played.scenario == "typing-pinyin"
        missing = table["composed key" if composed else kind].keys() - names
        found += [f"{played.scenario}: {kind}.{name} is not measured" for name in sorted(missing)]
    return [*found, *check_means(played, told)]


def check_means(played: benchmark.Played, told: dict[tuple[str, str], benchmark.Told]) -> list[str]:
    """What of the round's own metrics is not the mean, or the tail, of the true ones."""
    true = means(played.truth.expected())
    found = []
    for name, value in played.result.metrics.items():
        if value is None:
            continue
        of_kind = metric_name(name)
        bare = next(
            (of_kind.bare.removesuffix(end) for end in OF_SOME if of_kind.bare.endswith(end)), of_kind.bare
        )
        one = told.get((of_kind.kind, bare))
        limit = max(near(bare, source) for source in (one.sources if one else ("",)) or ("",))
        if true.get(name) is None or abs(value - true[name]) > max(limit, NEAR):
            found.append(f"{played.scenario}: the round's {name} is {value}, in truth {true.get(name)}")
    return found


@pytest.mark.parametrize("persona", personas())
def test_every_scenario_is_measured_as_well_as_the_phones_sources_allow(persona, server, tmp_path):
    table = NO_TIMELINE.get(persona, tables.BY_TIMELINE)
    with benchmark.switched_on(persona, tmp_path, server) as phone:
        found = [what for name in SCENARIOS for what in check(phone.play(name, "demo-heavy"), table)]
        assert ("FrameTimeline" in phone.session.facts().sources) == (persona not in NO_TIMELINE)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("persona", ["pixel-a15-120", "emulator-a13-60", *NO_TIMELINE])
def test_pinyin_is_measured_up_to_what_the_phone_tells_of_text(persona, server, tmp_path):
    with benchmark.switched_on(persona, tmp_path, server, keyboard=PINYIN) as phone:
        played = phone.play("typing-pinyin", "demo-heavy")
    found = check(played, NO_TIMELINE.get(persona, tables.BY_TIMELINE))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("persona", "behaviours", "app", "keyboard", "table", "scenarios"),
    [
        ("pixel-a15-120", "demo", "demo-jumpy", "", tables.OF_A_JUMPER, SCENARIOS),
        ("pixel-a15-120", "demo", "demo-late", "", tables.OF_A_LATE_ONE, ("keyboard-popup", "keyboard-hide")),
        ("pixel-a15-120", "toolkits", "demo-flutter", "", tables.OF_FLUTTER, WITHOUT_REPLY),
        ("pixel-a11-90", "toolkits", "demo-flutter", "", tables.OF_FLUTTER_ON_11, WITHOUT_REPLY),
        ("pixel-a15-120", "toolkits", "demo-web", SPLIT, tables.OF_A_PAGE, WITHOUT_REPLY),
    ],
    ids=["jumpy", "late", "flutter", "flutter on 11", "page and split keyboard"],
)
def test_other_apps_and_keyboards(persona, behaviours, app, keyboard, table, scenarios, server, tmp_path):
    with benchmark.switched_on(persona, tmp_path, server, behaviours=behaviours, keyboard=keyboard) as phone:
        found = [what for name in scenarios for what in check(phone.play(name, app), table)]
    assert not found, "\n".join(found)


def test_an_app_that_draws_without_pause(server, tmp_path):
    """At a speed that leaves the host time for its frames."""
    with benchmark.switched_on("pixel-a15-120", tmp_path, server, speed=12) as phone:
        names = ("keyboard-popup", "keyboard-hide", "send")
        found = [
            what
            for name in names
            for what in check(phone.play(name, "demo-restless"), tables.OF_A_RESTLESS_ONE)
        ]
    assert not found, "\n".join(found)


def test_every_android_version_and_kind_of_phone_is_played():
    phones = {name: load_persona(name) for name in personas()}
    assert {int(phone.android.split(".")[0]) for phone in phones.values()} >= {8, 10, 11, 12, 13, 14, 15, 16}
    assert set(NO_TIMELINE) <= set(phones)


WORDS = frozenset(
    {
        *("driver_mode", "content_motion", "counted_from", "start_type", "commit_seen"),
        *("keyboard_moved", "ended", "follow"),
    }
)


def listed() -> dict[str, bool]:
    """Every metric of the tables but words, as a round names it, and whether any phone gives a value of it."""
    found: dict[str, bool] = {}
    for table in tables.TABLES:
        for kind, lines in table.items():
            for name, says in lines.items():
                full = name if kind == "show" else f"{'key' if kind == 'composed key' else kind}.{name}"
                found[full] = found.get(full, False) or bool(says.sources)
    return {
        name: valued
        for name, valued in found.items()
        if name != "scroll.keyboard" and name.rpartition(".")[2] not in WORDS
    }


def test_every_metric_that_there_is_stands_in_the_tables():
    assert listed().keys() | set(tables.OF_A_ROUND) == known_metrics()


def test_what_no_phone_of_the_suite_gives_is_named_with_why():
    assert {name for name, valued in listed().items() if not valued} == tables.NEVER_SHOWN.keys()
