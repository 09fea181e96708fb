"""`silky apps check` and `silky apps learn`: an app walked through once, without measuring."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from profiler.cli import options
from traces.errors import PhoneError, UsageError

if TYPE_CHECKING:
    from devices.driver.screen.walk import Place, Walk
    from devices.profiles.model import AppProfile

_KEYS = {"toggle": "before_input"}
"""Targets whose key in a profile has another name."""
_NEEDED = "input"
_WORDS = {
    "en": {
        "profile": "found by the profile",
        "looks": "found by its looks",
        "missing": "not found",
        "touched": "touched",
        "keyboard": "keyboard",
        "came": "came up",
        "high": "{} px high",
        "good": "It can be driven.",
        "input": "input field",
        "toggle": "to writing",
        "send": "send",
        "messages": "messages",
        "new_chat": "new chat",
        "back": "back",
    },
    "zh": {
        "profile": "按配置找到",
        "looks": "按界面特征找到",
        "missing": "未找到",
        "touched": "点过",
        "keyboard": "键盘",
        "came": "已弹出",
        "high": "高 {} px",
        "good": "可以驱动。",
        "input": "输入框",
        "toggle": "切到文字",
        "send": "发送",
        "messages": "消息列表",
        "new_chat": "新对话",
        "back": "返回",
    },
}
"""What `check` says, in both languages."""

_LOOKS_ZH = {
    "what appeared beside the field with the text": "输入文字后在输入框旁出现的控件",
    "a text field where a chat has its own": "位于聊天输入位置的文本框",
    "a bar that invites to write": "邀请输入的底栏",
    "what leads from speaking to writing": "由语音切回文字的按钮",
    "the only button beside the bar for speaking": "语音栏旁唯一的按钮",
    "the send button by the field": "输入框旁的发送按钮",
    "the list above the bar": "底栏上方的列表",
    "the lowest text field": "最靠下的文本框",
    "the lowest view with an invitation to write": "最靠下的邀请输入的控件",
    "looked for: its looks only": "只按界面特征查找过",
    "looked for: ": "查找过：",
    "the side menu is open": "侧边栏已打开",
}
"""How the finder says what it found."""


@click.command("check")
@click.argument("profile")
@options.device
@options.language
@options.as_json
def check_command(*, profile: str, device: str | None, lang: str, as_json: bool) -> int:
    """Walk a phone through a profile without measuring, and tell what of it holds.

    Brings the app up, goes to its field past dialogs that it knows, presses it, gives it one letter and
    deletes it again; nothing is sent. Exit code 4 when the app can't be driven: not installed, a login,
    a dialog that a person must answer, no field.

    Example: silky apps check qwen
    """
    from devices.driver.screen.walk import walk_app
    from devices.driver.session import open_session
    from devices.profiles import load_profile
    from profiler.cli.main import DONE, PHONE
    from profiler.cli.output import print_json

    found = load_profile(profile)
    try:
        with open_session(device) as session:
            session.check_start()
            walk = walk_app(session, found)
    except PhoneError as error:
        if not as_json:
            raise
        print_json({"app": found.name, "drivable": False, "reason": error.what, "next_step": error.next_step})
        return PHONE
    if as_json:
        print_json(_document(found, walk))
    else:
        click.echo("\n".join(_lines(found, walk, lang)))
    return DONE


@click.command("learn")
@click.argument("package")
@options.device
@click.option("--name", help="Name of the profile (default: from the package).")
@click.option("--label", help="What people call the app (default: the name).")
@click.option("--yes", is_flag=True, help="Take what is found without asking.")
@click.option("--force", is_flag=True, help="Overwrite a profile of that name in your folder.")
@options.as_json
def learn_command(
    *,
    package: str,
    device: str | None,
    name: str | None,
    label: str | None,
    yes: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Look at an app once and write a profile for it into your folder.

    The app's chat must be open or one start away, and logged in. Each place that is found is shown and asked
    about (--yes: taken as found); what you say no to is left out.

    Example: silky apps learn com.example.chat --yes
    """
    from devices.driver.screen.walk import walk_app
    from devices.driver.session import open_session
    from devices.profiles.learn import profile_name, profile_text, write_profile
    from devices.profiles.load import own_folder, read_profile
    from profiler.cli.output import print_json

    if not yes and not sys.stdin.isatty():
        raise UsageError(
            "Nobody can be asked here: this is no terminal.", next_step="Give --yes to take what is found."
        )
    name = name or profile_name(package)
    path = own_folder() / f"{name}.yaml"
    if path.exists() and not force:
        # before a phone is touched, and again at the writing
        write_profile(own_folder(), name, "", force=False)
    unknown = _unknown(name, label or name, package)
    with open_session(device) as session:
        session.check_start()
        walk = walk_app(session, unknown)
        model = session.facts().model
    taken = [place for place in walk.places if place.node is not None and (yes or _agreed(place))]
    if not any(place.name == _NEEDED for place in taken):
        raise UsageError(
            "Without its input field an app can't be driven: no profile was written.",
            next_step="Open a chat on the phone and try again, or write the profile by hand.",
        )
    source = f"learnt on {model}, {walk.app.version_name or 'unknown version'}, {datetime.now(UTC):%Y-%m-%d}"
    targets = {_KEYS.get(place.name, place.name): _looks(place) for place in taken}
    written = write_profile(
        own_folder(), name, profile_text(name, label or name, package, targets, source), force=force
    )
    read_profile(written)
    if as_json:
        print_json({"profile": name, "path": str(written), "source": source, "targets": list(targets)})
        return
    click.echo(f"Wrote {written}: {', '.join(targets)} ({source}).")
    click.echo(f"Try it: silky apps check {name}")


