"""Finds app profiles by name: people's own folder first, then those that come with silky."""

from __future__ import annotations

import difflib
import importlib.metadata
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devices.profiles.model import AppProfile, Launch, Selector
from traces.errors import InputFileError, UsageError

if TYPE_CHECKING:
    from devices.profiles.schema import ProfileFile, SelectorFile

_BUILTIN = Path(__file__).parent / "builtin"
_PLUGINS = "silky.profiles"


def own_folder() -> Path:
    """Return where people's own profiles are: `$SILKY_PROFILES`, else `$XDG_CONFIG_HOME/silky/profiles`."""
    named = os.environ.get("SILKY_PROFILES", "")
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if base else Path.home() / ".config") / "silky" / "profiles"


def list_profiles() -> dict[str, Path]:
    """Return name -> file of all profiles, by name; own ones win, then plug-ins', then the built-in ones.

    Plug-ins name a folder of YAML files: an entry point of group `silky.profiles` that yields a path.
    """
    found: dict[str, Path] = {}
    for folder in (own_folder(), *_plugin_folders(), _BUILTIN):
        if folder.is_dir():
            for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
                found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def load_profile(name: str) -> AppProfile:
    """Return a profile by its name, or by the path of its file (ends in .yaml or .yml).

    Raises:
        UsageError: no profile of that name; says which are near.
        InputFileError: its file has mistakes; names all of them with file and line.
    """
    if name.endswith((".yaml", ".yml")):
        return read_profile(Path(name))
    known = list_profiles()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(
            f"There is no app profile '{name}'.",
            next_step=f"{hint}Known: {', '.join(known)}. Your own go into {own_folder()}.",
        )
    return read_profile(known[name])


def read_profile(path: Path) -> AppProfile:
    """Read and check one file.

    Raises:
        InputFileError: it can't be read, is no YAML, or has mistakes; all are named with their lines.
    """
    from pydantic import ValidationError  # noqa: PLC0415  0.05 s, only needed with a file

    from devices.profiles.schema import ProfileFile  # noqa: PLC0415

    data = _yaml(path)
    if not isinstance(data, dict):
        raise InputFileError(f"{path}:1: a profile is a mapping of fields.", next_step=_EXAMPLE)
    try:
        checked = ProfileFile.model_validate(_plain(data))
    except ValidationError as error:
        mistakes = [
            f"{path}:{_line(data, item['loc'])}: {_place(item['loc'])}{item['msg']}"
            for item in error.errors()
        ]
        raise InputFileError(
            f"{len(mistakes)} mistake{'s' * (len(mistakes) != 1)} in an app profile:\n" + "\n".join(mistakes),
            next_step=_EXAMPLE,
        ) from error
    if checked.name != path.stem:
        raise InputFileError(
            f"{path}:{_line(data, ('name',))}: the name '{checked.name}' differs from the file's.",
            next_step=f"Rename the file to {checked.name}{path.suffix}, or change the name.",
        )
    return _profile(checked, path)


_EXAMPLE = f"Compare with a built-in profile, e.g. {_BUILTIN / 'doubao.yaml'}."


def _plugin_folders() -> list[Path]:
    return [Path(str(point.load())) for point in importlib.metadata.entry_points(group=_PLUGINS)]


def _yaml(path: Path) -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415  0.05 s, only needed with a file
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputFileError(f"{path}:{line}: {error.problem}.", next_step=_EXAMPLE) from error
    except YAMLError as error:
        raise InputFileError(f"{path}: {error}", next_step=_EXAMPLE) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"{path} can't be read: {error}.", next_step="Check the path.") from error


def _plain(value: Any) -> Any:
    """Return ruamel's annotated values as plain ones, so that strict checks see `str` and `bool`."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return str(value)


def _line(data: Any, where: tuple[int | str, ...]) -> int:
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


def _profile(file: ProfileFile, path: Path) -> AppProfile:
    return AppProfile(
        name=file.name,
        label=file.label,
        label_zh=file.label_zh,
        packages=(file.package,) if isinstance(file.package, str) else tuple(file.package),
        launch=Launch(file.launch.activity, file.launch.action),
        input=_selectors(file.input),
        before_input=_selectors(file.before_input),
        dismiss=_selectors(file.dismiss),
        reference=file.reference,
        confidence=file.confidence,
        sources=tuple(file.sources),
        notes=file.notes.strip(),
        path=path,
    )


def _selectors(items: list[SelectorFile]) -> tuple[Selector, ...]:
    return tuple(Selector(**item.model_dump()) for item in items)
