"""What `silky simulate` tells people to type."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from profiler.cli.simulate import _advice


@pytest.fixture(autouse=True)
def usual_server(monkeypatch):
    for name in (
        "SILKY_ADB_SERVER",
        "ADB_SERVER_SOCKET",
        "ANDROID_ADB_SERVER_HOST",
        "ANDROID_ADB_SERVER_ADDRESS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("ANDROID_ADB_SERVER_PORT", raising=False)


def adb_line() -> list[str]:
    return shlex.split(_advice("127.0.0.1:5599").splitlines()[3])[4:]


def test_the_advice_names_silkys_own_commands():
    said = _advice("127.0.0.1:5599")
    assert "silky devices --connect 127.0.0.1:5599" in said
    assert "silky doctor --device 127.0.0.1:5599" in said


def test_the_advice_names_an_adb_that_is_there(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    program, *rest = adb_line()
    assert Path(program).is_file()
    assert rest == ["connect", "127.0.0.1:5599"]


def test_the_advice_names_the_server_that_silky_would_use(monkeypatch):
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "5099")
    assert adb_line()[1:] == ["-H", "127.0.0.1", "-P", "5099", "connect", "127.0.0.1:5599"]
