"""Which scenarios there are: the built-in ones, and those that other packages announce."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.scenarios.keyboard_popup import KeyboardPopup
from profiler.scenarios.others import OTHERS
from profiler.scenarios.own import own_files, read_scenario
from traces.errors import UsageError

if TYPE_CHECKING:
    from profiler.scenarios.model import Scenario

GROUP = "silky.scenarios"
"""Entry-point group; each entry is a class that is called without arguments and gives a `Scenario`."""


def list_scenarios() -> dict[str, Scenario]:
    """Return all scenarios by name; a built-in one can't be replaced."""
    found: dict[str, Scenario] = {}
    for entry in entry_points(group=GROUP):
        try:
            scenario: Scenario = entry.load()()
            found[scenario.name] = scenario
        except Exception as error:
            raise UsageError(
                f"The scenario {entry.name} ({entry.value}) can't be loaded: {error}.",
                next_step="Mend or uninstall the package that brings it.",
            ) from error
    builtin: tuple[Scenario, ...] = (KeyboardPopup(), *OTHERS)
    return {**found, **{one.name: one for one in builtin}}


def load_scenario(name: str) -> Scenario:
    """Return a scenario by its name, by the id of the complaint that it answers, or from a YAML file.

    Raises:
        UsageError: there is none.
        InputFileError: its file has mistakes; all are named with their lines.
    """
    if name.endswith((".yaml", ".yml")):
        return read_scenario(Path(name))
    known = list_scenarios()
    for scenario in known.values():
        if name in (scenario.name, scenario.complaint):
            return scenario
    own = own_files()
    if name in own:
        return read_scenario(own[name])
    raise UsageError(
        f"There is no scenario or complaint '{name}'.",
        next_step=f"There are: {', '.join(sorted({*known, *own}))}.",
    )
