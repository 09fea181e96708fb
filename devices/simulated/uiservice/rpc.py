"""JSON-RPC 2.0 with the answers of the real server (jsonrpc4j and its error resolver)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Method = Callable[[list[Any]], Awaitable[Any]]

_CUSTOM_ERROR = -32001


class JavaError(Exception):
    """An exception that the server reports: its class name, and what `data` holds."""

    def __init__(self, class_name: str, data: str) -> None:
        super().__init__(class_name)
        self.class_name = class_name
        self.data = data


def not_found(selector_text: str) -> JavaError:
    """Return the error for a selector that names nothing."""
    return JavaError("androidx.test.uiautomator.UiObjectNotFoundException", selector_text)


def _failure(identity: Any, code: int, message: str, data: str | None = None) -> bytes:
    error: dict[str, Any] = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    return json.dumps({"jsonrpc": "2.0", "id": identity, "error": error}).encode()


async def answer(body: bytes, methods: Mapping[str, Method]) -> bytes:
    """Answer one request's body."""
    try:
        request = json.loads(body)
    except ValueError:
        return _failure("null", -32700, "JSON parse error")
    if not isinstance(request, dict) or "method" not in request:
        return _failure("null", -32600, "Invalid Request")
    identity = request.get("id")
    method = methods.get(str(request["method"]))
    if method is None:
        return _failure(identity, -32601, "method not found")
    params = request.get("params")
    if params is None:
        params = []
    elif not isinstance(params, list):
        params = list(params.values()) if isinstance(params, dict) else [params]
    try:
        result = await method(params)
    except JavaError as error:
        return _failure(identity, _CUSTOM_ERROR, error.class_name, error.data)
    except (IndexError, TypeError, ValueError, KeyError):
        return _failure(identity, -32602, "method parameters invalid")
    return json.dumps({"jsonrpc": "2.0", "id": identity, "result": result}).encode()
