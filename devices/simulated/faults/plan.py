"""A planned fault: what goes wrong, when, and for how long; written as `KIND[=VALUE][~SECS]@STEP[+AFTER]`.

A step is a moment that the phone itself can see, whoever uses it:

    start                  when the plan is loaded
    time:12.5              12.5 s later on the phone's clock
    shell:3                the third shell service that is opened
    command:5/perfetto     the fifth program that any shell starts whose command line holds `perfetto`
    touch:2+80ms           80 ms after the second finger down
    pull:1+50000B          in the first file that is pulled, after 50000 bytes; push:N the same for pushes
    connect:2              the second computer (or adb server) that connects

Times are the phone's seconds, counts begin when the fault is loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from devices.simulated.model.errors import SimulationFileError
from devices.simulated.model.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KINDS: Mapping[str, str] = {
    "unplug": "the cable is pulled, and put back after ~SECONDS (without: never)",
    "reboot": "the phone restarts; ~SECONDS: how long it is away",
    "adb-killed": "another tool ends the adb server of this computer",
    "adb-restarted": "another tool ends the adb server and starts it again",
    "adb-fight": "a tool with another adb version ends the server VALUE times (2), starts its own",
    "crash": "the app in front dies of an exception",
    "anr": "the app in front hangs for ~SECONDS (20); the system says so after 5",
    "dialog": "a dialog of the app in front takes the focus",
    "keyboard-switch": "another keyboard becomes the chosen one; after ~SECONDS the first again",
    "keyboard-crash": "the keyboard's process dies",
    "screen-off": "the screen goes off; on again after ~SECONDS",
    "lock": "the keyguard comes; gone after ~SECONDS",
    "storage-full": "nothing more can be written, for ~SECONDS",
    "no-perfetto": "there is no program perfetto, for ~SECONDS",
    "perfetto-busy": "traced has too many sessions, for ~SECONDS",
    "perfetto-refused": "traced can't be reached, for ~SECONDS",
    "trace-truncated": "the next trace's file ends after VALUE (0 ... 1) of its bytes",
    "slow-shell": "each command takes VALUE seconds more (0.5), for ~SECONDS",
    "shell-garbage": "the next shell output is cut (VALUE 0), has noise in it (1), or comes to nothing (2)",
    "clock-jump": "the wall clock jumps by VALUE seconds",
    "thermal": "the thermal status becomes VALUE (3); back after ~SECONDS",
    "refresh-rate": "the panel switches to VALUE Hz (60); back after ~SECONDS",
    "app-update": "the app in front is replaced by its next version",
}
"""Kind -> what happens."""

Where = Literal["start", "time", "shell", "command", "touch", "pull", "push", "connect"]
_FORM = re.compile(
    r"(?P<kind>[a-z-]+)(?:=(?P<value>-?\d+(?:\.\d+)?))?(?:~(?P<length>\d+(?:\.\d+)?)s?)?"
    r"@(?P<where>start|time|shell|command|touch|pull|push|connect)(?::(?P<number>\d+(?:\.\d+)?))?"
    r"(?:/(?P<pattern>.+?))?(?:\+(?P<after>\d+(?:\.\d+)?)(?P<unit>ms|s|B))?"
)


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """One fault and its step."""

    kind: str
    where: Where = "start"
    nth: int = 1
    """Which shell, command, touch, pull, push or connection, from 1."""
    pattern: str = ""
    """Regular expression that its text must hold to count: command line, or path on the phone."""
    after_s: float = 0.0
    """Phone seconds after the step; `time`: after the plan was loaded."""
    at_byte: int = 0
    """pull, push: bytes that still go through."""
    value: float | None = None
    for_s: float | None = None
    """Phone seconds until it is over; None: as the kind has it."""

    def __str__(self) -> str:
        """Return the form that `parse_fault` reads."""
        value = "" if self.value is None else f"={_plain(self.value)}"
        length = "" if self.for_s is None else f"~{_plain(self.for_s)}s"
        if self.where == "time":
            return f"{self.kind}{value}{length}@time:{_plain(self.after_s)}"
        number = "" if self.where == "start" else f":{self.nth}"
        pattern = f"/{self.pattern}" if self.pattern else ""
        after = f"+{_plain(self.after_s)}s" if self.after_s else ""
        after = f"+{self.at_byte}B" if self.at_byte else after
        return f"{self.kind}{value}{length}@{self.where}{number}{pattern}{after}"


def _plain(number: float) -> str:
    """Return a number without exponent, as short as it goes to six places."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


class _Plan(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    faults: tuple[str, ...]


def parse_fault(text: str) -> PlannedFault:
    """Read one fault.

    Raises:
        SimulationFileError: Names what is wrong, and the form.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise SimulationFileError(
            f"'{text}' is no fault.",
            "Write KIND[=VALUE][~SECONDS]@STEP[+AFTER], e.g. unplug~8s@touch:3+120ms, crash@command:5/input, "
            "unplug~5s@pull:1+50000B, thermal=3@time:20.",
        )
    kind, where, number = found["kind"], found["where"], float(found["number"] or 1)
    if kind not in KINDS:
        raise SimulationFileError(f"'{text}': there is no fault {kind}.", f"Known: {', '.join(KINDS)}.")
    after, unit = float(found["after"] or 0), found["unit"]
    if unit == "B" and where not in ("pull", "push"):
        raise SimulationFileError(f"'{text}': bytes only count in pull and push.", "Write +120ms or +2s.")
    if where != "time" and (number < 1 or number != int(number)):
        raise SimulationFileError(f"'{text}': {where} is counted 1, 2, 3 ...", "Name a whole number.")
    seconds = after / 1000 if unit == "ms" else after if unit == "s" else 0.0
    return PlannedFault(
        kind=kind,
        where=where,  # type: ignore[arg-type]  # the pattern has only these
        nth=1 if where == "time" else int(number),
        pattern=found["pattern"] or "",
        after_s=seconds + (number if where == "time" else 0.0),
        at_byte=int(after) if unit == "B" else 0,
        value=float(found["value"]) if found["value"] else None,
        for_s=float(found["length"]) if found["length"] else None,
    )


def read_plan(path: Path) -> tuple[PlannedFault, ...]:
    """Read a YAML file: `version: 1`, `faults:` a list of such texts.

    Raises:
        SimulationFileError: It can't be read, or holds what is no fault.
    """
    return tuple(parse_fault(text) for text in read_yaml(path, _Plan).faults)
