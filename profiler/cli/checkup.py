"""What `silky doctor` looks at: this computer, then the phone, without changing anything."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devices.driver.phone import Phone
    from devices.driver.session import PhoneSession
    from traces.capture import PhoneState

OURS = ("profiler", "devices", "traces")
"""Top-level packages of silky; other distributions have such names too."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line."""

    state: Literal["ok", "will set", "warning", "needs you"]
    name: str
    detail: str
    next_step: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return it for JSON."""
        return asdict(self)


def host_checks() -> list[Check]:
    """Look at this computer."""
    from devices.adb.server import AdbServer, adb_program
    from profiler.run.manifest import tool_version

    server = AdbServer.from_environment()
    checks = [
        Check("ok", "silky", f"version {tool_version()}"),
        Check("ok", "adb", f"{adb_program()}, server at {server.address}"),
    ]
    return checks + clashes(packages_distributions())


def clashes(
    providers: Mapping[str, list[str]], installed_at: Mapping[str, Path] | None = None
) -> list[Check]:
    """Warn of other distributions that bring packages of the same names.

    Args:
        providers: top-level package -> distributions that bring it.
        installed_at: where silky's packages were imported from; None: looked up.
    """
    found = []
    for name in OURS:
        others = sorted(set(providers.get(name, [])) - {"silky"})
        if others:
            found.append(
                Check(
                    "warning",
                    f"package {name}",
                    f"also brought by the distribution {', '.join(others)}: one overwrites the other.",
                    "Install silky into an environment of its own.",
                )
            )
    places = {path.parent for path in (installed_at or _places()).values()}
    if len(places) > 1:
        folders = ", ".join(sorted(map(str, places)))
        found.append(
            Check(
                "needs you",
                "packages",
                f"silky's parts come from different folders: {folders}.",
                "Install silky into an environment of its own.",
            )
        )
    return found


def phone_checks(session: PhoneSession, planned_ime: str | None) -> list[Check]:
    """Look at the phone."""
    facts, state = session.facts(), session.read_state()
    phone = session.phone
    simulated = "SIMULATED, " if facts.simulated else ""
    rates = "/".join(f"{hz:g}" for hz in facts.modes_hz)
    checks = [
        Check("ok", "phone", f"{simulated}{facts.manufacturer} {facts.model}, serial {phone.serial}"),
        _version(facts.sdk, facts.android),
        Check("ok", "display", f"{facts.width} x {facts.height}, {facts.active_hz:g} Hz of {rates} Hz"),
        Check("ok", "keyboard", f"{state.ime_id or 'none'} {facts.ime_version or ''}".strip()),
    ]
    checks += [Check("warning", "earlier run", text) for text in session.notes]
    checks += _state(phone, state, planned_ime)
    checks += list(_tools(phone))
    return checks


def _version(sdk: int, android: str) -> Check:
    detail = f"{android} (API level {sdk})"
    if sdk >= 31:
        return Check("ok", "Android", detail)
    return Check("needs you", "Android", f"{detail}: older than 12", "Use a newer phone or emulator.")


def _state(phone: Phone, state: PhoneState, planned_ime: str | None) -> Iterator[Check]:
    from devices.driver.checks import refusals, screen_refusals, start_warnings

    refused = refusals(state, planned_ime)
    if state.screen_on is False:
        yield Check("will set", "screen", "off; it is switched on for a run")
        refused += [reason for reason in screen_refusals(state) if "off" not in reason[0]]
    else:
        refused += screen_refusals(state)
    for what, step in refused:
        yield Check("needs you", "state", what, f"Please {step}.")
    if not refused:
        yield Check("ok", "state", "animation scales 1, unlocked, a keyboard is chosen")
    stay = phone.ask("settings get global stay_on_while_plugged_in").strip()
    if stay == "7":
        yield Check("ok", "stay awake", "on")
    else:
        yield Check(
            "will set", "stay awake", f"stay_on_while_plugged_in is {stay}; 7 during a run, then back"
        )
    auto = phone.ask("settings get system screen_brightness_mode").strip() == "1"
    for text in start_warnings(state, brightness_auto=auto):
        yield Check("warning", "state", text)


def _tools(phone: Phone) -> Iterator[Check]:
    from devices.driver.capture import NO_MARKS, ONE_TIME
    from devices.driver.input import check_injected, find_marker, has_motionevent

    perfetto = phone.shell("command -v perfetto").text.strip()
    if perfetto:
        yield Check("ok", "perfetto", perfetto)
        yield from _frame_times(phone)
    else:
        yield Check(
            "needs you",
            "perfetto",
            "there is no perfetto on this phone",
            "Some vendors remove it; use another phone.",
        )
    marker = find_marker(phone)
    yield Check("ok", "trace marks", marker) if marker else Check("warning", "trace marks", NO_MARKS)
    try:
        # KEYCODE_UNKNOWN does nothing, but needs the same permission as a touch
        check_injected(phone, phone.shell("input keyevent 0"))
    except PhoneError as error:
        yield Check("needs you", "touches", error.what, error.next_step)
    else:
        exact = has_motionevent(phone)
        yield Check("ok", "touches", "allowed") if exact else Check("warning", "touches", ONE_TIME)


def _frame_times(phone: Phone) -> Iterator[Check]:
    """Tell where the phone's tracing service says that it has no FrameTimeline; silence tells nothing."""
    sources = phone.shell("perfetto --query").text
    if "android.surfaceflinger.frametimeline" in sources:
        yield Check("ok", "frame times", "FrameTimeline")
    elif "linux.ftrace" in sources:
        yield Check(
            "needs you",
            "frame times",
            "SurfaceFlinger offers no FrameTimeline: nothing on screen can be timed",
            "Use a phone with Android 12 or newer; `silky doctor --deep` tells what this one can give.",
        )


def _places() -> dict[str, Path]:
    import devices
    import profiler
    import traces

    files = {module.__name__: module.__file__ for module in (profiler, devices, traces)}
    return {name: Path(file).resolve().parent for name, file in files.items() if file}
