"""logcat's filters and formats."""

from __future__ import annotations

import asyncio

from devices.simulated.world import LogLine
from tests.devices.simulated.userland.fake_world import REALTIME_NS, FakeWorld
from tests.devices.simulated.userland.helpers import Device, sh

LINES = [
    LogLine(
        REALTIME_NS,
        4321,
        4330,
        "I",
        "ImeTracker",
        "com.example.chat:5bd1e995: onRequestShow at ORIGIN_CLIENT",
    ),
    LogLine(REALTIME_NS + 1_500_000_000, 1200, 1201, "D", "InsetsController", "show(ime(), fromIme=true)"),
    LogLine(REALTIME_NS + 2_000_000_000, 4321, 4321, "E", "ImeTracker", "onFailed"),
]


def world() -> FakeWorld:
    return FakeWorld(lines=list(LINES))


def test_threadtime_is_the_default_format() -> None:
    head, line = sh("logcat -d", world()).out.splitlines()[:2]
    assert head == "--------- beginning of main"
    assert line == f"02-02 02:40:00.123  4321  4330 I ImeTracker: {LINES[0].message}"


def test_epoch_monotonic_brief_and_time() -> None:
    assert "         1770000000.123  4321  4330 I ImeTracker: com" in sh("logcat -d -v epoch", world()).out
    assert (
        sh("logcat -d -v monotonic", world())
        .out.splitlines()[1]
        .startswith("   960.000  4321  4330 I ImeTracker")
    )
    assert "I/ImeTracker( 4321): com" in sh("logcat -d -v brief", world()).out
    assert "02-02 02:40:00.123 I/ImeTracker( 4321): com" in sh("logcat -d -v time", world()).out


def test_filters_by_tag_level_pid_time_and_count() -> None:
    def tags(script: str) -> list[str]:
        return [line.split()[5].rstrip(":") for line in sh(script, world()).out.splitlines()[1:]]

    assert tags("logcat -d -s ImeTracker") == ["ImeTracker", "ImeTracker"]
    assert tags("logcat -d ImeTracker:E '*:S'") == ["ImeTracker"]
    assert tags("logcat -d --pid=1200") == ["InsetsController"]
    assert tags("logcat -d -T 1770000001.5") == ["InsetsController", "ImeTracker"]
    assert tags("logcat -d -T '02-02 02:40:01.500'") == ["InsetsController", "ImeTracker"]
    assert tags("logcat -t 1") == ["ImeTracker"]


def test_clear_forgets_what_was_there() -> None:
    device = Device(world())
    device.world.now += 10_000_000_000
    assert device.run("logcat -c; logcat -d").out == "--------- beginning of main\n"


def test_an_unknown_format_is_refused() -> None:
    assert 'Invalid parameter "pretty" to -v' in sh("logcat -v pretty").err


def test_without_d_it_follows_until_killed() -> None:
    device = Device(FakeWorld())

    async def later() -> None:
        device.world.call_at(device.world.now + 400_000_000, lambda: device.world.lines.append(LINES[0]))

    asyncio.run(later())
    assert "onRequestShow" in device.run("timeout 2 logcat").out
