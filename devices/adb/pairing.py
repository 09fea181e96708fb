"""Pairing with a phone for wireless debugging (Android 11+): once, with the code that the phone shows.

The adb server does it (`host:pair:CODE:HOST:PORT`), and answers in words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from devices.adb.address import parse_address
from devices.adb.errors import RefusedError
from traces.errors import PhoneError, UsageError

if TYPE_CHECKING:
    from devices.adb.server import AdbServer

_SECONDS = 30.0
HOW = (
    "On the phone: Developer options > Wireless debugging > Pair device with pairing code shows a code of "
    "six digits and an address; keep that dialog open."
)


def pair(server: AdbServer, name: str, code: str) -> str:
    """Pair the computer of the adb server with a phone; return the server's own words.

    Args:
        server: the adb server.
        name: HOST:PORT in the phone's dialog "Pair device with pairing code".
        code: the six digits in that dialog.

    Raises:
        UsageError: not an address, not a code.
        PhoneError: refused.
    """
    address = parse_address(name)
    if address is None:
        raise UsageError(f"'{name}' is not HOST:PORT.", next_step=HOW)
    if not re.fullmatch(r"\d{6}", code):
        raise UsageError(f"'{code}' is no pairing code: it has six digits.", next_step=HOW)
    server.ensure_running()
    try:
        answer = server.query(f"host:pair:{code}:{address}", seconds=_SECONDS).strip()
    except RefusedError as error:
        step = "Update adb: pairing needs platform-tools 30 or newer." if "unknown" in error.reason else HOW
        raise PhoneError(f"Pairing with {address} failed: {error.reason}.", next_step=step) from error
    if not answer.startswith("Successfully paired"):
        raise PhoneError(f"Pairing with {address} failed: {answer.rstrip('.')}.", next_step=HOW)
    return answer
