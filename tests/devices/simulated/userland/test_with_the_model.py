"""The face and the model together: the same commands at any speed give the same phone."""

from __future__ import annotations

import asyncio

import pytest

from devices.simulated.model import build_world, load_behaviours, load_persona
from devices.simulated.server import SimulatedPhone
from devices.simulated.userland.processes import Session, ShellProcess
from devices.simulated.userland.shell.interpreter import Shell
from devices.simulated.userland.shell.redirection import Descriptors
from devices.simulated.userland.streams import BufferSink, BytesSource

CONFIG = b"""
buffers { size_kb: 65536 }
data_sources { config { name: "linux.ftrace" ftrace_config { ftrace_events: "ftrace/print"
  atrace_categories: "view" atrace_categories: "gfx" atrace_apps: "*" } } }
data_sources { config { name: "android.surfaceflinger.frametimeline" } }
"""
TRACE = "/data/misc/perfetto-traces/t.pftrace"
POPUP = f"""
am start -W -n sim.chat.smooth/.MainActivity >/dev/null
sleep 1
pid=$(perfetto -c - --txt --background-wait -o {TRACE})
input tap 400 2250
sleep 1
dumpsys input_method | grep -o mInputShown=true
dumpsys window displays | grep -c 'IME frame=\\[0,1\\|ime frame=\\[0,1'
input keyevent 4
sleep 1
dumpsys input_method | grep -o mInputShown=false
kill -TERM $pid
while kill -0 $pid 2>/dev/null; do sleep 0.1; done
dumpsys gfxinfo sim.chat.smooth framestats | grep -c '^0,'
cat /proc/uptime
"""


def play(script: str, speed: float, persona: str = "pixel-a14-120") -> tuple[str, bytes]:
    """Run a script at a speed on a fresh phone; return what it printed and the trace."""

    async def main() -> tuple[str, bytes]:
        world = build_world(load_persona(persona), load_behaviours("demo"), seed=7)
        phone = SimulatedPhone(world, speed=speed)
        await phone.start()
        shell = Shell.create(phone.phone, Session(), ShellProcess(world.new_pid(), 1, "sh", ()))
        out = BufferSink()
        await asyncio.wait_for(shell.run_text(script, Descriptors(BytesSource(CONFIG), out, out)), 60)
        await phone.stop()
        return out.data.decode(), phone.phone.files.read(TRACE)

    return asyncio.run(main())


@pytest.mark.parametrize("persona", ["pixel-a14-120", "emulator-a13-60"])
def test_a_pop_up_is_seen_in_every_dump(persona: str) -> None:
    text, trace = play(POPUP, 200.0, persona)
    lines = text.splitlines()
    assert lines[0] == "mInputShown=true"
    assert int(lines[1]) >= 1
    assert lines[2] == "mInputShown=false"
    assert int(lines[3]) > 5
    assert b"insets_animation" in trace


def test_the_speed_changes_nothing_that_a_script_does_or_measures() -> None:
    slow_text, slow_trace = play(POPUP, 20.0)
    fast_text, fast_trace = play(POPUP, 500.0)
    assert slow_text == fast_text
    assert slow_trace == fast_trace
