"""One silky per phone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from devices.driver.lock import PhoneLock
from traces.errors import PhoneError

HOLDER = """
import sys
from pathlib import Path
from devices.driver.lock import PhoneLock
lock = PhoneLock("abc", "S1", Path(sys.argv[1]))
lock.take()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_one_is_told_who_holds_the_phone(tmp_path):
    first, second = PhoneLock("abc", "S1", tmp_path), PhoneLock("abc", "S1", tmp_path)
    first.take()
    with pytest.raises(PhoneError, match=f"process {os.getpid()}\\) is using phone S1") as caught:
        second.take()
    assert caught.value.exit_code == 4
    first.free()
    second.take()
    second.free()
    second.free()


def test_other_phones_are_free(tmp_path):
    first, second = PhoneLock("abc", "S1", tmp_path), PhoneLock("def", "S2", tmp_path)
    first.take()
    second.take()
    first.free()
    second.free()


def test_a_killed_process_frees_the_phone(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    lock = PhoneLock("abc", "S1", tmp_path)
    with pytest.raises(PhoneError, match=f"process {holder.pid}"):
        lock.take()
    holder.kill()
    holder.communicate(timeout=10)
    lock.take()
    lock.free()
