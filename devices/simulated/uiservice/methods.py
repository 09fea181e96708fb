"""The table of all methods that the server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devices.simulated.uiservice.acting import Acting
from devices.simulated.uiservice.looking import Looking
from devices.simulated.uiservice.screen import Screen
from devices.simulated.uiservice.text_fields import TextFields

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from devices.simulated.uiservice.rpc import Method
    from devices.simulated.userland.phone import Phone

_WITHOUT_EFFECT = {
    "clearLastToast": None,
    "makeToast": True,
    "freezeRotation": None,
    "setOrientation": None,
    "openNotification": True,
    "openQuickSettings": True,
    "getLastTraversedText": None,
    "clearLastTraversedText": None,
    "waitForIdle": None,
    "waitForWindowUpdate": True,
}
"""Accepted, and what they return: no toast, rotation or shade is played here."""


def build_methods(phone: Phone) -> dict[str, Method]:
    """Return all methods of one phone's server by name; each costs what the persona says of a call."""
    screen = Screen(phone)
    named = Looking(screen).table() | Acting(screen).table() | TextFields(screen).table()
    named |= {name: _constant(value) for name, value in _WITHOUT_EFFECT.items()}
    return {name: _charged(phone, method) for name, method in named.items()}


def _constant(value: Any) -> Callable[..., Awaitable[Any]]:
    async def answer(*_: Any) -> Any:
        return value

    return answer


def _charged(phone: Phone, method: Callable[..., Awaitable[Any]]) -> Method:
    async def call(params: list[Any]) -> Any:
        phone.clock.touch()
        await phone.spend("rpc")
        try:
            return await method(*params)
        finally:
            phone.clock.poke()

    return call
