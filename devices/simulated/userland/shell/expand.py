"""Word expansion: parameters, command substitution, arithmetic, field splitting, file names."""

from __future__ import annotations

import fnmatch
from collections.abc import Awaitable, Callable, Iterable

from devices.simulated.userland.filesystem import Directory, FileSystem, normalize
from devices.simulated.userland.shell.arithmetic import evaluate
from devices.simulated.userland.shell.words import (
    Arithmetic,
    CommandSubstitution,
    Lexer,
    Literal,
    Parameter,
    Part,
    Word,
)

_GLOB = frozenset("*?[")
_ESCAPED_GLOB = {ord(char): f"[{char}]" for char in _GLOB}


class ExpansionError(Exception):
    """`${name:?message}` of an unset name."""


class Variables:
    """A shell's variables and special parameters."""

    def __init__(self, values: dict[str, str], exported: set[str]) -> None:
        self.values = values
        self.exported = exported
        self.arguments: list[str] = []
        self.name = "sh"
        self.status = 0
        self.pid = 0
        self.last_background = 0

    def get(self, name: str) -> str | None:
        """Return a parameter's value, None if unset."""
        special = {
            "?": str(self.status),
            "$": str(self.pid),
            "!": str(self.last_background) if self.last_background else "",
            "#": str(len(self.arguments)),
            "@": " ".join(self.arguments),
            "*": " ".join(self.arguments),
            "0": self.name,
        }
        if name in special:
            return special[name]
        if name.isdigit():
            index = int(name) - 1
            return self.arguments[index] if index < len(self.arguments) else None
        return self.values.get(name)

    def environment(self) -> dict[str, str]:
        """Return what a program inherits."""
        return {name: self.values[name] for name in self.exported if name in self.values}

    def copy(self) -> Variables:
        """Return a subshell's copy."""
        twin = Variables(dict(self.values), set(self.exported))
        twin.arguments = list(self.arguments)
        twin.name, twin.status, twin.pid = self.name, self.status, self.pid
        twin.last_background = self.last_background
        return twin


Substitute = Callable[[str], Awaitable[str]]
_Piece = tuple[str, bool]
"""Text, and whether it was quoted."""


class Expander:
    """Expands words for one shell.

    Args:
        variables: The shell's variables.
        files: For file name patterns.
        substitute: Runs a command and returns its output without trailing newlines.
    """

    def __init__(self, variables: Variables, files: FileSystem, substitute: Substitute) -> None:
        self._variables = variables
        self._files = files
        self._substitute = substitute

    async def text(self, word: Word) -> str:
        """Expand to one string, without splitting or file names."""
        return "".join([piece for part in word.parts for piece, _ in await self._pieces(part)])

    async def fields(self, words: Iterable[Word], cwd: str) -> list[str]:
        """Expand to arguments."""
        found: list[str] = []
        for word in words:
            if word.parts == (Parameter("@", quoted=True),) or _is_quoted_at(word):
                found.extend(self._variables.arguments)
                continue
            pieces = [piece for part in word.parts for piece in await self._split(part)]
            for field in _join(pieces):
                found.extend(self._names(field, cwd))
        return found

    async def _split(self, part: Part) -> list[_Piece | None]:
        """Return a part's pieces; None stands between two fields."""
        pieces: list[_Piece | None] = []
        for text, quoted in await self._pieces(part):
            if quoted or isinstance(part, Literal):
                pieces.append((text, quoted))
                continue
            if text[:1].isspace():
                pieces.append(None)
            for index, field in enumerate(text.split()):
                if index:
                    pieces.append(None)
                pieces.append((field, False))
            if text[-1:].isspace():
                pieces.append(None)
        return pieces

    async def _pieces(self, part: Part) -> list[_Piece]:
        if isinstance(part, Literal):
            return [(part.text, part.quoted)]
        if isinstance(part, CommandSubstitution):
            return [(await self._substitute(part.source), part.quoted)]
        if isinstance(part, Arithmetic):
            source = await self._inner(part.source)
            value = evaluate(source, lambda name: self._variables.get(name) or "")
            return [(str(value), part.quoted)]
        return [(await self._parameter(part), part.quoted)]

    async def _inner(self, source: str) -> str:
        quoted = source.replace('"', '\\"')
        tokens = Lexer(f'"{quoted}"').tokens()
        return "".join([await self.text(token) for token in tokens if isinstance(token, Word)])

    async def _parameter(self, part: Parameter) -> str:
        value = self._variables.get(part.name)
        operator = part.operator
        if not operator:
            return value or ""
        if operator == "length":
            return str(len(value or ""))
        missing = value is None or (operator.startswith(":") and not value)
        word = await self._inner(part.word)
        kind = operator[-1]
        if kind in "%#":
            return _trim(value or "", operator, word)
        if kind == "+":
            return "" if missing else word
        if kind == "?" and missing:
            raise ExpansionError(f"{part.name}: {word or 'parameter null or not set'}")
        if kind == "=" and missing:
            self._variables.values[part.name] = word
        return word if missing else value or ""

    def _names(self, field: list[_Piece], cwd: str) -> list[str]:
        plain = "".join(text for text, _ in field)
        if not any(not quoted and _GLOB & set(text) for text, quoted in field):
            return [plain]
        pattern = "".join(text.translate(_ESCAPED_GLOB) if quoted else text for text, quoted in field)
        return self._glob(pattern, cwd) or [plain]

    def _glob(self, pattern: str, cwd: str) -> list[str]:
        paths: list[str | None] = [""] if pattern.startswith("/") else [None]
        for segment in pattern.strip("/").split("/"):
            grown: list[str | None] = []
            for path in paths:
                folder = self._files.find(cwd if path is None else path or "/")
                if not isinstance(folder, Directory):
                    continue
                grown.extend(
                    name if path is None else f"{path}/{name}"
                    for name in sorted(folder.entries)
                    if fnmatch.fnmatchcase(name, segment) and (segment[0] == "." or name[0] != ".")
                )
            paths = grown
        return [path for path in paths if path and self._files.find(normalize(path, cwd)) is not None]


def _is_quoted_at(word: Word) -> bool:
    parts = [part for part in word.parts if part != Literal("", quoted=True)]
    return parts == [Parameter("@", quoted=True)]


def _join(pieces: list[_Piece | None]) -> list[list[_Piece]]:
    fields: list[list[_Piece]] = []
    open_field = False
    for piece in pieces:
        if piece is None:
            open_field = False
        elif open_field:
            fields[-1].append(piece)
        elif piece[0] or piece[1]:
            fields.append([piece])
            open_field = True
    return fields


def _trim(value: str, operator: str, pattern: str) -> str:
    cuts = range(len(value) + 1)
    if operator[0] == "%":
        order = cuts if operator == "%%" else reversed(cuts)
        return next((value[:cut] for cut in order if fnmatch.fnmatchcase(value[cut:], pattern)), value)
    order = reversed(cuts) if operator == "##" else cuts
    return next((value[cut:] for cut in order if fnmatch.fnmatchcase(value[:cut], pattern)), value)
