"""What `run`, `reproduce` and `demo` share: from the words on the command line to a judged bundle."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.cli.output import note
from profiler.cli.progress import progress
from profiler.cli.state_options import StateWish
from traces.bundle import Bundle, is_bundle
from traces.capture import ScenarioOptions
from traces.errors import PhoneError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from devices.profiles import AppProfile
    from profiler.report.inputs import ReportInput
    from profiler.run.judge import AnalysisJudge
    from profiler.run.loop import LookAt, RunOutcome
    from profiler.run.observer import Observer
    from profiler.run.plan import RunPlan
    from profiler.run.session import Session
    from profiler.scenarios import Scenario
    from traces.capture import ComplaintPlan, PhoneFacts

PATIENCE_SECONDS = 120.0
REFERENCE = "settings-search"
"""Profile of the system text field that is measured along."""


WITHOUT_REFERENCE = ("scroll", "send", "stream")
"""Kinds that a system text field does not have: nothing to scroll, nobody to send to."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the user asked for."""

    scenario: str
    apps: tuple[str, ...]
    rounds: int
    popups: int | None
    reference: bool
    device: str | None
    out: Path | None
    seed: int | None
    keyboard: str | None
    refresh_hz: float | None
    command: str
    complaint: str | None = None
    """Id of the complaint; None: the one that the scenario answers."""
    tier: str = "light"
    """What rounds record: light, or full for diagnosis."""
    accused: str | None = None
    """Set when a complaint is to be judged; `apps` holds the accused and then its competitors."""
    messages: Path | None = None
    """File of what is sent."""
    reply_limit: int | None = None
    """Seconds that a reply is watched at most."""
    patience: float = PATIENCE_SECONDS
    """How long to wait for a phone that has gone, seconds."""
    yes_send: bool = False
    """Messages may be sent from a real account."""
    no_network: bool = False
    state: StateWish = field(default_factory=StateWish)
    looks: tuple[int, ...] = ()
    """Rounds after which is looked whether the complaint is decided."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Where a run tells of itself: its progress, and sentences beside it."""

    observe: Callable[[], AbstractContextManager[Observer]] = progress
    tell: Callable[[str], None] = note


_TERMINAL = Watch()


def measure_wish(wish: Wish, watch: Watch = _TERMINAL) -> ReportInput:
    """Measure on a phone, judge, write the derived files.

    Raises:
        UsageError, PhoneError, EvidenceError: see `RunLoop`.
    """
    from devices.driver.session import open_session
    from profiler.run.judge import AnalysisJudge
    from profiler.run.loop import RunLoop

    plan = _plan(wish)
    path = wish.out or default_folder(plan.scenario.name, datetime.now().astimezone())
    with _complete(path), open_session(wish.device, tier=wish.tier) as session:
        session.options = wish.state.options()
        for text in session.notes:
            watch.tell(text)
        check_sending(
            plan.scenario, session.facts(), yes=wish.yes_send, no_network=wish.no_network, tell=watch.tell
        )
        judge = AnalysisJudge(session.facts())
        plan = replace(plan, complaint=_complaint(wish, plan, session))
        with watch.observe() as observer:
            session.attend(observer.note, wish.patience)
            outcome = RunLoop(session, plan, path, judge, observer=observer, look=_look(judge)).run()
    return _finish(outcome, judge)


def check_wish(wish: Wish) -> None:
    """Raise what is wrong with a wish whatever the phone: unknown apps or scenario, names given twice."""
    _plan(wish)


def check_sending(
    scenario: Scenario,
    phone: PhoneFacts,
    *,
    yes: bool,
    no_network: bool,
    tell: Callable[[str], None] = note,
) -> None:
    """Refuse to send messages from a real account unless that was asked for; warn when it was.

    Raises:
        UsageError: says what would be sent, and how to allow it.
    """
    if not sends(scenario):
        return
    if no_network:
        raise UsageError(
            f"{scenario.name} sends messages, and --no-network says not to.",
            next_step="Measure keyboard-popup, keyboard-hide, typing, scroll, return or launch instead.",
        )
    if phone.simulated:
        return
    if not yes:
        raise UsageError(
            f"{scenario.name} sends messages from the account that is logged in on {phone.model}; services "
            "block accounts that send many.",
            next_step="Log in with a test account, and add --yes-send.",
        )
    tell(
        f"{scenario.name}: messages are sent from the account that is logged in on {phone.model}, typed as a "
        "person types and 12 s apart. Use a test account: services block those that write like machines."
    )


