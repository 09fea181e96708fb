"""Which phones are connected, and what to do about those that can't be used."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.adb.address import PHONE_PORT, is_mdns, is_network, is_wireless, parse_address
from devices.adb.errors import ConnectionLostError
from traces.errors import PhoneError, UsageError

if TYPE_CHECKING:
    from devices.adb.server import AdbServer

_STATES = (
    "device|offline|unauthorized|authorizing|connecting|no permissions|no device|bootloader|host|recovery|"
    "rescue|sideload|detached"
)
_LINE = re.compile(rf"^(?P<serial>\S.*?)\s+(?P<state>{_STATES})(?=[\s;(]|$)(?P<rest>.*)$")
"""A phone on Wi-Fi whose name is taken twice is called `adb-... (2)._adb-tls-connect._tcp`: with a space."""
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
_WIRELESS_OFFLINE = (
    "Wake the phone and see that it is in the same Wi-Fi with wireless debugging on; `silky devices "
    "--connect HOST:PORT` with its present address connects it again."
)
_LOCAL_OFFLINE = (
    "An emulator, a simulated phone or a tunnel on this computer that has ended or does not answer: start it "
    "again; one that was reached by HOST:PORT is connected by `silky devices --connect HOST:PORT`."
)
NO_PHONE = (
    "Plug a phone in with a data cable and unlock it. On the phone: Settings > About phone > "
    "tap 'Build number' "
    "seven times (Xiaomi: 'OS version'), then Developer options > USB debugging on, and "
    "accept 'Allow USB debugging?'. "
    "Over the network: `silky devices --pair HOST:PORT` once, then `silky devices --connect HOST:PORT`. "
    "Without a phone: `silky demo`."
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
        wanted = phone_serial(wanted)
        if is_network(wanted) and not any(phone.serial == wanted for phone in phones):
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


def connect(server: AdbServer, name: str) -> str:
    """Connect to a phone over the network and return its serial number.

    Args:
        server: the adb server; the address is looked for from where it runs.
        name: HOST or HOST:PORT, or the mDNS name of a phone that is paired (`adb-...._adb-tls-connect._tcp`).
    """
    serial = phone_serial(name, bare_host=True)
    if not is_network(serial):
        raise UsageError(
            f"'{name}' is not HOST:PORT.",
            next_step="Write it like 192.168.1.20:5555, or [fe80::1%wlan0]:5555 for IPv6.",
        )
    server.ensure_running()
    answer = server.query(f"host:connect:{serial}", seconds=15.0).strip()
    if answer.startswith(("connected to", "already connected to")):
        return serial
    if "authenticate" in answer:
        raise PhoneError(
            f"Phone {serial} does not allow this computer: {answer}.", next_step=_ADVICE["unauthorized"]
        )
    raise ConnectionLostError(
        f"No connection to {serial}: {answer}.",
        next_step="Check the address, that both are in one network, and that wireless debugging is on. "
        "Android 11+: pair once with `silky devices --pair HOST:PORT`; the port to connect to is another "
        "one, and changes whenever wireless debugging is switched on.",
    )


def reconnect(server: AdbServer, serial: str, *, offline: bool) -> None:
    """Connect anew to a phone on the network that has dropped.

    Args:
        server: the adb server.
        serial: the phone's.
        offline: adb still lists it, as offline, and would say "already connected": that is ended first.
    """
    if offline:
        with contextlib.suppress(PhoneError):
            server.query(f"host:disconnect:{serial}")
    connect(server, serial)


def phone_serial(name: str, *, bare_host: bool = False) -> str:
    """Return the serial under which adb lists what a person called a phone.

    Args:
        name: a serial, or an address in any spelling.
        bare_host: a name without a port is a host, at adb's own port.
    """
    if is_mdns(name):
        return name.rstrip(".")
    address = parse_address(name, PHONE_PORT if bare_host else None)
    return str(address) if address else name


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
    found = _LINE.match(line.strip()) or re.match(
        r"(?P<serial>\S+)\s+(?P<state>\S+)(?P<rest>.*)", line.strip()
    )
    if found is None:
        return None
    state = found["state"].rstrip(";")
    model = re.search(r"\bmodel:(\S+)", found["rest"])
    advice = (
        ""
        if state == "device"
        else _ADVICE.get(state, "Restart the phone into Android and plug it in again.")
    )
    if state == "offline" and is_wireless(found["serial"]):
        advice = _WIRELESS_OFFLINE
    elif state == "offline" and (is_network(found["serial"]) or found["serial"].startswith("emulator-")):
        advice = _LOCAL_OFFLINE
    return ListedPhone(found["serial"], state, model[1].replace("_", " ") if model else None, advice)
