"""How a run that didn't go through tells what is kept and how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from traces.errors import EvidenceError, PhoneError, SilkyError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Error = TypeVar("Error", bound=SilkyError)


class RunInterruptedError(EvidenceError):
    """Ctrl-C during a run: what was captured is kept. Exit code 2."""


class AppUpdatedError(EvidenceError):
    """An app is another version than at the beginning: the run can't go on. Exit code 2."""


def interrupted() -> RunInterruptedError:
    """Return the error of a run that was stopped by Ctrl-C."""
    return RunInterruptedError("The run was stopped by Ctrl-C.")


def with_notes(error: Error, notes: Sequence[str]) -> Error:
    """Return an error of the same kind that also tells what became of the phone's settings."""
    if not notes:
        return error
    happened = error.what if error.what.endswith((".", "!", "?")) else f"{error.what}."
    return type(error)(" ".join((happened, *notes)), next_step=error.next_step)


def with_kept(error: Error, path: Path, kept: int, notes: Sequence[str]) -> Error:
    """Return an error of the same kind that also tells what is kept of the run, and how to go on."""
    rounds = "1 round" if kept == 1 else f"{kept} rounds"
    happened = error.what if error.what.endswith((".", "!", "?")) else f"{error.what}."
    what = " ".join((happened, f"Kept in {path}: {rounds}.", *notes))
    if not kept or isinstance(error, AppUpdatedError):
        return type(error)(what, next_step=error.next_step)
    go_on = f"Go on with `silky run --resume {path}`, or see what there is with `silky report {path}`."
    return type(error)(what, next_step=f"{error.next_step} {go_on}".strip())


def not_restored(error: PhoneError, path: Path) -> PhoneError:
    """Return the error of a run that is complete, but whose phone could not be left as it was."""
    happened = error.what if error.what.endswith((".", "!", "?")) else f"{error.what}."
    return PhoneError(
        f"{happened} The run is complete and kept in {path}, but the phone is not yet as it was.",
        next_step=f"Plug it in and run `silky restore`; `silky report {path}` shows what was measured.",
    )
