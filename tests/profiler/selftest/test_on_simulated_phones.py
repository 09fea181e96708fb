"""The self-test on phones that lack one thing each: it names exactly that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devices.driver.recording.capture import Tier
from devices.driver.session import open_session
from devices.profiles import load_profile
from devices.simulated.world import LACKS
from profiler.cli.sandbox import simulated_phone
from profiler.selftest.run import REFERENCE, SelfTestRun

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.selftest.report import SelfTest

pytestmark = pytest.mark.adb

NAMED = {
    "sched": "scheduling",
    "trace-marker": "trace-marks",
    "virtual-touch": "touch-screen",
}
NAMED |= {"imetracker": "keyboard-log"}
"""What a simulated phone lacks -> how the self-test calls it, where the words differ."""
ALONE_NO_LOSS = ("injection", "motionevent", "uinput", "uhid")
"""Ways to touch of which another takes the place."""
GROUPS = (
    ("perfetto",),
    ("tracing-service",),
    ("ftrace",),
    ("sections", "framestats", "thermal"),
    ("frametimeline", "settings"),
    ("frametracer", "trace-marker"),
    ("present-fences", "imetracker"),
    ("virtual-touch", "latency", "sched"),
)
"""What a phone lacks at once: where one rests on another they stand in two groups."""
SCREENS = ("uinput", "uhid")


def examine(folder: Path, *without: str, tiers: tuple[Tier, ...] = (Tier.LIGHT,)) -> SelfTest:
    with (
        simulated_phone(speed=60, seed=3, without=without) as serial,
        open_session(serial) as session,
    ):
        return SelfTestRun(session, load_profile(REFERENCE), folder, lambda _text: None, tiers).run()


@pytest.mark.parametrize(
    ("lacks", "missing"),
    [
        (SCREENS, ("touch-screen",)),
        (("injection", *SCREENS), ("touches", "touch-screen")),
        (("motionevent", *SCREENS), ("press-length", "touch-screen")),
        (("injection", "motionevent"), ()),
    ],
)
def test_ways_to_touch_are_missed_only_where_nothing_takes_their_place(
    lacks: tuple[str, ...], missing: tuple[str, ...], tmp_path: Path
) -> None:
    assert examine(tmp_path, *lacks).missing() == missing


def test_every_lack_is_in_one_group() -> None:
    assert sorted([*(lack for group in GROUPS for lack in group), *ALONE_NO_LOSS]) == sorted(LACKS)


@pytest.mark.parametrize("lacks", GROUPS)
def test_exactly_what_is_missing_is_named(lacks: tuple[str, ...], tmp_path: Path) -> None:
    assert set(examine(tmp_path, *lacks).missing()) == {NAMED.get(lack, lack) for lack in lacks}


def test_a_phone_that_lacks_nothing_is_accused_of_nothing_and_believed(tmp_path: Path) -> None:
    found = examine(tmp_path, tiers=(Tier.LIGHT, Tier.LIGHT, Tier.NONE, Tier.FULL, Tier.LIGHT, Tier.LIGHT))
    assert found.missing() == ()
    assert found.exit_code() == 0
    assert (found.rounds_valid, found.rounds_void) == (5, 0)
    assert {one.outcome for one in found.noise} <= {"equal", "open"}
    assert [one.tier for one in found.frame_costs] == ["none", "light", "full"]
    assert all(one.frames for one in found.frame_costs)
    assert found.clocks is not None
    assert found.clocks.error_ms < 0.01
    assert found.clocks.dumps_differ_ms is not None
    assert abs(found.clocks.dumps_differ_ms) <= 1.0
    compared = [one for one in found.agreements if one.agreeing is not None]
    assert compared
    assert all(one.agreeing == 1.0 for one in compared)
    assert found.beliefs[0].holds
