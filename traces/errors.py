"""The one family of errors, each with its exit code.

Every error says what happened, to which phone or file, and what to do next. The command line prints exactly
that and returns `exit_code`; a traceback is a bug.
"""

from __future__ import annotations

from typing import ClassVar


class SilkyError(Exception):
    """Something a user can act on.

    Args:
        what: one sentence: what happened, naming the file or phone.
        next_step: one sentence: what to do about it.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, what: str, *, next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.what} {self.next_step}".strip()


class UsageError(SilkyError):
    """A command, option, profile or configuration that can't be used as given. Exit code 3."""


class InputFileError(SilkyError):
    """A file that can't be read as what it should be. Exit code 3."""


class EvidenceError(SilkyError):
    """The evidence is incomplete or void: nothing may be concluded from it. Exit code 2."""

    exit_code: ClassVar[int] = 2


class PhoneError(SilkyError):
    """A phone, or the connection to it, failed or refused. Exit code 4."""

    exit_code: ClassVar[int] = 4
