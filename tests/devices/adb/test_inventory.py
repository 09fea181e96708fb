"""Which phones there are, which one is meant, and what people are told otherwise."""

from __future__ import annotations

import socket

import pytest

from devices.adb.inventory import choose_phone, connect, list_phones
from devices.adb.server import AdbServer
from devices.driver.link import AdbLink
from traces.errors import PhoneError, UsageError

GOOD = "R5CT1 device usb:1-4 product:o1sxx model:SM_G991B device:o1s transport_id:3\n"
OTHER = "127.0.0.1:5555 device product:sdk model:Pixel_8 device:x transport_id:4\n"
LOCKED = "9A1 unauthorized usb:1-2 transport_id:1\n"
OFFLINE = "9B2 offline transport_id:2\n"
RULES = (
    "????????????\tno permissions (user in plugdev group; are your udev rules wrong?); see [http://x] usb:1\n"
)


@pytest.fixture(autouse=True)
def _no_serial(monkeypatch):
    monkeypatch.delenv("ANDROID_SERIAL", raising=False)


def listed(adb, text):
    adb.texts["host:devices-l"] = text
    return adb.address


def test_the_list_is_read_with_states_and_models(adb):
    phones = list_phones(listed(adb, GOOD + LOCKED + OFFLINE + RULES))
    assert [(p.serial, p.state, p.model) for p in phones] == [
        ("R5CT1", "device", "SM G991B"),
        ("9A1", "unauthorized", None),
        ("9B2", "offline", None),
        ("????????????", "no permissions", None),
    ]
    assert phones[0].advice == ""
    assert all(phone.advice for phone in phones[1:])


@pytest.mark.parametrize(
    ("serial", "said"),
    [
        ("9B2", "Unplug the cable"),
        ("192.168.1.20:5555", "Wi-Fi"),
        ("127.0.0.1:5555", "start it"),
        ("emulator-5554", "start it"),
    ],
)
def test_what_does_not_answer_is_advised_by_how_it_is_reached(adb, serial, said):
    (phone,) = list_phones(listed(adb, f"{serial} offline transport_id:2\n"))
    assert said in phone.advice


def test_the_only_usable_phone_is_taken(adb):
    assert choose_phone(listed(adb, LOCKED + GOOD), None).serial == "R5CT1"


def test_several_phones_are_a_question_back(adb):
    with pytest.raises(UsageError, match=r"2 phones are connected: R5CT1 .* 127\.0\.0\.1:5555") as caught:
        choose_phone(listed(adb, GOOD + OTHER), None)
    assert "--device R5CT1" in caught.value.next_step


def test_a_named_phone_is_taken_among_several(adb, monkeypatch):
    assert choose_phone(listed(adb, GOOD + OTHER), "127.0.0.1:5555").model == "Pixel 8"
    monkeypatch.setenv("ANDROID_SERIAL", "R5CT1")
    assert choose_phone(adb.address, None).serial == "R5CT1"


def test_no_phone_says_where_the_switches_are(adb):
    with pytest.raises(PhoneError, match="No phone is connected") as caught:
        choose_phone(listed(adb, ""), None)
    assert "Build number" in caught.value.next_step
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    ("line", "word"), [(LOCKED, "Allow USB debugging"), (OFFLINE, "cable"), (RULES, "udev")]
)
def test_an_unusable_phone_says_what_to_do(adb, line, word):
    with pytest.raises(PhoneError) as caught:
        choose_phone(listed(adb, line), None)
    assert word in caught.value.next_step
    with pytest.raises(PhoneError) as caught:
        choose_phone(listed(adb, line), line.split()[0])
    assert word in caught.value.next_step


def test_a_named_phone_that_is_not_there_is_told_with_those_that_are(adb):
    with pytest.raises(PhoneError, match=r"No phone X1 is connected \(connected: R5CT1"):
        choose_phone(listed(adb, GOOD), "X1")


