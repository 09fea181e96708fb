"""`python -m devices.simulated` runs a phone until it is told to stop."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

from devices.simulated.__main__ import main


def test_it_names_its_serial_first_and_ends_on_a_signal(tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    command = [
        sys.executable,
        "-m",
        "devices.simulated",
        "--speed",
        "50",
        "--seed",
        "4",
        "--truth",
        str(truth),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name, serial = process.stdout.readline().split()
        assert name == "serial:"
        assert process.stdout.readline() == f"connect with: adb connect {serial}\n"
        host, port = serial.split(":")
        with socket.create_connection((host, int(port)), timeout=10):
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert all(json.loads(line) for line in truth.read_text().splitlines())


def test_a_taken_port_and_a_missing_file_are_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["--port", str(port)]) == 4
    assert f"port {port} on 127.0.0.1 is taken" in capsys.readouterr().err
    assert main(["--apps", "no-such-file.yaml"]) == 3
    assert "no-such-file" in capsys.readouterr().err
