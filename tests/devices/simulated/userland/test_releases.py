"""Programs of the shell as the releases have them: input, cmd, perfetto, and a vendor's switch."""

from __future__ import annotations

import pytest

from tests.devices.simulated.userland.fake_world import FakeWorld, persona
from tests.devices.simulated.userland.helpers import Device, Ran, sh
from tests.devices.simulated.userland.test_perfetto import BINARY, OUT, TEXT

SWITCH = "persist.security.adbinput"


def say(script: str, sdk: int, stdin: bytes = b"", **changes: object) -> Ran:
    return sh(script, FakeWorld(persona=persona(sdk, **changes)), stdin)


# input
def test_input_of_11_is_a_program_whose_usage_comes_with_each_error() -> None:
    ran = say("input wave 1 2", 30)
    assert ran.code == 0
    assert ran.err.startswith(
        "Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]\n\nThe sources are: \n"
    )
    assert ran.err.endswith("\nError: Unknown command: wave\n")
    assert say("input tap 1", 30).err.endswith('\nError: Argument expected after "1"\n')


def test_motionevent_is_offered_where_there_is_one() -> None:
    assert "motionevent <DOWN|UP|MOVE> <x> <y>" in say("input", 29).out
    old = say("input", 27, lacks=frozenset({"motionevent"})).out
    assert "motionevent" not in old
    assert "DISPLAY_ID" not in old


def test_a_refused_touch_is_worded_as_on_phones_of_its_time() -> None:
    lacks = frozenset({"injection"})
    old, new = say("input tap 5 5", 29, lacks=lacks), say("input tap 5 5", 34, lacks=lacks)
    assert old.err.startswith(
        "java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission\n\tat "
    )
    assert old.code == 1
    assert new.err.startswith(
        "\nException occurred while executing 'tap':\njava.lang.SecurityException: Injecting input"
    )
    assert new.code == 255


# cmd
@pytest.mark.parametrize(("command", "sdk"), [("input tap 1 1", 31), ("uimode night", 29)])
def test_cmd_finds_a_service_from_its_level_on(command: str, sdk: int) -> None:
    name = command.split(maxsplit=1)[0]
    assert say(f"cmd {command}", sdk - 1).err == f"cmd: Can't find service: {name}\n"
    assert "Can't find" not in say(f"cmd {command}", sdk).err


def test_a_verb_that_is_too_new_is_unknown() -> None:
    set_mode = "cmd display set-user-preferred-display-mode 1080 2400 60"
    assert say(set_mode, 31).code == 255
    assert say(set_mode, 33).code == 0


# perfetto
OFF = {"persist.traced.enable": "0"}


def test_on_10_tracing_is_off_until_a_property_turns_it_on() -> None:
    device = Device(FakeWorld(persona=persona(29, properties=OFF)))
    start = f"perfetto --background -c - -o {OUT}"
    refused = device.run(start, stdin=BINARY)
    assert refused.code == 1
    assert "Could not connect to the traced socket" in refused.err
    assert device.run("getprop init.svc.traced").out == "stopped\n"
    device.run("setprop persist.traced.enable 1")
    assert device.run("getprop init.svc.traced").out == "running\n"
    assert device.run(start, stdin=BINARY).code == 0


def test_on_10_a_configuration_is_read_from_standard_input_only() -> None:
    device = Device(FakeWorld(persona=persona(29)))
    device.run("cat > /data/misc/perfetto-configs/c; cat > /data/local/tmp/c", stdin=BINARY)
    for path in ("/data/misc/perfetto-configs/c", "/data/local/tmp/c"):
        assert "Permission denied" in device.run(f"perfetto -c {path} -o {OUT}").err


def test_on_10_a_text_with_compact_sched_is_rejected_and_a_binary_one_only_goes_without() -> None:
    rejected = say(f"perfetto --background --txt -c - -o {OUT}", 29, TEXT.encode())
    assert 'No field named "compact_sched" in proto FtraceConfig' in rejected.err
    world = FakeWorld(persona=persona(29))
    start = f"perfetto --background -c - -o {OUT}; sleep 1"
    assert sh(start, world, BINARY).code == 0
    assert not any(source.compact_sched for source in world.traces[0].config.data_sources)
    newer = FakeWorld(persona=persona(30))
    sh(start, newer, BINARY)
    assert any(source.compact_sched for source in newer.traces[0].config.data_sources)


def test_up_to_10_the_shell_may_not_remove_traces() -> None:
    for sdk, code in ((29, 1), (30, 0)):
        device = Device(FakeWorld(persona=persona(sdk)))
        device.run(f"perfetto -t 1s -o {OUT} sched/sched_switch")
        removed = device.run(f"rm {OUT}")
        assert removed.code == code
        assert ("Permission denied" in removed.err) == bool(code)


# the switch "USB debugging (Security settings)"
def switched(value: str) -> FakeWorld:
    return FakeWorld(persona=persona(35, shell_switch=SWITCH, properties={SWITCH: value}))


def test_while_a_vendors_switch_is_off_the_shell_may_neither_inject_nor_write_settings() -> None:
    for script in ("input tap 5 5", "settings put system screen_brightness 9"):
        assert "java.lang.SecurityException" in sh(script, switched("0")).err
        assert sh(script, switched("1")).err == ""
    assert sh("settings get global animator_duration_scale", switched("0")).out == "1.0\n"


def test_the_shell_cannot_flip_the_switch_itself() -> None:
    device = Device(switched("0"))
    assert device.run(f"setprop {SWITCH} 1").code == 1
    assert "SecurityException" in device.run("input tap 5 5").err
    device.world.properties[SWITCH] = "1"
    assert device.run("input tap 5 5").code == 0
