"""Escapes and formats that echo, printf and date share."""

from __future__ import annotations

import re

_SIMPLE = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
    "\\": "\\",
}
_ESCAPE = re.compile(r"\\(0[0-7]{1,3}|[1-7][0-7]{0,2}|x[0-9a-fA-F]{1,2}|[ntrabfve\\])")


def unescape(text: str) -> str:
    """Replace backslash escapes; unknown ones stay."""

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code in _SIMPLE:
            return _SIMPLE[code]
        value = int(code[1:], 16) if code[0] == "x" else int(code, 8)
        return bytes([value & 0xFF]).decode("utf-8", "surrogateescape")

    return _ESCAPE.sub(one, text)


def format_printf(template: str, arguments: list[str]) -> str:
    """Return printf's output; the template is used again while arguments remain.

    Raises:
        ValueError: A directive that printf does not know.
    """
    out: list[str] = []
    rest = list(arguments)
    while True:
        before = len(rest)
        out.append(_format_once(template, rest))
        if not rest or len(rest) == before:
            return "".join(out)


_DIRECTIVE = re.compile(r"%([-+ 0#]*)(\d*)(?:\.(\d+))?([%sdiouxXcbeEfgG])|%")


def _format_once(template: str, rest: list[str]) -> str:
    def one(match: re.Match[str]) -> str:
        kind = match[4]
        if kind == "%":
            return "%"
        if kind is None:
            raise ValueError(f"bad %@{match.start()}")
        argument = rest.pop(0) if rest else ""
        spec = f"%{match[1]}{match[2]}{'.' + match[3] if match[3] is not None else ''}"
        if kind in "sb":
            return (spec + "s") % (unescape(argument) if kind == "b" else argument)
        if kind == "c":
            return (spec + "s") % argument[:1]
        if kind in "eEfgG":
            return (spec + kind) % float(argument or 0)
        number = (
            ord(argument[1]) if argument[:1] in ("'", '"') and len(argument) > 1 else int(argument or "0", 0)
        )
        return (spec + ("d" if kind in "diu" else kind)) % number

    return _DIRECTIVE.sub(one, unescape(template))
