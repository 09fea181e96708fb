"""`silky doctor`: whether a phone is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from profiler.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.cli.checkup import Check

_STYLES = {"ok": "green", "will set": "cyan", "warning": "yellow", "needs you": "red"}


@click.command()
@options.device
@options.keyboard
@options.as_json
def command(*, device: str | None, keyboard: str | None, as_json: bool) -> int:
    """Tell whether a phone is ready, and what you must change by hand.

    Looks at this computer too. Changes nothing on the phone, but for what an interrupted run left to restore.
    Each line is ok, will set (silky does it for the time of a run and puts it back), warning, or needs you
    (exit code 4).

    Example: silky doctor --device 127.0.0.1:5555
    """
    from devices.driver.session import open_session
    from profiler.cli.checkup import host_checks, phone_checks
    from profiler.cli.main import DONE, PHONE
    from profiler.cli.output import print_json

    checks = host_checks()
    if not as_json:
        _print(checks)
    with open_session(device) as session:
        found = phone_checks(session, keyboard)
    if as_json:
        print_json([check.as_dict() for check in (*checks, *found)])
    else:
        _print(found)
    return PHONE if any(check.state == "needs you" for check in (*checks, *found)) else DONE


def _print(checks: Sequence[Check]) -> None:
    from rich.table import Table
    from rich.text import Text

    from profiler.cli.output import stdout_console

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        detail = f"{check.detail}\n{check.next_step}" if check.next_step else check.detail
        table.add_row(Text(check.state, style=_STYLES[check.state]), check.name, detail)
    stdout_console().print(table)
