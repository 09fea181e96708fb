"""Every `silky ...` line of the README files and of docs/ is a command line that silky takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from profiler.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
OPTIONAL = re.compile(r"\[[^\]]*\]|\.\.\.")
CODE_BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
ENDS = {"|", "||", "&&", ";", ">", "2>", "&"}


def command_lines(page: str) -> set[str]:
    """Return what a page shows to be typed: lines of code blocks, and code in the text."""
    blocks = "\n".join(CODE_BLOCK.findall(page)) + "\n"
    blocks += "\n".join(line for line in page.splitlines() if line.startswith("    "))
    typed = re.findall(r"^\s*(?:\$ |- run: |- )?(?:\.venv/bin/)?(silky .+)$", blocks, re.MULTILINE)
    text = re.findall(r"`(silky [^`]+)`", CODE_BLOCK.sub("", page))
    return {line.strip() for line in (*typed, *text)}


def arguments(line: str) -> list[str]:
    """Return a line's words up to a comment, a pipe or another command."""
    words = shlex.split(OPTIONAL.sub("", line), comments=True)
    end = next((at for at, word in enumerate(words) if word in ENDS), len(words))
    return [word for word in words[1:end] if word]


def refused(group: click.Group, words: list[str]) -> str | None:
    """Let click read a command line to its end; return why it does not take it. Files need not be there."""
    try:
        with group.make_context("silky", list(words)) as context:
            _, command, rest = group.resolve_command(context, [*context._protected_args, *context.args])
            if isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
                return refused(command, rest)
            assert command is not None
            command.make_context("silky", rest, parent=context).close()
    except (click.exceptions.Exit, click.exceptions.NoArgsIsHelpError):
        return None  # --help
    except click.MissingParameter as error:
        # in a sentence a command may be named without what it needs
        return error.format_message() if len(words) > 2 else None
    except click.UsageError as error:
        return None if "does not exist" in error.message else error.format_message()
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_silky_takes_the_lines_of_the_page(page: Path) -> None:
    lines = sorted(command_lines(page.read_text(encoding="utf-8")))
    said = {line: refused(cli, arguments(line)) for line in lines if "COMMAND" not in line}
    assert {line: why for line, why in said.items() if why} == {}


@pytest.mark.parametrize(
    "line",
    ["silky nosuch", "silky run --nosuch", "silky trace frames --format toml x", "silky check --metric"],
)
def test_a_line_that_silky_does_not_take_is_found(line: str) -> None:
    assert refused(cli, arguments(line))


def test_there_are_lines_to_look_at_in_both_languages() -> None:
    count = {page.name: len(command_lines(page.read_text(encoding="utf-8"))) for page in PAGES}
    assert min(count["README.md"], count["README.zh-CN.md"]) >= 5
    assert count["commands.md"] > 40
