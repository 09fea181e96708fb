"""Sets what a run needs on the phone, and sets it back: at the end, after a crash, after a pulled cable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from devices.driver.state.journal import Change
from devices.driver.state.knobs import Knob, knob, same
from devices.driver.state.vendor_menus import refused_switch
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from devices.driver.phone import Phone

_SECONDS = 30.0
_SLOW_SECONDS = 600.0


class Ledger(Protocol):
    """Where changes are written down before they are made."""

    def write(self, changes: list[Change]) -> None:
        """Replace what stands there; nothing: nothing is left to restore."""


@dataclass(frozen=True, slots=True)
class Want:
    """What a knob is to be."""

    knob: Knob
    value: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A knob that the phone did not let be set."""

    want: Want
    now: str | None
    said: str
    """The phone's first line about it."""


class StateKeeper:
    """What was changed on one phone.

    Args:
        phone: the phone.
        ledgers: where that is written down; all hold the same.
        changes: what an earlier process left.
    """

    def __init__(self, phone: Phone, ledgers: Sequence[Ledger], changes: Iterable[Change] = ()) -> None:
        self._phone = phone
        self._ledgers = ledgers
        self._changes = list(changes)

    @property
    def unfinished(self) -> list[Change]:
        """What is changed now and has to go back."""
        return list(self._changes)

    def changes(self) -> dict[str, tuple[str | None, str]]:
        """Return name -> (was, is)."""
        return {change.name: (change.was, change.now) for change in self._changes}

    def set(self, namespace: str, key: str, value: str) -> None:
        """Change one knob that the run can't do without; PhoneError if the phone refuses."""
        for refusal in self.set_all([Want(knob(namespace, key), value)]):
            raise PhoneError(
                f"{self._phone.name} refused to set {refusal.want.knob.name} to {value}: {refusal.said}",
                next_step=f"{refused_switch(self._phone.build.manufacturer).en}.",
            )

    def set_all(self, wants: Sequence[Want]) -> list[Refusal]:
        """Change knobs: written down first, then set, then read back. What is so already is not touched.

        Setting again what was already changed keeps the first `was`.

        Returns:
            What the phone refused; that is as it was, and is not written down any more.

        Raises:
            PhoneError: the connection failed, or a knob can't be read.
        """
        present = self.read([want.knob for want in wants])
        todo = [want for want in wants if not same(present[want.knob], want.value)]
        if not todo:
            return []
        for want in todo:
            self._note_down(want, present[want.knob])
        self._save()
        said = self._write([(want.knob, want.value) for want in todo])
        after = self.read([want.knob for want in todo])
        refused = [
            Refusal(want, after[want.knob], said[want.knob])
            for want in todo
            if not same(after[want.knob], want.value)
        ]
        if refused:
            self._correct(refused)
        return refused

    def restore(self) -> list[str]:
        """Set everything back, newest first; what is back is crossed out.

        What somebody else has set since is left alone. Safe to repeat.

        Returns:
            Notes: what was left alone, and what the phone refuses to set; that stays written down, so that
            the next restore tries again.

        Raises:
            PhoneError: the connection failed; the rest stays written down.
        """
        if not self._changes:
            return []
        present = self.read([change.knob for change in self._changes])
        notes, back = [], []
        for change in reversed(self._changes):
            now = present[change.knob]
            if same(now, change.was):
                continue
            if any(same(now, value) for value in change.ours):
                back.append(change)
            else:
                notes.append(
                    f"{change.name} is now {now}, set by someone else: left alone (it was {change.was})."
                )
        self._write([(change.knob, change.was) for change in back])
        after = self.read([change.knob for change in back])
        failed = [change for change in back if not same(after[change.knob], change.was)]
        notes += [
            f"{change.name} could not be set back to {change.was}: set it by hand." for change in failed
        ]
        self._changes = [change for change in self._changes if change in failed]
        self._save()
        return notes

    def get(self, namespace: str, key: str) -> str | None:
        """Return a knob's value; None where it isn't set."""
        named = knob(namespace, key)
        return self.read([named])[named]

    def read(self, knobs: Sequence[Knob]) -> dict[Knob, str | None]:
        """Return the values of knobs, in one round trip.

        Raises:
            PhoneError: the phone does not tell one.
        """
        if not knobs:
            return {}
        texts = self._phone.sections({one.name: one.read_command() for one in knobs}, seconds=_SECONDS)
        found = {}
        for one in knobs:
            try:
                found[one] = one.value(texts[one.name])
            except ValueError as error:
                raise PhoneError(
                    f"{self._phone.name} does not tell {one.name}: {error}.",
                    next_step=f"Try it yourself: adb -s {self._phone.serial} shell '{one.read_command()}'",
                ) from error
        return found

    def _write(self, values: Sequence[tuple[Knob, str | None]]) -> dict[Knob, str]:
        """Write knobs, the quick ones in one round trip; return what the phone said of each, one line."""
        said = {}
        quick = [(one, value) for one, value in values if not one.slow]
        slow = [[(one, value)] for one, value in values if one.slow]
        for group in ([quick] if quick else []) + slow:
            texts = self._phone.sections(
                {one.name: f"{one.write_command(value)} 2>&1" for one, value in group},
                seconds=_SLOW_SECONDS if group[0][0].slow else _SECONDS,
            )
            for one, _ in group:
                said[one] = _said(texts[one.name])
        return said

    def _note_down(self, want: Want, present: str | None) -> None:
        known = next((change for change in self._changes if change.knob == want.knob), None)
        if known is None:
            change = Change(*want.knob, present, (want.value,))
        else:
            change = Change(*want.knob, known.was, (*known.ours, want.value))
        self._changes = [one for one in self._changes if one is not known] + [change]

    def _correct(self, refused: Sequence[Refusal]) -> None:
        """Cross out what the phone left as it was; what it set to something else is ours all the same."""
        now = {refusal.want.knob: refusal.now for refusal in refused}
        kept = []
        for change in self._changes:
            value = now.get(change.knob, change.now)
            if change.knob not in now or (value is not None and value in change.ours):
                kept.append(change)
            elif not same(value, change.was) and value is not None:
                kept.append(Change(*change.knob, change.was, (*change.ours, value)))
        self._changes = kept
        self._save()

    def _save(self) -> None:
        for ledger in self._ledgers:
            ledger.write(self._changes)


def _said(text: str) -> str:
    """Return the line that tells why, of an exception's many."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if "Exception:" in line), lines[0] if lines else "nothing")
