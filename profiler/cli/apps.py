"""`silky apps`: the app profiles."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from profiler.cli import options
from profiler.cli.walking import check_command, learn_command

if TYPE_CHECKING:
    from devices.profiles.model import Dialog


@click.group(invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List, show, check and learn app profiles.

    A profile is a YAML file that says how to drive one app; your own go to ~/.config/silky/profiles.

    Example: silky apps show qwen
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_command)


@command.command("list")
@options.as_json
def list_command(as_json: bool = False) -> None:
    """List the profiles."""
    from rich.table import Table

    from devices.profiles import list_profiles, load_profile
    from profiler.cli.output import print_json, stdout_console

    profiles = [load_profile(name) for name in list_profiles()]
    if as_json:
        print_json([_summary(profile) for profile in profiles])
        return
    table = Table("profile", "app", "package", "confidence", box=None, pad_edge=False)
    for profile in profiles:
        mark = " (reference)" if profile.reference else ""
        label = profile.label + (f" {profile.label_zh}" if profile.label_zh else "")
        table.add_row(profile.name + mark, label, profile.package, profile.confidence)
    stdout_console().print(table)


@command.command("show")
@click.argument("profile")
@options.as_json
def show_command(profile: str, as_json: bool) -> None:
    """Show one profile: how the app is driven, and where that is known from."""
    from devices.profiles import load_profile
    from profiler.cli.output import print_json

    found = load_profile(profile)
    if as_json:
        print_json({**asdict(found), "path": str(found.path)})
        return
    lines = [
        f"{found.name}: {found.label}" + (f" {found.label_zh}" if found.label_zh else ""),
        f"package      {', '.join(found.packages)}",
        *([f"drawn by     {found.drawn_by}"] if found.drawn_by else []),
        f"started by   {found.launch.activity or found.launch.action or 'its launcher entry'}",
        *(f"input field  {selector.describe()}" for selector in found.input),
        *(f"before it    {selector.describe()}" for selector in found.before_input),
        *(
            f"{name:<12} {selector.describe()}"
            for name in ("send", "messages", "new_chat", "back")
            for selector in found.targets[name]
        ),
        *(f"dismissed    {selector.describe()}" for selector in found.dismiss),
        *(_dialog_line(dialog) for dialog in found.dialogs),
        f"confidence   {found.confidence}",
        *(f"source       {source}" for source in found.sources),
        f"file         {found.path}",
    ]
    click.echo("\n".join(lines + ([f"notes        {found.notes}"] if found.notes else [])))


def _dialog_line(dialog: Dialog) -> str:
    ways = " or ".join(selector.describe() for selector in dialog.dismiss) or "left to you"
    return f"{dialog.kind:<12} {ways}"


command.add_command(check_command)
command.add_command(learn_command)


def _summary(profile: Any) -> dict[str, Any]:
    names = ("name", "label", "label_zh", "packages", "reference", "confidence")
    return {**{name: getattr(profile, name) for name in names}, "path": str(profile.path)}
