"""`silky simulate`: the simulated phone for any ADB client."""

from __future__ import annotations

import asyncio
import json
import shlex
import shutil
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from profiler.cli import options
from profiler.cli.lazy import ManyCommand
from traces.errors import PhoneError, UsageError

if TYPE_CHECKING:
    from devices.simulated.server import SimulatedPhone
    from devices.simulated.world import World

_USUAL_SERVER = ("127.0.0.1", 5037)


@click.command(cls=ManyCommand)
@click.option(
    "--persona",
    default="pixel-a14-120",
    show_default=True,
    help="Which phone is played: a name, or a file of your own.",
)
@click.option(
    "--apps",
    "behaviours",
    default="demo",
    show_default=True,
    help="Which apps are on it: a name, or a file of your own.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port of its adbd (default: a free one)."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of its noise.")
@click.option(
    "--speed",
    type=click.FloatRange(0.01, 1000),
    default=1.0,
    show_default=True,
    help="Phone seconds per second of this computer.",
)
@click.option(
    "--truth",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what it really did to this file, as facts in JSON lines.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="NAME...",
    help="What this phone is to lack (--list names them), e.g. --without frametimeline.",
)
@click.option(
    "--auth",
    type=click.Choice(["open", "ask"]),
    default="open",
    show_default=True,
    help="ask: computers are unauthorized until you allow them (press Enter here).",
)
@click.option("--list", "listing", is_flag=True, help="List the personas and app files that come with silky.")
@click.option("--while-stdin", is_flag=True, hidden=True, help="End when standard input does.")
@options.as_json
def command(
    *,
    persona: str,
    behaviours: str,
    port: int,
    seed: int,
    speed: float,
    truth: Path | None,
    without: tuple[str, ...],
    auth: str,
    listing: bool,
    while_stdin: bool,
    as_json: bool,
) -> None:
    """Start the simulated phone for any ADB client.

    Ctrl-C ends it. It speaks the phone's side of ADB over TCP. Its results always say SIMULATED.

    Example: silky simulate --speed 5 --port 5599, then silky devices --connect 127.0.0.1:5599
    """
    from devices.simulated.model import SimulationFileError, build_world, load_behaviours, load_persona
    from devices.simulated.server import PortTakenError

    if listing:
        _list(as_json=as_json)
        return
    try:
        with truth.open("w", encoding="utf-8") if truth else nullcontext() as file:
            world = build_world(
                load_persona(persona, without), load_behaviours(behaviours), seed=seed, truth=file
            )
            asyncio.run(_serve(world, port, speed, auth, while_stdin=while_stdin, as_json=as_json))
    except OSError as error:
        if truth is None or error.filename != str(truth):
            raise
        raise UsageError(
            f"The truth file {truth} can't be written: {error.strerror}.", next_step="Name another --truth."
        ) from error
    except SimulationFileError as error:
        raise UsageError(error.what, next_step=error.next_step) from error
    except PortTakenError as error:
        raise PhoneError(f"The simulated phone can't start: {error}.") from error
    except KeyboardInterrupt:
        click.echo("The simulated phone is off.", err=True)


async def _serve(
    world: World, port: int, speed: float, auth: str, *, while_stdin: bool, as_json: bool
) -> None:
    from devices.simulated.adbd.auth import Policy
    from devices.simulated.server import SimulatedPhone

    phone = SimulatedPhone(world, port=port, speed=speed, policy=Policy(auth))
    await phone.start()
    try:
        if as_json:
            click.echo(json.dumps({"serial": phone.serial, "port": phone.port, "speed": speed}))
        else:
            click.echo(_advice(phone.serial))
        sys.stdout.flush()
        if while_stdin:
            # the end of the parent, however it comes, is the end of the phone
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
        elif phone.authorizer.policy is Policy.ASK:
            await _answer_dialogs(phone)
        else:
            await asyncio.Event().wait()
    finally:
        await phone.stop()


def _advice(serial: str) -> str:
    """Return how to reach the phone: by the adb that silky itself uses, at the server that it would use."""
    from devices.adb.server import AdbServer, adb_program

    server = AdbServer.from_environment()
    adb = shlex.quote("adb" if shutil.which("adb") else adb_program())
    at = "" if (server.host, server.port) == _USUAL_SERVER else f" -H {server.host} -P {server.port}"
    return (
        f"The SIMULATED phone is on. In another terminal:\n"
        f"  silky devices --connect {serial}\n"
        f"  silky doctor --device {serial}\n"
        f"For other ADB clients: {adb}{at} connect {serial}\n"
        "End it with Ctrl-C."
    )


async def _answer_dialogs(phone: SimulatedPhone) -> None:
    """Show the dialog "Allow USB debugging?" here; Enter allows what is asked for."""
    phone.authorizer.on_ask = lambda key: click.echo(
        f"The phone asks: Allow debugging by {key.name or 'this computer'}?\n"
        f"RSA key fingerprint: {key.fingerprint}\nPress Enter to allow it.",
        err=True,
    )
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        count = phone.authorizer.allow()
        click.echo(f"Allowed: {count}." if count else "Nothing is asked for.", err=True)
    await asyncio.Event().wait()


def _list(*, as_json: bool) -> None:
    from devices.simulated.world import LACKS
    from profiler.cli.named import app_rows, persona_rows
    from profiler.cli.output import print_json

    phones, apps = persona_rows(), app_rows()
    if as_json:
        names = {"personas": [one["name"] for one in phones], "apps": [one["name"] for one in apps]}
        print_json({**names, "without": dict(LACKS), "persona_facts": phones, "app_facts": apps})
        return
    lines = ["personas (--persona):"]
    for one in phones:
        facts = f"Android {one['android']}, {one['refresh_hz']:g} Hz, {one['build']}, {one['maker']}"
        lacks = f"; without {', '.join(one['lacks'])}" if one["lacks"] else ""
        lines.append(f"  {one['name']:<16} {facts}{lacks}")
    lines.append("apps (--apps):")
    lines += [f"  {one['name']:<16} {', '.join(one['packages'])}" for one in apps]
    lines += ["without (--without):", *(f"  {name:<16} {words}" for name, words in LACKS.items())]
    click.echo("\n".join(lines))
