"""Phones and adb servers elsewhere: addresses, names of mDNS, pairing, servers that are never started here."""

from __future__ import annotations

import socket

import pytest

from devices.adb.address import Address, is_network, is_wireless, parse_address
from devices.adb.inventory import connect, list_phones, phone_serial
from devices.adb.pairing import pair
from devices.adb.server import AdbServer
from devices.driver.link import AdbLink
from traces.errors import PhoneError, UsageError

TLS = "adb-R5CT1-Xy12Ab._adb-tls-connect._tcp"


@pytest.fixture(autouse=True)
def no_server_named(monkeypatch):
    for name in ("SILKY_ADB_SERVER", "ADB_SERVER_SOCKET", "ANDROID_ADB_SERVER_HOST"):
        monkeypatch.delenv(name, raising=False)
    for name in ("ANDROID_ADB_SERVER_ADDRESS", "ANDROID_ADB_SERVER_PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.168.1.20:5555", "192.168.1.20", 5555),
        ("phone.local:37099", "phone.local", 37099),
        ("[::1]:5555", "::1", 5555),
        ("[fe80::1%wlan0]:41235", "fe80::1%wlan0", 41235),
    ],
)
def test_an_address_is_host_and_port_and_is_written_as_adb_writes_it(text, host, port):
    assert parse_address(text) == Address(host, port)
    assert str(Address(host, port)) == text


@pytest.mark.parametrize(
    "text",
    [
        "R5CT1",
        "fe80::1:5555",
        "host:0",
        "host:70000",
        "[host]:1",
        "a b:1",
        ":5555",
        "-x:1",
        "h:1:2",
        "h:",
        "",
    ],
)
def test_what_is_no_address_is_none(text):
    assert parse_address(text) is None


ANSWER = b"\x01\x0d\0\0\0silky-exit:0\n" + b"\x03\x01\0\0\0\0"
"""Of the shell: what its command ends with, then the exit code of the shell itself."""


def test_a_host_alone_is_one_only_where_a_port_is_understood():
    assert parse_address("10.0.0.2") is None
    assert parse_address("10.0.0.2", 5555) == Address("10.0.0.2", 5555)
    assert parse_address("[::1]", 5555) == Address("::1", 5555)


@pytest.mark.parametrize(
    ("serial", "network", "wireless"),
    [
        ("R5CT1", False, False),
        ("emulator-5554", False, False),
        ("127.0.0.1:5555", True, False),
        ("[::1]:5555", True, False),
        ("10.0.0.2:5555", True, True),
        (TLS, True, True),
    ],
)
def test_serials_tell_how_a_phone_is_reached(serial, network, wireless):
    assert (is_network(serial), is_wireless(serial)) == (network, wireless)


def test_a_serial_is_what_adb_lists_however_it_was_typed():
    assert phone_serial(f"{TLS}.") == TLS
    assert phone_serial("10.0.0.2", bare_host=True) == "10.0.0.2:5555"
    assert phone_serial("R5CT1") == "R5CT1"


def test_a_phone_whose_name_holds_a_space_is_listed_whole(adb):
    twice = "adb-R5CT1-Xy12Ab (2)._adb-tls-connect._tcp"
    adb.texts["host:devices-l"] = (
        f"{twice} device product:o1 model:SM_G991B device:o1s transport_id:3\n"
        "10.0.0.2:5555          offline transport_id:7\n"
    )
    first, second = list_phones(adb.address)
    assert (first.serial, first.state, first.model) == (twice, "device", "SM G991B")
    assert (second.serial, second.state) == ("10.0.0.2:5555", "offline")
    assert "same Wi-Fi" in second.advice


def test_ipv6_and_mdns_phones_are_connected_by_their_names(adb):
    for name in ("[fe80::1%wlan0]:5555", TLS):
        adb.texts[f"host:connect:{name}"] = f"connected to {name}"
        assert connect(adb.address, name) == name


def test_a_wireless_phone_that_adb_still_lists_as_offline_is_let_go_before_it_is_connected_again(adb):
    features = f"host-serial:{TLS}:features"
    adb.refused[features] = "device offline"

    class Reconnecting(dict):
        def __getitem__(self, key):
            if key.startswith("host:connect:"):
                adb.refused.clear()
                self[features] = "shell_v2"
            return super().__getitem__(key)

    adb.texts = Reconnecting(
        {**adb.texts, f"host:connect:{TLS}": f"connected to {TLS}", f"host:disconnect:{TLS}": "disconnected"}
    )
    adb.phones[TLS] = {"shell,v2": lambda sock: sock.sendall(ANSWER)}
    assert AdbLink(adb.address, TLS).shell("true", seconds=5).exit_code == 0
    asked = [service.split(":")[1] for service in adb.asked if service.startswith("host:")]
    assert asked.index("disconnect") < asked.index("connect")


