"""`adb reverse`: ports of the phone that lead to the host.

Source: `handle_forward_request` in `adb.cpp` and `services.cpp` of Android's adb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.adbd.stream import StreamClosedError

if TYPE_CHECKING:
    from devices.simulated.adbd.connection import Connection, Handler
    from devices.simulated.adbd.stream import Stream

_FIRST_FREE = 40_001


class ReverseForwards:
    """The phone's listeners that lead to a host; they end with its connection.

    Args:
        ports: TCP ports on the phone's loopback and what listens there; listeners are put in and taken out.
    """

    def __init__(self, ports: dict[int, Handler]) -> None:
        self._ports = ports
        self._rules: dict[int, tuple[Connection, str]] = {}

    def serve(self, request: str, connection: Connection) -> Handler:
        """Return what answers `reverse:` requests of a connection."""

        async def answer(stream: Stream) -> None:
            await stream.write(self._answer(request, connection))

        return answer

    def end(self, connection: Connection) -> None:
        """Close the listeners of a connection that is gone."""
        for port in [port for port, (owner, _) in self._rules.items() if owner is connection]:
            self._close(port)

    def target(self, port: int) -> tuple[Connection, str] | None:
        """Return where a listener leads."""
        return self._rules.get(port)

    def _answer(self, request: str, connection: Connection) -> bytes:
        verb, _, rest = request.partition(":")
        if verb == "list-forward":
            lines = [f"host-1 tcp:{port} {remote}\n" for port, (_, remote) in sorted(self._rules.items())]
            return _counted("".join(lines))
        if verb == "killforward-all":
            for port in list(self._rules):
                self._close(port)
            return b"OKAY"
        if verb == "killforward":
            named = _tcp(rest)
            if named is None or named not in self._rules:
                return _fail(f"listener '{rest}' not found")
            self._close(named)
            return b"OKAY"
        if verb == "forward":
            return self._forward(rest, connection)
        return _fail(f"unknown reverse request '{request}'")

    def _forward(self, rest: str, connection: Connection) -> bytes:
        rebind = not rest.startswith("norebind:")
        local, _, remote = rest.removeprefix("norebind:").partition(";")
        port = _tcp(local)
        if port is None or not remote:
            return _fail(f"cannot bind listener: unknown socket specification: {local}")
        asked = port
        if port == 0:
            port = next(one for one in range(_FIRST_FREE, 65536) if one not in self._ports)
        if port in self._rules and not rebind:
            return _fail("cannot rebind existing socket")
        if port in self._ports and port not in self._rules:
            return _fail("cannot bind listener: Address already in use")
        self._rules[port] = (connection, remote)
        self._ports[port] = _never
        return b"OKAY" + (_counted(str(port)) if asked == 0 else b"")

    def _close(self, port: int) -> None:
        del self._rules[port]
        self._ports.pop(port, None)


async def _never(stream: Stream) -> None:
    """Refuse the host: a listener that leads to the host is for programs of the phone."""
    raise StreamClosedError


def _tcp(name: str) -> int | None:
    kind, _, port = name.partition(":")
    return int(port) if kind == "tcp" and port.isdigit() and int(port) < 65536 else None


def _counted(text: str) -> bytes:
    return f"{len(text):04x}{text}".encode()


def _fail(text: str) -> bytes:
    return b"FAIL" + _counted(text)
