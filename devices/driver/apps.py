"""The measured apps on the phone: installed, which version, brought to the front."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from devices.driver.errors import HopelessError, NotOnScreenError
from devices.driver.script.steps import HOME
from devices.driver.state.knobs import compile_filter
from traces.capture import AppFacts
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.driver.phone import Phone
    from devices.profiles.model import AppProfile

_COMPONENT = re.compile(r"^([\w.]+)/([\w.$]+)\s*$", re.MULTILINE)
_FRONT_TURNS = 40
_MAIN = "android.intent.action.MAIN"
_LAUNCHER = "android.intent.category.LAUNCHER"
_SINGLE_TOP = "0x20000000"
"""Intent.FLAG_ACTIVITY_SINGLE_TOP: no second screen over the one that is there."""
_FOCUS = "dumpsys window | grep -E 'mCurrentFocus=' | grep -v '=null'"
_WORDS = re.compile(r"Error|Exception|does not exist|unable to resolve", re.IGNORECASE)


def installed_package(phone: Phone, profile: AppProfile) -> str:
    """Return the first of the profile's packages that is on the phone, or the one that draws for it.

    Raises:
        HopelessError: none is; names packages on the phone that look alike.
        PhoneError: the phone does not list its packages, as one that still starts.
    """
    if profile.launch.action is not None:
        component = _resolve(phone, f"-a {profile.launch.action}")
        if component is not None:
            return component.partition("/")[0]
    there = installed(phone)
    if profile.drawn_by is not None and there & set(profile.packages) and profile.drawn_by in there:
        return profile.drawn_by
    for package in profile.packages:
        if package in there:
            return package
    near = difflib.get_close_matches(profile.package, there, n=3, cutoff=0.6)
    words = {part for part in profile.package.split(".") if len(part) > 3}
    near += sorted(name for name in there if words & set(name.split(".")) and name not in near)[:3]
    like = f" Packages like it: {', '.join(near)}." if near else ""
    if not there:
        raise PhoneError(f"{phone.name} lists no packages.", next_step="Wait until its launcher is there.")
    raise HopelessError(
        f"{profile.label} ({' or '.join(profile.packages)}) is not installed on {phone.name}.{like}",
        next_step="Install the app, or leave it out of the run. For another package of it, write a profile: "
        "`silky apps learn PACKAGE`.",
    )


def installed(phone: Phone) -> set[str]:
    """Return the packages on the phone."""
    lines = phone.ask("pm list packages").splitlines()
    return {line.removeprefix("package:").strip() for line in lines if line.startswith("package:")}


def app_facts(phone: Phone, profile: AppProfile) -> AppFacts:
    """Read which version is installed and how it was compiled; PhoneError when it isn't installed."""
    package = installed_package(phone, profile)
    dump = phone.shell(f"dumpsys package {package}", seconds=30.0).text
    name = re.search(r"\bversionName=(\S+)", dump)
    code = re.search(r"\bversionCode=(\d+)", dump)
    return AppFacts(
        profile=profile.name,
        package=package,
        label=profile.label,
        version_name=name[1] if name else None,
        version_code=int(code[1]) if code else None,
        compile_filter=compile_filter(dump, package),
        reference=profile.reference,
    )


def bring_to_front(phone: Phone, profile: AppProfile, package: str) -> None:
    """Bring the app's task to the front, or start it, and wait (on the phone) until it has the focus.

    Nothing is started when it has the focus already.

    Raises:
        PhoneError: no way to start it, or something else keeps the focus.
    """
    entry = package
    if package == profile.drawn_by:
        # that package has other screens too: the focus doesn't tell that it shows this app
        there = installed(phone)
        entry = next(name for name in (*profile.packages, package) if name in there)
    elif f" {package}/" in phone.shell(_FOCUS).text:
        return
    command = start_command(phone, profile, entry)
    result = phone.shell(command)
    if not result.ok or _WORDS.search(result.text + result.error_text):
        launcher = _launcher(phone, entry)
        said = (result.error_text + result.text).strip().splitlines() or ["no answer"]
        if launcher is None or _by_component(launcher) == command:
            raise PhoneError(
                f"{profile.label} ({package}) can't be started on {phone.name}: {said[-1]}",
                next_step="Start it by hand once; if its start screen has changed, correct `launch` in a "
                "copy of the profile.",
            )
        phone.shell(_by_component(launcher))
    _wait_focus(phone, profile, package)


def stop(phone: Phone, package: str) -> None:
    """End the app's processes, with the launcher in front, and let the phone come to rest.

    Raises:
        PhoneError: it still runs, as an app does that the system starts again.
    """
    wait = f"for i in 1 2 3 4 5; do if pidof {package} > /dev/null; then sleep 0.3; else break; fi; done"
    phone.shell(f"{HOME} > /dev/null; sleep 0.8; am force-stop {package}; {wait}; sleep 1.5")
    if (alive := pid(phone, package)) is not None:
        raise PhoneError(
            f"{package} does not end on {phone.name}: process {alive} runs after `am force-stop`.",
            next_step="Switch off what starts it again (background services, widgets), and try again.",
        )


def pid(phone: Phone, package: str) -> int | None:
    """Return the app's process."""
    text = phone.shell(f"pidof {package}").text.split()
    return int(text[0]) if text and text[0].isdigit() else None


def start_command(phone: Phone, profile: AppProfile, package: str) -> str:
    """Return the command that starts the app, or brings it to the front; PhoneError: it has no entry."""
    launch = profile.launch
    if launch.action is not None:
        return f"am start -a {launch.action} -f {_SINGLE_TOP}"
    component = launch.activity
    if component is None:
        component = _launcher(phone, package)
        if component is None:
            raise HopelessError(
                f"{profile.label} ({package}) has no launcher entry on {phone.name}.",
                next_step="Name its activity under `launch` in a copy of the profile.",
            )
    elif "/" not in component:
        component = f"{package}/{component}"
    return _by_component(component)


def _by_component(component: str) -> str:
    """Start as a launcher does: the same intent brings a running task to the front and opens nothing new."""
    return f"am start -a {_MAIN} -c {_LAUNCHER} -n {component}"


def _launcher(phone: Phone, package: str) -> str | None:
    return _resolve(phone, f"-a {_MAIN} -c {_LAUNCHER} {package}")


def _resolve(phone: Phone, intent: str) -> str | None:
    text = phone.shell(f"cmd package resolve-activity --brief {intent}").text
    found = _COMPONENT.findall(text)
    # the chooser answers when several activities could
    return f"{found[-1][0]}/{found[-1][1]}" if found and found[-1][0] != "android" else None


def _wait_focus(phone: Phone, profile: AppProfile, package: str) -> None:
    turns = " ".join(str(turn) for turn in range(_FRONT_TURNS))
    script = (
        f"for i in {turns}; do if {_FOCUS} | grep -q ' {package}/'; then echo front; break; fi; "
        f"sleep 0.25; done; {_FOCUS}"
    )
    text = phone.ask(f"{script}; true", seconds=60.0)
    if not text.startswith("front"):
        raise NotOnScreenError(
            f"{profile.label} ({package}) does not come to the front of {phone.name}; the focus is on: "
            f"{' '.join(text.split()) or 'nothing'}.",
            next_step="Close dialogs and permission questions on the phone, log in, and try again.",
        )
