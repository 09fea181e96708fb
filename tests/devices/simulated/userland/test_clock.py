"""The phone's time: event by event, never faster than it may, never ahead of its commands."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from devices.simulated.userland.clock import PhoneClock
from tests.devices.simulated.userland.fake_world import BOOT_NS, MS, FakeWorld

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class HostClock:
    """A host clock that only moves when told to."""

    def __init__(self) -> None:
        self.ns = 0

    def __call__(self) -> int:
        return self.ns


def run(scenario: Callable[[FakeWorld, PhoneClock, HostClock], Awaitable[None]], speed: float = 2.0) -> None:
    async def main() -> None:
        world, host = FakeWorld(), HostClock()
        clock = PhoneClock(world, speed=speed, host_ns=host)
        clock.start()
        await asyncio.wait_for(scenario(world, clock, host), 20)
        clock.stop()

    asyncio.run(main())


async def settle(clock: PhoneClock) -> None:
    for _ in range(20):
        clock.poke()
        await asyncio.sleep(0)


def test_time_follows_the_host_times_the_speed() -> None:
    async def scenario(world: FakeWorld, clock: PhoneClock, host: HostClock) -> None:
        host.ns += 100 * MS
        clock.touch()
        assert world.now - BOOT_NS == 200 * MS

    run(scenario)


def test_an_event_runs_at_its_own_time_not_when_the_host_got_to_it() -> None:
    async def scenario(world: FakeWorld, clock: PhoneClock, host: HostClock) -> None:
        seen: list[int] = []
        world.call_at(BOOT_NS + 30 * MS, lambda: seen.append(world.now - BOOT_NS))
        host.ns += 90 * MS
        clock.touch()
        assert seen == [30 * MS]
        assert world.now - BOOT_NS == 180 * MS

    run(scenario)


def test_time_stands_while_a_command_can_run() -> None:
    async def scenario(world: FakeWorld, clock: PhoneClock, host: HostClock) -> None:
        seen: list[int] = []
        world.call_at(BOOT_NS + 25 * MS, lambda: None)

        async def script() -> None:
            await clock.sleep(20 * MS)
            for _ in range(5):
                host.ns += 1 * MS
                await asyncio.sleep(0)
                seen.append(world.now - BOOT_NS)

        task = asyncio.create_task(script())
        await settle(clock)
        host.ns += 20 * MS
        await settle(clock)
        await task
        assert seen == [20 * MS] * 5

    run(scenario)


@pytest.mark.parametrize(("cpu_ms", "stands"), [(1, True), (60, False)])
def test_a_busy_host_does_not_tear_a_scripts_commands_apart(cpu_ms: int, stands: bool) -> None:
    """Host time that passes between two commands moves nothing, unless a command really works for so long."""

    async def main() -> list[int]:
        world, host, cpu = FakeWorld(), HostClock(), HostClock()
        clock = PhoneClock(world, speed=2.0, host_ns=host, cpu_ns=cpu)
        clock.start()
        seen: list[int] = []

        async def script() -> None:
            await clock.sleep(20 * MS)
            for _ in range(5):
                host.ns += 200 * MS
                cpu.ns += cpu_ms * MS
                await asyncio.sleep(0)
                seen.append(world.now - BOOT_NS)

        task = asyncio.create_task(script())
        await settle(clock)
        host.ns += 20 * MS
        # far ahead, so that time has something to run towards
        world.call_at(BOOT_NS + 100 * MS, lambda: None)
        await settle(clock)
        await task
        clock.stop()
        return seen

    assert (asyncio.run(main()) == [20 * MS] * 5) == stands


def test_a_slow_host_makes_the_phone_late_as_a_whole() -> None:
    async def scenario(world: FakeWorld, clock: PhoneClock, host: HostClock) -> None:
        times: list[int] = []
        for at in (10, 20, 30):
            world.call_at(BOOT_NS + at * MS, lambda: times.append(world.now - BOOT_NS))
        host.ns += 60_000 * MS
        clock.touch()
        assert times == [10 * MS, 20 * MS, 30 * MS]
        # The phone did not jump a minute ahead: it is late, and goes on from here.
        assert world.now - BOOT_NS < 2_000 * MS

    run(scenario, speed=1.0)


def test_nothing_runs_while_nothing_is_due() -> None:
    async def main() -> float:
        world = FakeWorld()
        clock = PhoneClock(world, speed=1.0)
        clock.start()
        world.call_at(world.now + 3_600_000 * MS, lambda: None)
        clock.poke()
        await asyncio.sleep(0.05)
        before = time.process_time()
        await asyncio.sleep(0.3)
        used = time.process_time() - before
        clock.stop()
        return used

    assert asyncio.run(main()) < 0.05


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_must_be_a_positive_number(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be"):
        PhoneClock(FakeWorld(), speed=speed)
