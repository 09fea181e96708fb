"""app_process: starts uiautomator2's server, which lives as long as its process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from devices.simulated.uiservice import rpc
from devices.simulated.uiservice.http import Request, Response, serve
from devices.simulated.uiservice.methods import build_methods
from devices.simulated.userland.registry import Context, program

if TYPE_CHECKING:
    from devices.simulated.adbd.stream import Stream

_MAIN_CLASS = "com.wetest.uia2.Main"
_REGISTERED = (
    "java.lang.IllegalStateException: UiAutomationService "
    "android.accessibilityservice.IAccessibilityServiceClient$Stub$Proxy@5deffd5already registered!\n"
)


@program("app_process", "app_process64", "app_process32")
async def app_process(context: Context) -> int:
    """Start a Java class from CLASSPATH; only uiautomator2's server is known."""
    names = [arg for arg in context.args if "." in arg and not arg.startswith("/")]
    jar = context.env.get("CLASSPATH", "")
    await context.phone.spend("app_process_start")
    if names[:1] != [_MAIN_CLASS] or context.phone.files.find(jar) is None:
        name = names[0] if names else "?"
        await context.err(
            f"Error: could not find class '{name}'\njava.lang.ClassNotFoundException: "
            f'Didn\'t find class "{name}" on path: {jar or "."}\nAborted \n'
        )
        return 134
    return await UiServer(context).run()


class UiServer:
    """One running server.

    Args:
        context: Its process.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._phone = context.phone
        self._methods = build_methods(context.phone)
        self._streams: set[Stream] = set()
        args = context.args
        self._port = int(args[args.index("-p") + 1]) if "-p" in args[:-1] else 9008
        self._stopped = asyncio.Event()

    async def run(self) -> int:
        """Serve until the process is killed or its shell stream closes."""
        await self._context.out("[server] INFO: [UiAutomator2Server] Starting Server\n")
        if self._phone.ports:
            await self._context.out(_REGISTERED)
            return 1
        self._phone.ports[self._port] = self._serve
        self._phone.world.set_ui_automation(connected=True)
        self._phone.clock.poke()
        try:
            await self._methods["wakeUp"]([])
            await self._context.out(f"[server] INFO: http server listening on *:{self._port}\n")
            await self._stopped.wait()
        finally:
            self._end()
        return 0

    def _end(self) -> None:
        del self._phone.ports[self._port]
        self._phone.world.set_ui_automation(connected=False)
        for stream in list(self._streams):
            stream.close()
        self._phone.clock.poke()

    async def _serve(self, stream: Stream) -> None:
        self._streams.add(stream)
        try:
            await serve(stream, self._answer)
        finally:
            self._streams.discard(stream)

    async def _answer(self, request: Request) -> Response:
        if request.path == "/ping":
            return Response(b"pong")
        if request.path == "/stop":
            self._stopped.set()
            return Response(b"Server stopped!!!")
        if request.path != "/jsonrpc/0":
            return Response(b"Not Found!!!", 404, "text/plain")
        if not request.body:
            return Response(b"Invalid http post data!", 500, "text/plain")
        return Response(await rpc.answer(request.body, self._methods), content_type="application/json")
