"""How the present command can be repeated."""

from __future__ import annotations

import shlex
import sys


def command_line() -> str:
    """Return the words of this process' command line, as they can be typed again."""
    return shlex.join(["silky", *sys.argv[1:]])
