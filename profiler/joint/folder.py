"""The folder of a run on several phones: one bundle a phone, and `phones.json`, which says how each ended.

phones.json                   `JointRun`
<model>-<hash>/               the bundle of one phone; absent where it failed before its first round
results/                      derived: joint.html, joint.json
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from traces.disk import replace_file
from traces.errors import InputFileError
from traces.records import dumps, from_plain, parse_json

if TYPE_CHECKING:
    from pathlib import Path

FILE = "phones.json"
VERSION = 1
_HASH_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Member:
    """One phone of a joint run. Its serial number is not written down."""

    folder: str
    """Name of its bundle in the joint folder."""
    serial_hash: str
    label: str
    """How reports call it."""
    code: int | None = None
    """Exit code that this phone's run would have had alone; None: it has not ended."""
    what: str = ""
    """Why it broke off, if it did."""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class JointRun:
    """What was asked of all phones, and how each ended."""

    version: int
    created: str
    command: str
    wish: dict[str, Any]
    """`profiler.cli.measuring.Wish` without phone and folder."""
    members: tuple[Member, ...]


def is_joint(path: Path) -> bool:
    """Whether the folder holds a run on several phones."""
    return (path / FILE).is_file()


def read_joint(path: Path) -> JointRun:
    """Read `phones.json`; InputFileError where it is missing, damaged or of a newer format."""
    file = path / FILE
    if not file.is_file():
        raise InputFileError(
            f"{path} is no run on several phones: there is no {FILE}.",
            next_step="Name the folder that `silky run --device all` wrote.",
        )
    plain = parse_json(file.read_bytes(), file)
    version = plain.get("version") if isinstance(plain, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise InputFileError(
            f"{file} has version {version}; this silky reads up to {VERSION}.",
            next_step="Open it with a newer silky.",
        )
    return from_plain(JointRun, plain, file)


def write_joint(path: Path, run: JointRun) -> None:
    """Write `phones.json` in one step; the folder is made if need be."""
    path.mkdir(parents=True, exist_ok=True)
    replace_file(path / FILE, dumps(run).encode() + b"\n")


def phone_label(model: str | None, serial_hash: str) -> str:
    """Return how reports call a phone: its model, and enough of its hash to tell two of a kind apart."""
    return f"{model or 'phone'} ({serial_hash[:_HASH_DIGITS]})"


def bundle_name(model: str | None, serial_hash: str) -> str:
    """Return the name of a phone's bundle in the joint folder."""
    slug = re.sub(r"[^a-z0-9]+", "-", (model or "phone").lower()).strip("-") or "phone"
    return f"{slug}-{serial_hash[:_HASH_DIGITS]}"
