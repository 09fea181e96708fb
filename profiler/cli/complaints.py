"""`silky complaints`: what can be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from profiler.cli import options

if TYPE_CHECKING:
    from profiler.complaints import Complaint


@click.group(invoke_without_command=True)
@options.language
@options.as_json
@click.pass_context
def command(ctx: click.Context, *, lang: str, as_json: bool) -> None:
    """List and show the complaints that can be judged.

    A complaint is a YAML file that binds a person's words to a scenario, a metric and a margin; your own go
    to ~/.config/silky/complaints.

    Example: silky complaints show input-bar-jumps --lang zh
    """
    ctx.default_map = {name: {"lang": lang, "as_json": as_json} for name in ("list", "show")}
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_command, lang=lang, as_json=as_json)


@command.command("list")
@options.language
@options.as_json
def list_command(*, lang: str, as_json: bool) -> None:
    """List the complaints."""
    from rich.table import Table

    from profiler.cli.output import print_json, stdout_console
    from profiler.complaints import complaint, list_complaints

    known = [complaint(name) for name in list_complaints()]
    if as_json:
        print_json([_plain(one) for one in known])
        return
    heads = ("id", "问题", "指标", "界限") if lang == "zh" else ("id", "complaint", "metric", "margin")
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, no_wrap=head == "id", overflow="fold")
    for one in known:
        mark = "" if available(one) else " *"
        table.add_row(one.id + mark, one.name.get(lang), one.primary_metric, _margin(one, lang))
    stdout_console().print(table)
    if not all(available(one) for one in known):
        click.echo(
            "* 本版本还不能驱动的场景：只能用 --from 判断含有该指标的记录。"
            if lang == "zh"
            else "* can't be driven by this version yet: judged only --from a bundle that holds the metric."
        )


@command.command("show")
@click.argument("complaint_id", metavar="ID")
@options.language
@options.as_json
def show_command(*, complaint_id: str, lang: str, as_json: bool) -> None:
    """Show one complaint: what decides it, what that can and can't show."""
    from profiler.cli.output import print_json
    from profiler.complaints import complaint

    one = complaint(complaint_id)
    if as_json:
        print_json(_plain(one))
        return
    zh = lang == "zh"
    able = available(one)
    drive = ("可以测量" if able else "本版本还不能驱动，只能用 --from") if zh else (
        "can be measured" if able else "can't be driven by this version yet, only --from"
    )  # fmt: skip
    rows = (
        ("问题" if zh else "complaint", one.name.get(lang)),
        ("原话" if zh else "in words", one.claim.get(lang)),
        ("场景" if zh else "scenario", f"{one.scenario} ({drive})"),
        ("指标" if zh else "metric", one.primary_metric),
        ("界限" if zh else "margin", _margin(one, lang)),
        ("判定" if zh else "decided by", one.decides.get(lang)),
        ("能说明" if zh else "shows", one.shows.get(lang)),
        ("不能说明" if zh else "can't show", one.cannot_show.get(lang)),
        ("同时显示" if zh else "beside it", ", ".join(one.secondary_metrics)),
        ("例句" if zh else "sentences", " | ".join(one.hearing.phrases)),
        ("文件" if zh else "file", str(one.path)),
    )
    click.echo("\n".join([one.id, *(f"  {head:<11} {text}" for head, text in rows if text)]))


def available(one: Complaint) -> bool:
    """Whether this version can drive the complaint's scenario."""
    from profiler.scenarios import list_scenarios

    return one.scenario in list_scenarios()


def _margin(one: Complaint, lang: str) -> str:
    if isinstance(one.margin, str):
        return "一个 vsync" if lang == "zh" else "one vsync"
    return f"{one.margin:g} {one.unit}".removesuffix(" share")


def _plain(one: Complaint) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name._asdict(),
        "claim": one.claim._asdict(),
        "scenario": one.scenario,
        "available": available(one),
        "primary_metric": one.primary_metric,
        "unit": one.unit,
        "margin": one.margin,
        "direction": "more-is-worse",
        "secondary_metrics": list(one.secondary_metrics),
        "decides": one.decides._asdict(),
        "shows": one.shows._asdict(),
        "cannot_show": one.cannot_show._asdict(),
        "phrases": list(one.hearing.phrases),
        "path": str(one.path),
    }
