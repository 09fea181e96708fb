"""Which phones are connected, and what to do about those that can't be used."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from traces.errors import PhoneError, UsageError

if TYPE_CHECKING:
    from devices.adb.server import AdbServer

_ADDRESS = re.compile(r"^\[?[\w.:%-]+\]?:\d{1,5}$")
_ADVICE = {
    "unauthorized": (
        "Unlock the phone and accept 'Allow USB debugging?' (tick 'Always allow'); if it doesn't "
        "ask, use Developer options > Revoke USB debugging authorisations and plug it in again."
    ),
    "authorizing": "The phone is asking; unlock it and accept 'Allow USB debugging?'.",
    "connecting": "The connection is being made; try again in a second.",
    "offline": (
        "Unplug the cable and plug it in again; then switch USB debugging off and on; then restart the phone."
    ),
    "no permissions": (
        "This computer's user may not open the USB device: install udev rules (Debian, Ubuntu: "
        "apt install android-sdk-platform-tools-common) and plug the phone in again."
    ),
    "recovery": "The phone is in recovery; restart it into Android.",
    "sideload": "The phone is in sideload mode; restart it into Android.",
    "bootloader": "The phone is in its bootloader; restart it into Android.",
}
NO_PHONE = (
    "Plug a phone in with a data cable and unlock it. On the phone: Settings > About phone > "
    "tap 'Build number' "
    "seven times (Xiaomi: 'OS version'), then Developer options > USB debugging on, and "
    "accept 'Allow USB debugging?'. "
    "Over the network: `silky devices --connect HOST:PORT`. Without a phone: `silky demo`."
)


@dataclass(frozen=True, slots=True)
class ListedPhone:
    """One line of the adb server's list."""

    serial: str
    state: str
    """`device` when it can be used."""
    model: str | None
    advice: str
    """What to do when it can't be used; empty otherwise."""

    @property
    def usable(self) -> bool:
        """Whether commands can be sent to it."""
        return self.state == "device"

    def describe(self) -> str:
        """Return one line for people."""
        return f"{self.serial} ({self.model or 'model unknown'}, {self.state})"


def list_phones(server: AdbServer) -> list[ListedPhone]:
    """Return all that the adb server knows of, in its order (starts the server when it is missing)."""
    server.ensure_running()
    return [phone for line in server.query("host:devices-l").splitlines() if (phone := _parse(line))]


def choose_phone(server: AdbServer, wanted: str | None) -> ListedPhone:
    """Return the phone to use.

    Args:
        server: the adb server.
        wanted: a serial number, or HOST:PORT, which is connected if need be; None: $ANDROID_SERIAL, or the
            only usable one.

    Raises:
        PhoneError: none there, or the wanted one can't be used.
        UsageError: several, and none named.
    """
    phones = list_phones(server)
    wanted = wanted or os.environ.get("ANDROID_SERIAL") or None
    if wanted is not None:
        if _ADDRESS.match(wanted) and not any(phone.serial == wanted for phone in phones):
            connect(server, wanted)
            phones = list_phones(server)
        return _named(phones, wanted)
    usable = [phone for phone in phones if phone.usable]
    if len(usable) == 1:
        return usable[0]
    if len(usable) > 1:
        names = "; ".join(phone.describe() for phone in usable)
        raise UsageError(
            f"{len(usable)} phones are connected: {names}.",
            next_step=f"Say which one: --device {usable[0].serial}",
        )
    if phones:
        names = "; ".join(phone.describe() for phone in phones)
        raise PhoneError(f"No connected phone can be used: {names}.", next_step=phones[0].advice)
    raise PhoneError("No phone is connected.", next_step=NO_PHONE)


def connect(server: AdbServer, address: str) -> str:
    """Connect to a phone over the network and return its serial number (the address)."""
    if not _ADDRESS.match(address):
        raise UsageError(f"'{address}' is not HOST:PORT.", next_step="Write it like 192.168.1.20:5555.")
    server.ensure_running()
    answer = server.query(f"host:connect:{address}", seconds=15.0).strip()
    if answer.startswith(("connected to", "already connected to")):
        return address
    if "authenticate" in answer:
        raise PhoneError(
            f"Phone {address} does not allow this computer: {answer}.", next_step=_ADVICE["unauthorized"]
        )
    raise PhoneError(
        f"No connection to {address}: {answer}.",
        next_step="Check the address, that both are in one network, and that wireless debugging is on "
        "(Android 11+: `adb pair HOST:PORT` once; the port changes when it is switched on).",
    )


def _named(phones: list[ListedPhone], wanted: str) -> ListedPhone:
    for phone in phones:
        if phone.serial == wanted:
            if phone.usable:
                return phone
            raise PhoneError(f"Phone {phone.describe()} can't be used.", next_step=phone.advice)
    there = "; ".join(phone.describe() for phone in phones) or "none"
    usable = [phone.serial for phone in phones if phone.usable]
    raise PhoneError(
        f"No phone {wanted} is connected (connected: {there}).",
        next_step=f"Name one of these with --device: {', '.join(usable)}." if usable else NO_PHONE,
    )


def _parse(line: str) -> ListedPhone | None:
    serial, _, rest = line.strip().partition(" " if "\t" not in line else "\t")
    rest = rest.strip()
    if not serial or not rest:
        return None
    model = re.search(r"\bmodel:(\S+)", rest)
    state = "no permissions" if rest.startswith("no permissions") else rest.split()[0].rstrip(";")
    advice = (
        ""
        if state == "device"
        else _ADVICE.get(state, "Restart the phone into Android and plug it in again.")
    )
    return ListedPhone(serial, state, model[1].replace("_", " ") if model else None, advice)
