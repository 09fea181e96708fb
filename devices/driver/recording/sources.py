"""The best set of frame sources that a phone gives, asked once, before any app is touched.

FrameTimeline (Android 12+) tells nearly all. Without it a round keeps what there is: FrameTracer's buffers
and the sections of a trace, and after each interaction the rings of gfxinfo and SurfaceFlinger.
docs/android-versions.md says which metrics each set gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.driver.errors import HopelessError
from traces.capture import FRAMESTATS, LATENCY, SECTIONS, TIMELINE, TRACER
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.driver.phone import Phone

FIRST_SDK = 26
"""Android 8: what older ones print was not looked at."""
_PERFETTO_SDK = 28
"""Android 9 brought perfetto."""
_QUERY_SDK = 30
"""Android 11 brought `perfetto --query`."""
_REGISTERED = {
    "linux.ftrace": (SECTIONS, _PERFETTO_SDK),
    "android.surfaceflinger.frametimeline": (TIMELINE, 31),
    "android.surfaceflinger.frame": (TRACER, 30),
}
"""Data source -> what it gives, and the first API level that has it."""
_ORDER = (TIMELINE, TRACER, SECTIONS, LATENCY, FRAMESTATS)
_DUMPS = (LATENCY, FRAMESTATS)

NO_PERFETTO = (
    "There is no perfetto on this phone (it comes with Android 9, and some vendors remove it): no input time "
    "and no slide is told; frames come from framestats and SurfaceFlinger --latency. "
    "docs/android-versions.md says what that gives."
)
NOT_RUNNING = (
    "Perfetto's service does not run on this phone although it is switched on: frames come from framestats "
    "and SurfaceFlinger --latency. Restart the phone to have traces again."
)
NO_TIMELINE = (
    "SurfaceFlinger offers no FrameTimeline (it comes with Android 12): the steps of the keyboard's slide "
    "can't be timed; the app's frames come from {sources}. docs/android-versions.md says what that gives."
)


@dataclass(frozen=True, slots=True)
class CaptureSet:
    """What rounds on this phone record."""

    traced: bool
    """Whether a system trace is recorded."""
    sources: tuple[str, ...]
    """Names of `traces.capture`, best first."""
    notes: tuple[str, ...] = ()
    """What is missing, and what it means; sentences."""

    @property
    def dumps(self) -> bool:
        """Whether the rings of gfxinfo and SurfaceFlinger are read after each interaction."""
        return LATENCY in self.sources


def probe_sources(phone: Phone) -> CaptureSet:
    """Ask a phone which sources it has; nothing is changed and no app is touched.

    Raises:
        PhoneError: too old, or its tracing service is switched off, which the user can change.
    """
    if phone.sdk < FIRST_SDK:
        raise HopelessError(
            f"{phone.name} runs Android {phone.build.release} (API level {phone.sdk}): older than 8.",
            next_step="Use a newer phone; nothing is known of what its dumps would be worth.",
        )
    if not phone.shell("command -v perfetto").text.strip():
        return CaptureSet(traced=False, sources=_DUMPS, notes=(NO_PERFETTO,))
    registered = _registered(phone)
    if registered is None:
        if phone.shell("getprop persist.traced.enable").text.strip() != "1":
            raise PhoneError(
                f"The tracing service of {phone.name} is switched off, as it is from the factory on many "
                "phones with Android 9 and 10; without it there are no input times.",
                next_step=f"Run `adb -s {phone.serial} shell setprop persist.traced.enable 1`, wait a "
                "moment, try again.",
            )
        return CaptureSet(traced=False, sources=_DUMPS, notes=(NOT_RUNNING,))
    if TIMELINE in registered:
        return CaptureSet(traced=True, sources=tuple(name for name in _ORDER if name in registered))
    sources = tuple(name for name in _ORDER if name in {*registered, *_DUMPS})
    frames = " and ".join(name for name in sources if name != SECTIONS)
    return CaptureSet(traced=True, sources=sources, notes=(NO_TIMELINE.format(sources=frames),))


def _registered(phone: Phone) -> set[str] | None:
    """Return what the tracing service offers; None: it does not run.

    Before Android 11 it can't be asked, and some answer nothing that can be read: then what the version has.
    """
    by_version = {name for name, first in _REGISTERED.values() if phone.sdk >= first}
    if phone.sdk < _QUERY_SDK:
        running = phone.shell("getprop init.svc.traced").text.strip() in {"running", ""}
        return by_version if running else None
    answer = phone.shell("perfetto --query")
    said = answer.text + answer.error_text
    told = {name for source, (name, _) in _REGISTERED.items() if re.search(rf"(?m)^{source}\s", said)}
    if told:
        return told
    if "connect" in said.lower():
        return None
    return by_version
