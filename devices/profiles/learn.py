"""Writes a profile from what was found on a phone once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_OBFUSCATED = re.compile(r"^(\w{1,3}|[a-z]{1,3}\d\w?|0_resource.*)$")


@dataclass(frozen=True, slots=True)
class Looks:
    """What of a view can be put into a selector."""

    resource_id: str
    class_name: str
    hint: str
    """Of a text field without text: what it says."""
    description: str
    text: str
    by: str
    """What found it, in words."""


def profile_text(name: str, label: str, package: str, targets: Mapping[str, Looks], source: str) -> str:
    """Return the YAML of a learnt profile.

    Args:
        name: the profile's name.
        label: what people call the app.
        package: the app.
        targets: key of the profile (input, send, messages, new_chat, back, before_input) -> the view.
        source: where it was learnt: "learnt on <model>, <app version>, <date>".
    """
    lines = [
        f"# {source}. One look at one phone: confidence C until other phones agree.",
        f"name: {name}",
        f"label: {_quoted(label)}",
        f"package: {package}",
    ]
    for key, looks in targets.items():
        ways = _ways(looks)
        if ways:
            lines += [f"{key}:", f"  # found as {looks.by}"]
            lines += [f"  - {way}" for way in ways]
    lines += ["confidence: C", "sources:", f"  - {_quoted(source)}"]
    return "\n".join(lines) + "\n"


def write_profile(folder: Path, name: str, text: str, *, force: bool) -> Path:
    """Write it as `folder`/`name`.yaml; UsageError if that is there and `force` was not asked for."""
    path = folder / f"{name}.yaml"
    if path.exists() and not force:
        raise UsageError(f"{path} is there already.", next_step="Name another with --name, or give --force.")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def profile_name(package: str) -> str:
    """Return a profile's name for a package: its last telling part."""
    dull = {"com", "org", "net", "android", "app", "chat", "mobile"}
    parts = [part for part in package.lower().split(".") if part not in dull] or package.lower().split(".")
    return re.sub(r"[^a-z0-9-]+", "-", parts[-1]).strip("-")[:40] or "app"


def _ways(looks: Looks) -> list[str]:
    ways = []
    short = looks.resource_id.rpartition("/")[2]
    if re.fullmatch(r"[\w.]+:id/\w+", looks.resource_id):
        mark = "  # may be obfuscated: changes with versions" if _OBFUSCATED.match(short) else ""
        ways.append(f"resource_id: {looks.resource_id}{mark}")
    if looks.hint:
        ways.append(f"class: {looks.class_name}\n    hint: {_quoted(looks.hint)}")
    if looks.description:
        ways.append(f"description: {_quoted(looks.description)}")
    elif looks.text:
        ways.append(f"text: {_quoted(looks.text)}")
    return ways


def _quoted(text: str) -> str:
    import json  # noqa: PLC0415  a JSON string is a YAML string

    return json.dumps(" ".join(text.split())[:200], ensure_ascii=False)
