"""Sets what a run needs on the phone, and sets it back: at the end, after a crash, after a pulled cable."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from devices.driver.journal import Change, Journal
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.driver.phone import Phone

_NAMESPACES = {"global", "system", "secure"}
_KEY = re.compile(r"[A-Za-z0-9_.]+")


class StateKeeper:
    """The settings of one phone.

    Args:
        phone: the phone.
        journal: its journal; entries in it are what an earlier process left.
    """

    def __init__(self, phone: Phone, journal: Journal) -> None:
        self._phone = phone
        self._journal = journal
        self._changes: list[Change] = journal.read()

    @property
    def unfinished(self) -> list[Change]:
        """What is changed now and has to go back."""
        return list(self._changes)

    def changes(self) -> dict[str, tuple[str | None, str]]:
        """Return name -> (was, is)."""
        return {change.name: (change.was, change.now) for change in self._changes}

    def set(self, namespace: str, key: str, value: str) -> None:
        """Change a setting: journal first, then phone, then check that it stuck.

        Setting again what was already changed keeps the first `was`. Raises PhoneError if the phone refuses.
        """
        assert namespace in _NAMESPACES
        assert _KEY.fullmatch(key)
        present = self.get(namespace, key)
        if present == value:
            return
        known = next((c for c in self._changes if (c.namespace, c.key) == (namespace, key)), None)
        if known is None:
            change = Change(namespace, key, present, (value,))
        else:
            change = Change(namespace, key, known.was, (*known.ours, value))
        self._changes = [c for c in self._changes if c is not known] + [change]
        self._journal.write(self._changes)
        result = self._phone.shell(f"settings put {namespace} {key} {shlex.quote(value)}")
        if self.get(namespace, key) != value:
            said = (result.error_text.strip() or result.text.strip() or "nothing").splitlines()[0]
            raise PhoneError(
                f"{self._phone.name} refused to set {change.name} to {value}: {said}",
                next_step="On Xiaomi, OPPO and vivo switch on Developer options > USB debugging (Security "
                "settings), or 'Disable permission monitoring', then plug the phone in again.",
            )

    def restore(self) -> list[str]:
        """Set everything back, newest first; what is back leaves the journal at once.

        Returns:
            Notes: settings that somebody else has changed since, which are left alone, and such as the phone
            refuses to set; those stay in the journal, so that the next restore tries again.

        Raises:
            PhoneError: the connection failed; the rest stays in the journal.
        """
        notes = []
        for change in reversed(list(self._changes)):
            done, note = self._put_back(change)
            if note:
                notes.append(note)
            if done:
                self._changes = [c for c in self._changes if c is not change]
                self._journal.write(self._changes)
        return notes

    def get(self, namespace: str, key: str) -> str | None:
        """Return a setting; None where it isn't set."""
        text = self._phone.ask(f"settings get {namespace} {key}").strip()
        return None if text == "null" else text

    def _put_back(self, change: Change) -> tuple[bool, str | None]:
        present = self.get(change.namespace, change.key)
        if present == change.was:
            return True, None
        if present not in change.ours:
            return (
                True,
                f"{change.name} is now {present}, set by someone else: left alone (it was {change.was}).",
            )
        if change.was is None:
            self._phone.shell(f"settings delete {change.namespace} {change.key}")
        else:
            self._phone.shell(f"settings put {change.namespace} {change.key} {shlex.quote(change.was)}")
        if self.get(change.namespace, change.key) == change.was:
            return True, None
        return False, f"{change.name} could not be set back to {change.was}: set it by hand."
