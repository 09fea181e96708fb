"""A simulated phone without ADB: a Link whose commands run in its shell, as fast as the host can."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field

import pytest

from devices.adb.shell import ShellResult
from devices.driver.phone import Phone
from devices.simulated.model import build_world, load_behaviours, load_persona
from tests.devices.simulated.userland.helpers import Device

APP = "sim.chat.smooth"
FIELD = (400, 2250)


class ModelLink:
    """Implements what injectors use of a Link; what the phone did is in `inputs`."""

    serial = "model"

    def __init__(self, lacks: tuple[str, ...] = ()) -> None:
        self._truth = io.StringIO()
        persona = load_persona("pixel-a14-120", lacks)
        self.world = build_world(persona, load_behaviours("demo"), seed=5, truth=self._truth)
        self._device = Device(self.world)

    def shell(self, command, *, seconds, stdin=b"", on_line=None) -> ShellResult:
        del seconds
        ran = self._device.run(command, stdin)
        for line in ran.out.splitlines() if on_line else ():
            on_line(line)
        return ShellResult(command, ran.out.encode(), ran.err.encode(), ran.code)

    def inputs(self) -> list[Input]:
        """Return all events that reached a window."""
        lines = map(json.loads, self._truth.getvalue().splitlines())
        return [
            Input(one["action"], one["source"], one["time_ns"]) for one in lines if one["type"] == "input"
        ]


@dataclass(frozen=True)
class Input:
    """One event of the truth."""

    action: str
    source: str
    time_ns: int
    """BOOTTIME."""


@dataclass
class Bench:
    """A phone with a chat app in front."""

    lacks: tuple[str, ...] = ()
    link: ModelLink = field(init=False)
    phone: Phone = field(init=False)

    def __post_init__(self) -> None:
        self.link = ModelLink(self.lacks)
        self.phone = Phone(self.link)
        self.phone.shell(f"am start -W -n {APP}/.MainActivity; sleep 1")

    def shown(self) -> bool:
        return "mInputShown=true" in self.phone.shell("dumpsys input_method").text


@pytest.fixture
def bench():
    return Bench


__all__ = ["APP", "FIELD", "Bench", "ModelLink", "bench"]
