"""`silky devices`: which phones are connected."""

from __future__ import annotations

from dataclasses import asdict

import click

from profiler.cli import options


@click.command()
@click.option("--connect", metavar="HOST:PORT", help="Connect to a phone over the network first.")
@options.as_json
def command(connect: str | None, as_json: bool) -> int:
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
