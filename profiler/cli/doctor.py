"""`silky doctor`: whether a phone is ready."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from devices.driver.state.vendor_menus import Words
from profiler.cli import options
from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devices.driver.session import PhoneSession
    from profiler.cli.checkup import Check

_STATES = {
    "ok": (Words("ok", "正常"), "green"),
    "will set": (Words("will set", "自动设置"), "cyan"),
    "warning": (Words("warning", "注意"), "yellow"),
    "needs you": (Words("needs you", "需手动"), "red"),
}


@click.command()
@options.device
@options.keyboard
@click.option(
    "--deep",
    is_flag=True,
    help="Also test the measurement itself: noise, clocks, sources, the captures' cost (two minutes).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="With --deep: folder to keep the captures in (default: silky-runs/<date>-self-test).",
)
@options.language
@options.as_json
def command(
    *, device: str | None, keyboard: str | None, deep: bool, out: Path | None, lang: str, as_json: bool
) -> int:
    """Tell whether a phone is ready, and what you must change by hand.

    Looks at this computer too. Changes nothing on the phone, but for what an interrupted run left to restore.
    Each line is ok, will set (silky does it for the time of a run and puts it back), warning, or needs you
    (exit code 4), with the command or the place in this vendor's menus.

    With --deep it tests the measurement itself on a system text field: an app against itself, the sources
    side by side, clocks, what the tool and its captures cost, and what this phone can't tell. It ends with
    what may be believed on this phone.

    Example: silky doctor --deep --device 127.0.0.1:5555
    """
    from devices.driver.session import open_session
    from profiler.cli.checkup import host_checks, phone_checks
    from profiler.cli.main import DONE, PHONE
    from profiler.cli.output import print_json

    if out is not None and not deep:
        raise UsageError("--out belongs to --deep.", next_step="Say silky doctor --deep --out FOLDER.")
    checks = host_checks()
    if not as_json:
        _print(checks, lang)
    with open_session(device) as session:
        found = phone_checks(session, keyboard)
        if deep:
            return _deep(session, [*checks, *found], out, lang, as_json=as_json)
    if as_json:
        print_json([check.as_dict(lang) for check in (*checks, *found)])
    else:
        _print(found, lang, session.phone.serial)
    return PHONE if any(check.state == "needs you" for check in (*checks, *found)) else DONE


def _deep(session: PhoneSession, checks: list[Check], out: Path | None, lang: str, *, as_json: bool) -> int:
    from profiler.cli.deep import show, stops
    from profiler.cli.output import note, print_json
    from profiler.selftest.run import test_phone

    if not as_json:
        _print(checks, lang)
    stops(checks)
    result = test_phone(session, out, note)
    if as_json:
        print_json({"checks": [check.as_dict(lang) for check in checks], **result.as_dict()})
    else:
        show(result, lang)
    return result.exit_code()


def _print(checks: Sequence[Check], lang: str, serial: str = "") -> None:
    from rich.table import Table
    from rich.text import Text

    from profiler.cli.output import stdout_console

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        words, style = _STATES[check.state]
        lines = [check.detail.text(lang), check.next_step.text(lang)]
        if check.command and check.state == "needs you":
            quoted = check.command if "'" not in check.command else check.command.replace("'", "'\\''")
            lines.append(f"adb -s {serial} shell '{quoted}'")
        detail = Text("\n".join(line for line in lines if line))
        table.add_row(Text(words.text(lang), style=style), check.name(lang), detail)
    stdout_console().print(table)
