"""`silky restore`: put back what a run that died left changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from profiler.cli import options

if TYPE_CHECKING:
    from devices.driver.restore import Restored


@click.command()
@options.device
@click.option(
    "--force",
    is_flag=True,
    help="Restore also what another computer's run set a moment ago; do so only if that run is over.",
)
@options.as_json
def command(device: str | None, force: bool, as_json: bool) -> int:
    """Put back what a run that died left changed on a phone.

    Looks at all phones that are connected. Every change is written down on this computer and on the phone
    itself before it is made, so this works after a crash and after a pulled cable, and on another computer
    too. The next run on the phone does the same before it starts. What somebody else has changed since is
    left alone.

    Example: silky restore
    """
    from devices.driver.restore import restore_phones
    from profiler.cli.main import DONE, PHONE
    from profiler.cli.output import print_json
    from traces.errors import PhoneError

    done = restore_phones(device, force=force)
    if not done:
        raise PhoneError(
            "No phone is connected, and none is known to wait for one.",
            next_step="Plug the phone in, allow this computer on it, and run `silky restore` again.",
        )
    if as_json:
        print_json([_plain(phone) for phone in done])
    else:
        for phone in done:
            for line in _lines(phone):
                click.echo(line)
    failed = any(phone.error for phone in done) or all(phone.serial is None for phone in done)
    return PHONE if failed else DONE


def _lines(phone: Restored) -> list[str]:
    if phone.error is not None:
        return [f"{phone.serial}: {phone.error.what}", f"  {phone.error.next_step}"]
    if phone.serial is None:
        names = ", ".join(change.name for change in phone.waiting) or "nothing"
        return [
            f"A phone that is not connected (hash {phone.serial_hash}) still has changed settings: {names}.",
            "  Plug it in and run `silky restore` again, here or on any computer.",
        ]
    if not phone.leftovers:
        return [f"{phone.serial}: nothing was left to restore."]
    lines = []
    for left in phone.leftovers:
        where = "this computer's journal" if left.source == "journal" else "the note on the phone"
        age = f", last touched {left.age_s // 60} min ago" if left.age_s is not None else ""
        lines += [
            f"{phone.serial}: {change.name} {change.now} -> {change.was or 'not set'} (by {where}{age})"
            for change in left.changes
        ]
        lines += [f"  {text}" for text in left.messages]
    return lines


def _plain(phone: Restored) -> dict[str, Any]:
    return {
        "serial": phone.serial,
        "serial_hash": phone.serial_hash,
        "leftovers": [asdict(left) for left in phone.leftovers],
        "waiting": [asdict(change) for change in phone.waiting],
        "error": phone.error.what if phone.error else None,
    }
