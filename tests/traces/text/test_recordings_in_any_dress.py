"""Every real text recording says the same in every dress that it may come in."""

from __future__ import annotations

import codecs
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.traces.text.uses import PARSERS
from traces.errors import InputFileError
from traces.text.dress import read_text
from traces.text.sniff import Kind, sniff

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHATTER = "* daemon not running; starting now at tcp:5037\r\n* daemon started successfully\r\n"

DRESSES: dict[str, Callable[[str], bytes]] = {
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be-bom": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "cr cr lf, bom": lambda text: codecs.BOM_UTF8 + text.replace("\n", "\r\r\n").encode(),
    "daemon lines": lambda text: (CHATTER + text).encode(),
    "nuls": lambda text: text.replace("\n", "\x00\n").encode(),
}


def plain(value: Any) -> Any:
    """Return a parser's answer as values that `==` compares whole."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, tuple | list) else value


def answer(kind: Kind, data: bytes) -> Any:
    try:
        return plain(PARSERS[kind](data))
    except InputFileError as error:
        return error.what


@pytest.mark.parametrize("dress", DRESSES)
def test_the_same_answer_in_any_dress(recordings: Path, dress: str):
    compared = 0
    for path in sorted(recordings.rglob("*")):
        if path.suffix not in {".txt", ".log"} or path.stat().st_size > 100_000:
            continue
        data = path.read_bytes()
        kind = sniff(data, path.name)
        dressed = DRESSES[dress](read_text(data))
        assert sniff(dressed, path.name) is kind, path.name
        if kind in PARSERS:
            assert answer(kind, dressed) == answer(kind, data), path.name
            compared += 1
    assert compared > 25
