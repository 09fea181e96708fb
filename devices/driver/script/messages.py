"""What is sent: messages that a person could type, each of them once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.driver.script.typist import message
from traces.errors import InputFileError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BUILT_IN = tuple(message(index) for index in range(800))
LONGEST = 120
_AGAIN = ("", "again ", "once more ")
"""Before the messages of a repeated attempt: no message is sent twice to one app."""
_KEYS = frozenset("abcdefghijklmnopqrstuvwxyz ")
_NEXT = "Write one message a line, in the letters a to z and blanks, as the keys of the keyboard have them."


def read_messages(path: Path) -> tuple[str, ...]:
    """Return the messages of a file: one a line; empty lines and those that begin with # are left out.

    Raises:
        InputFileError: it can't be read, holds none, or lines that can't be typed or stand there twice; all
            are named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else f"it is no UTF-8 text ({error})"
        raise InputFileError(f"{path} can't be read: {why}.", next_step="Check the path.") from error
    found: dict[str, int] = {}
    wrong = []
    for number, line in enumerate(lines, 1):
        text = " ".join(line.lower().split())
        if not text or text.startswith("#"):
            continue
        if strange := sorted(set(text) - _KEYS):
            wrong.append(f"{path}:{number}: can't be typed: {' '.join(strange[:5])}")
        elif len(text) > LONGEST:
            wrong.append(f"{path}:{number}: longer than {LONGEST} characters")
        elif text in found:
            wrong.append(f"{path}:{number}: stands in line {found[text]} too")
        else:
            found[text] = number
    if wrong:
        mistakes = f"{len(wrong)} mistake{'s' * (len(wrong) != 1)} in the messages"
        raise InputFileError(f"{mistakes}:\n" + "\n".join(wrong), next_step=_NEXT)
    if not found:
        raise InputFileError(f"{path} holds no message.", next_step=_NEXT)
    return tuple(found)


def of_round(messages: Sequence[str], count: int, number: int, attempt: int) -> tuple[str, ...]:
    """Return the messages of one attempt at a round; alike for all apps."""
    again = _AGAIN[min(attempt, len(_AGAIN)) - 1]
    return tuple(again + messages[(number * count + k) % len(messages)] for k in range(count))


def check_enough(messages: Sequence[str], count: int, rounds: int) -> None:
    """Refuse a list in which a round would begin anew.

    Raises:
        UsageError: says how many are needed.
    """
    needed = count * (rounds + 1)
    if len(messages) < needed:
        raise UsageError(
            f"{rounds} rounds and the warm-up of {count} messages each need {needed} different ones; there "
            f"are {len(messages)}.",
            next_step="Add lines to the file of --messages, or ask for fewer rounds.",
        )