def _unknown(name: str, label: str, package: str) -> AppProfile:
    from devices.profiles.load import own_folder
    from devices.profiles.model import AppProfile, Launch

    return AppProfile(
        name=name,
        label=label,
        label_zh=None,
        packages=(package,),
        launch=Launch(),
        input=(),
        before_input=(),
        dismiss=(),
        reference=False,
        confidence="C",
        sources=(),
        notes="",
        path=own_folder() / f"{name}.yaml",
    )


def _agreed(place: Place) -> bool:
    assert place.node is not None
    said = place.node.text or place.node.hint or place.node.description or place.node.resource_id or "unnamed"
    x, y = place.node.center
    return click.confirm(f"Is '{said}' at {x}, {y} the {_called(place.name)}?", default=True, err=True)


def _looks(place: Place) -> Any:
    from devices.driver.screen.chatwords import INVITES
    from devices.profiles.learn import Looks

    node = place.node
    assert node is not None
    hint = node.hint if node.editable else ""
    if node.editable and not hint and INVITES.search(node.text):
        # many versions show an empty field's hint as its text; other text is somebody's draft
        hint = node.text
    # what a list or a title bar says changes with the chat
    text = "" if node.editable or place.name == "messages" else node.text
    return Looks(node.resource_id, node.class_name, hint, node.description, text, place.by)


def _called(name: str) -> str:
    return {
        "input": "input field",
        "toggle": "button from speaking to writing",
        "send": "send button",
        "messages": "message list",
        "new_chat": "button for a new chat",
        "back": "back button",
    }[name]


def _lines(profile: AppProfile, walk: Walk, lang: str) -> list[str]:
    from rich.cells import cell_len

    words = _WORDS[lang]
    rows = [(words["touched"], f"{step.what}: {step.by}") for step in walk.steps]
    for place in walk.places:
        at = f" @ {place.node.center[0]}, {place.node.center[1]}" if place.node is not None else ""
        rows.append((words[place.name], f"{words[place.way]} ({_by(place.by, lang)}){at}"))
    height = f", {words['high'].format(walk.keyboard_px)}" if walk.keyboard_px else ""
    rows.append((words["keyboard"], words["came"] + height))
    head = f"{profile.name}: {walk.app.package} {walk.app.version_name or ''}".rstrip()
    wide = max(cell_len(name) for name, _ in rows)
    lines = (f"{name}{' ' * (wide - cell_len(name))}  {said}" for name, said in rows)
    return [head, *lines, words["good"]]


def _by(how: str, lang: str) -> str:
    """Return how a place was found; selectors stand for themselves in every language."""
    if lang == "zh":
        for english, chinese in _LOOKS_ZH.items():
            how = how.replace(english, chinese)
    return how


def _document(profile: AppProfile, walk: Walk) -> dict[str, Any]:
    return {
        "app": profile.name,
        "drivable": True,
        "package": walk.app.package,
        "version": walk.app.version_name,
        "steps": [{"what": step.what, "by": step.by} for step in walk.steps],
        "targets": {
            place.name: {
                "way": place.way,
                "by": place.by,
                "bounds": list(place.node.bounds) if place.node is not None else None,
            }
            for place in walk.places
        },
        "keyboard_px": walk.keyboard_px or None,
    }
