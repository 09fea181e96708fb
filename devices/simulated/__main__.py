"""`python -m devices.simulated`: run a simulated phone until it is interrupted."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from devices.simulated.model import (
    SimulationFileError,
    behaviour_files,
    build_world,
    load_behaviours,
    load_persona,
    personas,
)
from devices.simulated.server import PortTakenError, serve_until_signal
from devices.simulated.world import LACKS

_USAGE_EXIT = 3
_PHONE_EXIT = 4


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError(f"{text}: must be more than 0 and at most 1000")
    return value


def parse_arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m devices.simulated",
        description="A phone in software behind ADB. Its results are simulated and say so.",
    )
    parser.add_argument(
        "--persona", default="pixel-a14-120", help=f"which phone: {', '.join(personas())}, or a file"
    )
    parser.add_argument(
        "--apps",
        default="demo",
        metavar="FILE",
        help=f"which apps: {', '.join(behaviour_files())}, or a file",
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="NAME", help=f"what it lacks: {', '.join(LACKS)}"
    )
    parser.add_argument("--port", type=int, default=0, help="loopback port of its adbd; 0 takes a free one")
    parser.add_argument("--seed", type=int, default=1, help="seed of its randomness")
    parser.add_argument("--speed", type=_positive, default=1.0, help="phone seconds per second")
    parser.add_argument(
        "--truth", type=Path, metavar="FILE", help="write what really happened, as JSON lines"
    )
    return parser.parse_args(argv)


def _announce(serial: str) -> None:
    sys.stdout.write(f"serial: {serial}\n")
    sys.stdout.write(f"connect with: adb connect {serial}\nstop with Ctrl-C\n")
    sys.stdout.flush()


def main(argv: list[str] | None = None) -> int:
    """Run a phone until SIGINT or SIGTERM; returns the exit code."""
    arguments = parse_arguments(argv)
    try:
        with ExitStack() as stack:
            truth = (
                stack.enter_context(arguments.truth.open("w", encoding="utf-8")) if arguments.truth else None
            )
            persona, behaviours = (
                load_persona(arguments.persona, arguments.without),
                load_behaviours(arguments.apps),
            )
            world = build_world(persona, behaviours, seed=arguments.seed, truth=truth)
            serve_until_signal(world, port=arguments.port, speed=arguments.speed, announce=_announce)
    except PortTakenError as error:
        sys.stderr.write(f"{error}\n")
        return _PHONE_EXIT
    except (SimulationFileError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return _USAGE_EXIT
    return 0


if __name__ == "__main__":
    sys.exit(main())