def sends(scenario: Scenario) -> bool:
    """Whether messages leave the phone."""
    return bool(getattr(scenario, "sends", scenario.kind in ("send", "stream")))


def resume_bundle(
    path: Path,
    device: str | None,
    *,
    yes_send: bool = False,
    no_network: bool = False,
    patience: float = PATIENCE_SECONDS,
    state: StateWish | None = None,
    watch: Watch = _TERMINAL,
) -> ReportInput:
    """Go on with a run that was cut off; raises what `measure_wish` does."""
    from devices.driver.recording.trace_config import tier_of
    from devices.driver.session import open_session
    from profiler.run.judge import AnalysisJudge
    from profiler.run.loop import RunLoop

    bundle = Bundle.open(path)
    plan = planned(bundle)
    tier = tier_of(bundle.manifest.capture_config)
    with _complete(path), open_session(device, tier=tier) as session:
        session.options = (state or StateWish()).options()
        check_sending(plan.scenario, session.facts(), yes=yes_send, no_network=no_network, tell=watch.tell)
        for text in session.notes:
            watch.tell(text)
        judge = AnalysisJudge(session.facts())
        with watch.observe() as observer:
            session.attend(observer.note, patience)
            outcome = RunLoop(session, plan, path, judge, observer=observer, look=_look(judge)).resume()
    return _finish(outcome, judge)


@contextmanager
def _complete(path: Path) -> Iterator[None]:
    """Say of a phone that is gone when all is captured that only its settings are left to be restored."""
    from profiler.run.errors import not_restored

    def finished() -> bool:
        return is_bundle(path) and Bundle.open(path).manifest.finished

    before = finished()
    try:
        yield
    except PhoneError as error:
        if before or not finished():
            raise
        raise not_restored(error, path) from error


def _look(judge: AnalysisJudge) -> LookAt:
    """Return what says how a bundle would be judged as it is now."""

    def look(path: Path) -> str:
        from profiler.run.findings import findings, measure

        bundle = Bundle.open(path)
        verdict = findings(bundle, measure(bundle, judge.results)).verdict
        return verdict.outcome if verdict else ""

    return look


def planned(bundle: Bundle) -> RunPlan:
    """Return the plan of a bundle's run, by the profiles as they are now."""
    from devices.profiles import load_profile
    from profiler.run.plan import RunPlan
    from profiler.scenarios import load_scenario
    from profiler.scenarios.others import RecipeScenario
    from profiler.scenarios.own import parse_scenario

    manifest = bundle.manifest
    held = manifest.settings_changed.get("system/peak_refresh_rate")
    if manifest.scenario_text:
        scenario: Scenario = parse_scenario(manifest.scenario_text, f"{bundle.path} (the scenario in it)")
    else:
        scenario = load_scenario(manifest.scenario)
    if isinstance(scenario, RecipeScenario):
        scenario = replace(scenario, options=manifest.options)
    return RunPlan(
        scenario=scenario,
        profiles=tuple(load_profile(app.profile) for app in manifest.apps),
        rounds=manifest.rounds,
        popups=manifest.popups_per_round,
        complaint=manifest.complaint,
        commands=manifest.commands,
        ime=manifest.phone.ime_id,
        refresh_hz=float(held[1]) if held else None,
    )


def default_folder(scenario: str, now: datetime) -> Path:
    """Return a new folder under ./silky-runs, named by date, time and scenario."""
    base = Path("silky-runs") / f"{now:%Y-%m-%d-%H%M%S}-{scenario}"
    return next(
        path for n in range(1, 1000) if not (path := base if n == 1 else Path(f"{base}-{n}")).exists()
    )


