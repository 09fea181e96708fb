"""The script that presses the input field k times on the phone: no host round trip in a timing window.

It is POSIX sh, unrolled, so that it can be read in the bundle. What it prints is kept and read by
`read_output`. Between DOWN and the end of the slide it does nothing but sleep. Where a ring of frames is all
that the phone has, it is read each second of the window; slides are shorter.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from devices.driver.screen.keyboard import BACK, SHOWN
from traces.capture import LOG_MARK, POPUP_MARK, PopupCapture

_ASK = "dumpsys input_method | grep -E 'mInputShown=|mImeWindowVis='"
LOG = "-"
"""Instead of a path of trace_marker: marks are printed, with the phone's uptime, as there is no trace."""
_LINE = re.compile(r"^@@silky (\d+) (before|after|down|up)(?: (-?\d+))?$")


@dataclass(frozen=True, slots=True)
class PopupTiming:
    """Waits of one pop-up, seconds on the phone."""

    quiet: float = 0.6
    """Between the check before and the press: what the check started has ended."""
    press: float = 0.07
    """Between DOWN and UP, as a finger does."""
    watch: float = 2.0
    """After UP: the whole window of the definition, with more than 0.7 s of trailing frames."""
    settle: float = 0.9
    """After the keyboard is put away: its slide out is over."""

    @property
    def total(self) -> float:
        """About how long one pop-up takes, with the commands' own costs and some slack, seconds."""
        return self.quiet + self.press + self.watch + self.settle + 2.0


@dataclass(frozen=True, slots=True)
class Press:
    """Where to press, and how.

    `motion` False: `input tap`, whose DOWN and UP carry the same time.
    """

    x: int
    y: int
    motion: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """Lines that read what the phone would overwrite."""

    after: tuple[str, ...] = ()
    """When a window is over."""
    during: tuple[str, ...] = ()
    """Each second of a window: they must not touch the app."""

    def watch(self, seconds: float) -> list[str]:
        """Return lines that let so many seconds of a window pass."""
        if not self.during:
            return [f"sleep {seconds:g}"]
        whole = max(math.ceil(seconds) - 1, 0)
        return ["sleep 1", *self.during] * whole + [f"sleep {seconds - whole:g}"]


NOTHING = Reading()


def script(
    press: Press,
    popups: int,
    marker: str | None,
    timing: PopupTiming | None = None,
    reading: Reading | None = None,
) -> str:
    """Return the script.

    Args:
        press: where and how to press.
        popups: how many times.
        marker: path of trace_marker; `LOG`: marks are printed; None: no marks are written.
        timing: waits.
        reading: what is read besides.
    """
    timing = timing or PopupTiming()
    lines = []
    for number in range(1, popups + 1):
        lines += popup(press, number, marker, timing, reading or NOTHING)
    lines += mark(marker, POPUP_MARK, 0)
    return "\n".join([*lines, "echo '@@silky end'"]) + "\n"


def popup(press: Press, number: int, marker: str | None, timing: PopupTiming, reading: Reading) -> list[str]:
    """Return the lines of one pop-up; what is read after its window is, before the keyboard goes."""
    return [
        f"# pop-up {number}",
        f"echo '@@silky {number} before'",
        _ASK,
        f"sleep {timing.quiet:g}",
        *mark(marker, POPUP_MARK, number),
        *_press(press, timing),
        *reading.watch(timing.watch),
        f'echo "@@silky {number} down $d"',
        f'echo "@@silky {number} up $u"',
        f"echo '@@silky {number} after'",
        _ASK,
        *reading.after,
        f"if {SHOWN}; then {BACK}; fi",
        f"for i in 1 2 3 4 5 6 7 8 9 10; do if {SHOWN}; then sleep 0.2; else break; fi; done",
        f"sleep {timing.settle:g}",
    ]


def _press(press: Press, timing: PopupTiming) -> list[str]:
    if not press.motion:
        return [f"input tap {press.x} {press.y}", "d=$?", "u=$d"]
    return [
        f"input motionevent DOWN {press.x} {press.y}",
        "d=$?",
        f"sleep {timing.press:g}",
        f"input motionevent UP {press.x} {press.y}",
        "u=$?",
    ]


def mark(marker: str | None, counter: str, number: int) -> list[str]:
    """Return the line that marks an interaction in the trace, or in what the script prints."""
    if marker == LOG:
        return [f'read t _ < /proc/uptime; echo "{LOG_MARK} {counter} {number} $t"']
    return [] if marker is None else [f'echo "C|$$|{counter}|{number}" > {marker}']


@dataclass(frozen=True, slots=True)
class PopupOutput:
    """What the script printed, read."""

    popups: tuple[PopupCapture, ...]
    failed: tuple[int, ...]
    """Numbers of the presses whose injection the phone refused."""
    finished: bool
    """Whether the script came to its end."""


def read_output(text: str, press: Press, timing: PopupTiming | None = None) -> PopupOutput:
    """Read what the script printed, also when it was cut short; never raises.

    A press counts once its injection has been reported.
    """
    timing = timing or PopupTiming()
    asked: dict[tuple[int, str], list[str]] = {}
    codes: dict[tuple[int, str], int] = {}
    part: list[str] = []
    finished = False
    for line in text.splitlines():
        found = _LINE.match(line)
        if found and found[2] in {"before", "after"}:
            part = asked.setdefault((int(found[1]), found[2]), [])
        elif found:
            codes[int(found[1]), found[2]] = int(found[3] or 0)
            part = []
        elif line == "@@silky end":
            finished = True
        else:
            part.append(line)
    numbers = sorted({number for number, _ in codes})
    popups = tuple(
        PopupCapture(
            number=number,
            x=press.x,
            y=press.y,
            press_ms=round(timing.press * 1000) if press.motion else 0,
            shown_before=_shown(asked.get((number, "before"))),
            shown_after=_shown(asked.get((number, "after"))),
        )
        for number in numbers
    )
    failed = tuple(number for number in numbers if codes.get((number, "down")) or codes.get((number, "up")))
    return PopupOutput(popups, failed, finished)


def _shown(lines: list[str] | None) -> bool | None:
    """Return mInputShown of any user, else the bit IME_VISIBLE of mImeWindowVis; None if neither was said."""
    text = "\n".join(lines or [])
    said = re.findall(r"(?<!\w)mInputShown=(true|false)\b", text)
    if said:
        return "true" in said
    window = re.search(r"(?<!\w)mImeWindowVis=(0x[0-9a-fA-F]+|\d+)", text)
    return bool(int(window[1], 0) & 2) if window else None
