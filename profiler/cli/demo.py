"""`silky demo`: the whole way, on the simulated phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from profiler.cli import options
from profiler.cli.invocation import command_line

if TYPE_CHECKING:
    from pathlib import Path

ACCUSED = "demo-heavy"
AGAINST = ("demo-smooth", "demo-jumpy", "demo-late", "demo-restless")
PERSONA = "pixel-a14-120"
SPEED = 60.0
"""Phone seconds per second of this computer."""


@click.command()
@click.option(
    "--rounds", type=click.IntRange(1, 50), default=6, show_default=True, help="Scored rounds of each app."
)
@options.popups
@click.option(
    "--persona",
    default=PERSONA,
    show_default=True,
    metavar="NAME",
    help="Which phone is played (silky simulate --list), or a file of your own.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 100),
    default=SPEED,
    show_default=True,
    help="How much faster than real time the simulated phone runs.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the simulated phone's noise.")
@options.out
@options.language
@options.as_json
def command(
    *,
    rounds: int,
    popups: int | None,
    persona: str,
    speed: float,
    seed: int,
    out: Path | None,
    lang: str,
    as_json: bool,
) -> int:
    """Measure five demo apps on the simulated phone.

    Starts a simulated phone and an adb server of its own, judges the complaint "the keyboard is not silky"
    about one demo app against four others, and writes the report. Everything says SIMULATED: it shows the
    method, and says nothing about a real product. No phone is needed, and none is touched. With --persona it
    is another phone: an old one that tells less, one of 60 Hz, one with a slower slide.

    Example: silky demo --lang zh --persona samsung-a14-120
    """
    from profiler.cli.measuring import Wish, measure_wish
    from profiler.cli.named import check_persona
    from profiler.cli.output import note
    from profiler.cli.sandbox import made_ready, simulated_phone
    from profiler.cli.showing import show_run

    check_persona(persona)
    named = "" if persona == PERSONA else f" ({persona})"
    note(f"Starting the SIMULATED phone{named} and an adb server of its own ...")
    with simulated_phone(speed=speed, seed=seed, persona=persona) as serial:
        made_ready(serial)
        wish = Wish(
            scenario="keyboard-popup",
            apps=(ACCUSED, *AGAINST),
            accused=ACCUSED,
            rounds=rounds,
            popups=popups,
            reference=True,
            device=serial,
            out=out,
            seed=None,
            keyboard=None,
            refresh_hz=None,
            command=command_line(),
        )
        data = measure_wish(wish)
    return show_run(data, lang=lang, as_json=as_json)
