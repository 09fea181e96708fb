"""What other tools do to the adb server of the computer that the phone is plugged into."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from dataclasses import dataclass

FAULT_THREAD = "fault"
"""How the names of threads begin in which another tool is at work."""
_SECONDS = 20.0
_PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class AdbOnHost:
    """The computer's adb program and the port of its server, for the faults that another tool causes there.

    Attributes:
        program: path of adb.
        port: of the server that is ended; never a server that somebody else needs.
        environment: what a server that is started here gets.
    """

    program: str
    port: int
    environment: dict[str, str] | None = None

    def end(self) -> None:
        """Do what `adb kill-server` does."""
        request = b"host:kill"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2.0) as server:
                server.sendall(b"%04x%s" % (len(request), request))
                server.recv(4)
        except OSError:
            return
        end = time.monotonic() + 5.0
        while time.monotonic() < end and self._listens():
            time.sleep(0.01)

    def begin(self) -> None:
        """Do what `adb start-server` does; a server that another one was faster to start is as good."""
        subprocess.run(
            [self.program, "-P", str(self.port), "start-server"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment,
            timeout=_SECONDS,
            check=False,
        )

    def later(self, kind: str, times: int) -> threading.Thread:
        """Do what a fault says, in a thread of its own: the phone does not stand still meanwhile."""

        def work() -> None:
            for turn in range(times):
                if turn:
                    time.sleep(_PAUSE_S)
                self.end()
                if kind != "adb-killed":
                    self.begin()

        thread = threading.Thread(target=work, name=f"{FAULT_THREAD} {kind}", daemon=True)
        thread.start()
        return thread

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
