"""Serve one file on loopback to one web page, as Perfetto's own `open_trace_in_ui` does.

The UI fetches the file from 127.0.0.1:9001, the only port that its content security policy allows. Nobody
else gets it: only this path is answered, only on loopback, only under its numeric address (so that no other
name can be made to point here), and only the UI's origin may read it from a page.
"""

from __future__ import annotations

import shutil
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from traces.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = "127.0.0.1"
PERFETTO_PORT = 9001
PERFETTO_UI = "https://ui.perfetto.dev"


class FileServer(HTTPServer):
    """Serves `file`; `served` counts how often it went out whole.

    Args:
        file: what to serve.
        ui: address of the page that may read it.
        port: 9001 for Perfetto's own UI; 0 picks a free one.

    Raises:
        UsageError: the port is taken.
    """

    # a port that lately closed connections linger on may be used again
    allow_reuse_address = True

    def __init__(self, file: Path, ui: str, port: int) -> None:
        self.file = file
        parts = urlsplit(ui)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.served = 0
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except OSError as error:
            raise UsageError(
                f"Port {port} of this computer is taken ({error.strerror}).",
                next_step="Perfetto's UI can fetch from no other port: end what uses it (perhaps a trace "
                "processor with --httpd, or another silky trace open), then try again.",
            ) from error

    @property
    def path(self) -> str:
        """The only path that is answered."""
        return "/" + quote(self.file.name)

    @property
    def host(self) -> str:
        """The address under which it is served."""
        return f"{LOOPBACK}:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave a client that went away alone: it may ask again."""


def ui_address(server: FileServer, ui: str, window: tuple[int, int] | None) -> str:
    """Return the address that makes the UI fetch the file and show `window` (ns on the trace's clock)."""
    wanted = {"url": f"http://{server.host}{server.path}", "referrer": "open_trace_in_ui"}
    if window is not None:
        wanted |= {"visStart": str(window[0]), "visEnd": str(window[1])}
    return f"{ui.rstrip('/')}/#!/?{urlencode(wanted)}"


class _Handler(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        if not self._is_for_us():
            self.send_error(404)
            return
        size = self.server.file.stat().st_size
        with self.server.file.open("rb") as file:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(size))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            shutil.copyfileobj(file, self.wfile)
        self.wfile.flush()
        self.server.served += 1

    def do_OPTIONS(self) -> None:
        if not self._is_for_us():
            self.send_error(404)
            return
        self.send_response(204)
        self.send_header("Access-Control-Allow-Methods", "GET")
        # browsers ask before a public page may read from this computer
        self.send_header("Access-Control-Allow-Private-Network", "true")
        self.end_headers()

    def end_headers(self) -> None:
        """Let only the UI's page read what is answered."""
        self.send_header("Access-Control-Allow-Origin", self.server.origin)
        self.send_header("Vary", "Origin")
        super().end_headers()

    def _is_for_us(self) -> bool:
        foreign = self.headers.get("Origin", self.server.origin) != self.server.origin
        return self.path == self.server.path and self.headers.get("Host") == self.server.host and not foreign

    def log_message(self, *_: object) -> None:
        """Say nothing: the command tells what matters."""
