"""Ways in which a connection fails; all are PhoneErrors (exit code 4)."""

from __future__ import annotations

from traces.errors import PhoneError

CABLE = (
    "Check the cable (or the network), unlock the phone, then run the command again; "
    "`silky devices` lists what is connected."
)


class ConnectionLostError(PhoneError):
    """The stream ended before it should: cable pulled, phone restarted, adb server stopped."""


class AnswerTimeoutError(PhoneError):
    """The phone or the adb server did not answer in time."""


class RefusedError(PhoneError):
    """The adb server answered FAIL; `reason` is its own text."""

    def __init__(self, what: str, *, reason: str = "", next_step: str = "") -> None:
        super().__init__(what, next_step=next_step)
        self.reason = reason


class GarbledError(PhoneError):
    """What came is not what the command printed: cut, or with something else in it."""


class ServerMissingError(PhoneError):
    """Nothing listens where the adb server should."""


BROKEN = (ConnectionLostError, AnswerTimeoutError, RefusedError, GarbledError, ServerMissingError)
"""The way to the phone failed; what was asked for may work when it is back."""
