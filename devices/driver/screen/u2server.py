"""The phone-side server of uiautomator2: started fast, ended for certain.

UiAutomation is an accessibility service: while it is connected, apps build accessibility trees, which costs
time in exactly the frames that are measured. So the server runs only while something is looked for.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.resources
import re
import time
from typing import TYPE_CHECKING

from traces.errors import PhoneError

if TYPE_CHECKING:
    import socket

    from devices.driver.link import Background
    from devices.driver.phone import Phone

PORT = 9008
JAR = "/data/local/tmp/silky-u2.jar"
"""uiautomator2's server on the phone: a copy of our own, which we remove in the end."""
_MAIN = "com.wetest.uia2.Main"
COMMAND = f"{_MAIN} -p {PORT}"
"""How the server's command line ends."""
_START_SECONDS = 30.0
_POLL_SECONDS = 0.05
_KILLS = 20
_CONNECTED = "Ui Automation["
"""How `dumpsys accessibility` begins the paragraph of a connected UiAutomation."""


class U2Server:
    """The server on one phone.

    Args:
        phone: the phone.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._running: Background | None = None

    def start(self) -> None:
        """Have a server that answers; PhoneError, with the server's own words, if there is none in time."""
        if self.answers():
            return
        self._push_jar()
        self._running = self._phone.link.start(f"CLASSPATH={JAR} app_process / {COMMAND}")
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            if self.answers():
                return
            if self._running.ended:
                break
            time.sleep(_POLL_SECONDS)
        raise self._no_start()

    def stop(self) -> None:
        """End every such server on the phone and check that it is gone and UiAutomation is free.

        Raises:
            PhoneError: it is still there; measuring with it would measure it.
        """
        if self._running is not None:
            self._running.close()
        for attempt in range(_KILLS):
            pids = self.pids()
            if not pids and not self.answers():
                break
            # nicely first: the process then disconnects from UiAutomation itself
            signal = "-TERM" if attempt < _KILLS // 2 else "-KILL"
            kill = f"kill {signal} {' '.join(str(pid) for pid in pids)}; " if pids else ""
            self._phone.shell(f"{kill}sleep 0.1")
        else:
            raise PhoneError(
                f"uiautomator2's server on {self._phone.name} does not end.",
                next_step="Restart the phone; other tools that use it (Appium, ATX) must be stopped.",
            )
        # the system notices the death of the process a moment later
        script = (
            "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do "
            f"if dumpsys accessibility | grep -q '{_CONNECTED}'; then sleep 0.2; else echo free; "
            "break; fi; done"
        )
        if "free" not in self._phone.ask(script):
            raise PhoneError(
                f"Something else on {self._phone.name} holds UiAutomation, which slows every app down.",
                next_step="Stop Appium, UiAutomator tests, and screen readers of test tools on this phone.",
            )

    def answers(self) -> bool:
        """Return whether the server answers its ping."""
        with contextlib.suppress(PhoneError, OSError):
            sock = self._phone.link.open_tcp(PORT, seconds=5.0)
            with sock:
                sock.sendall(b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return _body(sock) == b"pong"
        return False

    def pids(self) -> list[int]:
        """Return the processes of the server."""
        lines = self._phone.shell("ps -A -o PID,ARGS").text.splitlines()
        found = []
        for line in lines:
            match = re.match(r"\s*(\d+)\s+(.*)", line)
            if match and _MAIN in match[2] and "ps -A" not in match[2]:
                found.append(int(match[1]))
        return found

    def _push_jar(self) -> None:
        jar = importlib.resources.files("uiautomator2").joinpath("assets/u2.jar").read_bytes()
        here = hashlib.md5(jar, usedforsecurity=False).hexdigest()
        if here not in self._phone.shell(f"md5sum {JAR}").text:
            self._phone.push(jar, JAR)

    def _no_start(self) -> PhoneError:
        output = self._running.output if self._running else ""
        said = " ".join(output.split())[:300] or "nothing"
        step = "Restart the phone, then try again."
        if "already registered" in said:
            step = (
                "Another tool (Appium, a UiAutomator test) uses UiAutomation: stop it, or restart the phone."
            )
        return PhoneError(
            f"uiautomator2's server did not start on {self._phone.name}; it said: {said}", next_step=step
        )


def _body(sock: socket.socket) -> bytes:
    data = bytearray()
    while len(data) < 1 << 16 and not _whole(data):
        chunk = sock.recv(4096)
        if not chunk:
            break
        data += chunk
    return bytes(data).partition(b"\r\n\r\n")[2]


def _whole(data: bytearray) -> bool:
    """Return whether the answer has come in full, for servers that keep the connection open."""
    head, mark, body = bytes(data).partition(b"\r\n\r\n")
    length = re.search(rb"content-length:\s*(\d+)", head, re.IGNORECASE)
    return bool(mark and length and len(body) >= int(length[1]))
