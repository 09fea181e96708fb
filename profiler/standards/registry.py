"""Which named standards there are: those that come with silky, and those that other packages announce."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from profiler.standards.apple import APPLE
from profiler.standards.cdd import CDD
from profiler.standards.frame_timing_gfxinfo import FRAME_TIMING_GFXINFO
from profiler.standards.games import GAMES
from profiler.standards.gfxinfo_window import GFXINFO
from profiler.standards.jankstats import JANKSTATS
from profiler.standards.macrobenchmark import MACROBENCHMARK
from profiler.standards.perfdog import PERFDOG
from profiler.standards.perfetto import PERFETTO
from profiler.standards.vitals import VITALS
from traces.errors import UsageError

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow, Standard

GROUP = "silky.standards"
"""Entry-point group; each entry is a class that is called without arguments and gives a `Standard`."""

BUILTIN: tuple[Standard, ...] = (
    MACROBENCHMARK,
    FRAME_TIMING_GFXINFO,
    JANKSTATS,
    GFXINFO,
    PERFDOG,
    PERFETTO,
    APPLE,
    VITALS,
    GAMES,
    CDD,
)


@lru_cache(maxsize=1)
def list_standards() -> tuple[Standard, ...]:
    """Return all standards; a built-in one can't be replaced.

    Raises:
        UsageError: one that a package brings can't be loaded, or has a name that is taken.
    """
    found = list(BUILTIN)
    for entry in entry_points(group=GROUP):
        try:
            standard: Standard = entry.load()()
            name = standard.name
        except Exception as error:
            raise UsageError(
                f"The standard {entry.name} ({entry.value}) can't be loaded: {error}.",
                next_step="Mend or uninstall the package that brings it.",
            ) from error
        if any(name == one.name for one in found):
            raise UsageError(
                f"The standard {entry.name} ({entry.value}) calls itself {name}, which there is already.",
                next_step="Mend or uninstall the package that brings it.",
            )
        found.append(standard)
    return tuple(found)


def standards_of(window: JudgedWindow) -> dict[str, Value]:
    """Return what every standard says of a window, by `standard.value`."""
    return {
        f"{standard.name}.{name}": value
        for standard in list_standards()
        for name, value in standard.judge(window).items()
    }
