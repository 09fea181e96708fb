"""Shell commands over the scripted server: framing, exit codes, deadlines, broken streams."""

from __future__ import annotations

import socket
import struct
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.adb.deadline import Deadline
from devices.adb.errors import AnswerTimeoutError, ConnectionLostError, GarbledError, RefusedError
from devices.adb.shell import run_shell
from devices.adb.stream import AdbStream
from traces.errors import PhoneError, UsageError


def packet(kind: int, data: bytes) -> bytes:
    return struct.pack("<BI", kind, len(data)) + data


def read_stdin(sock: socket.socket) -> bytes:
    data = bytearray()
    while True:
        kind, size = struct.unpack("<BI", sock.recv(5, socket.MSG_WAITALL))
        part = sock.recv(size, socket.MSG_WAITALL) if size else b""
        if kind == 4:
            return bytes(data)
        data += part


def answering(*chunks: bytes):
    def serve(sock: socket.socket) -> None:
        read_stdin(sock)
        for chunk in chunks:
            sock.sendall(chunk)

    return serve


def test_stdout_stderr_and_exit_code_come_apart(adb):
    end = b"silky-exit:7\n"
    adb.phones["S"] = {
        "shell,v2": answering(packet(1, b"out\r\n" + end), packet(2, b"err\n"), packet(3, b"\0"))
    }
    result = run_shell(adb.address, "S", "cmd", seconds=5, v2=True)
    assert (result.text, result.error_text, result.exit_code, result.ok) == ("out\n", "err\n", 7, False)
    assert adb.asked[-1] == "shell,v2,raw:(\ncmd\n); echo silky-exit:$?"


@pytest.mark.parametrize("said", [b"", b"half of it", b"all of it\nsilky-exi"])
def test_an_output_without_its_end_is_not_taken_for_whole(adb, said):
    adb.phones["S"] = {"shell,v2": answering(packet(1, said), packet(3, b"\0"))}
    with pytest.raises(GarbledError, match="phone S did not come whole") as caught:
        run_shell(adb.address, "S", "cmd", seconds=5, v2=True)
    assert caught.value.next_step


def test_a_command_whose_shell_was_killed_is_told_by_its_code(adb):
    adb.phones["S"] = {"shell,v2": answering(packet(1, b"half"), packet(3, b"\x89"))}
    result = run_shell(adb.address, "S", "cmd", seconds=5, v2=True)
    assert (result.text, result.exit_code) == ("half", 137)


def test_stdin_is_delivered_whole_and_then_closed(adb):
    seen = []

    def serve(sock: socket.socket) -> None:
        seen.append(read_stdin(sock))
        sock.sendall(packet(1, b"silky-exit:0\n") + packet(3, b"\0"))

    adb.phones["S"] = {"shell,v2": serve}
    data = bytes(range(256)) * 400
    run_shell(adb.address, "S", "perfetto", seconds=5, v2=True, stdin=data)
    assert seen == [data]


def test_lines_are_told_as_they_come_however_they_are_cut(adb):
    whole = b"one\ntwo\r\nthreesilky-exit:0\n"
    adb.phones["S"] = {
        "shell,v2": answering(*(packet(1, whole[i : i + 1]) for i in range(len(whole))), packet(3, b"\0"))
    }
    lines: list[str] = []
    run_shell(adb.address, "S", "x", seconds=5, v2=True, on_line=lines.append)
    assert lines == ["one", "two", "three"]


def test_old_phones_get_the_exit_code_from_the_command_line(adb):
    def serve(sock: socket.socket) -> None:
        sock.sendall(b"some output\nsilky-exit:3\n")

    adb.phones["S"] = {"shell:": serve}
    lines: list[str] = []
    result = run_shell(adb.address, "S", "cmd", seconds=5, v2=False, on_line=lines.append)
    assert (result.text, result.exit_code, lines) == ("some output\n", 3, ["some output"])


def test_old_phones_take_no_stdin(adb):
    adb.phones["S"] = {}
    with pytest.raises(UsageError, match="no shell protocol"):
        run_shell(adb.address, "S", "cmd", seconds=5, v2=False, stdin=b"x")


