"""Addresses of phones and adb servers on a network: HOST:PORT, also with IPv6 and with names of mDNS."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

PHONE_PORT = 5555
"""Where adbd listens after `adb tcpip 5555`; adb's own default."""
_MDNS = re.compile(r"^adb-.+\._adb(-tls-connect)?\._tcp\.?$")
_NAME = re.compile(r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$")


class Address(NamedTuple):
    """A host and a TCP port; `str()` is how adb writes it, IPv6 in brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return HOST:PORT, or [HOST]:PORT for IPv6."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def local(self) -> bool:
        """Whether it is on this computer."""
        return is_loopback(self.host)


def parse_address(text: str, default_port: int | None = None) -> Address | None:
    """Return the address that `text` names, None if it names none.

    Args:
        text: HOST:PORT, [IPV6]:PORT; with a default port also HOST and [IPV6].
        default_port: for a text without one.
    """
    bracketed = re.fullmatch(r"\[([^\]]+)\](?::(\d{1,5}))?", text)
    plain = re.fullmatch(r"([^:\[\]]+)(?::(\d{1,5}))?", text)
    found = bracketed or plain
    if found is None:
        return None
    host, port = found[1], int(found[2]) if found[2] else default_port
    if port is None or not 0 < port < 65536:
        return None
    known = _is_ipv6(host) if bracketed else bool(_NAME.match(host))
    return Address(host, port) if known else None


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this computer."""
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def is_mdns(serial: str) -> bool:
    """Whether a serial is the name under which wireless debugging announces a phone (Android 11+)."""
    return bool(_MDNS.match(serial))


def is_network(serial: str) -> bool:
    """Whether adb reaches the phone of this serial by a network, be it through this computer's loopback."""
    return is_mdns(serial) or parse_address(serial) is not None


def is_wireless(serial: str) -> bool:
    """Whether the phone of this serial is elsewhere on a network: by Wi-Fi, as far as one can tell."""
    address = parse_address(serial)
    return is_mdns(serial) or (address is not None and not address.local)


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True
