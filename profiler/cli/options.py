"""Options that several commands share, in the same words."""

from __future__ import annotations

from pathlib import Path

import click

device = click.option(
    "--device", metavar="SERIAL", help="Which phone; needed only when several are connected."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
language = click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the report."
)
sentence_language = click.option(
    "--lang", type=click.Choice(["en", "zh"]), help="Language of the report (default: that of the sentence)."
)
rounds = click.option(
    "--rounds", type=click.IntRange(1, 200), default=6, show_default=True, help="Scored rounds of each app."
)
popups = click.option(
    "--popups",
    type=click.IntRange(1, 60),
    default=None,
    help="Pop-ups, or other interactions, in a round (default: the scenario's; of pop-ups 5).",
)
patience = click.option(
    "--patience",
    type=click.FloatRange(0, 86_400),
    metavar="SECONDS",
    default=120.0,
    show_default=True,
    help="How long to wait for a phone that was unplugged, restarts, or is locked.",
)
yes_send = click.option(
    "--yes-send", is_flag=True, help="Really send messages from the account that is logged in on the phone."
)
no_network = click.option(
    "--no-network", is_flag=True, help="Measure only what needs no reply: scenarios that send are refused."
)
messages = click.option(
    "--messages",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What send and reply-stream send: one message a line, letters a to z and blanks.",
)
reply_limit = click.option(
    "--reply-limit",
    type=click.IntRange(5, 300),
    metavar="SECONDS",
    help="Watch a reply for so long at most (default: 45).",
)
out = click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder of the new bundle (default: silky-runs/<date>-<scenario>).",
)
seed = click.option(
    "--seed", type=int, help="Draw the order of the apps from this number (default: as named)."
)
reference = click.option(
    "--reference/--no-reference",
    default=True,
    show_default=True,
    help="Measure a system text field along, so that phone and app can be told apart.",
)
keyboard = click.option(
    "--keyboard", metavar="IME", help="Refuse to start unless this keyboard is chosen (package/.Service)."
)
refresh = click.option("--refresh-hz", type=float, help="Fix the panel's refresh rate during the run.")
tier = click.option(
    "--tier",
    type=click.Choice(["light", "full"]),
    default="light",
    show_default=True,
    help="What is recorded: light for numbers to compare; full adds what diagnosis needs (scheduling, "
    "collector, locks, binder) and costs the phone more.",
)
jobs = click.option(
    "--jobs",
    type=click.IntRange(0, 64),
    default=0,
    show_default="as many as pay off",
    help="Processes that decode traces.",
)
BUNDLE = click.Path(exists=True, file_okay=False, path_type=Path)
