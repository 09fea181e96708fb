"""`silky restore`: put back what a run that died left changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from profiler.cli import options

if TYPE_CHECKING:
    from devices.driver.state.restore import Restored

_WORDS = {
    "en": {
        "nothing": "nothing",
        "away": "A phone that is not connected (hash {0}) still has changed settings: {1}.",
        "plug in": "  Plug it in and run `silky restore` again, here or on any computer.",
        "none left": "{0}: nothing was left to restore.",
        "journal": "this computer's journal",
        "note": "the note on the phone",
        "age": ", last touched {0} min ago",
        "set back": "{0}: {1} {2} -> {3} (by {4})",
        "not set": "not set",
    },
    "zh": {
        "nothing": "无",
        "away": "一台未连接的手机（散列值 {0}）仍有未还原的设置：{1}。",
        "plug in": "  请接上它，再次运行 `silky restore`，在这台或任何电脑上都可以。",
        "none left": "{0}：没有需要还原的设置。",
        "journal": "这台电脑的日志",
        "note": "手机上的记录",
        "age": "，{0} 分钟前更新",
        "set back": "{0}：{1} {2} -> {3}（根据{4}）",
        "not set": "未设置",
    },
}


@click.command()
@options.device
@click.option(
    "--force",
    is_flag=True,
    help="Restore also what another computer's run set a moment ago; do so only if that run is over.",
)
@options.language
@options.as_json
def command(device: str | None, force: bool, lang: str, as_json: bool) -> int:
    """Put back what a run that died left changed on a phone.

    Looks at all phones that are connected. Every change is written down on this computer and on the phone
    itself before it is made, so this works after a crash and after a pulled cable, and on another computer
    too. The next run on the phone does the same before it starts. What somebody else has changed since is
    left alone.

    Example: silky restore
    """
    from devices.driver.state.restore import restore_phones
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
            for line in _lines(phone, lang):
                click.echo(line)
    failed = any(phone.error for phone in done) or all(phone.serial is None for phone in done)
    return PHONE if failed else DONE


def _lines(phone: Restored, lang: str) -> list[str]:
    from profiler.report.wording import reason_text

    say = _WORDS[lang]
    if phone.error is not None:
        return [f"{phone.serial}: {phone.error.what}", f"  {phone.error.next_step}"]
    if phone.serial is None:
        names = ", ".join(change.name for change in phone.waiting) or say["nothing"]
        return [say["away"].format(phone.serial_hash, names), say["plug in"]]
    if not phone.leftovers:
        return [say["none left"].format(phone.serial)]
    lines = []
    for left in phone.leftovers:
        where = say[left.source]
        if left.age_s is not None:
            where += say["age"].format(left.age_s // 60)
        lines += [
            say["set back"].format(phone.serial, change.name, change.now, change.was or say["not set"], where)
            for change in left.changes
        ]
        lines += [f"  {reason_text(text).get(lang)}" for text in left.messages]
    return lines


def _plain(phone: Restored) -> dict[str, Any]:
    return {
        "serial": phone.serial,
        "serial_hash": phone.serial_hash,
        "leftovers": [asdict(left) for left in phone.leftovers],
        "waiting": [asdict(change) for change in phone.waiting],
        "error": phone.error.what if phone.error else None,
    }
