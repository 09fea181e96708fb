"""Attempts that broke off: what is kept of them, and how many there may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traces.capture import PhoneState, RoundCapture

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from profiler.run.plan import Step
    from traces.bundle import JournalEntry

BROKE_OFF = "The attempt broke off"
"""How the reason of an attempt begins that the phone, or the way to it, did not let end."""
MOST_BROKEN = 5
"""So many attempts at one round may break off before the run ends."""
_PARTS = "*.part"


def broken_off(
    folder: Path, step: Step, attempt: int, *, package: str, kind: str, why: str, mended: Iterable[str]
) -> RoundCapture:
    """Return what is kept of an attempt that broke off: its logs, and why it does not count.

    Args:
        folder: of the attempt; files that are not whole are removed from it.
        step: which round.
        attempt: which attempt at it.
        package: of the app.
        kind: of the scenario.
        why: what happened, without the phone's serial number.
        mended: what was found and done about it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for part in folder.glob(_PARTS):
        part.unlink()
    reason = " ".join((f"{BROKE_OFF}: {why}", *mended))
    return RoundCapture(
        folder=folder.name,
        app=step.app,
        package=package,
        round=step.round,
        attempt=attempt,
        trace=None,
        trace_sha256=None,
        popups=(),
        before=PhoneState(),
        after=PhoneState(),
        void=(reason,),
        extras=tuple(sorted(path.name for path in folder.iterdir())),
        kind=kind,
    )


def broke_off(void: Iterable[str]) -> bool:
    """Return whether an attempt is void because it broke off."""
    return any(reason.startswith(BROKE_OFF) for reason in void)


def spent(entries: Iterable[JournalEntry]) -> int:
    """Return how many of a round's attempts went through and did not count."""
    return sum(bool(entry.void) and not broke_off(entry.void) for entry in entries)