def write_reports(data: ReportInput, bundle: Bundle, lang: str) -> tuple[Path, Path]:
    """Write the HTML and the JSON report into the bundle's results; return their paths."""
    from profiler.report.html import render_html
    from profiler.report.json_report import to_json
    from traces.disk import replace_file

    folder = bundle.path / "results"
    folder.mkdir(exist_ok=True)
    page, document = folder / "report.html", folder / "report.json"
    replace_file(page, render_html(data, lang=lang).encode())
    replace_file(document, to_json(data).encode())
    return page, document


def _plan(wish: Wish) -> RunPlan:
    from devices.profiles import load_profile
    from profiler.run.plan import RunPlan, check_apps, shuffled
    from profiler.scenarios import load_scenario

    scenario = _with_options(load_scenario(wish.scenario), wish)
    if scenario.most is not None and (wish.popups or scenario.popups) > scenario.most:
        raise UsageError(
            f"{scenario.name} has at most {scenario.most} in a round, not {wish.popups}.",
            next_step="Ask for more rounds with --rounds.",
        )
    check_apps(wish.apps)
    profiles: list[AppProfile] = [load_profile(name) for name in wish.apps]
    if (
        wish.reference
        and scenario.kind not in WITHOUT_REFERENCE
        and not any(profile.reference for profile in profiles)
    ):
        profiles.append(load_profile(REFERENCE))
    check_apps([profile.name for profile in profiles])
    return RunPlan(
        scenario=scenario,
        profiles=shuffled(profiles, wish.seed),
        rounds=wish.rounds,
        popups=wish.popups or scenario.popups,
        commands=(wish.command,),
        ime=wish.keyboard,
        refresh_hz=wish.refresh_hz,
    )


def _with_options(scenario: Scenario, wish: Wish) -> Scenario:
    """Return the scenario as it was asked for.

    Raises:
        UsageError, InputFileError: options that it does not have, messages that can't be sent or are too few.
    """
    from devices.driver.script.messages import BUILT_IN, check_enough, read_messages
    from profiler.scenarios.others import RecipeScenario

    asked = {"--messages": wish.messages, "--reply-limit": wish.reply_limit}
    named = [name for name, value in asked.items() if value is not None]
    if not isinstance(scenario, RecipeScenario) or not scenario.sends:
        if named:
            raise UsageError(
                f"{scenario.name} sends nothing: it has no {named[0]}.", next_step="Leave it out."
            )
        return scenario
    messages = read_messages(wish.messages) if wish.messages else ()
    check_enough(messages or BUILT_IN, wish.popups or scenario.popups, max((wish.rounds, *wish.looks)))
    return replace(scenario, options=ScenarioOptions(messages, wish.reply_limit))


def _complaint(wish: Wish, plan: RunPlan, session: Session) -> ComplaintPlan | None:
    if wish.accused is None:
        return None
    from devices.profiles import load_profile
    from profiler.run.findings import plan_complaint

    asked = wish.complaint or plan.scenario.complaint
    if asked is None:
        raise UsageError(
            f"No complaint is judged by {plan.scenario.name}.",
            next_step="Measure it with `silky run`; `silky complaints` lists what can be judged.",
        )
    accused, *against = (load_profile(name).name for name in wish.apps)
    facts = session.facts()
    period_ms = 1000 / (facts.active_hz or 60)
    return plan_complaint(
        asked,
        accused,
        against,
        period_ms=period_ms,
        popups=plan.popups,
        looks=wish.looks,
        sources=facts.sources,
    )


def _finish(outcome: RunOutcome, judge: object) -> ReportInput:
    from profiler.run.findings import findings, measure, write_derived
    from profiler.run.judge import AnalysisJudge

    assert isinstance(judge, AnalysisJudge)
    bundle = Bundle.open(outcome.path)
    data = findings(bundle, measure(bundle, judge.results))
    write_derived(bundle, data)
    return data
