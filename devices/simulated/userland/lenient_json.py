"""JSON objects one after another in a stream, read as android.util.JsonReader does when it is lenient.

Comments, hexadecimal numbers and unquoted words are taken; an object is handed on as soon as it is whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from devices.simulated.userland.streams import Source

Value = str | int | bool | list["Value"] | dict[str, "Value"] | None

_TOKEN = re.compile(
    r"""\s+|//[^\n]*|\#[^\n]*|/\*.*?\*/
    |(?P<mark>[{}\[\]:,;])
    |"(?P<text>(?:[^"\\]|\\.)*)"
    |(?P<word>[^\s{}\[\]:,;"/\#]+)""",
    re.VERBOSE | re.DOTALL,
)


class MalformedError(Exception):
    """What stands there is no JSON."""


async def read_objects(source: Source) -> AsyncIterator[dict[str, Value]]:
    """Yield each top-level object of a stream.

    Raises:
        MalformedError: Something else stands between them.
    """
    text = ""
    while chunk := await source.read():
        text += chunk.decode("utf-8", "replace")
        # only a bracket ends an object
        while (b"}" in chunk or b"]" in chunk) and (end := _whole(text)) is not None:
            whole, text = text[:end], text[end:]
            yield parse_object(whole)
    if text.strip():
        raise MalformedError("End of input")


def _whole(text: str) -> int | None:
    """Return where the first object ends, None while it is not whole."""
    depth, at = 0, 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return None
        at = found.end()
        if found["mark"] in ("{", "["):
            depth += 1
        elif found["mark"] in ("}", "]"):
            depth -= 1
            if depth == 0:
                return at
        elif depth == 0 and (found["text"] is not None or (found["word"] and at < len(text))):
            raise MalformedError(f"Expected BEGIN_OBJECT but was {found[0]}")
    return None


def parse_object(text: str) -> dict[str, Value]:
    """Parse one object.

    Raises:
        MalformedError: It is none.
    """
    value, rest = _value(_tokens(text))
    if rest or not isinstance(value, dict):
        raise MalformedError("Expected BEGIN_OBJECT")
    return value


_Token = tuple[str, str]


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise MalformedError(f"Unterminated at {text[at : at + 20]!r}")
        at = match.end()
        kind = match.lastgroup
        if kind is not None:
            found.append((kind, match[kind]))
    return found


def _value(tokens: list[_Token]) -> tuple[Value, list[_Token]]:
    if not tokens:
        raise MalformedError("End of input")
    (kind, text), rest = tokens[0], tokens[1:]
    if kind == "text":
        return re.sub(r"\\(.)", r"\1", text), rest
    if kind == "word":
        return _word(text), rest
    if text == "[":
        return _list(rest)
    if text == "{":
        return _object(rest)
    raise MalformedError(f"Unexpected {text}")


def _word(text: str) -> Value:
    plain: dict[str, Value] = {"true": True, "false": False, "null": None}
    if text in plain:
        return plain[text]
    try:
        return int(text, 0)
    except ValueError:
        return text


def _list(tokens: list[_Token]) -> tuple[Value, list[_Token]]:
    values: list[Value] = []
    while tokens and tokens[0] != ("mark", "]"):
        value, tokens = _value(tokens)
        values.append(value)
        tokens = tokens[1:] if tokens[:1] in ([("mark", ",")], [("mark", ";")]) else tokens
    if not tokens:
        raise MalformedError("End of input")
    return values, tokens[1:]


def _object(tokens: list[_Token]) -> tuple[Value, list[_Token]]:
    values: dict[str, Value] = {}
    while tokens and tokens[0] != ("mark", "}"):
        (kind, name), colon = tokens[0], tokens[1:2]
        if kind == "mark" or colon != [("mark", ":")]:
            raise MalformedError("Expected a name")
        values[name], tokens = _value(tokens[2:])
        tokens = tokens[1:] if tokens[:1] in ([("mark", ",")], [("mark", ";")]) else tokens
    if not tokens:
        raise MalformedError("End of input")
    return values, tokens[1:]
