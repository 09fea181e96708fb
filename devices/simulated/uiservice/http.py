"""Just enough of HTTP/1.1 for one server: requests with a length, answers with a length, keep-alive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.adbd.stream import Stream, StreamClosedError, StreamReader

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 500: "Internal Server Error"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    body: bytes
    status: int = 200
    content_type: str = "text/html"


def encode(response: Response, *, keep_alive: bool) -> bytes:
    """Return an answer's bytes."""
    head = (
        f"HTTP/1.1 {response.status} {_REASONS.get(response.status, 'Unknown')} \r\n"
        f"Content-Type: {response.content_type}\r\n"
        f"Connection: {'keep-alive' if keep_alive else 'close'}\r\n"
        f"Content-Length: {len(response.body)}\r\n\r\n"
    )
    return head.encode() + response.body


async def read_request(reader: StreamReader) -> Request | None:
    """Read one request; None at the stream's end or if it is no HTTP."""
    try:
        head = (await reader.until(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }
        body = await reader.exactly(int(headers.get("content-length", "0") or 0))
    except (StreamClosedError, ValueError):
        return None
    return Request(method, path, headers, body)


async def serve(stream: Stream, answer: Callable[[Request], Awaitable[Response]]) -> None:
    """Answer requests on one stream until it ends."""
    reader = StreamReader(stream)
    while (request := await read_request(reader)) is not None:
        keep_alive = request.headers.get("connection", "keep-alive").lower() != "close"
        await stream.write(encode(await answer(request), keep_alive=keep_alive))
        if not keep_alive:
            return
