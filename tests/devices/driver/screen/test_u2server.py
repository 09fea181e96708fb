"""uiautomator2's server: started when needed, gone for certain before anything is measured."""

from __future__ import annotations

import socket
import threading

import pytest

from devices.adb.errors import ConnectionLostError
from devices.driver.screen.u2server import U2Server
from traces.errors import PhoneError

MAIN = "app_process / com.wetest.uia2.Main -p 9008"


@pytest.fixture
def server_phone(link, phone):
    """A phone on which the server can run: it answers on its port, has a process, ends on `kill`."""
    link.running = threading.Event()
    link.kills = []
    link.stubborn = 0
    link.says = ""
    link.automation_left = 0
    link.heeds_close = False
    link.dies = False

    def ps(command):
        rows = "  PID ARGS\n    1 init\n  300 ps -A -o PID,ARGS\n"
        return rows + (f"  271 {MAIN}\n" if link.running.is_set() else "")

    def kill(command):
        link.kills.append(command.split()[1])
        if len(link.kills) > link.stubborn:
            link.running.clear()
        return ""

    class Running:
        """What the phone runs until its stream is closed, if it heeds that."""

        def __init__(self, command):
            link.commands.append(command)
            self.output = link.says
            self.ended = bool(link.says) or link.dies
            if not self.ended:
                link.running.set()

        def close(self):
            if link.heeds_close:
                link.running.clear()

    link.start = Running

    def open_tcp(port, *, seconds):
        if not link.running.is_set():
            raise ConnectionLostError("refused", next_step="")
        here, there = socket.socketpair()
        threading.Thread(target=_pong, args=(there,), daemon=True).start()
        return here

    link.open_tcp = open_tcp
    link.answers += [
        (r"ps -A .*", ps),
        (r"kill .*", kill),
        (r"for i in .*dumpsys accessibility.*", lambda _: "" if link.automation_left else "free\n"),
    ]
    return phone


def _pong(sock):
    with sock:
        sock.recv(4096)
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: keep-alive\r\n\r\npong")


def test_it_is_pushed_started_and_answers(link, server_phone):
    server = U2Server(server_phone)
    server.start()
    assert server.answers()
    assert len(link.files["/data/local/tmp/silky-u2.jar"]) > 1_000_000
    assert server.pids() == [271]


def test_a_jar_that_is_there_is_not_pushed_again(link, server_phone):
    import hashlib
    import importlib.resources

    jar = importlib.resources.files("uiautomator2").joinpath("assets/u2.jar").read_bytes()
    link.answers.insert(0, ("md5sum .*", hashlib.md5(jar).hexdigest() + "  /data/local/tmp/silky-u2.jar\n"))
    U2Server(server_phone).start()
    assert link.files == {}


def test_one_that_runs_already_is_used(link, server_phone):
    link.running.set()
    U2Server(server_phone).start()
    assert not any(command.startswith("CLASSPATH") for command in link.commands)


def test_stopping_ends_its_process_and_checks(link, server_phone):
    server = U2Server(server_phone)
    server.start()
    server.stop()
    assert link.kills == ["-TERM"]
    assert not server.answers()
    server.stop()


def test_closing_its_stream_may_be_enough(link, server_phone):
    link.heeds_close = True
    server = U2Server(server_phone)
    server.start()
    server.stop()
    assert link.kills == []


def test_one_that_answers_without_a_process_in_the_list_is_not_believed_gone(link, server_phone):
    link.running.set()
    link.answers.insert(0, ("ps -A .*", "  PID ARGS\n"))
    with pytest.raises(PhoneError, match="does not end"):
        U2Server(server_phone).stop()


def test_one_that_does_not_listen_is_killed(link, server_phone):
    link.stubborn = 11
    link.running.set()
    U2Server(server_phone).stop()
    assert link.kills[0] == "-TERM"
    assert link.kills[-1] == "-KILL"


def test_one_that_never_ends_is_an_error(link, server_phone):
    link.stubborn = 1000
    link.running.set()
    with pytest.raises(PhoneError, match="does not end"):
        U2Server(server_phone).stop()


def test_automation_held_by_something_else_is_an_error(link, server_phone):
    link.automation_left = 1
    with pytest.raises(PhoneError, match="holds UiAutomation"):
        U2Server(server_phone).stop()


def test_why_it_did_not_start_is_quoted(link, server_phone):
    link.says = "java.lang.IllegalStateException: UiAutomationService X already registered!\n"
    with pytest.raises(PhoneError, match="already registered") as caught:
        U2Server(server_phone).start()
    assert "Appium" in caught.value.next_step


def test_a_server_that_dies_at_once_is_an_error_at_once(link, server_phone):
    link.dies = True
    with pytest.raises(PhoneError, match="did not start"):
        U2Server(server_phone).start()
