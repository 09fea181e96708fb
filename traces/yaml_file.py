"""YAML files that people write: read strictly, with every mistake named by file and line."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

from traces.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

Checked = TypeVar("Checked", bound="BaseModel")


def read_checked(path: Path, schema: type[Checked], *, what: str, next_step: str) -> tuple[Checked, Any]:
    """Read a file and check it.

    Args:
        path: a YAML file, UTF-8.
        schema: a strict pydantic model of its fields.
        what: what the file is, for people, with its article: "an app profile".
        next_step: what to do about mistakes.

    Returns:
        The checked model, and the data with its line marks for `line_of`.

    Raises:
        InputFileError: it can't be read, is no YAML, or has mistakes; all are named with their lines.
    """
    return check_text(_text(path), str(path), schema, what=what, next_step=next_step)


def check_text(
    text: str, source: str, schema: type[Checked], *, what: str, next_step: str
) -> tuple[Checked, Any]:
    """Check the text of a file as `read_checked` does; `source` is where it came from, for people."""
    from pydantic import ValidationError  # noqa: PLC0415  0.05 s, only needed with a file

    data = parse_yaml(text, source, next_step=next_step)
    if not isinstance(data, dict):
        raise InputFileError(f"{source}:1: {what} is a mapping of fields.", next_step=next_step)
    try:
        return schema.model_validate(plain(data)), data
    except ValidationError as error:
        mistakes = [
            f"{source}:{line_of(data, item['loc'])}: {_place(item['loc'])}{_said(item['msg'])}"
            for item in error.errors()
        ]
        raise mistakes_in(what, mistakes, next_step=next_step) from error


def mistakes_in(what: str, mistakes: list[str], *, next_step: str) -> InputFileError:
    """Return the error that lists mistakes, each already with its file and line."""
    return InputFileError(
        f"{len(mistakes)} mistake{'s' * (len(mistakes) != 1)} in {what}:\n" + "\n".join(mistakes),
        next_step=next_step,
    )


def read_yaml(path: Path, *, next_step: str) -> Any:
    """Return a file's data with line marks.

    Raises:
        InputFileError: it can't be read or is no YAML.
    """
    return parse_yaml(_text(path), str(path), next_step=next_step)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else f"it is no UTF-8 text ({error})"
        raise InputFileError(f"{path} can't be read: {why}.", next_step="Check the path.") from error


def parse_yaml(text: str, source: str, *, next_step: str) -> Any:
    """Return a text's data with line marks; `source` is where it came from, for people.

    Raises:
        InputFileError: it is no YAML.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415  0.05 s, only needed with a file
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    if _brackets(text) > _MOST_BRACKETS:  # which takes its parser seconds to find out
        raise InputFileError(f"{source} is nested too deeply.", next_step=next_step)
    try:
        data = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputFileError(f"{source}:{line}: {error.problem}.", next_step=next_step) from error
    except YAMLError as error:
        raise InputFileError(f"{source}: {error}", next_step=next_step) from error
    except RecursionError as error:
        raise InputFileError(f"{source} is nested too deeply.", next_step=next_step) from error
    except Exception as error:  # `!!int` before no number, a date that is none: whatever Python says of it
        why = f"{source}: a value is not of the kind that it is given out for ({error})."
        raise InputFileError(why, next_step=next_step) from error
    if (why_not := _unbounded(data)) is not None:
        raise InputFileError(f"{source} {why_not}.", next_step=next_step)
    return data


_DEEPEST, _MOST, _MOST_BRACKETS = 64, 200_000, 250


def _brackets(text: str) -> int:
    """Return how many brackets are open at once at most."""
    steps = (1 if one in "[{" else -1 for one in re.findall(r"[\[\]{}]", text))
    return max(accumulate(steps), default=0)


def _unbounded(data: Any) -> str | None:
    """Return what keeps data from being written out: anchors hold themselves, or each other many times."""
    sizes: dict[int, int] = {}  # of what is written out, by identity; 0 while it is counted

    def size(value: Any, depth: int) -> int:
        if not isinstance(value, dict | list):
            return 1
        known = sizes.get(id(value))
        if known == 0 or depth > _DEEPEST:
            raise _UnboundedError(
                "is nested too deeply" if known is None else "holds an anchor that holds itself"
            )
        if known is None:
            sizes[id(value)] = 0
            items = value.values() if isinstance(value, dict) else value
            known = sizes[id(value)] = 1 + sum(size(item, depth + 1) for item in items)
        if known > _MOST:
            raise _UnboundedError(f"has more than {_MOST} values when its anchors are written out")
        return known

    try:
        size(data, 0)
    except _UnboundedError as error:
        return str(error)
    return None


class _UnboundedError(Exception):
    """Why data can't be written out."""


def plain(value: Any) -> Any:
    """Return ruamel's annotated values as plain ones, so that strict checks see `str` and `bool`."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return str(value)


def line_of(data: Any, where: tuple[int | str, ...]) -> int:
    """Return the line (from 1) of the deepest part of a location that stands in the file."""
    line = 1
    for part in where:
        marks = getattr(data, "lc", None)
        if marks is None:
            break
        try:
            line = (marks.key(part) if isinstance(data, dict) else marks.item(part))[0] + 1
            data = data[part]
        except (KeyError, IndexError, TypeError):
            break
    return line


def _place(where: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in where) + ": " if where else ""


def _said(message: str) -> str:
    """Return pydantic's message without the words that only programmers know."""
    return message.removeprefix("Value error, ")
