"""A phone that lacks something says so in the way that Android does."""

from __future__ import annotations

import asyncio

import pytest

from devices.simulated.model import SimulationFileError, build_world, load_behaviours, load_persona
from devices.simulated.server import SimulatedPhone
from devices.simulated.userland.processes import Session, ShellProcess
from devices.simulated.userland.shell.interpreter import Shell
from devices.simulated.userland.shell.redirection import Descriptors
from devices.simulated.userland.streams import BufferSink, BytesSource
from devices.simulated.world import LACKS
from tests.devices.simulated.model.play import Scene
from tests.devices.simulated.model.reader import Trace, one

PIXEL = "pixel-a14-120"
CONFIG = b'buffers { size_kb: 4096 } data_sources { config { name: "linux.ftrace" } }'
START = "am start -W -n sim.chat.smooth/.MainActivity >/dev/null; sleep 1; input tap 400 2250; sleep 1; "


def say(script: str, *without: str) -> str:
    """Run a script on a phone without something; return what it printed."""

    async def main() -> str:
        world = build_world(load_persona(PIXEL, without), load_behaviours("demo"), seed=7)
        phone = SimulatedPhone(world, speed=200.0)
        await phone.start()
        shell = Shell.create(phone.phone, Session(), ShellProcess(world.new_pid(), 1, "sh", ()))
        out = BufferSink()
        await asyncio.wait_for(shell.run_text(script, Descriptors(BytesSource(CONFIG), out, out)), 60)
        await phone.stop()
        return out.data.decode()

    return asyncio.run(main())


SAYINGS = {
    "perfetto": ("perfetto --query; echo $?", "perfetto: inaccessible or not found\n127\n"),
    "trace-marker": ("echo 'C|1|x|1' > /sys/kernel/tracing/trace_marker || echo no", "no\n"),
    "injection": ("input tap 5 5 2>&1 | grep -c 'have the INJECT_EVENTS permission'", "1\n"),
    "motionevent": ("input motionevent DOWN 5 5; echo $?", "Unknown command: motionevent\n255\n"),
    "framestats": (f"{START} dumpsys gfxinfo sim.chat.smooth framestats | grep -c '^[01],'", "0\n"),
    "settings": ("settings put system screen_brightness 5; echo $?", "WRITE_SECURE_SETTINGS\n255\n"),
    "thermal": ("dumpsys thermalservice", "Can't find service: thermalservice\n"),
    "imetracker": (f"{START} logcat -d -s ImeTracker | grep -c onShown", "0\n"),
    "frametimeline": ("perfetto --query | grep -c frametimeline", "0\n"),
    "frametracer": ("perfetto --query | grep -c 'surfaceflinger.frame '", "0\n"),
}


@pytest.mark.parametrize("lack", SAYINGS)
def test_what_is_missing_is_said_as_android_says_it(lack: str) -> None:
    script, expected = SAYINGS[lack]
    assert expected in say(script, lack)
    assert expected not in say(script)


def test_latency_without_its_layers_is_one_line() -> None:
    ask = f"{START} layer=$(dumpsys SurfaceFlinger --list | grep '^sim.chat.smooth/'); dumpsys SurfaceFlinger --latency $layer | wc -l"
    assert int(say(ask)) > 100
    assert int(say(ask, "latency")) == 1


def shown(*without: str) -> Trace:
    """Trace one pop-up on a phone without something."""
    return Scene("sim.chat.smooth", without=without).traced_show()


def test_a_data_source_that_is_not_there_leaves_nothing_in_the_trace() -> None:
    whole = shown()
    assert whole.frames
    assert whole.prints
    assert not shown("frametimeline").frames
    assert not shown("ftrace").prints


def test_without_sections_the_app_tells_nothing_of_its_frames() -> None:
    def frames(trace: Trace) -> int:
        return sum("Choreographer#doFrame" in line for _, _, line in trace.prints)

    assert frames(shown("sections")) == 0 < frames(shown())


def test_scheduling_can_be_missing() -> None:
    assert shown().switches
    assert not shown("sched").switches


def test_without_fences_the_phone_says_that_its_times_are_not_on_screen() -> None:
    actual = [frame for frame in shown("present-fences").frames if frame.kind in (2, 4)]
    assert actual
    # jank_type is field 9 of surface frames and 7 of display frames
    assert {one(frame.message, 9 if frame.kind == 4 else 7) for frame in actual} == {8 | 256}


def test_an_unknown_lack_is_refused() -> None:
    with pytest.raises(SimulationFileError, match="can't lack 'magic'"):
        load_persona(PIXEL, ["magic"])


def test_every_lack_is_explained() -> None:
    assert set(SAYINGS) < set(LACKS)
    assert all(words for words in LACKS.values())
