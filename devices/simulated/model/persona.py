"""Personas: which phone is played. One YAML file each in devices/simulated/personas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from devices.simulated.model.errors import SimulationFileError
from devices.simulated.model.release import NEWEST, OLDEST, Release
from devices.simulated.model.yamlfile import listing, read_yaml, resolve
from devices.simulated.world import FLAGS, LACKS, DisplayMode, Persona, SlideTimes

if TYPE_CHECKING:
    from collections.abc import Collection

FOLDER = Path(__file__).resolve().parents[1] / "personas"

DEFAULT_TIMINGS: dict[str, float] = {
    "app_work_ms": 16.6,
    "sf_work_ms": 10.5,
    "present_jitter_us": 25.0,
    "thread_wake_us": 60.0,
    "touch_dispatch_ms": 1.2,
    "input_device_added_ms": 180.0,
    "binder_ms": 0.35,
    "sf_commit_ms": 0.6,
    "sf_composite_ms": 1.6,
    "sf_late_chance": 0.001,
    "sf_late_ms": 12.0,
    "prediction_error_chance": 0.0005,
    "hwc_margin_ms": 1.0,
    "fork_ms": 28.0,
    "cpu_factor": 1.0,
    "accessibility_factor": 1.15,
    "thermal_factor_2": 1.15,
    "thermal_factor_3": 1.4,
    "thermal_factor_4": 1.8,
}
"""Named costs of the system; a persona's file may change each and add those of the shell."""


_Curve = tuple[float, float, float, float]
_AOSP = SlideTimes()


class _Mode(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: int
    refresh_hz: float = Field(gt=0, le=240)


class _Slide(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sync_show_ms: float = Field(default=_AOSP.sync_show_ms, gt=0)
    sync_hide_ms: float = Field(default=_AOSP.sync_hide_ms, gt=0)
    async_show_ms: float = Field(default=_AOSP.async_show_ms, gt=0)
    async_hide_ms: float = Field(default=_AOSP.async_hide_ms, gt=0)
    sync_show: _Curve = _AOSP.sync_show
    sync_hide: _Curve = _AOSP.sync_hide
    async_show: _Curve = _AOSP.async_show
    async_hide: _Curve = _AOSP.async_hide


class _PersonaFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    android: str
    sdk: int = Field(ge=OLDEST, le=NEWEST)
    sdk_minor: int = Field(default=0, ge=0)
    build_type: str = Field(pattern="^(user|userdebug)$")
    model: str = Field(pattern="Simulated")
    manufacturer: str
    fingerprint: str
    is_emulator: bool
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    density: int = Field(gt=0)
    modes: list[_Mode] = Field(min_length=1)
    active_mode: int
    suspended_s: float = Field(ge=0)
    boot_age_s: float = Field(gt=0)
    properties: dict[str, str] = Field(default_factory=dict)
    timings: dict[str, float] = Field(default_factory=dict)
    lacks: list[str] = Field(default_factory=list)
    flags: list[str] = Field(default_factory=list)
    shell_switch: str | None = None
    framestats: Literal["8", "11", "12", "13", "16", "16.1", "huawei"] | None = None
    slide: _Slide = _Slide()

    @field_validator("flags")
    @classmethod
    def _known_flags(cls, flags: list[str]) -> list[str]:
        for name in flags:
            if name not in FLAGS:
                raise ValueError(f"{name!r} is no flag that is played; these are: {', '.join(FLAGS)}")
        return flags

    @field_validator("lacks")
    @classmethod
    def _known(cls, lacks: list[str]) -> list[str]:
        for name in lacks:
            if name not in LACKS:
                raise ValueError(f"a phone can't lack {name!r}; it can lack: {', '.join(LACKS)}")
        return lacks

    @model_validator(mode="after")
    def _consistent(self) -> _PersonaFile:
        if self.active_mode not in {mode.id for mode in self.modes}:
            raise ValueError(f"active_mode {self.active_mode} is none of modes")
        if "present-fences" in self.lacks and not Release(self.sdk).fence_errors:
            raise ValueError(
                "what Android traced without present fences before 14 is not known: play a newer one"
            )
        if self.suspended_s >= self.boot_age_s:
            raise ValueError("suspended_s must be less than boot_age_s")
        return self


def _without(raw: _PersonaFile, without: Collection[str]) -> _PersonaFile:
    try:
        return _PersonaFile.model_validate(raw.model_dump() | {"lacks": sorted({*raw.lacks, *without})})
    except ValidationError as error:
        reasons = "; ".join(str(item["msg"]).removeprefix("Value error, ") for item in error.errors())
        raise SimulationFileError(f"This phone can't be played: {reasons}.", "Leave that out.") from error


def personas() -> list[str]:
    """Return the names of the personas that come with silky."""
    return listing(FOLDER)


def load_persona(name_or_path: str, without: Collection[str] = ()) -> Persona:
    """Load a persona by name or from a file.

    Args:
        name_or_path: which.
        without: what this phone is to lack, beyond what its file says; see `LACKS`.

    Raises:
        SimulationFileError: It does not exist or is not a persona.
    """
    path = resolve(name_or_path, FOLDER)
    raw = read_yaml(path, _PersonaFile)
    if without:
        raw = _without(raw, without)
    return Persona(
        name=path.stem,
        android=raw.android,
        sdk=raw.sdk,
        build_type=raw.build_type,
        model=raw.model,
        manufacturer=raw.manufacturer,
        fingerprint=raw.fingerprint,
        is_emulator=raw.is_emulator,
        width=raw.width,
        height=raw.height,
        density=raw.density,
        modes=tuple(DisplayMode(m.id, raw.width, raw.height, m.refresh_hz) for m in raw.modes),
        active_mode=raw.active_mode,
        suspended_ns=int(raw.suspended_s * 1e9),
        boot_age_ns=int(raw.boot_age_s * 1e9),
        properties=dict(raw.properties),
        timings=DEFAULT_TIMINGS | raw.timings,
        lacks=frozenset(raw.lacks) | Release(raw.sdk).lacks,
        sdk_minor=raw.sdk_minor,
        flags=frozenset(raw.flags),
        framestats=raw.framestats,
        shell_switch=raw.shell_switch,
        slide=SlideTimes(**raw.slide.model_dump()),
    )
