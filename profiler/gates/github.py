"""A gate as GitHub's workflow commands: one annotation for each check that did not pass.

The escapes are those of GitHub's own toolkit (actions/toolkit, packages/core/src/command.ts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.gates import words
from profiler.gates.model import FAIL, INCOMPLETE, WARN

if TYPE_CHECKING:
    from profiler.gates.model import Gate

SUMMARY = "GITHUB_STEP_SUMMARY"
"""Variable that holds the file to which a step appends its summary."""

_LEVELS = {FAIL: "error", INCOMPLETE: "error", WARN: "warning"}


def commands(gate: Gate, *, lang: str = "en") -> list[str]:
    """Return the commands, worst first, one a line."""
    made = []
    for check in gate.sorted_checks():
        level = _LEVELS.get(check.outcome)
        if level is None:
            continue
        simulated = "SIMULATED, " if gate.simulated else ""
        title = f"silky: {simulated}{words.pick(words.OUTCOMES[check.outcome], lang)}"
        made.append(f"::{level} title={property_text(title)}::{message_text(words.said(check, lang))}")
    return made


def message_text(text: str) -> str:
    """Return a text as a command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_text(text: str) -> str:
    """Return a text as the value of a command's property."""
    return message_text(text).replace(":", "%3A").replace(",", "%2C")
