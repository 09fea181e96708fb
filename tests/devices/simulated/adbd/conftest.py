"""A running phone over the fake world, and a real adb server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devices.simulated.server import RunningPhone, running_phone
from tests.adbserver import Adb, adb
from tests.devices.simulated.userland.fake_world import FakeWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["adb", "phone"]

SPEED = 40.0


@pytest.fixture
def phone(adb: Adb) -> Iterator[RunningPhone]:
    """A phone that the adb server is connected to."""
    with running_phone(FakeWorld(), speed=SPEED) as running:
        adb.connect(running.serial)
        yield running
        adb.disconnect(running.serial)
