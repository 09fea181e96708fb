"""Finishes what interrupted runs left changed on phones (`silky restore`)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.adb.inventory import choose_phone, list_phones
from devices.adb.server import AdbServer
from devices.driver.link import AdbLink
from devices.driver.phone import serial_hash
from devices.driver.session import PhoneSession
from devices.driver.state.journal import Change, pending
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.driver.state.leftovers import Leftover


@dataclass(frozen=True, slots=True)
class Restored:
    """One phone.

    Attributes:
        serial_hash: names the phone in results.
        serial: its serial number; None while it is not connected (then nothing was done).
        leftovers: what earlier runs had changed, and what became of it.
        waiting: what its journal holds, where it is not connected.
        error: why it failed; the next restore tries again.
    """

    serial_hash: str
    serial: str | None
    leftovers: tuple[Leftover, ...]
    waiting: tuple[Change, ...] = ()
    error: PhoneError | None = None


def restore_phones(
    serial: str | None = None, *, server: AdbServer | None = None, force: bool = False
) -> list[Restored]:
    """Restore connected phones by this computer's journals and by the phones' own notes.

    Args:
        serial: only this phone; None: all that are connected. Those with a journal that are not connected are
            listed with `serial` None.
        server: the adb server; None: the one of the environment.
        force: also what a run of another computer changed that may still go on.

    Raises:
        PhoneError: the phone that was named is not connected, or the adb server does not answer.
        InputFileError: a journal can't be read.
    """
    server = server or AdbServer.from_environment()
    connected = [phone.serial for phone in list_phones(server) if phone.usable]
    serial = serial or os.environ.get("ANDROID_SERIAL") or None
    wanted = connected if serial is None else [choose_phone(server, serial).serial]
    done = []
    for one in wanted:
        try:
            # opening a session is what restores
            with PhoneSession(AdbLink(server, one), force=force) as session:
                done.append(Restored(serial_hash(one), one, session.leftovers))
        except PhoneError as error:
            done.append(Restored(serial_hash(one), one, (), error=error))
    here = {serial_hash(one) for one in connected}
    away = [journal for journal in pending() if journal.key not in here]
    return done + [Restored(journal.key, None, (), tuple(journal.read())) for journal in away]
