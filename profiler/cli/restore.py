"""`silky restore`: put back what a run that died left changed."""

from __future__ import annotations

import click

from profiler.cli import options


@click.command()
@options.device
@options.as_json
def command(device: str | None, as_json: bool) -> None:
    """Put back what a run that died left changed on a phone.

    Every setting is noted on this computer before it is changed, so this works after a crash and after a
    pulled cable. The next run on the phone does the same before it starts.

    Example: silky restore
    """
    from devices.driver.session import open_session
    from profiler.cli.output import print_json

    with open_session(device) as session:
        pass  # opening restores
    if as_json:
        print_json({"notes": session.notes})
        return
    for text in session.notes or ["Nothing was left to restore."]:
        click.echo(text)
