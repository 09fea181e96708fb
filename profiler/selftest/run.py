"""The self-test itself: asks, tries a trace, measures a system text field in three tiers, and sums up."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from devices.driver.recording.capture import TRACE_FILE, Tier
from devices.driver.recording.dumps import empty_rings, read_dumps
from devices.profiles import load_profile
from profiler.analysis.run import analyze_capture
from profiler.selftest.abilities import Ability, State, settle
from profiler.selftest.beliefs import beliefs
from profiler.selftest.cost import cpu_cost, frame_cost
from profiler.selftest.noise import a_against_a
from profiler.selftest.probing import ask_phone, look_at_dumps, look_at_log, touch_screen
from profiler.selftest.report import ClockCheck, SelfTest
from profiler.selftest.side_by_side import timeline_against_latency
from profiler.selftest.traced import SECTIONS, look_at_trace
from profiler.verdict.compare import Scale
from traces.capture import FRAMESTATS_FILE, LATENCY_FILE
from traces.errors import InputFileError, PhoneError, UsageError
from traces.perfetto import read_trace
from traces.text.gfxinfo import parse_gfxinfo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from devices.driver.session import PhoneSession
    from devices.profiles import AppProfile
    from profiler.analysis.results import RoundResult
    from profiler.selftest.side_by_side import Agreement
    from traces.capture import PhoneFacts, RoundCapture
    from traces.trace import Trace

REFERENCE = "settings-search"
POPUPS = 2
"""In a round: with ten rounds the whole takes about two minutes of a phone's time."""
TIERS = (
    Tier.LIGHT,
    Tier.LIGHT,
    Tier.NONE,
    Tier.LIGHT,
    Tier.FULL,
    Tier.LIGHT,
    Tier.LIGHT,
    Tier.FULL,
    Tier.LIGHT,
    Tier.NONE,
)
"""Tiers of the rounds in order; mixed, so that a warming phone burdens none more than another."""
SETTLE = "sleep 1.5"
"""Until the app that came to the front has drawn, on the phone's clock."""
TRIAL_FILE = "trial.perfetto-trace"


@dataclass
class _Found:
    """What is known so far."""

    abilities: dict[str, Ability] = field(default_factory=dict)
    captures: list[tuple[Tier, RoundCapture]] = field(default_factory=list)
    rounds: list[tuple[Tier, RoundResult]] = field(default_factory=list)
    agreements: tuple[Agreement, ...] = ()
    clocks: ClockCheck | None = None

    def add(self, *some: Ability) -> None:
        self.abilities.update({one.key: one for one in some})

    def given(self, key: str) -> bool:
        one = self.abilities.get(key)
        return one is not None and one.state is State.GIVEN


def test_phone(session: PhoneSession, out: Path | None, say: Callable[[str], None]) -> SelfTest:
    """Run the self-test on a phone with the reference field.

    Args:
        session: the phone, open and locked.
        out: where to keep the captures; None: a new folder under `silky-runs`.
        say: told of each step.

    Raises:
        UsageError: the folder is not empty.
        PhoneError: see `SelfTestRun.run`.
    """
    folder = out or Path("silky-runs") / f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}-self-test"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder.", next_step="Name another --out.")
    folder.mkdir(parents=True, exist_ok=True)
    return SelfTestRun(session, load_profile(REFERENCE), folder, say).run()


