"""Authorisation, sync version 2, reverse forwards and sockets, with the real adb program."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from devices.simulated.adbd.auth import Authorizer, Policy, parse_public_key
from devices.simulated.server import RunningPhone, running_phone
from tests.adbserver import free_port
from tests.devices.simulated.userland.fake_world import FakeWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.adbserver import Adb

pytestmark = pytest.mark.adb


def state(adb: Adb, serial: str) -> str:
    lines = adb.run("devices").text.splitlines()
    return next((line.split("\t")[1] for line in lines if line.startswith(serial)), "absent")


def wait_for(adb: Adb, serial: str, wanted: str) -> None:
    end = time.monotonic() + 15
    while (now := state(adb, serial)) != wanted:
        assert time.monotonic() < end, now
        time.sleep(0.05)


@pytest.fixture
def asking(adb: Adb) -> Iterator[RunningPhone]:
    """A phone that knows no computer."""
    with running_phone(FakeWorld(), speed=40, policy=Policy.ASK) as running:
        adb.run("connect", running.serial)
        yield running
        adb.disconnect(running.serial)


def test_an_unknown_computer_is_unauthorized_until_a_person_allows_it(adb: Adb, asking: RunningPhone) -> None:
    wait_for(adb, asking.serial, "unauthorized")
    refused = adb.shell(asking.serial, "echo in")
    assert refused.code == 1
    assert b"unauthorized" in refused.err
    [key] = asking.phone.authorizer.asking
    assert key.fingerprint.count(":") == 15
    assert asking.allow() == 1
    wait_for(adb, asking.serial, "device")
    assert adb.shell(asking.serial, "echo in").text == "in\n"


def test_an_allowed_computer_comes_in_by_its_signature_alone(adb: Adb, asking: RunningPhone) -> None:
    wait_for(adb, asking.serial, "unauthorized")
    asking.allow()
    wait_for(adb, asking.serial, "device")
    adb.disconnect(asking.serial)
    adb.connect(asking.serial)
    assert asking.phone.authorizer.asking == ()
    assert adb.shell(asking.serial, "echo again").text == "again\n"


def test_a_revoked_computer_is_asked_about_again(adb: Adb, asking: RunningPhone) -> None:
    wait_for(adb, asking.serial, "unauthorized")
    asking.allow()
    wait_for(adb, asking.serial, "device")
    asking.phone.authorizer.revoke()
    adb.disconnect(asking.serial)
    adb.run("connect", asking.serial)
    wait_for(adb, asking.serial, "unauthorized")


@pytest.mark.parametrize("payload", [b"", b"\0", b"AAAA me@here\0", b"!!!! x\0", b"QAAAAA== x\0"])
def test_what_is_no_key_is_no_key(payload: bytes) -> None:
    assert parse_public_key(payload) is None


def test_nobody_is_known_at_first() -> None:
    authorizer = Authorizer(Policy.ASK, os.urandom)
    assert not authorizer.knows(authorizer.token(), bytes(256))
    assert authorizer.allow() == 0


def test_fifty_megabytes_there_and_back(adb: Adb, phone: RunningPhone, tmp_path: Path) -> None:
    blob = os.urandom(50 << 20)
    (tmp_path / "big").write_bytes(blob)
    assert adb.run("-s", phone.serial, "push", str(tmp_path / "big"), "/data/local/tmp/big").code == 0
    assert adb.run("-s", phone.serial, "pull", "/data/local/tmp/big", str(tmp_path / "back")).code == 0
    assert (tmp_path / "back").read_bytes() == blob


def test_adb_lists_and_syncs_by_version_2(adb: Adb, phone: RunningPhone, tmp_path: Path) -> None:
    (tmp_path / "tree" / "sub").mkdir(parents=True)
    (tmp_path / "tree" / "sub" / "file").write_bytes(b"1234")
    features = adb.run("-s", phone.serial, "features").text
    # what the host knows of the phone's features, too: Debian's adb 29 has no sendrecv_v2
    assert {"stat_v2", "ls_v2"} <= set(features.split())
    assert adb.run("-s", phone.serial, "push", str(tmp_path / "tree"), "/data/local/tmp/").code == 0
    listed = adb.run("-s", phone.serial, "ls", "/data/local/tmp/tree/sub").text
    assert " file" in listed
    again = adb.run("-s", phone.serial, "push", "--sync", str(tmp_path / "tree"), "/data/local/tmp/")
    assert again.code == 0
    missing = adb.run("-s", phone.serial, "pull", "/data/local/tmp/none", str(tmp_path / "x"))
    assert b"No such file or directory" in missing.out + missing.err


def echo_server() -> tuple[socket.socket, threading.Thread]:
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"host says: " + connection.recv(100))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return server, thread


def test_reverse_leads_from_the_phone_to_the_host(adb: Adb, phone: RunningPhone) -> None:
    server, thread = echo_server()
    with server:
        host = f"tcp:{server.getsockname()[1]}"
        assert adb.run("-s", phone.serial, "reverse", "tcp:7001", host).code == 0
        assert f"tcp:7001 {host}" in adb.run("-s", phone.serial, "reverse", "--list").text
        assert adb.shell(phone.serial, "echo hello | nc 127.0.0.1 7001").text == "host says: hello\n"
        thread.join(5)
    assert adb.run("-s", phone.serial, "reverse", "--remove", "tcp:7001").code == 0
    assert adb.run("-s", phone.serial, "reverse", "--list").text.strip() == ""
    assert b"refused" in adb.shell(phone.serial, "nc 127.0.0.1 7001").err
    assert adb.run("-s", phone.serial, "reverse", "--remove", "tcp:7001").code == 1


def test_reverse_finds_a_free_port_and_ends_with_the_connection(adb: Adb, phone: RunningPhone) -> None:
    port = adb.run("-s", phone.serial, "reverse", "tcp:0", "tcp:9").text.strip()
    assert port.isdigit()
    assert adb.run("-s", phone.serial, "reverse", "--no-rebind", f"tcp:{port}", "tcp:10").code == 1
    adb.disconnect(phone.serial)
    adb.connect(phone.serial)
    assert adb.run("-s", phone.serial, "reverse", "--list").text.strip() == ""


@pytest.mark.parametrize(
    ("listen", "remote"), [("nc -l -p 7100", "tcp:7100"), ("nc -l -U @silky", "localabstract:silky")]
)
def test_forward_reaches_a_listener_on_the_phone(
    adb: Adb, phone: RunningPhone, listen: str, remote: str
) -> None:
    local = free_port()
    assert adb.run("-s", phone.serial, "forward", f"tcp:{local}", remote).code == 0
    heard: list[str] = []
    listener = threading.Thread(target=lambda: heard.append(adb.shell(phone.serial, "-T", listen).text))
    listener.start()
    end = time.monotonic() + 10
    while listener.is_alive() and time.monotonic() < end:
        with socket.create_connection(("127.0.0.1", local), 5) as client:
            client.sendall(b"to the phone\n")
            client.settimeout(0.3)
            with contextlib.suppress(TimeoutError):
                client.recv(1)  # gives the bytes time to arrive; an old adb throws them away at the end
    listener.join(10)
    adb.run("-s", phone.serial, "forward", "--remove", f"tcp:{local}")
    assert heard == ["to the phone\n"]
