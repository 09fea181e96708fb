"""What earlier runs left changed on a phone: found in this computer's journal and in notes on the phone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver.state.keeper import StateKeeper
from devices.driver.state.knobs import harmless
from devices.driver.state.note import PhoneNote, find_notes
from devices.driver.state.vendor_menus import Words
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.driver.phone import Phone
    from devices.driver.state.journal import Change, Journal
    from devices.driver.state.note import Note


@dataclass(frozen=True, slots=True)
class Leftover:
    """One earlier run.

    Attributes:
        source: journal (this computer's), or note (on the phone, mostly of another computer).
        changes: what it had changed.
        messages: what could not or need not be set back.
        age_s: since the note was last touched, by the phone's clock; None for a journal.
        elsewhere: another installation of silky had changed it, mostly on another computer.
    """

    source: str
    changes: tuple[Change, ...]
    messages: tuple[str, ...]
    age_s: int | None = None
    elsewhere: bool = False

    def sentence(self, phone: Phone) -> Words:
        """Return in words what was done."""
        names = ", ".join(change.name for change in self.changes)
        who = "a run of another computer" if self.elsewhere else "an interrupted run"
        zh = "另一台电脑上的测量" if self.elsewhere else "中断的测量"
        return Words(
            f"Restored what {who} had left on {phone.name}: {names}.",
            f"已还原{zh}在手机 {phone.serial} 上留下的设置：{names}。",
        )


def finish(phone: Phone, journal: Journal, *, force: bool = False) -> list[Leftover]:
    """Put back what earlier runs left; the caller holds the phone's lock.

    Args:
        phone: the phone.
        journal: this computer's.
        force: also what a run of another computer changed that may still go on.

    Raises:
        PhoneError: the connection failed (what is left stays written down), or another computer's run may
            still go on.
        InputFileError: the journal can't be read.
    """
    notes, spoilt = find_notes(phone)
    done = []
    changes = journal.read()
    if changes:
        keeper = StateKeeper(phone, (PhoneNote(phone), journal), changes)
        done.append(Leftover("journal", tuple(changes), tuple(keeper.restore())))
    foreign = [note for note in notes if not (note.ours and changes)]
    for note in foreign:
        if note.may_be_live and note.owner.pid != os.getpid() and not force:
            raise _busy(phone, note)
    done += [_finish_note(phone, note) for note in foreign]
    done += [Leftover("note", (), (_spoilt(path),)) for path in spoilt]
    return done


def _finish_note(phone: Phone, note: Note) -> Leftover:
    ours = [c for c in note.changes if c.knob.known and harmless(c.was) and all(map(harmless, c.ours))]
    rest = [change for change in note.changes if change not in ours]
    keeper = StateKeeper(phone, (_Rest(PhoneNote(phone, note.token), rest),), ours)
    messages = keeper.restore()
    if not ours:
        # nothing of it is ours to do: only its empty shell is removed
        PhoneNote(phone, note.token).write(rest)
    messages += [
        f"{change.name} stands in a note on {phone.name} and is nothing that this silky sets: left alone."
        for change in rest
    ]
    return Leftover("note", tuple(ours), tuple(messages), note.age_s, elsewhere=not note.ours)


class _Rest:
    """A note of which a part stays as it is."""

    def __init__(self, note: PhoneNote, rest: list[Change]) -> None:
        self._note = note
        self._rest = rest

    def write(self, changes: list[Change]) -> None:
        """Replace the note."""
        self._note.write([*self._rest, *changes])


def _busy(phone: Phone, note: Note) -> PhoneError:
    return PhoneError(
        f"Another silky, of another folder or computer, may be using {phone.name}: it gave a sign of life "
        f"{note.age_s} s ago.",
        next_step="Wait until it ends. If it is gone for good, run `silky restore --force`.",
    )


def _spoilt(path: str) -> str:
    return f"The note {path} on the phone can't be read: look at it, set the phone back by hand, delete it."
