"""Finds app profiles by name: people's own folder first, then those that come with silky."""

from __future__ import annotations

import difflib
import importlib.metadata
import os
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from devices.profiles.model import AppProfile, Launch, Selector
from traces.errors import InputFileError, UsageError
from traces.yaml_file import line_of, read_checked

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
    """Return a profile by its name, by what its app is called (千问, Doubao), or by the path of its file.

    A file's path ends in .yaml or .yml. Names win over labels.

    Raises:
        UsageError: no profile of that name, or several; says which are near.
        InputFileError: its file has mistakes; names all of them with file and line.
    """
    if name.endswith((".yaml", ".yml")):
        return read_profile(Path(name))
    known = list_profiles()
    if name in known:
        return read_profile(known[name])
    called = _called(known)
    meant = sorted(called.get(_folded(name), ()))
    if len(meant) == 1:
        return read_profile(known[meant[0]])
    if meant:
        raise UsageError(
            f"'{name}' is what several app profiles are called: {', '.join(meant)}.",
            next_step="Name one of these.",
        )
    near = difflib.get_close_matches(_folded(name), called, n=3, cutoff=0.5)
    nearest = list(dict.fromkeys(profile for one in near for profile in sorted(called[one])))
    hint = f"Did you mean {' or '.join(nearest)}? " if nearest else ""
    raise UsageError(
        f"There is no app profile '{name}'.",
        next_step=f"{hint}Known: {', '.join(known)}. Your own go into {own_folder()}.",
    )


def _called(known: dict[str, Path]) -> dict[str, set[str]]:
    """Return what people call each app, folded -> profiles; files with mistakes go by their name only."""
    called: dict[str, set[str]] = {}
    for name, path in known.items():
        names = {name}
        with suppress(InputFileError):
            names |= set(read_profile(path).called)
        for one in names:
            called.setdefault(_folded(one), set()).add(name)
    return called


def _folded(name: str) -> str:
    """Return a name without what people vary: case, spaces, full-width forms."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def read_profile(path: Path) -> AppProfile:
    """Read and check one file.

    Raises:
        InputFileError: it can't be read, is no YAML, or has mistakes; all are named with their lines.
    """
    from devices.profiles.schema import ProfileFile  # noqa: PLC0415  pydantic: 0.05 s, only needed with a file

    checked, data = read_checked(path, ProfileFile, what="an app profile", next_step=_EXAMPLE)
    if checked.name != path.stem:
        raise InputFileError(
            f"{path}:{line_of(data, ('name',))}: the name '{checked.name}' differs from the file's.",
            next_step=f"Rename the file to {checked.name}{path.suffix}, or change the name.",
        )
    return _profile(checked, path)


_EXAMPLE = f"Compare with a built-in profile, e.g. {_BUILTIN / 'doubao.yaml'}."


def _plugin_folders() -> list[Path]:
    return [Path(str(point.load())) for point in importlib.metadata.entry_points(group=_PLUGINS)]


def _profile(file: ProfileFile, path: Path) -> AppProfile:
    return AppProfile(
        name=file.name,
        label=file.label,
        label_zh=file.label_zh,
        also_called=tuple(file.also_called),
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
