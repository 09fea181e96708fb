"""What can be wrong with the files that describe a simulated phone."""

from __future__ import annotations


class SimulationFileError(Exception):
    """A persona or behaviour file cannot be used.

    Attributes:
        what: What is wrong, with file and line.
        next_step: What to do about it.
    """

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(f"{what} {next_step}")
        self.what = what
        self.next_step = next_step
