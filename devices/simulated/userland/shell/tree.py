"""The nodes of a parsed shell program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.userland.shell.words import Word


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirection of a descriptor to a file, or of one to another (`>&`)."""

    operator: str
    descriptor: int
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """Assignments, then a command with its arguments."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands whose output feeds the next one."""

    parts: tuple[Command, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class AndOr:
    """`left && right` or `left || right`."""

    left: Command
    operator: str
    right: Command


@dataclass(frozen=True, slots=True)
class Sequence:
    """Commands one after the other; the flag marks those that go to the background."""

    items: tuple[tuple[Command, bool], ...]


@dataclass(frozen=True, slots=True)
class Compound:
    """`( )` in a subshell, or `{ }`."""

    body: Sequence
    subshell: bool
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class If:
    """`if`: pairs of condition and body, then the else body."""

    branches: tuple[tuple[Sequence, Sequence], ...]
    otherwise: Sequence | None
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """`while` or `until`."""

    condition: Sequence
    body: Sequence
    until: bool
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words`."""

    name: str
    words: tuple[Word, ...]
    body: Sequence
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """`name() body`: the body runs when the name is called, with the call's arguments as `$1` ..."""

    name: str
    body: Command


Command = Simple | Pipeline | AndOr | Sequence | Compound | If | Loop | For | Function
