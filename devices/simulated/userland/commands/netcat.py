"""nc: bytes to and from a port or an abstract socket, on the phone (toybox netcat)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, TypeVar

from devices.simulated.adbd.stream import Stream, StreamClosedError
from devices.simulated.userland.registry import Context, program
from devices.simulated.userland.streams import BrokenPipe

if TYPE_CHECKING:
    from devices.simulated.adbd.connection import Handler

Key = TypeVar("Key", int, str)
"""A TCP port or a socket's name."""


@program("nc", "netcat")
async def netcat(context: Context) -> int:
    """Connect to HOST PORT, or with -l -p PORT (or -l -U @NAME) wait for one connection."""
    args = context.args
    if "-l" in args:
        return await _listen(context, args)
    if len(args) < 2 or not args[-1].isdigit():
        await context.err("nc: needs HOST PORT\n")
        return 1
    stream = context.phone.connect(int(args[-1]))
    if stream is None:
        await context.err("nc: connect: Connection refused\n")
        return 1
    await _join(context, stream)
    stream.close()
    return 0


async def _listen(context: Context, args: list[str]) -> int:
    phone = context.phone
    if "-p" in args[:-1] and args[args.index("-p") + 1].isdigit():
        return await _serve_one(context, phone.ports, int(args[args.index("-p") + 1]))
    if "-U" in args[:-1]:
        return await _serve_one(context, phone.sockets, args[args.index("-U") + 1].removeprefix("@"))
    await context.err("nc: -l needs -p PORT or -U @NAME\n")
    return 1


async def _serve_one(context: Context, table: dict[Key, Handler], key: Key) -> int:
    came: asyncio.Future[Stream] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()

    async def serve(stream: Stream) -> None:
        if came.done():
            raise StreamClosedError
        came.set_result(stream)
        await done.wait()

    if key in table:
        await context.err("nc: bind: Address already in use\n")
        return 1
    table[key] = serve
    try:
        await _join(context, await came)
    finally:
        table.pop(key, None)
        done.set()
    return 0


async def _join(context: Context, stream: Stream) -> None:
    """Carry stdin out and what comes back to stdout, until the other side closes."""

    async def out() -> None:
        with contextlib.suppress(StreamClosedError):
            while data := await context.stdin.read():
                await stream.write(data)

    sending = asyncio.create_task(out())
    try:
        with contextlib.suppress(BrokenPipe):
            while data := await stream.read():
                await context.stdout.write(data)
    finally:
        sending.cancel()
