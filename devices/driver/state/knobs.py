"""What silky can set on a phone, and how each is read and written by the shell.

A knob is named by (namespace, key). `global`, `system` and `secure` are Android's settings tables; the others
are state that no setting holds, or that a service keeps itself:

- `notification/dnd`: off, priority, none or alarms. Read from `global zen_mode`, which the notification
  service keeps. It undoes what others write there (ZenModeHelper, "Fixing zen mode setting"), so it is set
  with `cmd notification set_dnd` (11+).
- `power/battery_saver`: on or off; `cmd power set-mode` (9+). Android keeps it off on a charger.
- `display/user_mode`: "W H HZ"; `cmd display set-user-preferred-display-mode` (13+).
- `compile/<package>`: the compiler filter; `cmd package compile -m`. A filter that can't be asked for by name
  goes back with `--reset`, which on every version also forgets the package's profile.

All values are text; None: not set.
"""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple, NoReturn

TABLES = ("global", "system", "secure")
DND = ("notification", "dnd")
BATTERY_SAVER = ("power", "battery_saver")
USER_MODE = ("display", "user_mode")
COMPILE = "compile"
FILTERS = ("verify", "quicken", "space-profile", "space", "speed-profile", "speed", "everything-profile",
           "everything")  # fmt: skip
"""Compiler filters that `cmd package compile -m` takes, of all versions."""

_ZEN = {"0": "off", "1": "priority", "2": "none", "3": "alarms"}
_KEY = re.compile(r"[A-Za-z0-9_.]{1,120}")
_VALUE = re.compile(r"[A-Za-z0-9_.:+ -]{0,80}")
_FILTER = re.compile(r"\[(?:status|compilation_filter)=([\w-]+)\]")
_MODE = re.compile(r"(\d+) (\d+) ([\d.]+)")

OURS = frozenset(
    {
        ("global", "stay_on_while_plugged_in"),
        ("global", "heads_up_notifications_enabled"),
        ("system", "accelerometer_rotation"),
        ("system", "user_rotation"),
        ("system", "screen_brightness_mode"),
        ("system", "peak_refresh_rate"),
        ("system", "min_refresh_rate"),
        ("system", "user_refresh_rate"),
        ("secure", "refresh_rate_mode"),
        ("secure", "user_refresh_rate"),
        ("secure", "miui_refresh_rate"),
        DND,
        BATTERY_SAVER,
        USER_MODE,
    }
)
"""All that any silky sets, but for `compile/<package>`: nothing else is taken from a note on a phone."""


class Knob(NamedTuple):
    """One thing on the phone that can be read and set."""

    namespace: str
    key: str

    @property
    def name(self) -> str:
        """As people and manifests see it."""
        return f"{self.namespace}/{self.key}"

    @property
    def slow(self) -> bool:
        """Whether writing it takes minutes."""
        return self.namespace == COMPILE

    def read_command(self) -> str:
        """Return the shell command that prints it."""
        if self.namespace in TABLES:
            return f"settings get {self.namespace} {self.key}"
        if self.namespace == COMPILE:
            return f"dumpsys package {self.key}"
        return {
            DND: "settings get global zen_mode",
            BATTERY_SAVER: "settings get global low_power",
            USER_MODE: "cmd display get-user-preferred-display-mode",
        }[self]

    def value(self, printed: str) -> str | None:
        """Read what `read_command` printed; ValueError where it printed nothing that can be read."""
        text = printed.strip()
        if self.namespace in TABLES:
            # an empty line is an empty value; no line at all is no answer, which is not "not set"
            if not printed:
                raise ValueError("no answer")
            return None if text == "null" else text
        if self.namespace == COMPILE:
            return compile_filter(printed, self.key)
        if self == DND:
            return _ZEN[text if text != "null" else "0"] if text in {*_ZEN, "null"} else _no(text)
        if self == BATTERY_SAVER:
            return {"0": "off", "null": "off", "1": "on"}.get(text) or _no(text)
        mode = _MODE.search(text)
        return f"{mode[1]} {mode[2]} {float(mode[3]):g}" if mode else None

    def write_command(self, value: str | None) -> str:
        """Return the shell command that sets it; None: as it is when nobody has set it."""
        if self.namespace in TABLES:
            if value is None:
                return f"settings delete {self.namespace} {self.key}"
            return f"settings put {self.namespace} {self.key} {shlex.quote(value)}"
        if self.namespace == COMPILE:
            how = f"-m {value} -f" if value in FILTERS else "--reset"
            return f"cmd package compile {how} {self.key}"
        if self == USER_MODE:
            verb = "clear" if value is None else "set"
            return f"cmd display {verb}-user-preferred-display-mode {value or ''}".rstrip()
        saver = 1 if value == "on" else 0
        return f"cmd notification set_dnd {value or 'off'}" if self == DND else f"cmd power set-mode {saver}"

    @property
    def known(self) -> bool:
        """Whether silky sets this at all: what a note on a phone names is done only then."""
        if self.namespace == COMPILE:
            return re.fullmatch(r"[A-Za-z][\w]*(\.[A-Za-z_]\w*)+", self.key) is not None
        return (self.namespace, self.key) in OURS


def knob(namespace: str, key: str) -> Knob:
    """Return a knob; ValueError where there is none of that name."""
    made = Knob(namespace, key)
    if not _KEY.fullmatch(key) or (
        namespace not in (*TABLES, COMPILE) and made not in (DND, BATTERY_SAVER, USER_MODE)
    ):
        raise ValueError(f"no knob {namespace}/{key}")
    return made


def harmless(value: str | None) -> bool:
    """Return whether a value is of the plain kind that all knobs have."""
    return value is None or _VALUE.fullmatch(value) is not None


def same(one: str | None, other: str | None) -> bool:
    """Return whether two values mean the same: `60` is `60.0`."""
    if one == other or one is None or other is None:
        return one == other
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def compile_filter(dump: str, package: str) -> str | None:
    """Return a package's compiler filter from `dumpsys package`; None where it isn't told.

    Since Android 9 it stands as `[status=F]`; before, as `[status=kOatUpToDate, compilation_filter=F]`.
    """
    _, mark, state = dump.partition("Dexopt state:")
    if not mark:
        return None
    _, _, own = state.partition(f"[{package}]")
    part = own or state
    old = re.search(r"compilation_filter=([\w-]+)", part)
    found = old or _FILTER.search(part)
    return found[1] if found else None


def _no(text: str) -> NoReturn:
    raise ValueError(text or "no answer")
