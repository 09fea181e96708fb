"""`silky scenarios`: what can be done to apps and measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from profiler.cli import options

if TYPE_CHECKING:
    from profiler.scenarios import Scenario


@click.group(invoke_without_command=True)
@options.as_json
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """List, show and check scenarios: what is done to apps.

    Your own go to ~/.config/silky/scenarios, or are named by their file: silky run --scenario my.yaml.

    Example: silky scenarios check my.yaml
    """
    ctx.default_map = {name: {"as_json": as_json} for name in ("list", "show", "check")}
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_command, as_json=as_json)


@command.command("list")
@options.as_json
def list_command(as_json: bool = False) -> None:
    """List the scenarios; a file of your own that has mistakes is listed with what to do."""
    from rich.table import Table

    from profiler.cli.output import print_json, stdout_console
    from profiler.scenarios import list_scenarios
    from profiler.scenarios.own import own_files, read_scenario
    from traces.errors import SilkyError

    rows = [_facts(one, "") for one in list_scenarios().values()]
    for name, path in own_files().items():
        try:
            rows.append(_facts(read_scenario(path), str(path)))
        except SilkyError:
            rows.append(
                {"name": name, "file": str(path), "words": f"has mistakes: silky scenarios check {path}"}
            )
    rows.sort(key=lambda row: str(row["name"]))
    if as_json:
        print_json(rows)
        return
    table = Table("scenario", "measures", "in a round", "what is done", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row["name"], row.get("measures", ""), str(row.get("in_a_round", "")), row["words"])
    stdout_console().print(table)


@command.command("show")
@click.argument("scenario")
@options.as_json
def show_command(scenario: str, as_json: bool) -> None:
    """Show one: what is done, what it measures, what it answers."""
    from profiler.cli.output import print_json
    from profiler.scenarios import load_scenario

    one = load_scenario(scenario)
    facts = _facts(one, scenario if scenario.endswith((".yaml", ".yml")) else "")
    text = getattr(one, "text", "")
    if as_json:
        print_json({**facts, "yaml": text or None})
        return
    click.echo(
        "\n".join(f"{name.replace('_', ' '):<12} {value}" for name, value in facts.items() if value != "")
    )
    if text:
        click.echo(f"\n{text.rstrip()}")


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--script", is_flag=True, help="Print the script of a round, for a display of 1080 x 2400 px.")
@options.as_json
def check_command(file: Path, script: bool, as_json: bool) -> None:
    """Tell every mistake of a scenario's file with its line; exit code 3 if there is one."""
    from profiler.cli.output import print_json
    from profiler.scenarios.example import example_recipe
    from profiler.scenarios.own import read_scenario

    one = read_scenario(file)
    recipe = example_recipe(one)
    if as_json:
        print_json({**_facts(one, str(file)), "seconds": round(recipe.seconds, 1)})
    elif not script:
        click.echo(
            f"{file}: {one.name} is whole. It measures {one.kind}; a round takes up to {recipe.seconds:.0f} s"
            f"{', and sends messages' if one.sends else ''}.\nRun it: silky run --scenario {file} --app ..."
        )
    if script:
        from devices.driver.script.steps import render

        click.echo(render(recipe.steps, "/sys/kernel/tracing/trace_marker"), nl=False, err=as_json)


def _facts(one: Scenario, file: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "measures": one.kind,
        "in_a_round": one.popups,
        "words": one.words,
        "complaint": one.complaint or "",
        "sends": "yes" if getattr(one, "sends", False) else "",
        "android": f"API level {one.min_sdk} and newer",
        "file": file,
    }
