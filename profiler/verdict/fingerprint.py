"""Whether two runs were made under the same conditions: what a baseline must share with what it judges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from profiler.verdict.words import Words
from traces.appearance import TRAITS, told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from traces.capture import AppFacts, Manifest, PhoneState

SAME_HZ = 0.5
"""Phones tell one mode as 119.9 or 120.0."""

_NAMES = {
    "model": Words("the phone's model", "手机型号"),
    "build": Words("the Android build", "系统版本"),
    "refresh_rate": Words("the refresh rate", "刷新率"),
    "keyboard": Words("the keyboard app", "输入法"),
    "keyboard_version": Words("the keyboard's version", "输入法版本"),
    "animation_scale": Words("the animation scale", "动画缩放"),
    "tool_version": Words("silky's version", "silky 版本"),
    **{trait.field: Words(f"the {trait.en}", trait.zh) for trait in TRAITS},
    "scenario": Words("the scenario", "测试场景"),
    "popups_per_round": Words("the pop-ups in a round", "每轮弹出次数"),
    "simulated": Words("real or simulated", "真机或模拟"),
}


@dataclass(frozen=True, slots=True)
class Differing:
    """One key of the fingerprint with another value."""

    key: str
    """As in `fingerprint`: model, build, ..., `app_version:<profile>`."""
    was: str
    """In the baseline; "unknown" where its phone did not tell."""
    now: str

    @property
    def words(self) -> Words:
        """The difference in words: the refresh rate (120 Hz then, 60 Hz now)."""
        name = _NAMES.get(self.key, Words(self.key, self.key))
        if self.key.startswith("app_version:"):
            app = self.key.removeprefix("app_version:")
            name = Words(f"the version of {app}", f"{app} 的版本")
        return Words(
            f"{name.en} ({self.was} then, {self.now} now)", f"{name.zh}（基线 {self.was}，现在 {self.now}）"
        )


def fingerprint(manifest: Manifest, equal_apps: Iterable[str] = ()) -> dict[str, str | None]:
    """Return the conditions that two runs must share to be compared; None: the phone did not tell.

    Args:
        manifest: of a run.
        equal_apps: profiles whose app version must be the same too, e.g. the reference. The app under test
            is none of them where the question is whether its new version got worse.
    """
    phone, state = manifest.phone, _as_held(manifest)
    changed = {name: is_ for name, (_, is_) in manifest.settings_changed.items()}
    scales = _scales(changed, state.animation_scales)
    found = {
        "model": f"{phone.manufacturer} {phone.model}".strip() or None,
        "build": phone.fingerprint or None,
        "refresh_rate": f"{phone.active_hz:g} Hz" if phone.active_hz else None,
        "keyboard": phone.ime_id,
        "keyboard_version": phone.ime_version,
        "animation_scale": scales,
        **{trait.field: told(state, trait) for trait in TRAITS},
        "tool_version": manifest.tool_version,
        "scenario": manifest.scenario,
        "popups_per_round": str(manifest.popups_per_round),
        "simulated": "simulated" if phone.simulated else "real",
    }
    apps = {app.profile: app for app in manifest.apps}
    return found | {f"app_version:{name}": _version(apps.get(name)) for name in dict.fromkeys(equal_apps)}


def differing(baseline: Manifest, now: Manifest, equal_apps: Iterable[str] = ()) -> tuple[Differing, ...]:
    """Return the keys in which two runs' fingerprints differ, in a fixed order; empty: comparable.

    A key that one phone told and the other did not differs: sameness is shown, not assumed. One that neither
    told is passed over.
    """
    wanted = tuple(equal_apps)
    was, is_ = fingerprint(baseline, wanted), fingerprint(now, wanted)
    keys = [key for key in was if was[key] != is_[key]]
    if abs((baseline.phone.active_hz or 0.0) - (now.phone.active_hz or 0.0)) <= SAME_HZ:
        keys = [key for key in keys if key != "refresh_rate"]
    return tuple(Differing(key, was[key] or "unknown", is_[key] or "unknown") for key in keys)


def _as_held(manifest: Manifest) -> PhoneState:
    """Return the state before the run, turned as the run held the screen: it was read before that."""
    changed, state = manifest.settings_changed, manifest.state_before
    if _AUTO_ROTATION not in changed and _ROTATION not in changed:
        return state
    _, turned = changed.get(_ROTATION, ("", manifest.device_before.get(_ROTATION) or "0"))
    return replace(state, rotation=int(turned)) if turned.isdecimal() else state


def _version(app: AppFacts | None) -> str | None:
    if app is None or (app.version_name is None and app.version_code is None):
        return None
    code = f" ({app.version_code})" if app.version_code is not None else ""
    return f"{app.version_name or '?'}{code}"


_AUTO_ROTATION, _ROTATION = "system/accelerometer_rotation", "system/user_rotation"
_SCALE_SETTINGS = (
    "global/window_animation_scale",
    "global/transition_animation_scale",
    "global/animator_duration_scale",
)


def _scales(changed: dict[str, str], told: tuple[float, float, float] | None) -> str | None:
    """Return the scales that the run was measured with: what silky set wins over what it found."""
    if told is None and not all(name in changed for name in _SCALE_SETTINGS):
        return None
    found = told or (1.0, 1.0, 1.0)
    values = [
        float(changed[name]) if name in changed else value
        for name, value in zip(_SCALE_SETTINGS, found, strict=True)
    ]
    return " ".join(f"{value:g}" for value in values)
