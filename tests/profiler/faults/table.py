"""What goes wrong, at which step of a run, and what must come of it. docs/faults.md is held to this table."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = {
    "between": "start",
    "opening": "command:1/am start+300ms",
    "pressing": "touch:1+80ms",
    "tracing": "command:1/^perfetto",
    "capturing": "command:1/^perfetto+1s",
    "pulling": "pull:1+30000B",
    "restoring": "command:1/^settings (put|delete)",
}
"""Step of a run -> when it has come, as the simulated phone sees it. The count begins with an attempt; for
`restoring`, with the end of the last round."""

WAY = r"connection|can't be used|did not come whole|No adb server|not answer"
"""How an attempt is told about that lost its phone on the way."""


@dataclass(frozen=True, slots=True)
class Passes:
    """A fault that passes: the run goes on by itself, and all its rounds are valid in the end."""

    fault: str
    """KIND[=VALUE][~SECONDS], see devices/simulated/faults/plan.py."""
    step: str
    void: str = ""
    """Found in the reasons of the attempt that it spoils; empty: it spoils none."""
    sure: bool = True
    """Whether it always spoils one; what other programs do on the computer comes when it comes."""

    def __str__(self) -> str:
        return f"{self.fault} {self.step}"


@dataclass(frozen=True, slots=True)
class Stays:
    """A fault that stays: the run ends."""

    fault: str
    step: str
    code: int
    what: str
    """Found in the error."""
    next_step: str
    """Found in what is to be done."""
    left: str = ""
    """Found among what is still changed on the phone; empty: nothing is."""
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.fault} {self.step}"


PASSES = (
    *(Passes("unplug~8s", step, WAY) for step in ("between", "opening", "pressing", "capturing", "pulling")),
    *(Passes("reboot~20s", step, WAY) for step in ("between", "pressing", "pulling")),
    *(Passes("adb-killed", step, WAY, sure=False) for step in ("pressing", "pulling")),
    *(Passes("adb-restarted", step, WAY, sure=False) for step in ("opening", "capturing")),
    *(Passes("adb-fight=2", step, WAY, sure=False) for step in ("between", "pulling")),
    Passes("crash", "pressing", "The app's process changed"),
    Passes("crash", "pulling", "The app's process changed"),
    Passes("anr~20s", "pressing", "crash or hang|does not come to the front|did not come up|focused"),
    Passes("dialog", "between", "keyboard did not come up"),
    Passes("keyboard-switch~5s", "pressing", "keyboard"),
    Passes("keyboard-crash", "pressing", "keyboard|slide"),
    Passes("screen-off", "pressing", "screen|window"),
    Passes("lock~5s", "pressing", "window|locked|keyboard did not come up"),
    Passes("storage-full~30s", "capturing", "trace"),
    Passes("no-perfetto~60s", "between", "has no `perfetto`"),
    Passes("perfetto-busy~3s", "tracing", "traced by somebody else"),
    Passes("perfetto-refused~3s", "tracing", "tracing service of the phone does not run"),
    Passes("trace-truncated=0.5", "capturing", "trace not scorable"),
    Passes("trace-truncated=0", "capturing", "The trace of the phone is empty"),
    Passes("slow-shell=0.5~20s", "between", sure=False),
    Passes("shell-garbage=0", "between", "did not come whole"),
    Passes("shell-garbage=1", "opening", "did not come whole", sure=False),
    Passes("shell-garbage=2", "pulling", "did not come whole"),
    Passes("clock-jump=3600", "pressing"),
    Passes("clock-jump=-86400", "capturing"),
    Passes("thermal=3~60s", "pressing", "The phone was hot"),
    Passes("refresh-rate=60~10s", "pressing", "refresh rate", sure=False),
)
SPOILT_RESTORE = tuple(
    Passes(fault, "restoring") for fault in ("unplug~8s", "reboot~20s", "adb-fight=2", "shell-garbage=1")
)
STAYS = (
    Stays("unplug", "pulling", 4, "did not come back within", "silky run --resume here", "setting global/"),
    Stays("unplug", "restoring", 4, "complete and kept in here", "silky restore", "setting global/"),
    Stays("keyboard-switch", "opening", 4, "The keyboard was changed to", "adb shell ime set", "keyboard:"),
    Stays("lock", "pressing", 4, "is locked", "Unlock it"),
    Stays("storage-full", "between", 4, "No space left on device", "storage is full: free some"),
    Stays("no-perfetto", "between", 4, "has no `perfetto`", "restart the phone"),
    Stays("perfetto-refused", "between", 4, "tracing service of phone", "persist.traced.enable"),
    Stays("thermal=3", "pressing", 4, "is still hot", "let it cool", options=("--cool-down", "1")),
    Stays("refresh-rate=60", "pulling", 2, "The refresh rate is 60 Hz", "why each round is void"),
    Stays("app-update", "pressing", 2, "was updated during the run", "automatic updates"),
)
