"""One connection to the adb server, with a deadline on every read and write.

adbutils collects output by `bytes +=` (quadratic) and waits up to 600 s or for ever; this is linear, and a
pulled cable is an error within the deadline.
"""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, Self

from devices.adb.errors import CABLE, AnswerTimeoutError, ConnectionLostError

if TYPE_CHECKING:
    from types import TracebackType

    from devices.adb.deadline import Deadline

_CHUNK = 1 << 18


class AdbStream:
    """A byte stream to a service of the adb server or of a phone.

    Args:
        sock: connected socket, owned from now on.
        peer: whom it leads to, in words, for messages ("phone R5CT...").
    """

    def __init__(self, sock: socket.socket, peer: str) -> None:
        self._sock = sock
        self.peer = peer
        if sock.family in {socket.AF_INET, socket.AF_INET6}:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Send all of it. Raises AnswerTimeoutError or ConnectionLostError."""
        try:
            self._arm(deadline)
            self._sock.sendall(data)
        except TimeoutError as error:
            raise self._late(deadline) from error
        except OSError as error:
            raise self._lost() from error

    def read(self, limit: int, deadline: Deadline) -> bytes:
        """Return what has come, up to `limit` bytes; empty at the end of the stream."""
        try:
            self._arm(deadline)
            return self._sock.recv(min(limit, _CHUNK))
        except TimeoutError as error:
            raise self._late(deadline) from error
        except OSError as error:
            raise self._lost() from error

    def read_exact(self, size: int, deadline: Deadline) -> bytes:
        """Return exactly `size` bytes; ConnectionLostError if the stream ends before."""
        data = bytearray()
        while len(data) < size:
            chunk = self.read(size - len(data), deadline)
            if not chunk:
                raise self._lost()
            data += chunk
        return bytes(data)

    def read_all(self, deadline: Deadline) -> bytes:
        """Return everything up to the end of the stream."""
        data = bytearray()
        while chunk := self.read(_CHUNK, deadline):
            data += chunk
        return bytes(data)

    def detach(self) -> socket.socket:
        """Give the socket away, e.g. to an HTTP client."""
        return self._sock

    def close(self) -> None:
        """Close at once, also under a thread that reads; the phone ends the service's process."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _arm(self, deadline: Deadline) -> None:
        left = deadline.left()
        if left <= 0.0:
            raise TimeoutError
        self._sock.settimeout(left)

    def _late(self, deadline: Deadline) -> AnswerTimeoutError:
        what = f"{self.peer} did not answer within {deadline.seconds:g} s."
        return AnswerTimeoutError(what, next_step=CABLE)

    def _lost(self) -> ConnectionLostError:
        return ConnectionLostError(f"The connection to {self.peer} broke.", next_step=CABLE)
