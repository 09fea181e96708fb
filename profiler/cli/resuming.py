"""`--resume BUNDLE` beside other options: the same again is taken, what contradicts the plan is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from traces.capture import Manifest

_FREE = ("resume", "devices", "yes_send", "patience", "lang", "as_json", "state")
"""Options that are about how the run goes on, not about what is measured."""


def named_options(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the present command's options that were really named, by parameter name."""
    context = click.get_current_context()
    return {
        name: value
        for name, value in values.items()
        if name not in _FREE and context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }


def require_same_plan(named: Mapping[str, Any], path: Path, manifest: Manifest) -> None:
    """Refuse options that say otherwise than the run that is to go on.

    Args:
        named: what stands beside `--resume`, by parameter name.
        path: the bundle.
        manifest: of the run.

    Raises:
        UsageError: names the first option that contradicts, what it says, and what the run was planned with.
    """
    for name, value in named.items():
        plan = _PLANNED[name](manifest, path)
        asked = _asked(name, value)
        if asked != plan:
            raise _contradiction(name, asked, plan, path)


def require_none(named: Mapping[str, Any], path: Path) -> None:
    """Refuse every option about the plan: of a run on several phones, where each has its own bundle.

    Raises:
        UsageError: names it.
    """
    for name in named:
        raise UsageError(
            f"{_option(name)} can't be named beside --resume: {path} goes on as it was planned.",
            next_step=f"Leave {_option(name)} out, or start a new run without --resume.",
        )


def _option(name: str) -> str:
    return {"apps": "--app", "refresh_hz": "--refresh-hz"}.get(name, f"--{name.replace('_', '-')}")


def _contradiction(name: str, asked: object, plan: object, path: Path) -> UsageError:
    option = _option(name)
    if name == "reference":
        option = "--reference" if asked else "--no-reference"
        what = f"{option} contradicts the plan of the run in {path}."
    elif plan is None:
        what = f"{option} {_words(asked)} contradicts the run in {path}, which was planned without."
    else:
        what = f"{option} is {_words(asked)}, but the run in {path} was planned with {_words(plan)}."
    return UsageError(
        what, next_step=f"Leave {option} out to go on as planned, or start a new run without --resume."
    )


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _asked(name: str, value: Any) -> object:
    if name == "apps":
        return _apps(value)
    if name == "messages":
        from devices.driver.script.messages import read_messages

        return tuple(read_messages(value))
    if name == "scenario":
        from profiler.scenarios import load_scenario

        return load_scenario(value).name
    if name == "out":
        return value.resolve()
    return value


def _apps(names: Iterable[str]) -> tuple[str, ...]:
    from profiler.cli.measuring import REFERENCE

    return tuple(sorted(name for name in names if name != REFERENCE))


def _refresh(manifest: Manifest, _path: Path) -> float | None:
    held = manifest.settings_changed.get("system/peak_refresh_rate")
    return float(held[1]) if held else None


def _tier(manifest: Manifest, _path: Path) -> str:
    from devices.driver.recording.trace_config import tier_of

    return tier_of(manifest.capture_config)


_PLANNED: Mapping[str, Callable[[Manifest, Path], object]] = {
    "scenario": lambda manifest, _: manifest.scenario,
    "apps": lambda manifest, _: _apps(app.profile for app in manifest.apps),
    "rounds": lambda manifest, _: manifest.rounds,
    "popups": lambda manifest, _: manifest.popups_per_round,
    "reference": lambda manifest, _: any(app.reference for app in manifest.apps),
    "out": lambda _, path: path.resolve(),
    # the order was drawn when the run began; the number is not kept
    "seed": lambda _manifest, _path: None,
    "keyboard": lambda manifest, _: manifest.phone.ime_id,
    "refresh_hz": _refresh,
    "messages": lambda manifest, _: manifest.options.messages or None,
    "reply_limit": lambda manifest, _: manifest.options.reply_limit_s,
    "no_network": lambda _manifest, _path: True,
    "tier": _tier,
}
