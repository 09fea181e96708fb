"""The listener: adbd on a loopback TCP port."""

from __future__ import annotations

import asyncio
import errno

from devices.simulated.adbd.connection import Connection, Services

LOOPBACK = "127.0.0.1"
_READ_LIMIT = 4 * 1024 * 1024


class PortTakenError(Exception):
    """Another program listens on the wanted port."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} on {LOOPBACK} is taken by another program; choose another one with --port, "
            "or 0 for any free one"
        )
        self.port = port


class Adbd:
    """Listens for adb servers.

    Args:
        services: What the phone offers.
        port: TCP port on loopback; 0 takes a free one, which `port` then names and keeps over a replug.
    """

    def __init__(self, services: Services, *, port: int = 0) -> None:
        self.port = port
        self._services = services
        self._server: asyncio.Server | None = None
        self._connections: dict[Connection, asyncio.Task[None]] = {}

    async def listen(self) -> None:
        """Begin to accept connections.

        Raises:
            PortTakenError: The port is in use.
        """
        try:
            self._server = await asyncio.start_server(self._accept, LOOPBACK, self.port, limit=_READ_LIMIT)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(self.port) from error
            raise
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def hang_up(self) -> None:
        """Stop accepting, and cut every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        tasks = list(self._connections.values())
        for connection in list(self._connections):
            connection.drop()
        if tasks:
            await asyncio.wait(tasks, timeout=2.0)

    def drop(self) -> None:
        """Cut every connection; new ones are accepted."""
        for connection in list(self._connections):
            connection.drop()

    @property
    def listening(self) -> bool:
        """True while connections are accepted."""
        return self._server is not None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer, self._services)
        task = asyncio.current_task()
        assert task is not None
        self._connections[connection] = task
        try:
            await connection.run()
        except asyncio.CancelledError:
            # The phone is being switched off. Python 3.11's stream server prints a traceback of each of its
            # own tasks that ends cancelled; nothing waits for this one but `stop`, which is content with it.
            connection.drop()
        finally:
            del self._connections[connection]
