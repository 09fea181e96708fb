"""Whether a run may begin on a phone as it is: refused with all reasons at once, or cooled down and set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver.state.checks import refusals, screen_refusals
from devices.driver.state.reading import read_state
from devices.driver.state.refresh import hold_refresh
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.driver.phone import Phone
    from devices.driver.state.keeper import StateKeeper
    from traces.capture import PhoneFacts, PhoneState

_WAKE = "input keyevent 224"


def admit(phone: Phone, planned_ime: str | None, cool_down: Callable[[], int]) -> PhoneState:
    """Return the state of a phone that may be measured: awake, unlocked, cool; nothing is set yet.

    Args:
        phone: the phone.
        planned_ime: the keyboard that the run is about; None: whichever is chosen.
        cool_down: waits for a hot phone; returns the seconds waited.

    Raises:
        PhoneError: refused; all reasons at once, each with what to do.
    """
    state = read_state(phone, None)
    _refuse(phone, refusals(state, planned_ime))
    if state.screen_on is False:
        phone.shell(f"{_WAKE}; sleep 1")
        state = read_state(phone, None)
    _refuse(phone, screen_refusals(state))
    return read_state(phone, None) if cool_down() else state


def hold_rate(phone: Phone, keeper: StateKeeper, facts: PhoneFacts, hz: float) -> list[str]:
    """Hold the panel at a rate that it has; return warnings.

    Raises:
        PhoneError: the panel has no such rate.
    """
    if not any(abs(mode - hz) < 1.0 for mode in facts.modes_hz):
        there = ", ".join(f"{mode:g}" for mode in facts.modes_hz)
        raise PhoneError(
            f"{phone.name} has no {hz:g} Hz; it has {there}.",
            next_step="Ask for one of these rates.",
        )
    return hold_refresh(phone, keeper, hz, (facts.width, facts.height))


def _refuse(phone: Phone, reasons: list[tuple[str, str]]) -> None:
    if reasons:
        raise PhoneError(
            f"{phone.name} is not ready: {'; '.join(what for what, _ in reasons)}.",
            next_step=f"Please {'; '.join(step for _, step in reasons)}; then run again.",
        )