class SelfTestRun:
    """Tests one phone with a system text field.

    Args:
        session: the phone, open and locked; nothing that `silky doctor` calls "needs you" may be open but
            what the test itself explains.
        profile: the reference field.
        folder: an empty folder for the captures.
        say: told of each step.
        tiers: how much each round records.
    """

    def __init__(
        self,
        session: PhoneSession,
        profile: AppProfile,
        folder: Path,
        say: Callable[[str], None],
        tiers: Sequence[Tier] = TIERS,
    ) -> None:
        self._tiers = tiers
        self._session = session
        self._profile = profile
        self._folder = folder
        self._say = say
        self._found = _Found()

    def run(self) -> SelfTest:
        """Do it all; about two minutes of the phone's time.

        Raises:
            PhoneError: the connection broke, the reference field can't be opened, the phone isn't ready.
        """
        facts = self._session.facts()
        package = self._session.app_facts(self._profile).package
        self._say("Asking the phone what it can do ...")
        self._found.add(*ask_phone(self._session))
        if self._found.given("settings"):
            self._session.check_start()
        self._try_trace(package)
        if self._found.given("touches"):
            self._measure(facts)
        self._found.add(look_at_log(self._session.phone, keyboard_was_up=bool(self._found.captures)))
        return self._sum_up(facts)

    def _try_trace(self, package: str) -> None:
        self._say("Trying a trace, and what gfxinfo and SurfaceFlinger keep ...")
        path = self._folder / TRIAL_FILE
        phone = self._session.phone
        empty_rings(phone, package)
        if self._found.given("perfetto"):
            try:
                self._session.trial(self._profile, path)
            except PhoneError as error:
                self._found.add(Ability("tracing-service", State.MISSING, (error.what, error.what)))
            else:
                self._found.add(Ability("tracing-service", State.GIVEN, ("runs", "运行中")))
        if not path.exists():
            self._session.open(self._profile)
            phone.shell(SETTLE)
        dumps = read_dumps(phone, package)
        dumps.write(self._folder)
        self._found.add(*look_at_dumps(dumps))
        if path.exists():
            try:
                trace = read_trace(path, slice_names=SECTIONS, thread_states=True)
            except InputFileError as error:
                self._found.add(Ability("tracing-service", State.MISSING, (error.what, error.what)))
                return
            self._found.add(*look_at_trace(trace, package))
            self._found.clocks = _clock_check(trace, dumps.framestats)

    def _measure(self, facts: PhoneFacts) -> None:
        traces = self._found.given("tracing-service")
        tiers = self._tiers if traces else (Tier.NONE, Tier.NONE)
        field_ = self._session.prepare(self._profile)
        # the first press may have shown that a touch screen is accepted, but deaf
        self._found.add(touch_screen(self._session))
        for number, tier in enumerate(tiers, 1):
            self._say(f"Round {number} of {len(tiers)}: {POPUPS} pop-ups, capture: {tier.value} ...")
            self._session.prepare(self._profile)
            capture = self._session.capture_round(
                self._profile,
                field_,
                self._folder / f"{number:02d}-{tier.value}",
                POPUPS,
                number=number,
                tier=tier,
                dumps=True,
            )
            self._found.captures.append((tier, capture))
            if capture.trace is not None:
                path = self._folder / capture.folder / capture.trace
                result = analyze_capture(
                    capture, path, modes_hz=facts.modes_hz, active_hz=facts.active_hz or None
                )
                self._found.rounds.append((tier, result))

    def _sum_up(self, facts: PhoneFacts) -> SelfTest:
        found = self._found
        light = [result for tier, result in found.rounds if tier is Tier.LIGHT]
        every = [result for _, result in found.rounds]
        found.add(*_from_popups(every))
        abilities = settle(found.abilities)
        void = [one for one in every if one.void]
        noise = a_against_a(light, Scale(1000 / facts.active_hz, POPUPS)) if light and facts.active_hz else ()
        costs = tuple(
            frame_cost(tier.value, self._texts(tier, FRAMESTATS_FILE))
            for tier in Tier
            if any(one is tier for one, _ in found.captures)
        )
        cpu = tuple(
            cpu_cost(tier.value, self._traces(tier))
            for tier in (Tier.LIGHT, Tier.FULL)
            if any(one is tier for one, _ in found.rounds)
        )
        agreements = self._agreements(facts)
        return SelfTest(
            phone=facts,
            abilities=abilities,
            rounds_valid=len(every) - len(void),
            rounds_void=len(void),
            void_reasons=tuple(dict.fromkeys(reason for one in void for reason in one.void)),
            noise=noise,
            frame_costs=costs,
            cpu_costs=cpu,
            clocks=found.clocks,
            agreements=agreements,
            beliefs=beliefs(abilities, noise, costs, found.clocks, agreements),
            folder=str(self._folder),
        )

    def _texts(self, tier: Tier, name: str) -> list[str]:
        files = (self._folder / one.folder / name for own, one in self._found.captures if own is tier)
        return [file.read_text(encoding="utf-8") for file in files if file.exists()]

    def _traces(self, tier: Tier) -> list[Trace]:
        captures = [one for own, one in self._found.captures if own is tier and one.trace]
        return [
            read_trace(self._folder / one.folder / TRACE_FILE, slice_names=(), thread_states=True)
            for one in captures
        ]

    def _agreements(self, facts: PhoneFacts) -> tuple[Agreement, ...]:
        last = [(tier, one) for tier, one in self._found.captures if one.trace]
        if not last or not facts.active_hz or not self._found.given("frametimeline"):
            return ()
        folder = self._folder / last[-1][1].folder
        latency = json.loads((folder / LATENCY_FILE).read_text(encoding="utf-8"))
        trace = read_trace(folder / TRACE_FILE, ftrace=False)
        return timeline_against_latency(trace, latency, 1e9 / facts.active_hz)


def _clock_check(trace: Trace, framestats: str) -> ClockCheck | None:
    clocks = trace.clocks
    if not len(clocks.monotonic_ns):
        return None
    differ = None
    try:
        dumps = parse_gfxinfo(framestats).dumps
    except InputFileError:
        dumps = ()
    pair = dumps[-1].clocks if dumps else None
    if pair is not None:
        by_dump = (pair.boottime_ns - pair.monotonic_ns) / 1e6
        differ = by_dump - float(clocks.boottime_ns[-1] - clocks.monotonic_ns[-1]) / 1e6
    return ClockCheck(len(clocks.monotonic_ns), clocks.monotonic_error_ns / 1e6, differ)


def _from_popups(rounds: list[RoundResult]) -> list[Ability]:
    popups = [popup for one in rounds for popup in one.popups]
    if not popups:
        return []

    def share(key: str, number: int) -> Ability:
        said = f"{number} of {len(popups)} pop-ups"
        state = State.GIVEN if number == len(popups) else State.MISSING
        return Ability(key, state, (said, f"{len(popups)} 次弹出中 {number} 次"))

    return [
        share("input-time", sum(popup.t0_ns is not None for popup in popups)),
        share("slide", sum(popup.metrics.get("driver_mode") in ("sync", "async") for popup in popups)),
        share("leash", sum(popup.motion_source == "leash" for popup in popups)),
    ]
