"""A virtual touch screen around a script: made before it, driven by its `input` lines, gone with it.

The script runs in a group whose descriptor 4 leads into the program that holds the device (`uinput`, `hid`)
and whose output stays the host's. When the group ends, however it ends, that program reads the end of its
input and the kernel removes the device (cmds/uinput/README.md, "Unregistering the device").

Lines are written at the moment of the touch: `delay` commands of these programs are not used, as releases
differ in what they count from and in which time the events get (cmds/uinput Device.java).
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.driver.injectors.base import MISSING

NAME = "silky touch screen"
VENDOR, PRODUCT = 0x1209, 0x0001
"""The test id of pid.codes."""
TRIES = 60
"""Looks at InputReader's list, one every 0.1 s and what a look costs."""
REST = 0.4
"""Seconds between being listed and the first event; whatever the device's coming started has ended."""
TAP = 0.05
"""Seconds that a tap holds."""
KEYS = {3: 172, 4: 158, 66: 28, 67: 14, 223: 142, 224: 143}
"""Key codes of Android that a virtual screen can press, and their scan codes in Generic.kl."""
TAKEN = f"dumpsys input | grep -q '^  Device -*[0-9]*: {NAME}'"
"""Phone-side test whether InputReader has taken the screen in; EventHub alone lists it without `Device`."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The display that a virtual screen lies on: its upright size in px, and how it is turned."""

    width: int
    height: int
    rotation: int = 0

    def raw(self, x: int, y: int) -> tuple[int, int]:
        """Return the upright coordinates of a point of the turned display (inverse of TouchInputMapper's)."""
        far_x, far_y = self.width - 1, self.height - 1
        return ((x, y), (far_x - y, x), (far_x - x, far_y - y), (y, far_y - x))[self.rotation % 4]

    def shell_raw(self, x: str, y: str) -> tuple[str, str]:
        """Return the same as shell arithmetic over two parameters, e.g. `$3` and `$4`."""
        far_x, far_y = self.width - 1, self.height - 1
        return (
            (x, y),
            (f"$(({far_x}-{y}))", x),
            (f"$(({far_x}-{x}))", f"$(({far_y}-{y}))"),
            (y, f"$(({far_y}-{x}))"),
        )[self.rotation % 4]


@dataclass(frozen=True, slots=True)
class Words:
    """What the program that holds the device is told, in JSON.

    `down`, `move`, `up` and the keys' stand between double quotes of the shell: `$3` and `$4` (see
    `Panel.shell_raw`) are the place, `$f` is the finger's number, `$c` a key's scan code.
    """

    program: str
    """E.g. `uinput -`."""
    register: str
    """Makes the device."""
    warm_up: tuple[str, ...]
    """Sent before the first touch."""
    down: str
    move: str
    up: str
    press_key: str | None = None
    """None: keys are left to `input`."""
    lift_key: str | None = None


def group(words: Words, script: str) -> str:
    """Return a script that makes the device, does what `script` says, and lets the device go."""
    lines = [
        "trap '' PIPE",
        f"echo '{words.register}' >&4",
        "i=0",
        f"while [ $i -lt {TRIES} ]; do if {TAKEN}; then break; fi; i=$((i+1)); sleep 0.1; done",
        f"if [ $i = {TRIES} ]; then",
        f"echo '{MISSING}'",
        "else",
        f"sleep {REST:g}",
        *(f"echo '{line}' >&4" for line in words.warm_up),
        *_function(words),
        script.rstrip("\n"),
        "fi",
    ]
    return "{ {\n" + "\n".join(lines) + f"\n}} 4>&1 1>&3 | {words.program} 1>&3; }} 3>&1\n"


def _function(words: Words) -> list[str]:
    """Return a shell function that stands in the place of `input`."""
    return [
        "f=0",
        "input() {",
        'if [ "$1" = motionevent ]; then',
        'if [ "$2" = DOWN ]; then',
        "f=$((f+1))",
        f'echo "{words.down}" >&4',
        'elif [ "$2" = MOVE ]; then',
        f'echo "{words.move}" >&4',
        "else",
        f'echo "{words.up}" >&4',
        "fi",
        'elif [ "$1" = tap ]; then',
        f"input motionevent DOWN $2 $3 && sleep {TAP:g} && input motionevent UP $2 $3",
        *_keys(words),
        "else",
        'command input "$@"',
        "fi",
        "}",
    ]


def _keys(words: Words) -> list[str]:
    if words.press_key is None:
        return []
    known = [f"if [ $k = {code} ]; then c={scan}; fi" for code, scan in KEYS.items()]
    return [
        'elif [ "$1" = keyevent ]; then',
        "shift",
        'for k in "$@"; do',
        "c=",
        *known,
        'if [ -n "$c" ]; then',
        f'echo "{words.press_key}" >&4 && echo "{words.lift_key}" >&4',
        "else",
        "command input keyevent $k",
        "fi",
        "done",
    ]
