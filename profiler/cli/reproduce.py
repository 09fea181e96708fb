"""`silky reproduce`: whether a complaint is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from profiler.cli import options
from profiler.cli.invocation import command_line
from profiler.cli.lazy import ManyCommand

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.report.inputs import ReportInput


@click.command(cls=ManyCommand)
@click.argument("complaint", metavar="COMPLAINT")
@click.option("--app", required=True, metavar="PROFILE", help="The app that is complained about.")
@click.option(
    "--against",
    required=True,
    multiple=True,
    metavar="PROFILE...",
    help="Its competitors; several may follow: --against B C D.",
)
@options.rounds
@click.option(
    "--until-decided",
    is_flag=True,
    help="Measure until it is decided: look after 12, 18, 24 and 30 rounds, each at a quarter of the error.",
)
@click.option(
    "--max-rounds", type=click.IntRange(1, 200), help="With --until-decided: no more rounds than this."
)
@options.popups
@options.reference
@options.device
@options.out
@options.seed
@options.keyboard
@options.refresh
@click.option(
    "--from",
    "bundle",
    type=options.BUNDLE,
    metavar="BUNDLE",
    help="Judge what was recorded, without a phone.",
)
@click.option("--fail-if-reproduced", is_flag=True, help="Exit with 1 if the complaint is reproduced.")
@options.jobs
@options.language
@options.as_json
def command(
    *,
    complaint: str,
    app: str,
    against: tuple[str, ...],
    rounds: int,
    until_decided: bool,
    max_rounds: int | None,
    popups: int | None,
    reference: bool,
    device: str | None,
    out: Path | None,
    seed: int | None,
    keyboard: str | None,
    refresh_hz: float | None,
    bundle: Path | None,
    fail_if_reproduced: bool,
    jobs: int,
    lang: str,
    as_json: bool,
) -> int:
    """Judge a complaint about one app against its competitors.

    COMPLAINT is a scenario or the id of a complaint: keyboard-popup, or keyboard-popup-not-smooth. The
    verdict is reproduced, partly, not reproduced, or cannot tell (exit code 2).

    Example: silky reproduce keyboard-popup --app qwen --against doubao deepseek yuanbao kimi
    """
    from profiler.cli.measuring import Wish, measure_wish
    from profiler.cli.output import print_report
    from profiler.cli.showing import exit_code, show_run

    looks = _looks(until_decided=until_decided, most=max_rounds)
    if bundle is not None:
        _refuse_phone_options()
        data = _from_bundle(bundle, complaint, app, against, jobs)
        print_report(data, as_json=as_json, lang=lang)
        return exit_code(data, fail_if_reproduced=fail_if_reproduced)
    wish = Wish(
        scenario=complaint,
        apps=(app, *against),
        accused=app,
        rounds=looks[-1] if looks else rounds,
        popups=popups,
        reference=reference,
        device=device,
        out=out,
        seed=seed,
        keyboard=keyboard,
        refresh_hz=refresh_hz,
        command=command_line(),
        looks=looks,
    )
    data = measure_wish(wish)
    return show_run(data, lang=lang, as_json=as_json, fail_if_reproduced=fail_if_reproduced)


_OF_A_PHONE = (
    "rounds",
    "until_decided",
    "max_rounds",
    "popups",
    "reference",
    "device",
    "out",
    "seed",
    "keyboard",
    "refresh_hz",
)
"""Options that say how to measure: nothing is measured with --from."""


def _refuse_phone_options() -> None:
    """Refuse options that would be ignored.

    Raises:
        UsageError: names the first one that stands on the command line.
    """
    from traces.errors import UsageError

    context = click.get_current_context()
    given = [
        option
        for option in context.command.params
        if option.name in _OF_A_PHONE
        and context.get_parameter_source(str(option.name)) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise UsageError(
            f"{given[0].opts[0]} says how to measure; --from judges what was recorded.",
            next_step=f"Leave {given[0].opts[0]} out, or leave --from out to measure anew.",
        )


def _looks(*, until_decided: bool, most: int | None) -> tuple[int, ...]:
    from traces.errors import UsageError

    if not until_decided:
        if most is not None:
            raise UsageError(
                "--max-rounds only limits --until-decided.", next_step="Use --rounds, or add --until-decided."
            )
        return ()
    context = click.get_current_context()
    if context.get_parameter_source("rounds") is ParameterSource.COMMANDLINE:
        raise UsageError(
            "--rounds and --until-decided exclude each other.", next_step="Limit it with --max-rounds."
        )
    from profiler.verdict.looks import planned_looks

    return planned_looks(most)


def _from_bundle(path: Path, complaint: str, app: str, against: tuple[str, ...], jobs: int) -> ReportInput:
    from profiler.run.findings import findings, measure, plan_complaint
    from profiler.scenarios import load_scenario
    from traces.bundle import Bundle
    from traces.errors import UsageError

    scenario, opened = load_scenario(complaint), Bundle.open(path)
    if opened.manifest.scenario != scenario.name:
        raise UsageError(
            f"{path} holds the scenario {opened.manifest.scenario}, not {scenario.name}.",
            next_step="Name a bundle of this scenario, or measure it.",
        )
    result = measure(opened, jobs=jobs)
    manifest = opened.manifest
    plan = plan_complaint(
        scenario.complaint,
        app,
        against,
        period_ms=result.vsync_ms(),
        popups=manifest.popups_per_round,
        looks=manifest.complaint.looks if manifest.complaint else (),
    )
    return findings(opened, result, plan)
