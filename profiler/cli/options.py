"""Options that several commands share, in the same words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable


def _use_server(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    """Name the adb server for all that this process does, and for those that it starts."""
    if value is None or ctx.resilient_parsing:
        return
    from devices.adb.server import NAMED, AdbServer

    AdbServer.at(value)
    before = os.environ.get(NAMED)
    os.environ[NAMED] = value
    ctx.call_on_close(lambda: _set_back(NAMED, before))


def _set_back(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


adb_server = click.option(
    "--adb-server",
    metavar="HOST:PORT",
    expose_value=False,
    is_eager=True,
    callback=_use_server,
    help="Use this adb server, also one of another computer; none is started here.",
)
_one_device = click.option(
    "--device", metavar="SERIAL", help="Which phone; needed only when several are connected."
)


_devices = click.option(
    "--device",
    "devices",
    metavar="SERIAL...",
    multiple=True,
    help="Which phone; several, or `all`, are measured at once, each into a bundle of its own.",
)


def devices(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--device` for one phone or several, and `--adb-server`."""
    return _devices(adb_server(command))


def device(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--device` and `--adb-server`."""
    return _one_device(adb_server(command))


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
