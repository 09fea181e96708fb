"""perfetto's own text parser for configurations: it rejects the whole text on one unknown field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.userland.tracing.schema import OPAQUE, Field, Kind, Message, Value, fields

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|\#[^\n]*)
      |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      |(?P<number>-?\d[\w.]*)
      |(?P<name>[A-Za-z_]\w*)
      |(?P<mark>[{}:\[\],;])""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


class ConfigError(Exception):
    """The configuration cannot be read; the text is what perfetto prints."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int
    column: int


def _tokens(source: str) -> Iterator[_Token]:
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        line = source.count("\n", 0, at) + 1
        column = at - source.rfind("\n", 0, at)
        if match is None:
            raise ConfigError(f"-:{line}:{column} error: Unexpected character '{source[at]}'")
        kind = str(match.lastgroup)
        if kind != "space":
            yield _Token(kind, match[0], line, column)
        at = match.end()


class _Parser:
    def __init__(self, source: str, sdk: int) -> None:
        self._sdk = sdk
        self._tokens = list(_tokens(source))
        self._at = 0

    def parse(self) -> Message:
        message = self._message("TraceConfig", top=True)
        if self._at < len(self._tokens):
            raise self._fault("Unmatched closing brace")
        return message

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _fault(self, text: str) -> ConfigError:
        token = self._peek() or (self._tokens[-1] if self._tokens else _Token("", "", 1, 1))
        return ConfigError(f"-:{token.line}:{token.column} error: {text}")

    def _message(self, name: str, *, top: bool = False) -> Message:
        found: Message = {}
        while (token := self._peek()) is not None:
            if token.text == "}" and token.kind == "mark":
                if not top:
                    self._at += 1
                return found
            if self._take(",") or self._take(";"):
                continue
            if token.kind != "name":
                raise self._fault(f"Unexpected '{token.text}'")
            field = self._field(name, token)
            self._at += 1
            found.setdefault(token.text, []).extend(self._values(field, token))
        if not top:
            raise self._fault("Nested message not closed")
        return found

    def _field(self, message: str, token: _Token) -> Field | None:
        if message == OPAQUE:
            return None
        field = fields(message, self._sdk).get(token.text)
        if field is None:
            raise self._fault(f'No field named "{token.text}" in proto {message}')
        return field

    def _values(self, field: Field | None, name: _Token) -> list[Value]:
        colon = self._take(":")
        if self._take("{"):
            if field is not None and field.kind is not Kind.MESSAGE:
                raise self._fault(f"Expected value of type {field.kind.value} for '{name.text}'")
            return [self._message(field.message if field else OPAQUE)]
        if not colon:
            raise self._fault(f"Expected ':' or '{{' after '{name.text}'")
        if self._take("["):
            values: list[Value] = []
            while not self._take("]"):
                values.append(self._scalar(field, name))
                self._take(",")
            return values
        return [self._scalar(field, name)]

    def _take(self, mark: str) -> bool:
        token = self._peek()
        if token is not None and token.kind == "mark" and token.text == mark:
            self._at += 1
            return True
        return False

    def _scalar(self, field: Field | None, name: _Token) -> Value:
        token = self._peek()
        if token is None or token.kind == "mark":
            raise self._fault(f"Expected a value for '{name.text}'")
        value = _convert(token)
        wrong = field is not None and not _fits(field, token)
        if wrong:
            assert field is not None
            raise self._fault(f"Expected value of type {field.kind.value} for '{name.text}'")
        self._at += 1
        while (
            token.kind == "string" and (following := self._peek()) is not None and following.kind == "string"
        ):
            value = f"{value}{_convert(following)}"
            self._at += 1
        return value


def _convert(token: _Token) -> Value:
    if token.kind == "string":
        return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), token.text[1:-1])
    if token.kind == "number":
        try:
            return int(token.text, 0)
        except ValueError:
            return token.text
    return {"true": 1, "false": 0}.get(token.text, token.text)


def _fits(field: Field, token: _Token) -> bool:
    if field.kind is Kind.STRING:
        return token.kind == "string"
    if field.kind is Kind.BOOL:
        return token.text in ("true", "false", "0", "1")
    if field.kind is Kind.ENUM:
        return token.text in field.values or token.kind == "number"
    return field.kind is Kind.INT and token.kind == "number"


def parse_text(source: str, sdk: int = 36) -> Message:
    """Read a configuration in text form, as the perfetto of an API level does.

    Raises:
        ConfigError: Unknown field, wrong type, bad syntax.
    """
    return _Parser(source, sdk).parse()
