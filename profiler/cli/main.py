"""`silky`: parses, calls, prints; every failure becomes a sentence on stderr and an exit code."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from profiler.cli.lazy import LazyGroup, ReaderGoneError
from traces.errors import SilkyError

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE = 0
GATE_FAILED = 1
NO_EVIDENCE = 2
USAGE = 3
PHONE = 4

COMMANDS = {
    "demo": "Measure five demo apps on the simulated phone.",
    "devices": "List the connected phones.",
    "doctor": "Tell whether a phone is ready, and what you must change by hand.",
    "apps": "List, show, check and learn app profiles.",
    "scenarios": "List, show and check scenarios: what is done to apps.",
    "run": "Measure apps on a phone; judge later.",
    "reproduce": "Judge a complaint about one app against its competitors.",
    "complaints": "List and show the complaints that can be judged.",
    "check": "Hold a run against a budget or a baseline: the gate for CI.",
    "analyze": "Tell what a recording holds: a bundle, a trace or a text dump.",
    "trace": "Tables of a trace as CSV, JSON or Parquet; open it, verify it.",
    "compare": "Compare one app of a bundle with others, without a verdict.",
    "report": "Show a bundle's report again, as text, HTML or JSON.",
    "restore": "Put back what a run that died left changed on a phone.",
    "simulate": "Start the simulated phone for any ADB client.",
}

SECTIONS = {
    "Begin": ("demo", "devices", "doctor"),
    "Measure and judge": ("run", "reproduce", "compare", "check", "report"),
    "What can be measured": ("apps", "scenarios", "complaints"),
    "Recordings": ("analyze", "trace"),
    "The phone": ("restore", "simulate"),
}

EPILOG = (
    "Exit codes: 0 done; 1 gate failed, or complaint reproduced under --fail-if-reproduced; 2 evidence "
    "incomplete or void, or stopped by Ctrl-C; 3 usage, configuration or file; 4 phone or connection."
)


@click.group(
    cls=LazyGroup,
    lazy={name: (f"profiler.cli.{name}", text) for name, text in COMMANDS.items()},
    sections=SECTIONS,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="silky", prog_name="silky")
@click.option("--traceback", is_flag=True, hidden=True, help="Show Python's traceback of an error.")
def cli(traceback: bool) -> None:
    """Measure how smooth and fast Android chat apps answer, over ADB."""


def run_cli(args: Sequence[str]) -> int:
    """Run one command line; return its exit code."""
    show_traceback = "--traceback" in args
    try:
        code: Any = cli.main(args=list(args), prog_name="silky", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return NO_EVIDENCE
    except SilkyError as error:
        if show_traceback:
            raise
        click.echo(describe(error), err=True)
        return error.exit_code
    except (BrokenPipeError, ReaderGoneError):
        # what reads our output has gone; a second failure while Python exits is silenced with it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO_EVIDENCE
    except Exception as error:
        if show_traceback:
            raise
        click.echo(_fault(error, args), err=True)
        return NO_EVIDENCE


def describe(error: SilkyError) -> str:
    """Return an error as people read it: what happened, then what to do."""
    return f"Error: {error.what}" + (f"\n{error.next_step}" if error.next_step else "")


def _fault(error: Exception, args: Sequence[str]) -> str:
    kind = f"{type(error).__name__}: {error}".strip(": ")
    if isinstance(error, OSError) and error.filename:
        return (
            f"Error: {error.filename}: {error.strerror}.\nCheck the path, its permissions and the free space."
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"Error: an output can't be written: {error.strerror}.\nFree some space, or write elsewhere."
    return (
        f"Error: silky itself failed ({kind}). This is a fault of silky; nothing may be concluded.\n"
        f"To report it, run: silky --traceback {' '.join(args)}"
    )


def main() -> None:
    """Run the program; being told to end counts as Ctrl-C, so that the phone is restored."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for stream in (sys.stdout, sys.stderr):
        # a terminal that can't show a character shows `?`; a report must not end in a fault over it
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    sys.exit(run_cli(sys.argv[1:]))
