"""`silky reproduce`: whether a complaint is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from profiler.cli import options
from profiler.cli.invocation import command_line
from profiler.cli.lazy import ManyCommand
from profiler.cli.state_options import device_state

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.cli.state_options import StateWish


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
@options.devices
@options.out
@options.seed
@options.keyboard
@options.refresh
@options.messages
@options.reply_limit
@options.patience
@options.yes_send
@options.no_network
@device_state
@click.option(
    "--from",
    "bundle",
    type=options.BUNDLE,
    metavar="BUNDLE",
    help="Judge what was recorded, without a phone.",
)
@click.option("--fail-if-reproduced", is_flag=True, help="Exit with 1 if the complaint is reproduced.")
@options.jobs
@options.sentence_language
@options.as_json
@click.pass_context
def command(
    ctx: click.Context,
    *,
    complaint: str,
    app: str,
    against: tuple[str, ...],
    rounds: int,
    until_decided: bool,
    max_rounds: int | None,
    popups: int | None,
    reference: bool,
    devices: tuple[str, ...],
    out: Path | None,
    seed: int | None,
    keyboard: str | None,
    refresh_hz: float | None,
    messages: Path | None,
    reply_limit: int | None,
    patience: float,
    yes_send: bool,
    no_network: bool,
    state: StateWish,
    bundle: Path | None,
    fail_if_reproduced: bool,
    jobs: int,
    lang: str | None,
    as_json: bool,
) -> int:
    """Judge a complaint about one app against its competitors.

    COMPLAINT is a sentence in English or Chinese, the id of a complaint (`silky complaints`), or a scenario.
    Where two complaints fit a sentence, silky asks. The verdict is reproduced, partly, not reproduced, or
    cannot tell (exit code 2).

    Example: silky reproduce "输入键盘弹出时不丝滑" --app qwen --against doubao deepseek yuanbao kimi
    """
    from profiler.cli.fleet.choosing import only, wants_several
    from profiler.cli.measuring import Wish, measure_wish
    from profiler.cli.output import print_report
    from profiler.cli.recorded import judge_bundle
    from profiler.cli.showing import exit_code, show_run
    from profiler.cli.which_complaint import check_options, choose, require_scenario, tell
    from traces.bundle import Bundle

    check_options(ctx, from_bundle=bundle is not None)
    looks = _looks(until_decided=until_decided, most=max_rounds)
    if bundle is not None:
        opened = Bundle.open(bundle)
        case = choose(ctx, complaint, app, against, lang=lang, manifest=opened.manifest)
        tell(case)
        data = judge_bundle(opened, case, jobs=jobs)
        print_report(data, as_json=as_json, lang=case.language)
        return exit_code(data, fail_if_reproduced=fail_if_reproduced)
    case = choose(ctx, complaint, app, against, lang=lang)
    tell(case)
    require_scenario(case.complaint, case.language)
    wish = Wish(
        scenario=case.complaint.scenario,
        complaint=case.complaint.id,
        apps=(case.accused, *case.against),
        accused=case.accused,
        rounds=looks[-1] if looks else rounds,
        popups=popups,
        reference=reference,
        device=only(devices),
        out=out,
        seed=seed,
        keyboard=keyboard,
        refresh_hz=refresh_hz,
        messages=messages,
        reply_limit=reply_limit,
        patience=patience,
        yes_send=yes_send,
        no_network=no_network,
        state=state,
        command=command_line(),
        looks=looks,
    )
    if wants_several(devices):
        from profiler.cli.fleet.measuring import Manner, measure_all
        from profiler.cli.fleet.showing import show_joint

        several = Manner(case.language, fail_if_reproduced)
        return show_joint(measure_all(wish, devices, several), several, as_json=as_json)
    data = measure_wish(wish)
    return show_run(data, lang=case.language, as_json=as_json, fail_if_reproduced=fail_if_reproduced)


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
