"""The examples of docs/ci.md are YAML, and their silky lines are command lines that silky takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from profiler.cli.main import cli

TEXT = (Path(__file__).parents[2] / "docs" / "ci.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
LINES = sorted(
    {match.strip() for match in re.findall(r"(?:^ +|- (?:run: )?)(silky \w+ .*)$", TEXT, re.MULTILINE)}
)


@pytest.mark.parametrize("number", range(2))
def test_the_examples_are_yaml(number):
    assert len(EXAMPLES) == 2
    assert YAML(typ="safe").load(EXAMPLES[number])


@pytest.mark.parametrize("line", LINES)
def test_silky_takes_the_command_lines(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("run", "run2"):
        (tmp_path / name).mkdir()
    _, name, *args = shlex.split(line)
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    with command.make_context(name, args) as context:
        assert context.command is command


def test_there_are_command_lines():
    assert len(LINES) >= 6
