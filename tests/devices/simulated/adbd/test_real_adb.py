"""The real adb server and program, and adbutils, find a phone here."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from devices.simulated.server import RunningPhone, running_phone
from tests.devices.simulated.userland.fake_world import FakeWorld

if TYPE_CHECKING:
    from pathlib import Path

    from tests.adbserver import Adb

pytestmark = pytest.mark.adb


def test_it_is_listed_with_its_model(adb: Adb, phone: RunningPhone) -> None:
    line = next(line for line in adb.run("devices", "-l").text.splitlines() if phone.serial in line)
    assert "device product:testphone model:Test_Phone device:testphone" in line


def test_shell_v2_keeps_streams_apart_and_gives_the_exit_code(adb: Adb, phone: RunningPhone) -> None:
    result = adb.shell(phone.serial, "echo out; echo err >&2; exit 7")
    assert (result.code, result.out, result.err) == (7, b"out\n", b"err\n")


def test_shell_v1_merges_streams(adb: Adb, phone: RunningPhone) -> None:
    result = adb.shell(phone.serial, "-x", "echo out; echo err >&2; exit 7")
    assert (result.code, result.out) == (0, b"out\nerr\n")


def test_stdin_reaches_the_command_up_to_its_end(adb: Adb, phone: RunningPhone) -> None:
    blob = os.urandom(300_000).replace(b"\r", b"")
    assert adb.shell(phone.serial, "-T", "cat", stdin=blob).out == blob
    assert adb.shell(phone.serial, "-T", "wc -c", stdin=blob).text == f"{len(blob)}\n"


def test_a_shell_reads_its_program_from_stdin(adb: Adb, phone: RunningPhone) -> None:
    script = b"a=3\nfor i in 1 2\ndo\necho $((a+i))\ndone\nexit 9\n"
    result = adb.shell(phone.serial, "-T", stdin=script)
    assert (result.code, result.out) == (9, b"4\n5\n")


def test_exec_out_gives_raw_bytes(adb: Adb, phone: RunningPhone) -> None:
    picture = adb.run("-s", phone.serial, "exec-out", "screencap", "-p").out
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.endswith(b"IEND\xaeB`\x82")


def test_an_interactive_terminal_prompts_and_ends_lines_with_cr_lf(adb: Adb, phone: RunningPhone) -> None:
    result = adb.shell(phone.serial, "-x", "-tt", stdin=b"echo $((6*7))\nexit\n")
    assert b"testphone:/ $ " in result.out
    assert b"42\r\n" in result.out


def test_twenty_streams_at_once(adb: Adb, phone: RunningPhone) -> None:
    with ThreadPoolExecutor(20) as pool:
        texts = list(
            pool.map(lambda i: adb.shell(phone.serial, f"sleep 0.{i:02d}; echo n{i}").text, range(20))
        )
    assert texts == [f"n{i}\n" for i in range(20)]


def test_push_and_pull_bring_back_the_same_bytes(adb: Adb, phone: RunningPhone, tmp_path: Path) -> None:
    blob = os.urandom(5 << 20)
    (tmp_path / "blob").write_bytes(blob)
    os.utime(tmp_path / "blob", (1_600_000_000, 1_600_000_000))
    assert (
        adb.run("-s", phone.serial, "push", str(tmp_path / "blob"), "/data/local/tmp/deep/er/blob").code == 0
    )
    assert (
        adb.shell(phone.serial, "stat -c '%s %Y' /data/local/tmp/deep/er/blob").text
        == f"{5 << 20} 1600000000\n"
    )
    assert adb.run("-s", phone.serial, "pull", "-a", "/data/local/tmp/deep", str(tmp_path / "back")).code == 0
    pulled = tmp_path / "back" / "er" / "blob"
    assert pulled.read_bytes() == blob
    assert int(pulled.stat().st_mtime) == 1_600_000_000


def test_sync_refuses_what_shell_may_not_write_or_read(adb: Adb, phone: RunningPhone, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    pushed = adb.run("-s", phone.serial, "push", str(tmp_path / "file"), "/system/file")
    assert pushed.code == 1
    assert b"Read-only file system" in pushed.out + pushed.err  # adb 29 says it on stdout
    pulled = adb.run("-s", phone.serial, "pull", "/nowhere", str(tmp_path / "out"))
    assert pulled.code == 1
    assert b"No such file or directory" in pulled.out + pulled.err


def test_it_comes_back_after_disconnect_and_after_the_cable_was_pulled(adb: Adb, phone: RunningPhone) -> None:
    adb.disconnect(phone.serial)
    adb.connect(phone.serial)
    assert adb.shell(phone.serial, "echo again").text == "again\n"
    phone.unplug()
    deadline = time.monotonic() + 10
    while (state := adb.run("-s", phone.serial, "get-state")).code == 0:
        assert time.monotonic() < deadline, state
    phone.replug()
    adb.disconnect(phone.serial)
    adb.connect(phone.serial)
    assert adb.shell(phone.serial, "echo replugged").text == "replugged\n"


def test_pulling_the_cable_ends_running_commands(adb: Adb, phone: RunningPhone) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(adb.shell, phone.serial, "echo begun; sleep 100000")
        deadline = time.monotonic() + 10
        while not any(one.name == "sleep" for one in phone.phone.phone.processes.all()):
            assert time.monotonic() < deadline
        phone.unplug()
        ended = running.result(20)
    assert ended.out == b"begun\n"
    assert ended.code != 0 or b"Version 29." in adb.run("version").out, "only an old adb calls that a success"
    assert not any(one.name == "sleep" for one in phone.phone.phone.processes.all())


def test_a_background_trace_outlives_the_cable(adb: Adb, phone: RunningPhone) -> None:
    trace = "/data/misc/perfetto-traces/t"
    config = b'buffers { size_kb: 8 } data_sources { config { name: "linux.ftrace" } }'
    pid = adb.shell(phone.serial, "-T", f"perfetto -c - --txt -D -o {trace}", stdin=config).text.strip()
    phone.unplug()
    phone.replug()
    adb.disconnect(phone.serial)
    adb.connect(phone.serial)
    stop = f"kill -TERM {pid}; while kill -0 {pid} 2>/dev/null; do sleep 0.05; done; cat {trace}"
    assert adb.shell(phone.serial, stop).out == b"trace:linux.ftrace"


def test_two_phones_on_one_server(adb: Adb, phone: RunningPhone) -> None:
    world = FakeWorld()
    world.properties["debug.which"] = "second"
    with running_phone(world, speed=40) as second:
        adb.connect(second.serial)
        assert adb.shell(second.serial, "getprop debug.which").text == "second\n"
        assert adb.shell(phone.serial, "getprop debug.which").text == "\n"
        adb.disconnect(second.serial)


def test_a_background_job_holds_the_v2_stream_only_through_its_output(adb: Adb, phone: RunningPhone) -> None:
    assert adb.shell(phone.serial, "(sleep 20; echo late) & echo first").text == "first\nlate\n"
    held = adb.shell(phone.serial, "sleep 100000 >/dev/null 2>&1 & echo $!")
    assert held.code == 0
    assert adb.shell(phone.serial, f"kill {held.text}").code == 0


def test_adb_reboot_drops_the_phone_and_it_comes_back(adb: Adb, phone: RunningPhone) -> None:
    boot = adb.shell(phone.serial, "cat /proc/sys/kernel/random/boot_id").text
    adb.shell(phone.serial, "echo kept > /data/local/tmp/kept; settings put global kept 1")
    adb.shell(phone.serial, "setprop debug.gone 1; log gone; nohup sleep 1000 > /dev/null 2>&1 &")
    assert "sleep 1000" in adb.shell(phone.serial, "ps -A -o ARGS").text
    assert adb.run("-s", phone.serial, "reboot").code == 0
    deadline = time.monotonic() + 20
    while adb.run("connect", phone.serial).text.startswith("failed"):
        assert time.monotonic() < deadline
    adb.connect(phone.serial)
    assert adb.shell(phone.serial, "echo up").text == "up\n"
    assert adb.shell(phone.serial, "cat /proc/sys/kernel/random/boot_id").text not in ("", boot)
    assert adb.shell(phone.serial, "cat /data/local/tmp/kept; settings get global kept").text == "kept\n1\n"
    assert adb.shell(phone.serial, "getprop debug.gone").text == "\n"
    assert "sleep 1000" not in adb.shell(phone.serial, "ps -A -o ARGS").text


def test_adbutils_works_unchanged(adb: Adb, phone: RunningPhone, tmp_path: Path) -> None:
    import adbutils

    device = adbutils.AdbClient(host="127.0.0.1", port=adb.port).device(serial=phone.serial)
    assert device.shell("echo hi") == "hi"
    answer = device.shell2("echo a; echo b >&2; exit 4", v2=True)
    assert (answer.returncode, answer.stdout, answer.stderr) == (4, "a\n", "b\n")
    merged = device.shell2("echo a; (exit 5)")
    assert (merged.returncode, merged.output) == (5, "a\n")
    blob = os.urandom(1 << 20)
    (tmp_path / "up").write_bytes(blob)
    device.sync.push(str(tmp_path / "up"), "/data/local/tmp/up", check=True)
    assert device.sync.read_bytes("/data/local/tmp/up") == blob
    assert device.sync.stat("/data/local/tmp/up").size == 1 << 20
    assert "up" in [entry.path for entry in device.sync.list("/data/local/tmp")]
    assert device.window_size() == (1080, 2400)
    assert device.prop.model == "Test Phone"
    assert device.screenshot().size == (1080, 2400)
    assert device.app_current().package == "com.example.chat"


def test_root_is_refused_as_production_builds_refuse_it(adb: Adb, phone: RunningPhone) -> None:
    refused = adb.run("-s", phone.serial, "root")
    assert b"adbd cannot run as root in production builds" in refused.out + refused.err
    already = adb.run("-s", phone.serial, "unroot")
    assert b"adbd not running as root" in already.out + already.err


def test_forwards_are_listed_and_removed(adb: Adb, phone: RunningPhone) -> None:
    port = adb.run("-s", phone.serial, "forward", "tcp:0", "tcp:7100").text.strip()
    assert f"{phone.serial} tcp:{port} tcp:7100" in adb.run("forward", "--list").text
    assert adb.run("-s", phone.serial, "forward", "--remove", f"tcp:{port}").code == 0
    assert f"tcp:{port}" not in adb.run("forward", "--list").text
    assert adb.run("-s", phone.serial, "forward", "--remove", f"tcp:{port}").code == 1
