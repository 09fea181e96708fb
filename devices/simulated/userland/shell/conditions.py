"""The conditions of `test` and `[`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.filesystem import Directory, File, FileSystem, Node, normalize, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NUMBERS: Mapping[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
_STRINGS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def evaluate_test(args: list[str], files: FileSystem, cwd: str) -> bool:
    """Return the truth of a condition.

    Raises:
        ValueError: Not a condition, or a bad number.
    """
    for word, combine in (("-o", any), ("-a", all)):
        if word in args[1:-1]:
            at = args.index(word, 1)
            return combine([evaluate_test(args[:at], files, cwd), evaluate_test(args[at + 1 :], files, cwd)])
    if args[:1] == ["!"] and len(args) > 1:
        return not evaluate_test(args[1:], files, cwd)
    if not args:
        return False
    if len(args) == 1:
        return bool(args[0])
    if len(args) == 2:
        return _unary(args[0], args[1], files, cwd)
    if len(args) == 3:
        return _binary(args[0], args[1], args[2])
    raise ValueError(f"{args[1]}: unexpected operator/operand")


_FILE_TESTS: Mapping[str, Callable[[Node | None], bool]] = {
    "-e": lambda node: node is not None,
    "-r": lambda node: node is not None,
    "-f": lambda node: isinstance(node, File),
    "-d": lambda node: isinstance(node, Directory),
    "-s": lambda node: node is not None and size_of(node) > 0,
    "-w": lambda node: node is not None and bool(node.mode & 0o222),
    "-x": lambda node: node is not None and bool(node.mode & 0o111),
}


def _unary(operator: str, operand: str, files: FileSystem, cwd: str) -> bool:
    if operator in ("-z", "-n"):
        return bool(operand) == (operator == "-n")
    if operator in _FILE_TESTS:
        return _FILE_TESTS[operator](files.find(normalize(operand, cwd)))
    raise ValueError(f"{operator}: unexpected operator/operand")


def _binary(left: str, operator: str, right: str) -> bool:
    if operator in _STRINGS:
        return _STRINGS[operator](left, right)
    if operator in _NUMBERS:
        try:
            return _NUMBERS[operator](int(left), int(right))
        except ValueError:
            raise ValueError(f"{left if not left.lstrip('-').isdigit() else right}: bad number") from None
    raise ValueError(f"{operator}: unexpected operator/operand")
