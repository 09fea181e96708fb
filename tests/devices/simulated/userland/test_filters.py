"""Text and file programs behave as toybox's."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.devices.simulated.userland.fake_world import BOOT_NS, REALTIME_NS, FakeWorld
from tests.devices.simulated.userland.helpers import Device, sh

TEXT = "printf 'alpha 1\\nbeta 22\\ngamma 1\\n'"


@pytest.mark.parametrize(
    ("script", "out"),
    [
        (f"{TEXT} | grep a1 || echo none", "none\n"),
        (f"{TEXT} | grep -c 1", "2\n"),
        (f"{TEXT} | grep -E '^(alpha|beta)'", "alpha 1\nbeta 22\n"),
        (f"{TEXT} | grep -o '[0-9][0-9]*'", "1\n22\n1\n"),
        (f"{TEXT} | grep -v 1", "beta 22\n"),
        (f"{TEXT} | grep -n beta", "2:beta 22\n"),
        (f"{TEXT} | grep -m 1 1", "alpha 1\n"),
        (f"{TEXT} | grep -iF BETA", "beta 22\n"),
        (f"{TEXT} | grep -q beta && echo found", "found\n"),
        (f"{TEXT} | grep -A 1 alpha", "alpha 1\nbeta 22\n"),
        (f"{TEXT} | grep 'a\\|b' | wc -l", "3\n"),
        (f"{TEXT} | head -n 1", "alpha 1\n"),
        (f"{TEXT} | head -2 | tail -1", "beta 22\n"),
        (f"{TEXT} | tail -n +2", "beta 22\ngamma 1\n"),
        (f"{TEXT} | wc", "3 6 24\n"),
        (f"{TEXT} | wc -c", "24\n"),
        (f"{TEXT} | cut -d ' ' -f 2 | sort -u", "1\n22\n"),
        (f"{TEXT} | sort -r | head -1", "gamma 1\n"),
        (f"{TEXT} | tr a-z A-Z | head -1", "ALPHA 1\n"),
        (f"{TEXT} | tee /data/local/tmp/t | wc -l; cat /data/local/tmp/t | wc -l", "3\n3\n"),
        ("echo a b | xargs echo x", "x a b\n"),
        ("seq 3; seq 2 4", "1\n2\n3\n2\n3\n4\n"),
    ],
)
def test_filters(script: str, out: str) -> None:
    assert sh(script).out == out


def test_digests_agree_with_pythons() -> None:
    device = Device()
    device.phone.files.write("/data/local/tmp/x", b"content")
    digest = hashlib.md5(b"content").hexdigest()
    assert device.run("toybox md5sum /data/local/tmp/x").out == f"{digest}  /data/local/tmp/x\n"
    assert device.run("toybox md5sum /data/local/tmp/none").err == (
        "md5sum: /data/local/tmp/none: No such file or directory\n"
    )


def test_files_have_sizes_modes_and_times() -> None:
    ran = sh(
        "cd /data/local/tmp; echo hello > f; stat -c '%s %a %F' f; ls -l f; ls; wc -c f; rm f; ls | wc -l"
    )
    lines = ran.out.splitlines()
    assert lines[0] == "6 644 regular file"
    assert re.fullmatch(r"-rw-r--r-- 1 shell shell +6 2026-02-02 02:40 f", lines[1])
    assert lines[2:] == ["f", "6 f", "0"]


def test_shell_cannot_write_outside_its_folders() -> None:
    assert sh("mkdir /data/foo").err == "mkdir: '/data/foo': Permission denied\n"
    assert sh("touch /system/foo").err == "touch: '/system/foo': Read-only file system\n"
    assert sh("ls /data/data").err == "ls: /data/data: Permission denied\n"
    assert sh("rm /none").err == "rm: /none: No such file or directory\n"
    assert sh("rm -f /none").code == 0


def test_sdcard_is_the_emulated_storage() -> None:
    assert sh("echo x > /sdcard/f; cat /storage/emulated/0/f").out == "x\n"


def test_date_and_uptime_read_the_phones_clocks() -> None:
    world = FakeWorld()
    out = sh("date +%s%N; cat /proc/uptime", world).out.splitlines()
    assert 0 <= int(out[0]) - REALTIME_NS < 10**12
    assert len(out[0]) == 19
    seconds = float(out[1].split()[0])
    assert BOOT_NS / 1e9 <= seconds <= world.now / 1e9
    assert sh("date +%Y").out == "2026\n"


def test_sleep_takes_fractions_of_the_phones_time() -> None:
    world = FakeWorld()
    before = world.now
    sh("sleep 0.25", world)
    assert (world.now - before) / 1e6 >= 250
    assert sh("sleep x").err == "sleep: Unknown suffix 'x'\n"


def test_who_runs_here() -> None:
    assert sh("whoami; id -u; uname -m").out == "shell\n2000\naarch64\n"
    assert sh("id").out.startswith("uid=2000(shell) gid=2000(shell) groups=")


def test_ps_and_pidof_know_the_models_processes_and_the_shells() -> None:
    device = Device()
    assert device.run("pidof com.example.chat").out == "4321\n"
    assert device.run("pidof nothing").code == 1
    table = device.run("ps -A | grep chat").out
    assert re.match(r"u0_a123 +4321 +1 .* S com\.example\.chat\n", table)
    assert device.run("sleep 5 & ps -A -o PID,NAME | grep sleep | wc -l; kill $!").out == "1\n"


def test_trace_marks_reach_the_model_with_the_writers_pid() -> None:
    world = FakeWorld()
    sh('echo "C|$$|sync|1" > /sys/kernel/tracing/trace_marker; echo $$', world)
    kind, pid, text, _ = world.did[0]
    assert (kind, text) == ("marker", f"C|{pid}|sync|1")
    sh("echo x > /sys/kernel/debug/tracing/trace_marker", world)
    assert world.did[1][2] == "x"
    assert sh("timeout 1 sleep 10").code == 124
