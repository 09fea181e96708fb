"""Names of what the simulated phone can be: checked before anything is started, and listed."""

from __future__ import annotations

import difflib
from typing import Any

from traces.errors import UsageError


def check_persona(name: str) -> None:
    """Raise `UsageError` if there is no persona of this name, nor a file that is one."""
    from devices.simulated.model import SimulationFileError, load_persona, personas

    try:
        load_persona(name)
    except SimulationFileError as error:
        near = difflib.get_close_matches(name, personas(), n=1, cutoff=0.5)
        meant = f"Did you mean {near[0]}? " if near else ""
        raise UsageError(
            error.what, next_step=f"{meant}{error.next_step} More about each: silky simulate --list"
        ) from error


def persona_rows() -> list[dict[str, Any]]:
    """Return each persona that comes with silky: name, android, build, refresh_hz, model, lacks."""
    from devices.simulated.model import load_persona, personas

    rows = []
    for name in personas():
        one = load_persona(name)
        mode = next(mode for mode in one.modes if mode.id == one.active_mode)
        rows.append(
            {
                "name": name,
                "android": one.android,
                "build": one.build_type,
                "refresh_hz": mode.refresh_hz,
                "maker": one.manufacturer,
                "lacks": sorted(one.lacks),
            }
        )
    return rows


def app_rows() -> list[dict[str, Any]]:
    """Return each file of apps that comes with silky: name, packages, keyboards."""
    from devices.simulated.model import behaviour_files, load_behaviours

    rows = []
    for name in behaviour_files():
        one = load_behaviours(name)
        rows.append(
            {
                "name": name,
                "packages": [app.package for app in one.apps],
                "keyboards": [keyboard.package for keyboard in one.keyboards],
            }
        )
    return rows
