"""Why a value is null, a round void, a phone not ready: English in the records, read in Chinese too.

`chinese.toml` has a pattern for every such sentence that captures, decoders, the analysis and the run write.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


def chinese(reason: str) -> str:
    """Return a reason or a warning in Chinese; one that has none stays English."""
    for pattern, text in _patterns():
        match = pattern.fullmatch(reason.strip())
        if match:
            inner = {name: chinese(found) for name, found in match.groupdict().items()}
            return text.format(*match.groups(), **inner)
    return reason


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    file = resources.files(__name__).joinpath("chinese.toml").read_text(encoding="utf-8")
    return tuple((re.compile(pattern), text) for pattern, text in tomllib.loads(file)["pairs"])
