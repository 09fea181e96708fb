"""One round: state, trace, presses, trace's end, state again, with everything kept in the round's folder."""

from __future__ import annotations

import contextlib
import hashlib
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from devices.driver.injectors.base import MISSING
from devices.driver.injectors.input import check_injected
from devices.driver.recording import crash, perfetto
from devices.driver.recording.dumps import DumpReader, empty_rings, read_dumps, ring_reading
from devices.driver.recording.trace_config import Message, full_config, light_config
from devices.driver.script.popup_script import (
    LOG,
    NOTHING,
    PopupOutput,
    PopupTiming,
    Press,
    read_output,
    script,
)
from devices.driver.script.steps import read_steps, render, with_readings
from devices.driver.state.checks import popup_void_reasons, refresh_changed, void_reasons
from devices.driver.state.reading import read_state
from traces.capture import LOG_FILE
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devices.driver.injectors.abilities import Abilities
    from devices.driver.phone import Phone
    from devices.driver.screen.field import Field
    from devices.driver.script.recipes import Recipe
    from traces.capture import PhoneState

TRACE_FILE = "trace.perfetto-trace"
SCRIPT_FILE = "popups.sh"
OUTPUT_FILE = LOG_FILE
CRASH_FILE = "crash.log"


class Tier(StrEnum):
    """How much a round records."""

    NONE = "none"
    """No trace at all: only to learn what tracing costs."""
    LIGHT = "light"
    """What the compared numbers need."""
    FULL = "full"
    """What a diagnosis can use besides."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What one round left."""

    trace_sha256: str | None
    output: PopupOutput
    before: PhoneState
    after: PhoneState
    void: tuple[str, ...]
    seconds: dict[str, float]
    extras: tuple[str, ...]
    touchless: bool = False
    """The phone did not take the virtual touch screen in: nothing was done."""


@dataclass(slots=True)
class _Stopwatch:
    seconds: dict[str, float] = field(default_factory=dict)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - start, 4)


def round_config(
    package: str, ime_id: str | None, popups: int, timing: PopupTiming, tier: Tier = Tier.LIGHT
) -> Message:
    """Return the Perfetto configuration of a round of pop-ups."""
    return timed_config(package, ime_id, popups * timing.total, tier)


def timed_config(package: str, ime_id: str | None, seconds: float, tier: Tier = Tier.LIGHT) -> Message:
    """Return the Perfetto configuration of a round so long; it ends by itself should nobody end it."""
    packages = (package, *([ime_id.partition("/")[0]] if ime_id else []))
    make = full_config if tier is Tier.FULL else light_config
    return make(packages, duration_ms=round((seconds + 15.0) * 1000))


