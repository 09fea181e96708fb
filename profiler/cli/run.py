"""`silky run`: measure apps on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from profiler.cli import options
from profiler.cli.invocation import command_line
from profiler.cli.lazy import ManyCommand
from profiler.cli.state_options import device_state

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.cli.state_options import StateWish


@click.command(cls=ManyCommand)
@click.option("--scenario", default="keyboard-popup", show_default=True, help="What is done to the apps.")
@click.option("--app", "apps", metavar="PROFILE...", multiple=True, help="Apps; several may follow.")
@options.rounds
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
@options.tier
@device_state
@click.option(
    "--resume",
    type=options.BUNDLE,
    metavar="BUNDLE",
    help="Go on with a run that was cut off; all else is as it was then.",
)
@options.language
@options.as_json
def command(
    *,
    scenario: str,
    apps: tuple[str, ...],
    rounds: int,
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
    tier: str,
    state: StateWish,
    resume: Path | None,
    lang: str,
    as_json: bool,
) -> int:
    """Measure apps on a phone; judge later.

    Opens each app in turn, warms it up, then measures ROUNDS rounds of each, interleaved and rotated. Void
    rounds are repeated at once. All is kept in a bundle, round by round; Ctrl-C keeps what was captured.
    Several phones are measured at the same time, each into a bundle of its own, and laid side by side in a
    joint report; one phone's failure does not stop the others.

    Example: silky run --app qwen doubao --rounds 6
    """
    from profiler.cli.fleet.choosing import only, wants_several
    from profiler.cli.measuring import Wish, measure_wish, resume_bundle
    from profiler.cli.showing import show_run
    from profiler.joint.folder import is_joint

    if resume is not None:
        from profiler.cli.resuming import named_options, require_none, require_same_plan
        from traces.bundle import Bundle

        named = named_options(click.get_current_context().params)
        if is_joint(resume):
            require_none(named, resume)
            from profiler.cli.fleet.measuring import resume_all
            from profiler.cli.fleet.showing import show_joint

            path, manner = resume_all(resume, devices, yes_send=yes_send)
            return show_joint(path, manner, as_json=as_json)
        require_same_plan(named, resume, Bundle.open(resume).manifest)
        data = resume_bundle(
            resume,
            only(devices),
            yes_send=yes_send,
            no_network=no_network,
            patience=patience,
            state=state,
        )
    else:
        wish = Wish(
            scenario=scenario,
            apps=apps,
            rounds=rounds,
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
            tier=tier,
            state=state,
            command=command_line(),
        )
        if wants_several(devices):
            from profiler.cli.fleet.measuring import Manner, measure_all
            from profiler.cli.fleet.showing import show_joint

            several = Manner(lang=lang)
            return show_joint(measure_all(wish, devices, several), several, as_json=as_json)
        data = measure_wish(wish)
    return show_run(data, lang=lang, as_json=as_json)