@pytest.mark.parametrize("v2", [True, False])
def test_a_stream_that_ends_early_is_a_broken_connection(adb, v2):
    def serve(sock: socket.socket) -> None:
        if v2:
            read_stdin(sock)
            sock.sendall(packet(1, b"half")[:-2])
        else:
            sock.sendall(b"half")

    adb.phones["S"] = {"shell": serve}
    with pytest.raises(ConnectionLostError, match=r"phone S broke|broke during"):
        run_shell(adb.address, "S", "cmd", seconds=5, v2=v2)


def test_a_silent_phone_is_given_up_at_the_deadline(adb):
    release = threading.Event()

    def serve(sock: socket.socket) -> None:
        release.wait(5)

    adb.phones["S"] = {"shell": serve}
    with pytest.raises(AnswerTimeoutError, match=r"phone S did not answer within 0\.2 s") as caught:
        run_shell(adb.address, "S", "cmd", seconds=0.2, v2=True)
    release.set()
    assert caught.value.exit_code == 4
    assert "cable" in caught.value.next_step


def test_lines_told_before_the_break_are_kept(adb):
    adb.phones["S"] = {"shell,v2": answering(packet(1, b"@@silky 1 before\n"))}
    lines: list[str] = []
    with pytest.raises(PhoneError):
        run_shell(adb.address, "S", "x", seconds=5, v2=True, on_line=lines.append)
    assert lines == ["@@silky 1 before"]


def test_an_unknown_phone_is_refused_with_the_servers_reason(adb):
    with pytest.raises(RefusedError, match="device 'S' not found") as caught:
        run_shell(adb.address, "S", "x", seconds=5, v2=True)
    assert "USB debugging" in caught.value.next_step


def test_a_server_that_is_none_is_told_so():
    here, there = socket.socketpair()
    with there, AdbStream(here, "the adb server") as stream:
        there.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        from devices.adb.server import request

        with pytest.raises(ConnectionLostError, match="not adb's protocol"):
            request(stream, "host:version", Deadline(2))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=2000), max_size=20), st.integers(1, 64))
def test_reading_gives_back_what_was_sent(chunks, take):
    here, there = socket.socketpair()
    data = b"".join(chunks)
    with there, AdbStream(here, "peer") as stream:
        sender = threading.Thread(target=lambda: (there.sendall(data), there.shutdown(socket.SHUT_WR)))
        sender.start()
        head = stream.read_exact(min(take, len(data)), Deadline(5))
        assert head + stream.read_all(Deadline(5)) == data
        sender.join()


def test_a_deadline_that_has_passed_reads_nothing():
    now = [0.0]
    deadline = Deadline(3.0, clock=lambda: now[0])
    assert deadline.left() == 3.0
    now[0] = 3.5
    assert deadline.passed
    here, there = socket.socketpair()
    with there, AdbStream(here, "phone S") as stream:
        there.sendall(b"x")
        with pytest.raises(AnswerTimeoutError):
            stream.read(1, deadline)


def test_a_background_command_is_read_until_it_ends(adb):
    from devices.adb.shell import start_shell

    adb.phones["S"] = {
        "shell,v2": lambda sock: sock.sendall(packet(1, b"a") + packet(2, b"b") + packet(3, b"\0"))
    }
    running = start_shell(adb.address, "S", "server", v2=True)
    running._thread.join(5)
    assert (running.ended, running.output) == (True, "ab")


@pytest.mark.parametrize("v2", [True, False])
def test_closing_a_background_command_closes_its_stream_on_the_phone(adb, v2):
    from devices.adb.shell import start_shell

    closed = threading.Event()

    def serve(sock: socket.socket) -> None:
        sock.recv(1)
        closed.set()

    adb.phones["S"] = {"shell": serve}
    running = start_shell(adb.address, "S", "server", v2=v2)
    assert not running.ended
    running.close()
    assert closed.wait(5)
    running._thread.join(5)
    assert running.ended
    running.close()
