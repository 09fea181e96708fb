"""One silky per phone: two runs on one phone would measure each other."""

from __future__ import annotations

import fcntl
import os
from typing import IO, TYPE_CHECKING

from devices.driver.state.places import state_folder
from traces.errors import PhoneError

if TYPE_CHECKING:
    from pathlib import Path


class PhoneLock:
    """An advisory lock on a file here; the system frees it when the process ends, however it ends.

    Args:
        key: the phone's serial hash.
        serial: for the message.
        folder: where the lock files are.
    """

    def __init__(self, key: str, serial: str, folder: Path | None = None) -> None:
        self._path = (folder or state_folder()) / f"{key}.lock"
        self._serial = serial
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock; PhoneError naming the other process if it is taken."""
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            other = file.read().strip() or "unknown"
            file.close()
            raise PhoneError(
                f"Another silky (process {other}) is using phone {self._serial}.",
                next_step=f"Wait until it ends, or stop it (kill {other}), or use another phone (--device).",
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def free(self) -> None:
        """Give it back; harmless when it isn't held."""
        if self._file is not None:
            self._file.close()
            self._file = None
