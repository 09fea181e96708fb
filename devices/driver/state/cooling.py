"""Waits, kindly and not for ever, until a hot phone has cooled down.

The waiting itself runs on the phone (`sleep`), so that a simulated one may be fast; whole waits are counted.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver.errors import NeedsPersonError
from devices.driver.script.steps import HOME
from traces.errors import InputFileError
from traces.text.thermal import ThermalState, parse_thermal

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.driver.phone import Phone

HOT = 2
"""THROTTLING_MODERATE, from where on the phone slows down noticeably."""
SKIN = 3
"""Temperature.TYPE_SKIN."""
_DUMP = "dumpsys thermalservice"
_STEP_S = 15
_TELL_EVERY = 4
"""Steps between two words about it: a minute."""


@dataclass(frozen=True, slots=True)
class ThermalGate:
    """When to wait, and how long.

    Attributes:
        limit: the thermal status (1 light, 2 moderate) from which on nothing is measured.
        patience_s: how long to wait at most, phone seconds; 0: not at all, and nothing is refused.
    """

    limit: int = HOT
    patience_s: int = 600


def thermal(text: str) -> ThermalState | None:
    """Read the service's dump; None before Android 10, where there is none, and where it is overridden."""
    with contextlib.suppress(InputFileError):
        state = parse_thermal(text)
        # an overridden status says nothing about the phone
        return None if state.overridden else state
    return None


def told(state: ThermalState) -> str:
    """Return the status in words, with the skin's temperature where it is told."""
    skin = state.hottest(SKIN)
    warmth = f", skin {skin:.1f} °C" if skin is not None else ""
    return f"thermal status {int(state.status)}, {state.status.name.lower()}{warmth}"


def wait_until_cool(
    phone: Phone, gate: ThermalGate, tell: Callable[[str], None], *, alongside: str = "true"
) -> int:
    """Wait until the phone is cooler than the gate's limit; the launcher is in front meanwhile.

    Args:
        phone: the phone.
        gate: when to wait, and how long.
        tell: told why, and every minute how it stands.
        alongside: a shell command for the same round trip.

    Returns:
        How long that took, phone seconds; 0 where the phone is cool or doesn't tell.

    Raises:
        NeedsPersonError: it is still hot after that.
    """
    state = thermal(phone.shell(f"{alongside}; {_DUMP}").text)
    if state is None or state.status < gate.limit or gate.patience_s <= 0:
        return 0
    tell(
        f"{phone.name} is hot ({told(state)}): waiting until it is below {gate.limit}, at most "
        f"{gate.patience_s // 60} min. It cools faster off the charger, out of its case, with a dark screen."
    )
    phone.shell(f"{HOME} > /dev/null")
    waited = 0
    while waited < gate.patience_s:
        step = min(_STEP_S, gate.patience_s - waited)
        now = thermal(phone.shell(f"sleep {step}; {alongside}; {_DUMP}", seconds=step + 30.0).text)
        waited += step
        if now is None or now.status < gate.limit:
            tell(f"{phone.name} has cooled down after {waited} s.")
            return waited
        state = now
        if waited // _STEP_S % _TELL_EVERY == 0 and waited < gate.patience_s:
            tell(f"Still hot ({told(state)}); {waited // 60} min waited.")
    raise NeedsPersonError(
        f"{phone.name} is still hot ({told(state)}) after {gate.patience_s // 60} min of waiting.",
        next_step="Take it off the charger and out of its case, let it cool, and go on; --cool-down MINUTES "
        "waits longer.",
    )
