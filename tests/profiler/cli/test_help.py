from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from profiler.cli.main import COMMANDS, SECTIONS, cli
from profiler.cli.trace import COMMANDS as TRACE_COMMANDS

DOCS = Path(__file__).parents[3] / "docs" / "commands.md"
HELP = """\
Usage: silky [OPTIONS] COMMAND [ARGS]...

  Measure how smooth and fast Android chat apps answer, over ADB.

Options:
  --version   Show the version and exit.
  -h, --help  Show this message and exit.

Begin:
  demo        Measure five demo apps on the simulated phone.
  devices     List the connected phones.
  doctor      Tell whether a phone is ready, and what you must change by hand.

Measure and judge:
  run         Measure apps on a phone; judge later.
  reproduce   Judge a complaint about one app against its competitors.
  compare     Compare one app of a bundle with others, without a verdict.
  check       Hold a run against a budget or a baseline: the gate for CI.
  report      Show a bundle's report again, as text, HTML or JSON.

What can be measured:
  apps        List, show, check and learn app profiles.
  scenarios   List, show and check scenarios: what is done to apps.
  complaints  List and show the complaints that can be judged.

Recordings:
  analyze     Tell what a recording holds: a bundle, a trace or a text dump.
  trace       Tables of a trace as CSV, JSON or Parquet; open it, verify it.

The phone:
  restore     Put back what a run that died left changed on a phone.
  simulate    Start the simulated phone for any ADB client.

  Exit codes: 0 done; 1 gate failed, or complaint reproduced under --fail-if-
  reproduced; 2 evidence incomplete or void, or stopped by Ctrl-C; 3 usage,
  configuration or file; 4 phone or connection.
"""


def test_help_says_what_there_is_and_what_the_exit_codes_mean(runner):
    assert runner.invoke(cli, ["--help"], prog_name="silky").output == HELP


def command(name: str) -> click.Command:
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(runner, name):
    result = runner.invoke(cli, [name, "--help"], prog_name="silky")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: silky {name} ")
    assert f"Example: silky {name}" in " ".join(result.output.split())
    first = " ".join((command(name).help or "").split("\n\n")[0].split())
    assert first == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name):
    options = [p for p in command(name).params if isinstance(p, click.Option) and not p.hidden]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented_with_an_example(name):
    section = re.compile(r"^## silky (\w+)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    sections = dict(section.findall(DOCS.read_text(encoding="utf-8")))
    assert f"    silky {name}" in sections[name]
    options = [p for p in command(name).params if isinstance(p, click.Option) and not p.hidden]
    assert [o.opts[0] for o in options if o.opts[0] not in sections[name]] == []


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"apps", "trace"}))
def test_every_command_that_reports_can_do_so_in_json(name):
    assert "--json" in [opt for param in command(name).params for opt in param.opts]


@pytest.mark.parametrize("name", TRACE_COMMANDS)
def test_every_command_on_a_trace_has_help_with_an_example_and_its_options_are_documented(runner, name):
    result = runner.invoke(cli, ["trace", name, "--help"], prog_name="silky")
    assert result.exit_code == 0
    assert f"Example: silky trace {name}" in " ".join(result.output.split())
    group = command("trace")
    found = group.get_command(click.Context(group), name)
    options = [param for param in found.params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []
    section = re.search(
        r"^## silky trace\n(.*?)^## ", DOCS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert [option.opts[-1] for option in options if option.opts[0] not in section[1]] == []


def test_the_help_lists_every_command_once_under_a_heading():
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(COMMANDS)
