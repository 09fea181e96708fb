"""Manifests and app results for tests."""

from __future__ import annotations

from statistics import fmean, median
from typing import TYPE_CHECKING

from profiler.analysis.results import AppResult, RunResult
from traces.capture import AppFacts, Manifest, PhoneFacts, PhoneState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def facts(profile: str, *, package: str = "com.example.chat", reference: bool = False) -> AppFacts:
    """One measured app."""
    return AppFacts(profile, package, profile.title(), "1.0", 1, "speed-profile", reference)


def manifest(*apps: str, hz: float = 120.0) -> Manifest:
    """A run of some apps."""
    phone = PhoneFacts(
        serial_hash="0" * 12,
        model="Example",
        manufacturer="Example",
        android="14",
        sdk=34,
        build_type="user",
        fingerprint="example/example",
        is_emulator=False,
        simulated=True,
        simulated_speed=None,
        modes_hz=(60.0, 120.0),
        active_hz=hz,
        width=1080,
        height=2400,
        density=420,
        ime_id=None,
        ime_version=None,
    )
    return Manifest(
        format_version=1,
        tool_version="0",
        run_id="run",
        created="2026-01-01T00:00:00+00:00",
        scenario="keyboard-popup",
        rounds=3,
        popups_per_round=5,
        phone=phone,
        apps=tuple(facts(app) for app in apps),
        order=(),
        complaint=None,
        state_before=PhoneState(),
        settings_changed={},
        commands=(),
        finished=True,
    )


def app(
    name: str,
    hitches: Sequence[float] = (),
    *,
    void: int = 0,
    valid: int | None = None,
    reference: bool = False,
    modes: Mapping[str, Mapping[str, int]] | None = None,
    **metrics: Sequence[float],
) -> AppResult:
    """What an app's rounds say; `hitches` are its round means of hitch_ms."""
    values = {"hitch_ms": list(hitches)} | {key: list(found) for key, found in metrics.items()}
    return AppResult(
        app=name,
        label=name.title(),
        reference=reference,
        rounds_valid=len(hitches) if valid is None else valid,
        rounds_void=void,
        metrics=values,
        medians={key: median(found) if found else None for key, found in values.items()},
        means={key: fmean(found) if found else None for key, found in values.items()},
        modes={key: dict(counts) for key, counts in (modes or {}).items()},
    )


def run(*apps: AppResult, hz: float = 120.0) -> RunResult:
    """A measured run."""
    return RunResult("run", apps, (), 1000 / hz, ())
