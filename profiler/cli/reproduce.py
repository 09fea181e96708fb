"""`silky reproduce`: whether a complaint is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

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

    if bundle is not None:
        data = _from_bundle(bundle, complaint, app, against, jobs)
        print_report(data, as_json=as_json, lang=lang)
        return exit_code(data, fail_if_reproduced=fail_if_reproduced)
    wish = Wish(
        scenario=complaint,
        apps=(app, *against),
        accused=app,
        rounds=rounds,
        popups=popups,
        reference=reference,
        device=device,
        out=out,
        seed=seed,
        keyboard=keyboard,
        refresh_hz=refresh_hz,
        command=command_line(),
    )
    data = measure_wish(wish)
    return show_run(data, lang=lang, as_json=as_json, fail_if_reproduced=fail_if_reproduced)


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
    )
    return findings(opened, result, plan)