def test_pairing_gives_the_code_to_the_server_and_tells_its_answer(adb):
    adb.texts["host:pair:123456:10.0.0.2:40001"] = "Successfully paired to 10.0.0.2:40001 [guid=adb-X]"
    assert "Successfully" in pair(adb.address, "10.0.0.2:40001", "123456")
    adb.texts["host:pair:654321:10.0.0.2:40001"] = "Failed: Wrong password or connection was dropped."
    with pytest.raises(PhoneError, match="Wrong password") as caught:
        pair(adb.address, "10.0.0.2:40001", "654321")
    assert "Wireless debugging" in caught.value.next_step
    with pytest.raises(PhoneError) as caught:
        pair(adb.address, "10.0.0.2:40002", "654321")
    assert "platform-tools 30" in caught.value.next_step


@pytest.mark.parametrize(
    ("name", "code"), [("10.0.0.2", "123456"), ("10.0.0.2:1", "12345"), ("x:1", "12 456")]
)
def test_what_cannot_be_paired_is_refused_before_any_server_is_asked(name, code):
    with pytest.raises(UsageError):
        pair(AdbServer("192.0.2.1", 1), name, code)


@pytest.mark.parametrize(
    ("name", "value", "host", "port", "named"),
    [
        ("SILKY_ADB_SERVER", "farm.example", "farm.example", 5037, True),
        ("SILKY_ADB_SERVER", "[fd00::9]:6000", "fd00::9", 6000, True),
        ("ADB_SERVER_SOCKET", "tcp:10.1.1.1:6001", "10.1.1.1", 6001, False),
        ("ADB_SERVER_SOCKET", "tcp:6001", "127.0.0.1", 6001, False),
        ("ANDROID_ADB_SERVER_ADDRESS", "10.1.1.2", "10.1.1.2", 5037, False),
    ],
)
def test_a_server_is_named_in_each_way_that_adb_knows(monkeypatch, name, value, host, port, named):
    monkeypatch.setenv(name, value)
    assert AdbServer.from_environment() == AdbServer(host, port, named)


def test_what_was_named_for_silky_comes_before_adbs_variables(monkeypatch):
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "1")
    monkeypatch.setenv("ADB_SERVER_SOCKET", "tcp:2")
    assert AdbServer.from_environment().port == 2
    monkeypatch.setenv("SILKY_ADB_SERVER", "localhost:3")
    assert AdbServer.from_environment().port == 3


@pytest.mark.parametrize("spec", ["localfilesystem:/tmp/x", "tcp:", "tcp:host:x", "acceptfd:3"])
def test_a_socket_that_cannot_be_used_is_told(monkeypatch, spec):
    monkeypatch.setenv("ADB_SERVER_SOCKET", spec)
    with pytest.raises(UsageError, match="ADB_SERVER_SOCKET is"):
        AdbServer.from_environment()


def test_a_named_server_is_never_started_here_even_at_this_computers_address(monkeypatch):
    monkeypatch.setattr("devices.adb.server.adb_program", lambda: pytest.fail("started a server"))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(PhoneError, match=r"nothing listens there; it was named") as caught:
        AdbServer.at(f"127.0.0.1:{port}").ensure_running()
    assert "ssh -L" in caught.value.next_step


def test_a_server_of_an_older_protocol_is_refused_with_both_versions(adb):
    adb.texts["host:version"] = "0020"
    with pytest.raises(PhoneError, match="speaks version 32 of adb's protocol; silky needs 41"):
        adb.address.ensure_running()
    adb.texts["host:version"] = "forty"
    with pytest.raises(PhoneError, match="speaks 'forty'"):
        adb.address.ensure_running()


def test_another_program_on_that_port_is_told():
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(5)
        import threading

        def answer():
            sock, _ = other.accept()
            with sock:
                sock.recv(64)
                sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(PhoneError, match="not adb's protocol"):
            AdbServer("127.0.0.1", other.getsockname()[1]).ensure_running()
        thread.join()
