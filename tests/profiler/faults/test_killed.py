"""kill -9 of silky at any moment: `silky restore`, or the next run, leaves nothing of it on the phone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.adb
SILKY = (sys.executable, "-m", "profiler.cli")
RUN = ("run", "--app", "demo-smooth", "--no-reference", "--rounds", "2", "--popups", "1", "--out", "here")
MOMENTS = {
    "while it sets the phone": ("command", 2, "^settings put", "setting "),
    "while it looks for the field": ("command", 1, "^app_process", "files: /data/local/tmp/silky-u2.jar"),
    "while a trace runs": ("touch", 3, "", "programs: trace"),
}
"""A name, the step at which it is killed, and what is then found on the phone."""


def killed(bench, where, nth, pattern) -> None:
    """Start a run in a process of its own, and kill it at the step."""
    process = subprocess.Popen([*SILKY, *RUN], stderr=subprocess.DEVNULL, env=dict(os.environ))
    bench.running.do(
        lambda phone: phone.phone.steps.watch(
            where, nth, pattern, lambda: os.kill(process.pid, signal.SIGKILL)
        )
    )
    assert process.wait(60) == -signal.SIGKILL


@pytest.mark.parametrize("moment", MOMENTS)
def test_restore_leaves_nothing(bench, silky, moment):
    *step, found = MOMENTS[moment]
    killed(bench, *step)
    assert found in "; ".join(bench.left())
    done = silky("restore")
    assert done.code == 0, done.out + done.err
    assert bench.left() == []


def test_the_next_run_leaves_nothing_and_goes_on(bench, silky):
    killed(bench, "pull", 1, "")
    assert "files: /data/misc/perfetto-traces/silky" in "; ".join(bench.left())
    done = silky("run", "--resume", "here")
    assert done.code == 0, done.err
    assert bench.left() == []
