"""The journal of what was changed on a phone: on disk before the phone is touched, gone when all is back.

It lies on this computer, one file per phone, named by the serial's hash, so a crash or a pulled cable loses
nothing: the next run or `silky restore` finishes it. The phone itself carries the same (`note.py`).
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from devices.driver.state.knobs import Knob, knob
from devices.driver.state.places import state_folder
from traces.errors import InputFileError

_VERSION = 1
_SUFFIX = ".settings.json"


@dataclass(frozen=True, slots=True)
class Change:
    """One knob: what it was (None: not set at all) and what silky set it to, in order.

    All values are kept, because a crash may leave the phone at the one before the last.
    """

    namespace: str
    """global, system or secure, or another of `knobs.py`."""
    key: str
    was: str | None
    ours: tuple[str, ...]

    @property
    def now(self) -> str:
        """The value set last."""
        return self.ours[-1]

    @property
    def knob(self) -> Knob:
        """What it is about."""
        return Knob(self.namespace, self.key)

    @property
    def name(self) -> str:
        """As people and manifests see it."""
        return self.knob.name


class Journal:
    """The changes of one phone, oldest first.

    Args:
        key: the phone's serial hash.
        folder: where journals are.
    """

    def __init__(self, key: str, folder: Path | None = None) -> None:
        self.key = key
        self.path = (folder or state_folder()) / f"{key}{_SUFFIX}"

    def read(self) -> list[Change]:
        """Return what is still to be restored; InputFileError if the file can't be read as a journal."""
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
            if data["version"] != _VERSION:
                raise self._unreadable(f"it has version {data['version']}")
            return [change_of(entry) for entry in data["changes"]]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._unreadable(str(error)) from error

    def write(self, changes: list[Change]) -> None:
        """Replace the journal in one step; an empty list removes it."""
        if not changes:
            self.path.unlink(missing_ok=True)
            return
        text = json.dumps({"version": _VERSION, "changes": [asdict(c) for c in changes]}, indent=1)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name, suffix=".part")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _unreadable(self, why: str) -> InputFileError:
        return InputFileError(
            f"{self.path} can't be read as a journal of changed settings: {why}.",
            next_step="Look at the file, set the phone's settings back by hand, then delete it.",
        )


def change_of(entry: dict[str, Any]) -> Change:
    """Read one change as `dataclasses.asdict` wrote it; ValueError, KeyError or TypeError if it is none."""
    was = entry["was"]
    if not (was is None or isinstance(was, str)) or not entry["ours"]:
        raise ValueError(f"entry {entry}")
    named = knob(str(entry["namespace"]), str(entry["key"]))
    return Change(*named, was, tuple(str(v) for v in entry["ours"]))


def pending(folder: Path | None = None) -> list[Journal]:
    """Return the journals that still hold something to restore."""
    place = folder or state_folder()
    found = sorted(place.glob(f"*{_SUFFIX}"))
    return [Journal(path.name.removesuffix(_SUFFIX), place) for path in found]