def capture(
    phone: Phone,
    where: Field,
    folder: Path,
    *,
    popups: int,
    abilities: Abilities,
    timing: PopupTiming,
    tier: Tier = Tier.LIGHT,
    dumps: bool = False,
    each: bool = False,
    recipe: Recipe | None = None,
) -> Captured:
    """Run one round into `folder`, which exists.

    Args:
        phone: the phone.
        where: the prepared field.
        folder: where everything of the round goes.
        popups: presses.
        abilities: what was probed.
        timing: waits.
        tier: how much to record.
        dumps: also read gfxinfo's and SurfaceFlinger's own frames after the round.
        each: read them after each interaction's window too, as there is no better source; without a trace the
            marks are printed.
        recipe: what is done; None: `popups` presses of the field.

    Raises:
        PhoneError: connection lost, injection refused, no trace; what was captured until then stays.
    """
    watch = _Stopwatch()
    press = Press(where.x, where.y, abilities.motion)
    injector = abilities.injector
    reading = ring_reading(where.package, phone.sdk) if each else NOTHING
    marker = LOG if each and tier is Tier.NONE else abilities.marker
    if recipe is None:
        text, seconds = script(press, popups, marker, timing, reading), popups * timing.total
    else:
        steps = with_readings(recipe.steps, reading)
        text, seconds = render(steps, marker), sum(step.seconds for step in steps)
    with watch.step("state_before"):
        before = read_state(phone, where.package)
        crashed = crash.crash_lines(phone, where.package)
        if dumps or each:
            empty_rings(phone, where.package)
    trace = None
    if tier is not Tier.NONE:
        with watch.step("trace_start"):
            lasts = seconds + injector.seconds
            trace = perfetto.start(phone, timed_config(where.package, before.ime_id, lasts, tier))
    rings = DumpReader()
    try:
        with watch.step("script"):
            text = injector.turned(before.rotation or 0).wrap(text)
            output = _run_script(phone, folder, text, seconds + injector.seconds, rings)
        if trace is not None:
            with watch.step("trace_stop"):
                perfetto.stop(phone, trace)
            with watch.step("pull"):
                perfetto.fetch(phone, trace, folder / TRACE_FILE)
    except BaseException:
        if trace is not None:
            with contextlib.suppress(PhoneError):
                perfetto.abandon(phone, trace)
        raise
    kept: tuple[str, ...] = ()
    if dumps or each:
        with watch.step("dumps"):
            kept = rings.dumps().and_then(read_dumps(phone, where.package)).write(folder)
    with watch.step("state_after"):
        after = read_state(phone, where.package)
        if refresh_changed(before, after):
            # a panel that saves power when nothing moves takes a moment to fall back to its idle rate
            phone.shell("sleep 1.5")
            after = read_state(phone, where.package)
        crashes = [line for line in crash.crash_lines(phone, where.package) if line not in crashed]
    if crashes:
        (folder / CRASH_FILE).write_text("\n".join(crashes) + "\n", encoding="utf-8")
    read = read_output(output, press, timing)
    extras = (SCRIPT_FILE, OUTPUT_FILE, *([CRASH_FILE] if crashes else []), *kept)
    planned = popups if recipe is None else recipe.popups
    starts = recipe is not None and recipe.starts
    void = _void(where, before=before, after=after, read=read, popups=planned, crashes=crashes, starts=starts)
    if recipe is not None:
        void += read_steps(output).void_reasons(recipe.kind, recipe.count)
    touchless = MISSING in output
    if touchless:
        void.append(f"The phone did not take the virtual touch screen in ({injector.name}).")
    digest = None if trace is None else _sha256(folder / TRACE_FILE)
    return Captured(digest, read, before, after, tuple(void), watch.seconds, extras, touchless)


def _run_script(phone: Phone, folder: Path, text: str, expected: float, rings: DumpReader) -> str:
    """Run the script and return what it printed, without the dumps in it, which go to `rings`."""
    lines: list[str] = []
    (folder / SCRIPT_FILE).write_text(text, encoding="utf-8")
    seconds = expected * 2 + 30.0
    with (folder / OUTPUT_FILE).open("w", encoding="utf-8") as log:

        def keep(line: str) -> None:
            if rings.takes(line):
                return
            lines.append(line)
            log.write(line + "\n")
            log.flush()

        result = phone.shell(text, seconds=seconds, on_line=keep)
        log.write("".join(f"stderr: {line}\n" for line in result.error_text.splitlines()))
    if "INJECT_EVENTS" in result.error_text + result.text:
        check_injected(phone, result)
    return "".join(f"{line}\n" for line in lines)


def _void(
    where: Field,
    *,
    before: PhoneState,
    after: PhoneState,
    read: PopupOutput,
    popups: int,
    crashes: list[str],
    starts: bool = False,
) -> list[str]:
    found = void_reasons(before, after, starts=where.package if starts else None)
    if not starts and before.focused_window != where.focused_window:
        found.append(
            f"The focused window was {before.focused_window} at the start, not {where.focused_window} "
            "as prepared."
        )
    if crashes:
        found.append(f"The phone's log tells of a crash or hang of {where.package}.")
    found += popup_void_reasons(read.popups, popups)
    found += [f"The phone refused press {number}." for number in read.failed]
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
