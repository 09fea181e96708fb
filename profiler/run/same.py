"""Whether rounds may be put side by side: the same keyboard for all, the same refresh rate for each app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traces.errors import PhoneError

if TYPE_CHECKING:
    from traces.capture import RoundCapture

SAME_RATE_HZ = 0.5


class Conditions:
    """What stays the same through a run.

    Args:
        ime_id: the keyboard that the run began with; None: not known.
    """

    def __init__(self, ime_id: str | None) -> None:
        self._ime_id = ime_id
        self._rates: dict[str, float] = {}

    def broken_by(self, capture: RoundCapture) -> tuple[str, ...]:
        """Return why a round can't stand beside those before it; the first one of an app sets its rate."""
        found = []
        other = self.other_keyboard(capture)
        if other is not None:
            found.append(f"The keyboard is {other}; the run began with {self._ime_id}.")
        rate = capture.before.refresh_hz
        if rate is not None:
            first = self._rates.setdefault(capture.app, rate)
            if abs(first - rate) > SAME_RATE_HZ:
                found.append(f"The refresh rate is {rate:g} Hz; this app's first round had {first:g} Hz.")
        return tuple(found)

    def other_keyboard(self, capture: RoundCapture) -> str | None:
        """Return the keyboard that is chosen now, if it is another one than at the beginning."""
        now = capture.after.ime_id
        return now if self._ime_id is not None and now is not None and now != self._ime_id else None

    def require_keyboard(self, capture: RoundCapture) -> None:
        """Stop a run that can't go on as it began.

        Raises:
            PhoneError: another keyboard is chosen now.
        """
        other = self.other_keyboard(capture)
        if other is not None:
            raise PhoneError(
                f"The keyboard was changed to {other} during the run, which began with {self._ime_id}.",
                next_step=f"Choose the first one again: adb shell ime set {self._ime_id}.",
            )
