"""`silky devices`: which phones are connected."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from profiler.cli import options

if TYPE_CHECKING:
    from devices.adb.server import AdbServer


@click.command()
@click.option("--connect", metavar="HOST:PORT", help="Connect to a phone over the network first.")
@click.option(
    "--pair",
    metavar="HOST:PORT",
    help="Pair with a phone for wireless debugging first, once (Android 11+); asks for the code it shows.",
)
@click.option("--code", metavar="DIGITS", help="The code for --pair, where nobody can be asked.")
@options.adb_server
@options.as_json
def command(connect: str | None, pair: str | None, code: str | None, as_json: bool) -> int:
    """List the connected phones.

    Says what to do about those that can't be used.

    Example: silky devices --connect 192.168.1.20:5555
    """
    from devices.adb.inventory import NO_PHONE, list_phones
    from devices.adb.inventory import connect as connect_to
    from devices.adb.server import AdbServer
    from profiler.cli.main import DONE, PHONE
    from profiler.cli.output import note, print_json

    server = AdbServer.from_environment()
    if pair is not None:
        _pair(server, pair, code)
    if connect is not None:
        connect_to(server, connect)
    phones = list_phones(server)
    if as_json:
        print_json([{**asdict(phone), "usable": phone.usable} for phone in phones])
    for phone in phones if not as_json else []:
        click.echo(phone.describe())
        if phone.advice:
            click.echo(f"  {phone.advice}")
    if any(phone.usable for phone in phones):
        return DONE
    if not phones:
        note(f"No phone is connected.\n{NO_PHONE}")
    return PHONE


def _pair(server: AdbServer, address: str, code: str | None) -> None:
    from devices.adb.pairing import HOW
    from devices.adb.pairing import pair as pair_with
    from profiler.cli.output import note
    from traces.errors import UsageError

    if code is None:
        if not sys.stdin.isatty():
            raise UsageError("The pairing code is missing.", next_step=f"Add --code DIGITS. {HOW}")
        note(HOW)
        code = click.prompt("Code", err=True)
    note(pair_with(server, address, code.strip()))
    note(
        "Now connect to the address under 'IP address & Port', whose port is another one: "
        "`silky devices --connect HOST:PORT`."
    )
