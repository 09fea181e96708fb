"""JSON-RPC and HTTP answers of the server."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from devices.simulated.adbd.stream import Stream
from devices.simulated.uiservice import rpc
from devices.simulated.uiservice.http import Request, Response, serve

if TYPE_CHECKING:
    from devices.simulated.adbd.packet import Packet


async def hello(params: list[Any]) -> str:
    return f"hello {params[0]}"


async def missing(params: list[Any]) -> str:
    raise rpc.not_found("UiSelector[TEXT=x]")


def call(body: object) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return json.loads(asyncio.run(rpc.answer(raw, {"hello": hello, "missing": missing})))


def test_a_result_carries_the_requests_id() -> None:
    answer = call({"jsonrpc": "2.0", "id": 7, "method": "hello", "params": ["you"]})
    assert answer == {"jsonrpc": "2.0", "id": 7, "result": "hello you"}


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"{", -32700, "JSON parse error"),
        ([], -32600, "Invalid Request"),
        ({"id": 1, "method": "nothing", "params": []}, -32601, "method not found"),
        ({"id": 1, "method": "hello", "params": []}, -32602, "method parameters invalid"),
        ({"id": 1, "method": "missing"}, -32001, "androidx.test.uiautomator.UiObjectNotFoundException"),
    ],
)
def test_errors_are_jsonrpc4js(body: object, code: int, message: str) -> None:
    error = call(body)["error"]
    assert (error["code"], error["message"]) == (code, message)


def test_http_requests_in_any_pieces_are_answered_one_after_the_other() -> None:
    sent: list[Packet] = []
    seen: list[Request] = []

    async def answer(request: Request) -> Response:
        seen.append(request)
        return Response(request.body or b"none")

    async def main() -> None:
        stream = Stream(1, 2, sent.append, 100_000, lambda _: None)
        task = asyncio.create_task(serve(stream, answer))
        raw = b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\nPOST /a HTTP/1.1\r\ncontent-length: 4\r\n\r\nbody"
        for at in range(0, len(raw), 7):
            stream.on_write(raw[at : at + 7])
            await asyncio.sleep(0)
            stream.on_okay()
        for _ in range(10):
            await asyncio.sleep(0)
            stream.on_okay()
        stream.on_close()
        await task

    asyncio.run(main())
    assert [(one.method, one.path, one.body) for one in seen] == [
        ("GET", "/ping", b""),
        ("POST", "/a", b"body"),
    ]
    bodies = [packet.payload.split(b"\r\n\r\n")[1] for packet in sent if packet.payload]
    assert bodies == [b"none", b"body"]
