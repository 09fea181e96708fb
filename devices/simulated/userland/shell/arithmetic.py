"""Shell arithmetic: integers, C's operators, variables by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import add, and_, eq, ge, gt, invert, le, lshift, lt, mul, ne, neg, or_, pos, rshift, sub, xor

_TOKEN = re.compile(r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%()<>&|^!~])")
_BinaryOperator = Callable[[int, int], int]


class ExpressionError(Exception):
    """The expression cannot be worked out."""


def _divide(left: int, right: int) -> int:
    if right == 0:
        raise ExpressionError("divide by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _remainder(left: int, right: int) -> int:
    return left - right * _divide(left, right)


_LEVELS: tuple[Mapping[str, _BinaryOperator], ...] = (
    {"||": lambda a, b: int(bool(a) or bool(b))},
    {"&&": lambda a, b: int(bool(a) and bool(b))},
    {"|": or_},
    {"^": xor},
    {"&": and_},
    {"==": lambda a, b: int(eq(a, b)), "!=": lambda a, b: int(ne(a, b))},
    {
        "<=": lambda a, b: int(le(a, b)),
        ">=": lambda a, b: int(ge(a, b)),
        "<": lambda a, b: int(lt(a, b)),
        ">": lambda a, b: int(gt(a, b)),
    },
    {"<<": lshift, ">>": rshift},
    {"+": add, "-": sub},
    {"*": mul, "/": _divide, "%": _remainder},
)


_UNARY: Mapping[str, Callable[[int], int]] = {
    "-": neg,
    "+": pos,
    "~": invert,
    "!": lambda value: int(not value),
}


class _Evaluator:
    def __init__(self, text: str, variable: Callable[[str], str]) -> None:
        self._tokens: list[str] = []
        at = 0
        text = text.strip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ExpressionError(f"{text}: unexpected '{text[at]}'")
            self._tokens.append(match[1])
            at = match.end()
        self._at = 0
        self._text = text
        self._variable = variable

    def value(self) -> int:
        if not self._tokens:
            return 0
        result = self._binary(0)
        if self._at < len(self._tokens):
            raise ExpressionError(f"{self._text}: unexpected '{self._tokens[self._at]}'")
        return result

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _binary(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while (name := self._next()) in _LEVELS[level]:
            self._at += 1
            left = _LEVELS[level][name](left, self._binary(level + 1))
        return left

    def _unary(self) -> int:
        word = self._next()
        self._at += 1
        if word in _UNARY:
            return _UNARY[word](self._unary())
        if word == "(":
            value = self._binary(0)
            if self._next() != ")":
                raise ExpressionError(f"{self._text}: missing )")
            self._at += 1
            return value
        if word[:1].isdigit():
            return int(word, 16) if word[:2].lower() == "0x" else int(word)
        if word[:1].isalpha() or word[:1] == "_":
            return _number(self._variable(word))
        raise ExpressionError(f"{self._text}: unexpected end of expression")


def _number(text: str) -> int:
    try:
        return int(text or "0", 10)
    except ValueError:
        raise ExpressionError(f"{text}: bad number") from None


def evaluate(text: str, variable: Callable[[str], str]) -> int:
    """Return the value of an expression; `variable` gives a name's text, "" if unset.

    Raises:
        ExpressionError: Bad expression, bad number or division by zero.
    """
    return _Evaluator(text, variable).value()
