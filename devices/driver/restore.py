"""Finishes what interrupted runs left changed on phones (`silky restore`)."""

from __future__ import annotations

from dataclasses import dataclass

from devices.adb.inventory import list_phones
from devices.adb.server import AdbServer
from devices.driver.journal import Change, pending
from devices.driver.link import AdbLink
from devices.driver.phone import serial_hash
from devices.driver.session import PhoneSession


@dataclass(frozen=True, slots=True)
class Restored:
    """One phone with a journal.

    Attributes:
        serial_hash: names the phone in results.
        serial: its serial number; None while it is not connected (then nothing was done).
        changes: what had been changed.
        notes: what could not or need not be set back.
    """

    serial_hash: str
    serial: str | None
    changes: tuple[Change, ...]
    notes: tuple[str, ...]


def restore_pending(*, server: AdbServer | None = None) -> list[Restored]:
    """Restore every connected phone that has a journal here; others are listed with `serial` None.

    Raises:
        PhoneError: a connected phone failed, or another silky uses it.
        InputFileError: a journal can't be read.
    """
    journals = pending()
    if not journals:
        return []
    server = server or AdbServer.from_environment()
    serials = {serial_hash(phone.serial): phone.serial for phone in list_phones(server) if phone.usable}
    done = []
    for journal in journals:
        changes = tuple(journal.read())
        serial = serials.get(journal.key)
        notes: tuple[str, ...] = ()
        if serial is not None:
            # opening a session is what restores
            with PhoneSession(AdbLink(server, serial)) as session:
                notes = tuple(session.notes[1:])
        done.append(Restored(journal.key, serial, changes, notes))
    return done
