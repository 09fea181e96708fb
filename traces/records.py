"""JSON <-> frozen dataclasses, by field names; errors name the file and the field.

Numbers that JSON can't write (infinities, NaN) are the strings "Infinity", "-Infinity" and "NaN".
"""

from __future__ import annotations

import dataclasses
import json
import math
import types
import typing
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast

from traces.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

_NOT_FINITE = {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}


class _MismatchError(Exception):
    """A value that isn't what its field says; holds the field's path and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def to_plain(value: Any) -> Any:
    """Return `value` as JSON's own types; dataclasses become objects of all their fields."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value


def dumps(value: Any, *, indent: int | None = 1) -> str:
    """Return strict JSON text; `indent` None: one line."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(
        to_plain(value), ensure_ascii=False, allow_nan=False, indent=indent, separators=separators
    )


def parse_json(text: str | bytes, source: Path | str) -> Any:
    """Return the parsed JSON.

    Raises:
        InputFileError: `source` is not JSON; says where it stops being so.
    """
    try:
        return json.loads(text)
    except UnicodeDecodeError as error:
        raise InputFileError(f"{source} is not text in UTF-8.", next_step=_DAMAGED) from error
    except (ValueError, RecursionError) as error:  # numbers of more digits than Python reads among them
        raise InputFileError(f"{source} is not JSON: {error}.", next_step=_DAMAGED) from error


def from_plain(kind: type[T], plain: Any, source: Path | str) -> T:
    """Build the dataclass `kind` from parsed JSON.

    Raises:
        InputFileError: a field is missing, unknown or of another type; names `source` and the field.
    """
    try:
        return cast("T", _read(kind, plain, ""))
    except _MismatchError as error:
        where = error.field or "the whole"
        raise InputFileError(f"{source}: field {where}: {error.reason}.", next_step=_DAMAGED) from error
    except RecursionError as error:
        raise InputFileError(f"{source} is nested too deeply.", next_step=_DAMAGED) from error


_DAMAGED = "The file is damaged or was changed by hand; take it from another copy, or measure again."


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, plain: Any, field: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_union(typing.get_args(kind), plain, field)
    if origin in (tuple, list):
        return _read_sequence(kind, plain, field)
    if origin is dict:
        return _read_dict(kind, plain, field)
    if dataclasses.is_dataclass(kind):
        return _read_dataclass(cast("type", kind), plain, field)
    return _read_scalar(kind, plain, field)


def _read_union(kinds: tuple[Any, ...], plain: Any, field: str) -> Any:
    if plain is None and type(None) in kinds:
        return None
    reasons = []
    # a whole number stays one where the field may hold either
    for kind in sorted((k for k in kinds if k is not type(None)), key=lambda k: k is float):
        try:
            return _read(kind, plain, field)
        except _MismatchError as error:
            reasons.append(error)
    if len(reasons) == 1:
        raise reasons[0]
    raise _MismatchError(field, f"{_show(plain)} is none of the types that may stand here")


def _read_sequence(kind: Any, plain: Any, field: str) -> Any:
    if not isinstance(plain, list):
        raise _MismatchError(field, f"{_show(plain)} is not a list")
    args = typing.get_args(kind)
    if typing.get_origin(kind) is list or args[-1] is Ellipsis:
        items = [_read(args[0], item, f"{field}[{i}]") for i, item in enumerate(plain)]
        return items if typing.get_origin(kind) is list else tuple(items)
    if len(plain) != len(args):
        raise _MismatchError(field, f"{len(plain)} items instead of {len(args)}")
    return tuple(
        _read(arg, item, f"{field}[{i}]") for i, (arg, item) in enumerate(zip(args, plain, strict=True))
    )


def _read_dict(kind: Any, plain: Any, field: str) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise _MismatchError(field, f"{_show(plain)} is not an object")
    item_kind = typing.get_args(kind)[1]
    return {key: _read(item_kind, item, f"{field}.{key}") for key, item in plain.items()}


def _read_dataclass(kind: type, plain: Any, field: str) -> Any:
    if not isinstance(plain, dict):
        raise _MismatchError(field, f"{_show(plain)} is not an object")
    hints, prefix = _hints(kind), f"{field}." if field else ""
    known = {f.name: f for f in dataclasses.fields(kind)}
    if unknown := sorted(set(plain) - set(known)):
        raise _MismatchError(prefix + unknown[0], "not known to this format version")
    values: dict[str, Any] = {}
    for name, spec in known.items():
        if name in plain:
            values[name] = _read(hints[name], plain[name], prefix + name)
        elif spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
            raise _MismatchError(prefix + name, "missing")
    return kind(**values)


def _read_scalar(kind: Any, plain: Any, field: str) -> Any:
    if kind is Any:
        return plain
    if kind is float:
        if isinstance(plain, str) and plain in _NOT_FINITE:
            return _NOT_FINITE[plain]
        if isinstance(plain, int | float) and not isinstance(plain, bool):
            try:
                return float(plain)
            except OverflowError as error:
                raise _MismatchError(field, f"{_show(plain)} is too large a number") from error
    elif isinstance(plain, kind) and not (kind is int and isinstance(plain, bool)):
        return plain
    raise _MismatchError(field, f"{_show(plain)} is not {_WORDS.get(kind, kind)}")


_WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def _show(plain: Any) -> str:
    text = json.dumps(plain, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."
