"""Splitting a command's options from its operands."""

from __future__ import annotations


class UsageError(Exception):
    """The program was called wrongly; the text is what it prints."""


def split(args: list[str], flags: str, valued: str = "") -> tuple[dict[str, str], list[str]]:
    """Return short options (with their values) and operands, as getopt does.

    Args:
        args: The arguments after the name.
        flags: Letters of options without a value.
        valued: Letters of options with one.

    Raises:
        UsageError: An unknown option, or a value is missing.
    """
    options: dict[str, str] = {}
    operands: list[str] = []
    rest = list(args)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            return options, operands + rest
        if len(argument) < 2 or argument[0] != "-":
            operands.append(argument)
            continue
        letters = argument[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in valued:
                if not letters and not rest:
                    raise UsageError(f"Missing argument to -{letter}")
                options[letter] = letters or rest.pop(0)
                letters = ""
            elif letter in flags:
                options[letter] = ""
            else:
                raise UsageError(f"Unknown option '{letter}'")
    return options, operands
