"""Reads all that is held still, and more that matters, before and after a run; sets it for the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.driver.state.cooling import ThermalGate
from devices.driver.state.held import DND_TEST, HELD, Held, wants
from devices.driver.state.keeper import Refusal, Want
from devices.driver.state.knobs import COMPILE, OURS, USER_MODE, Knob
from devices.driver.state.vendor_menus import refused_switch, vendor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devices.driver.phone import Phone
    from devices.driver.state.keeper import StateKeeper

SCALES = tuple(
    Knob("global", name)
    for name in ("window_animation_scale", "transition_animation_scale", "animator_duration_scale")
)
_ONLY_READ = (
    *SCALES,
    Knob("system", "screen_brightness"),
    Knob("system", "font_scale"),
    Knob("secure", "ui_night_mode"),
    Knob("secure", "default_input_method"),
)
_USER_MODE_SDK = 33


@dataclass(frozen=True, slots=True)
class DeviceOptions:
    """What a person asked about the phone's state.

    Attributes:
        leave: keys of `HELD` that stay as they are.
        gate: when to wait for a hot phone.
        compile: a compiler filter that all measured apps get for the run; None: as they are.
    """

    leave: frozenset[str] = frozenset()
    gate: ThermalGate = field(default_factory=ThermalGate)
    compile: str | None = None


def read_held(phone: Phone, sdk: int) -> tuple[dict[Knob, str | None], bool]:
    """Return the values of all that is held, without what the phone doesn't tell, and if it has set_dnd."""
    knobs = [want.knob for held in HELD for want in held.wants if sdk >= held.min_sdk]
    commands = {one.name: one.read_command() for one in knobs} | {"dnd?": DND_TEST}
    texts = phone.sections(commands)
    return _values(knobs, texts), texts["dnd?"].strip() not in ("", "0")


def hold(phone: Phone, keeper: StateKeeper, options: DeviceOptions) -> list[str]:
    """Set what a run holds still; return warnings about what this phone did not let be set.

    Raises:
        PhoneError: the connection failed.
    """
    values, has_dnd = read_held(phone, phone.sdk)
    todo = wants(values, phone.sdk, has_dnd=has_dnd, leave=options.leave)
    # what can't be read can't be put back
    todo = [(held, want) for held, want in todo if want.knob in values]
    refused = keeper.set_all([want for _, want in todo])
    found = [
        _not_set(phone, next(held for held, want in todo if want == refusal.want), refusal)
        for refusal in refused
    ]
    if refused:
        found.append(f"{refused_switch(phone.build.manufacturer).en}; then silky sets these itself.")
    return found


def compile_apps(
    keeper: StateKeeper, packages: Iterable[str], wanted: str, tell: Callable[[str], None]
) -> list[str]:
    """Compile packages alike; return warnings where the phone made something else of it.

    Raises:
        PhoneError: the connection failed.
    """
    asked = [Want(Knob(COMPILE, package), wanted) for package in packages]
    tell(f"Compiling {', '.join(want.knob.key for want in asked)} as {wanted}; this may take minutes.")
    refused = keeper.set_all(asked)
    return [
        f"{refusal.want.knob.key} is compiled as {refusal.now or 'unknown'}, not as {wanted}: {refusal.said}."
        + (" Without a profile of its use there is nothing to compile by." if "profile" in wanted else "")
        for refusal in refused
    ]


def device_values(phone: Phone, packages: Iterable[str] = ()) -> dict[str, str | None]:
    """Return what matters of the phone's settings by name, to be kept before and after a run.

    Settings that are not set are None; what the phone does not tell at all is left out.
    """
    knobs = sorted({*map(Knob._make, OURS), *_ONLY_READ, *(Knob(COMPILE, one) for one in packages)})
    if phone.sdk < _USER_MODE_SDK:
        knobs.remove(Knob(*USER_MODE))
    texts = phone.sections({one.name: one.read_command() for one in knobs}, seconds=60.0)
    return {one.name: value for one, value in _values(knobs, texts).items()}


def _values(knobs: Iterable[Knob], texts: dict[str, str]) -> dict[Knob, str | None]:
    found: dict[Knob, str | None] = {}
    for one in knobs:
        try:
            found[one] = one.value(texts[one.name])
        except ValueError:
            continue
    return found


def _not_set(phone: Phone, held: Held, refusal: Refusal) -> str:
    path = f"{vendor_of(phone.build.manufacturer).developer.en} > " if held.developer else "Settings > "
    return (
        f"{held.label.en.capitalize()} could not be set ({refusal.said}): {held.why.en}. "
        f"By hand: {path}{held.menu.en}."
    )
