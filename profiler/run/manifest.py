"""What is written down before the first round."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from traces.bundle import FORMAT_VERSION, UNFINISHED
from traces.capture import NO_OPTIONS, Manifest
from traces.errors import PhoneError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.profiles import AppProfile
    from profiler.run.plan import RunPlan
    from profiler.run.session import Session
    from traces.bundle import Bundle
    from traces.capture import AppFacts, PhoneFacts


def tool_version() -> str:
    """Return the installed version of silky."""
    try:
        return version("silky")
    except PackageNotFoundError:
        return "unknown"


def new_manifest(session: Session, plan: RunPlan) -> tuple[Manifest, list[str]]:
    """Check that the phone may start, set what the run needs; return the manifest and the warnings.

    Raises:
        PhoneError: the phone or an app on it isn't fit for the plan.
    """
    facts = session.facts()
    _check_version(facts, plan)
    apps = tuple(_app_facts(session, profile) for profile in plan.profiles)
    session.require_recording()
    state, device = session.read_state(), session.device_values()
    warnings = session.check_start(plan.ime, refresh_hz=plan.refresh_hz)
    if any(name.startswith("compile/") for name in session.changes()):
        apps = tuple(_app_facts(session, profile) for profile in plan.profiles)
    warnings += compiled_unlike(apps)
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        tool_version=tool_version(),
        run_id=uuid.uuid4().hex[:12],
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
        scenario=plan.scenario.name,
        rounds=plan.rounds,
        popups_per_round=plan.popups,
        phone=facts,
        apps=apps,
        order=plan.order,
        complaint=plan.complaint,
        state_before=state,
        settings_changed=session.changes(),
        commands=plan.commands,
        warnings=tuple(warnings),
        capture_config=session.capture_config(plan.profiles[0], plan.popups),
        device_before=device,
        input=session.input_facts(),
        options=getattr(plan.scenario, "options", NO_OPTIONS),
        scenario_text=getattr(plan.scenario, "text", ""),
    )
    return manifest, warnings


def compiled_unlike(apps: Sequence[AppFacts]) -> list[str]:
    """Warn where the measured apps are not compiled alike; the system text field is no rival of theirs."""
    known = {app.label: app.compile_filter for app in apps if not app.reference and app.compile_filter}
    if len(set(known.values())) < 2:
        return []
    told = ", ".join(f"{label} {state}" for label, state in known.items())
    return [f"The apps are not compiled alike ({told}): --compile speed-profile does it for a run."]


def _app_facts(session: Session, profile: AppProfile) -> AppFacts:
    try:
        return session.app_facts(profile)
    except PhoneError as error:
        if not profile.reference:
            raise
        without = "To measure without the system text field, add --no-reference."
        raise PhoneError(error.what, next_step=f"{error.next_step} {without}".strip()) from error


def _check_version(facts: PhoneFacts, plan: RunPlan) -> None:
    if facts.sdk < plan.scenario.min_sdk:
        raise PhoneError(
            f"{facts.model} runs Android {facts.android} (API level {facts.sdk}); "
            f"{plan.scenario.name} needs API level {plan.scenario.min_sdk} (Android 8 is 26, 12 is 31).",
            next_step="Use a newer phone or emulator.",
        )


def continued_manifest(session: Session, plan: RunPlan, bundle: Bundle) -> tuple[Manifest, list[str]]:
    """Check that phone and apps are those of a cut-off run; return its manifest and new warnings.

    Raises:
        UsageError: the run is finished, or it was another phone, another app version, or another plan.
        PhoneError: the phone isn't fit for the plan.
    """
    old = bundle.manifest
    new, warnings = new_manifest(session, plan)
    differs = {
        "phone": (old.phone.serial_hash, new.phone.serial_hash),
        "Android build": (old.phone.fingerprint, new.phone.fingerprint),
        "keyboard": (old.phone.ime_id, new.phone.ime_id),
        "plan": (
            (old.scenario, old.order, old.popups_per_round, old.scenario_text, old.options),
            (new.scenario, new.order, new.popups_per_round, new.scenario_text, new.options),
        ),
        **{
            f"app {was.profile}": ((was.package, was.version_code), (now.package, now.version_code))
            for was, now in zip(old.apps, new.apps, strict=False)
        },
    }
    if old.finished:
        raise UsageError(
            f"The run in {bundle.path} is finished.", next_step="Start a new one without --resume."
        )
    for name, (was, now) in differs.items():
        if was != now:
            raise UsageError(
                f"The run in {bundle.path} can't go on: the {name} is another one ({was} then, {now} now).",
                next_step="Start a new run; rounds from different set-ups must not be mixed.",
            )
    notes = (*(w for w in bundle.warnings if w != UNFINISHED), f"Resumed on {new.created}.")
    return replace(old, warnings=tuple(dict.fromkeys((*old.warnings, *notes, *warnings)))), warnings