def test_connecting_over_the_network(adb):
    adb.texts["host:connect:10.0.0.2:5555"] = "connected to 10.0.0.2:5555"
    assert connect(adb.address, "10.0.0.2:5555") == "10.0.0.2:5555"
    adb.texts["host:connect:10.0.0.3:5555"] = "failed to connect to 10.0.0.3:5555"
    with pytest.raises(PhoneError, match="failed to connect"):
        connect(adb.address, "10.0.0.3:5555")
    with pytest.raises(UsageError, match="not HOST:PORT"):
        connect(adb.address, "10.0.0.3:99999")
    assert connect(adb.address, "10.0.0.2") == "10.0.0.2:5555"


def test_an_address_that_is_wanted_is_connected(adb):
    listed(adb, GOOD)

    class Connecting(dict):
        def __getitem__(self, key):
            answer = super().__getitem__(key)
            if key.startswith("host:connect:"):
                self["host:devices-l"] = GOOD + OTHER
            return answer

    adb.texts = Connecting({**adb.texts, "host:connect:127.0.0.1:5555": "connected to 127.0.0.1:5555"})
    assert choose_phone(adb.address, "127.0.0.1:5555").model == "Pixel 8"


def test_the_server_is_where_the_environment_says(monkeypatch):
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "6001")
    monkeypatch.setenv("ANDROID_ADB_SERVER_HOST", "10.1.1.1")
    assert AdbServer.from_environment() == AdbServer("10.1.1.1", 6001)
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "tcp")
    with pytest.raises(UsageError, match="no port number"):
        AdbServer.from_environment()


def test_a_missing_server_elsewhere_cannot_be_started():
    # 192.0.2.0/24 is nobody's address; a socket that refuses at once would need a machine
    with pytest.raises(
        PhoneError, match="no computer of that name is known; it was named, so none is started here"
    ):
        AdbServer("localhost.invalid", 5037).ensure_running()


def test_a_server_that_cannot_be_started_is_an_error(monkeypatch, tmp_path):
    program = tmp_path / "adb"
    program.write_text("#!/bin/sh\necho 'cannot bind' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr("devices.adb.server.adb_program", lambda: str(program))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(PhoneError, match="cannot bind"):
        AdbServer("127.0.0.1", port).ensure_running()


def test_a_link_connects_again_once_to_a_phone_of_the_network(adb):
    serial = "10.0.0.2:5555"
    adb.refused[f"host-serial:{serial}:features"] = f"device '{serial}' not found"

    class Reconnecting(dict):
        def __getitem__(self, key):
            adb.refused.clear()
            adb.texts[f"host-serial:{serial}:features"] = "shell_v2,cmd"
            return super().__getitem__(key)

    adb.texts = Reconnecting({**adb.texts, f"host:connect:{serial}": f"connected to {serial}"})
    link = AdbLink(adb.address, serial)
    adb.phones[serial] = {
        "shell,v2": lambda sock: sock.sendall(b"\x01\r\0\0\0silky-exit:0\n\x03\x01\0\0\0\0")
    }
    assert link.shell("true", seconds=5).exit_code == 0
    assert adb.asked.count(f"host:connect:{serial}") == 1


def test_a_phone_on_a_cable_that_is_gone_is_an_error(adb):
    adb.refused["host-serial:R5CT1:features"] = "device 'R5CT1' not found"
    with pytest.raises(PhoneError, match="not found"):
        AdbLink(adb.address, "R5CT1").shell("true", seconds=5)


def test_a_phone_that_refuses_this_computer_says_to_allow_it_not_to_mend_the_network(adb):
    adb.texts["host:connect:10.0.0.4:5555"] = "failed to authenticate to 10.0.0.4:5555"
    with pytest.raises(PhoneError, match=r"10\.0\.0\.4:5555 does not allow this computer") as caught:
        connect(adb.address, "10.0.0.4:5555")
    assert "accept 'Allow USB debugging?'" in caught.value.next_step
