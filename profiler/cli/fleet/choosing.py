"""Which phones a joint run is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.adb.address import is_network
from devices.adb.inventory import NO_PHONE, ListedPhone, connect, list_phones, phone_serial
from traces.errors import PhoneError, SilkyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.adb.server import AdbServer

ALL = "all"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One phone, and why it can't be measured, if so."""

    serial: str
    model: str | None
    error: SilkyError | None = None


def wants_several(wanted: Sequence[str]) -> bool:
    """Whether `--device` names more than one phone: `all`, several serials, or `A,B`."""
    names = spread(wanted)
    return ALL in names or len(names) > 1


def spread(wanted: Sequence[str]) -> list[str]:
    """Return the names one by one: `A,B` is two."""
    return [name.strip() for text in wanted for name in text.split(",") if name.strip()]


def only(wanted: Sequence[str]) -> str | None:
    """Return the one phone that is named, None for none."""
    names = spread(wanted)
    return names[0] if names else None


def choose_phones(server: AdbServer, wanted: Sequence[str]) -> list[Chosen]:
    """Return the phones to measure; one that can't be used is among them, with its error.

    Args:
        server: the adb server.
        wanted: serials, addresses (connected if need be), or `all`: everything that adb lists.

    Raises:
        UsageError: a phone is named twice, by its serial or by two ways to it.
        PhoneError: `all`, and none is there; the adb server can't be reached.
    """
    names = spread(wanted)
    phones = list_phones(server)
    if ALL in names:
        if not phones:
            raise PhoneError("No phone is connected.", next_step=NO_PHONE)
        chosen = [_listed(phone) for phone in phones]
        return _one_way_each(server, chosen)
    serials = [phone_serial(name) for name in names]
    if twice := next((serial for serial in serials if serials.count(serial) > 1), None):
        raise UsageError(f"Phone {twice} is named twice.", next_step="Name every phone once.")
    chosen = [_named(server, phones, serial) for serial in serials]
    _refuse_twins(_true_serials(server, chosen))
    return chosen


def _named(server: AdbServer, phones: Sequence[ListedPhone], serial: str) -> Chosen:
    found = next((phone for phone in phones if phone.serial == serial), None)
    if found is None and is_network(serial):
        try:
            connect(server, serial)
        except SilkyError as error:
            return Chosen(serial, None, error)
        found = next((phone for phone in list_phones(server) if phone.serial == serial), None)
    if found is None:
        there = "; ".join(phone.describe() for phone in phones) or "none"
        missing = PhoneError(
            f"No phone {serial} is connected (connected: {there}).",
            next_step="Check its cable, or its name: `silky devices` lists what is connected.",
        )
        return Chosen(serial, None, missing)
    return _listed(found)


def _listed(phone: ListedPhone) -> Chosen:
    if phone.usable:
        return Chosen(phone.serial, phone.model)
    error = PhoneError(f"{phone.describe()} can't be used.", next_step=phone.advice)
    return Chosen(phone.serial, phone.model, error)


def _one_way_each(server: AdbServer, chosen: Sequence[Chosen]) -> list[Chosen]:
    """Leave out the second way to a phone that is listed by cable and by Wi-Fi."""
    true = _true_serials(server, chosen)
    cable_first = sorted(chosen, key=lambda phone: is_network(phone.serial))
    kept: dict[str, str] = {}
    for phone in cable_first:
        if phone.error is None:
            kept.setdefault(true[phone.serial], phone.serial)
    return [phone for phone in chosen if phone.error is not None or kept[true[phone.serial]] == phone.serial]


def _refuse_twins(true: dict[str, str]) -> None:
    for serial, one in true.items():
        other = next((s for s, t in true.items() if t == one and s != serial), None)
        if other is not None:
            raise UsageError(
                f"{serial} and {other} are the same phone.", next_step="Name it once, best by its cable."
            )


def _true_serials(server: AdbServer, chosen: Sequence[Chosen]) -> dict[str, str]:
    """Return what each usable phone calls itself, by the name that adb has for it."""
    from devices.driver.link import AdbLink
    from devices.driver.phone import Phone

    found = {}
    for one in chosen:
        if one.error is not None:
            continue
        try:
            phone = Phone(AdbLink(server, one.serial))
            own = phone.properties.get("ro.serialno", "")
            # simulated phones of one persona share a serial number
            found[one.serial] = one.serial if phone.simulated or not own else own
        except PhoneError:
            found[one.serial] = one.serial  # its own process will say what is wrong
    return found
