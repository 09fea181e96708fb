"""What each fault does to a phone, seen from its own shell and screen."""

from __future__ import annotations

import pytest

from devices.simulated.userland.phone import TracingFault
from devices.simulated.world import MotionAction
from tests.devices.simulated.model.play import SECOND, Scene
from tests.devices.simulated.userland.helpers import Device

SMOOTH = "sim.chat.smooth"
TRACES = "/data/misc/perfetto-traces"


@pytest.fixture
def scene():
    return Scene(SMOOTH)


def logged(scene: Scene) -> str:
    return "\n".join(f"{line.tag}: {line.message}" for line in scene.phone.log_lines())


def test_a_hanging_app_is_told_after_five_seconds_with_a_dialog_of_the_system(scene):
    scene.phone.trouble("anr", None, 30.0)
    scene.phone.advance_to(scene.phone.now_ns + 4 * SECOND)
    assert "am_anr" not in logged(scene)
    scene.phone.advance_to(scene.phone.now_ns + 2 * SECOND)
    assert f",{SMOOTH}," in logged(scene).partition("am_anr: ")[2].splitlines()[0]
    focus = scene.phone.focused_window()
    assert (focus.title, focus.package) == (f"Application Not Responding: {SMOOTH}", "android")
    ids = [node.resource_id for node in scene.phone.view_tree().children]
    assert ids == ["android:id/alertTitle", "android:id/aerr_close", "android:id/aerr_wait"]


def test_close_app_ends_the_hanging_app(scene):
    scene.phone.trouble("anr", None, 30.0)
    scene.phone.advance_to(scene.phone.now_ns + 6 * SECOND)
    close = scene.phone.view_tree().children[1].bounds
    x, y = (close[0] + close[2]) / 2, (close[1] + close[3]) / 2
    for action in (MotionAction.DOWN, MotionAction.UP):
        scene.phone.inject_motion(action, x, y, lambda: None)
        scene.phone.advance_to(scene.phone.now_ns + SECOND)
    assert SMOOTH not in {process.name for process in scene.phone.processes()}
    assert scene.phone.focused_window().package == "sim.launcher"


def test_a_short_hang_is_never_told(scene):
    scene.phone.trouble("anr", None, 4.0)
    scene.phone.advance_to(scene.phone.now_ns + 10 * SECOND)
    assert "am_anr" not in logged(scene)


def test_an_updated_app_has_another_version_and_its_process_is_gone(scene):
    def version():
        return next(one.version_code for one in scene.phone.packages() if one.name == SMOOTH)

    was = version()
    scene.phone.trouble("app-update")
    assert version() == was + 1
    assert SMOOTH not in {process.name for process in scene.phone.processes()}


def test_the_wall_clock_jumps_and_the_others_go_on(scene):
    before = scene.phone.clocks()
    scene.phone.trouble("clock-jump", -3600.0)
    after = scene.phone.clocks()
    assert after.realtime_ns - before.realtime_ns == -3600 * SECOND
    assert (after.boottime_ns, after.monotonic_ns) == (before.boottime_ns, before.monotonic_ns)


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("thermal", lambda phone: phone.thermal_status),
        ("screen-off", lambda phone: phone.screen_on),
        ("lock", lambda phone: phone.locked),
        ("keyboard-switch", lambda phone: phone.ime().method_id),
        ("refresh-rate", lambda phone: phone.active_mode().refresh_hz),
    ],
)
def test_a_state_that_changed_can_be_changed_back(scene, kind, read):
    def settled():
        scene.phone.advance_to(scene.phone.now_ns + SECOND)
        return read(scene.phone)

    was = settled()
    undo = scene.phone.trouble(kind)
    assert settled() != was
    undo()
    assert settled() == was


def test_a_reboot_ends_what_runs_and_shows_the_launcher(scene):
    scene.phone.trouble("reboot")
    scene.phone.advance_to(scene.phone.now_ns + SECOND)
    assert SMOOTH not in {process.name for process in scene.phone.processes()}
    assert scene.phone.focused_window().package == "sim.launcher"


def test_a_full_storage_lets_files_be_made_and_nothing_be_written():
    device = Device()
    device.phone.files.full = True
    done = device.run("echo some > /data/local/tmp/x")
    assert device.run("cat /data/local/tmp/x").out == ""
    assert "No space left on device" in done.err
    device.phone.files.full = False
    assert device.run("echo some > /data/local/tmp/x; cat /data/local/tmp/x").out == "some\n"


RECORD = f"perfetto -o {TRACES}/x -t 1s sched"


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (TracingFault.MISSING, 127, "not found"),
        (TracingFault.BUSY, 1, "Too many concurrent tracing"),
        (TracingFault.REFUSED, 1, "Could not connect to the traced socket"),
    ],
)
def test_perfetto_is_missing_busy_or_refused(fault, code, said):
    device = Device()
    device.phone.tracing_fault = fault
    done = device.run(RECORD)
    assert (done.code, said in done.err) == (code, True)
    device.phone.tracing_fault = None
    assert device.run(RECORD).code == 0


def test_a_trace_is_cut_once_and_is_empty_where_no_space_is_left():
    device = Device()
    device.run(RECORD)
    whole = len(device.phone.files.read(f"{TRACES}/x"))
    device.phone.trace_share = 0.5
    device.run(RECORD)
    assert len(device.phone.files.read(f"{TRACES}/x")) == round(whole / 2)
    device.run(RECORD)
    assert len(device.phone.files.read(f"{TRACES}/x")) == whole
    device.phone.files.full = True
    done = device.run(RECORD)
    assert (done.code, "No space left on device" in done.err) == (1, True)
    assert device.phone.files.read(f"{TRACES}/x") == b""


def test_programs_get_slower_and_services_are_missing_while_it_boots():
    device = Device()
    device.phone.steps.delay_ns = 2 * SECOND
    began = device.world.now
    device.run("id; id")
    assert device.world.now - began >= 4 * SECOND
    device.phone.steps.delay_ns = 0
    device.phone.booting = True
    done = device.run("dumpsys window; getprop sys.boot_completed")
    assert (done.out, "Can't find service: window" in done.err) == ("\n", True)
