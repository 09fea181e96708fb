"""Commands that are imported when they are used, so that `silky --help` costs next to nothing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class ReaderGoneError(Exception):
    """Whoever reads our output has closed it."""


class LazyGroup(click.Group):
    """A group whose commands are named by module; each module holds `command`.

    Args:
        lazy: command name -> (module, one line of help), in the order of the help text.
        sections: heading of the help text -> its commands; those in none come last, under "Commands".
        attributes: as for `click.Group`.
    """

    def __init__(
        self,
        *,
        lazy: Mapping[str, tuple[str, str]],
        sections: Mapping[str, tuple[str, ...]] | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(**attributes)
        self.lazy = lazy
        self.sections = sections or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in their order."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, None if there is none of that name."""
        if cmd_name not in self.lazy:
            return None
        loaded: click.Command = import_module(self.lazy[cmd_name][0]).command
        return loaded

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a misspelt one is answered with those that are spelt like it."""
        if args and not args[0].startswith("-") and args[0] not in self.lazy:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.lazy)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a broken pipe leaves as `ReaderGoneError`, because click would exit with 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one."""
        grouped = {name for names in self.sections.values() for name in names}
        rest = tuple(name for name in self.lazy if name not in grouped)
        width = max(map(len, self.lazy))
        for title, names in (*self.sections.items(), ("Commands", rest)):
            if names:
                with formatter.section(title):
                    formatter.write_dl([(name.ljust(width), self.lazy[name][1]) for name in names])


class ManyCommand(click.Command):
    """A command whose repeatable options take several values at once: `--against B C D`.

    All words up to the next option belong to it; `--` ends the list.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write `--against B C D` out as `--against B --against C --against D`."""
        many = {
            name
            for param in self.params
            if isinstance(param, click.Option) and param.multiple and not param.is_flag
            for name in param.opts
        }
        return super().parse_args(ctx, spread(args, many))


def spread(args: list[str], many: set[str]) -> list[str]:
    """Return the arguments with each of the options `many` written before every one of its values."""
    made: list[str] = []
    current: str | None = None
    fresh = False
    for position, word in enumerate(args):
        if word == "--":
            return [*made, *args[position:]]
        if word.startswith("-"):
            current = word if word in many else None
            fresh = True
            made.append(word)
        elif current is not None and not fresh:
            made += [current, word]
        else:
            made.append(word)
            fresh = False
    return made
