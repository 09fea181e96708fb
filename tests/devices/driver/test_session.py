"""The facade over a scripted phone: refusals before changes, a round in its folder, everything restored."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from devices.adb.errors import ConnectionLostError
from devices.driver.screen import readiness
from devices.driver.screen.hierarchy import Found, Node
from devices.driver.session import PhoneSession
from devices.driver.state.holding import DeviceOptions
from devices.driver.state.journal import pending
from devices.profiles import load_profile
from traces.errors import PhoneError

IME = "com.k/.Ime"
WINDOW = """WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)
  mCurrentFocus=Window{{1 u0 {focus}}}
  mDisplayFrame=Rect(0, 0 - 1080, 2400)
    WindowInsetsStateController
      InsetsSource type=ime frame=[0,1500][1080,2400] visible={shown}
  isKeyguardShowing={locked}
"""
DISPLAY = """  DisplayDeviceInfo{{"Built-in Screen": uniqueId="local:1", 1080 x 2400, modeId {mode},
defaultModeId 1, supportedModes [{{id=1, width=1080, height=2400, fps=60.0}},
{{id=2, width=1080, height=2400, fps=120.0}}],
state ON, type INTERNAL, FLAG_DEFAULT_DISPLAY}}
""".replace("\n", " ", 3)
FIELD = Node(
    "sim.chat.smooth:id/input",
    "android.widget.EditText",
    "sim.chat.smooth",
    "",
    "",
    "",
    (60, 2200, 900, 2320),
    True,
    True,
    True,
)


class Script:
    """The phone behind the scripted link: a keyboard, an app, a trace."""

    def __init__(self, link) -> None:
        self.shown = False
        self.focus = "sim.chat.smooth/sim.chat.smooth.Main"
        self.pid = 100
        self.locked = "false"
        self.awake = "Awake"
        self.comes_up = True
        self.rates = [2]
        self.on_round = lambda: None
        self.link = link
        link.settings = {("secure", "default_input_method"): IME}
        link.answers += [
            ("echo; echo '@@silky ime'.*", self.state),
            ("pm list packages", "package:sim.chat.smooth\npackage:sim.chat.heavy\n"),
            ("cmd package resolve-activity .*", "sim.chat.smooth/.Main\n"),
            ("am start .*", "Starting: Intent\n"),
            ("for i in .*mCurrentFocus.*", "front\n"),
            ("input tap .*", self.tap),
            ("if dumpsys input_method .*", self.hide),
            ("for i in .*@@silky shown.*", lambda _: f"@@silky shown\n{self.window()}" if self.shown else ""),
            ("input", ("", "tap <x> <y>\nmotionevent <DOWN|UP>\n", 1)),
            (r"if \[ -w .*", "/sys/kernel/tracing/trace_marker\n"),
            ("command -v perfetto", "/system/bin/perfetto\n"),
            ("perfetto --query", "linux.ftrace traced_probes\nandroid.surfaceflinger.frametimeline sf\n"),
            ("perfetto .*", "77\n"),
            ("# pop-up 1.*", self.round),
            ("date .*", "11-24 13:00:00.000\n"),
            ("input keyevent 224.*", self.wake),
        ]

    def state(self, command):
        dumps = {
            "ime": self.link.settings.get(("secure", "default_input_method"), "null"),
            "input_method": f" mCurMethodId={IME}\n mInputShown={str(self.shown).lower()}",
            "window": self.window(),
            "power": f"  mWakefulness={self.awake}",
            "pid": str(self.pid),
            "display": DISPLAY.format(mode=self.rates.pop(0) if len(self.rates) > 1 else self.rates[0]),
            "animator_duration_scale": self.link.settings.get(("global", "animator_duration_scale"), "null"),
        }
        names = re.findall(r"echo '@@silky (\w+)'", command)
        return "".join(f"@@silky {name}\n{dumps.get(name, '')}\n" for name in names)

    def window(self):
        return WINDOW.format(focus=self.focus, shown=str(self.shown).lower(), locked=self.locked)

    def tap(self, _):
        self.shown = self.comes_up
        return ""

    def hide(self, _):
        self.shown = False
        return ""

    def wake(self, _):
        self.awake = "Awake"
        return ""

    def round(self, command):
        self.on_round()
        remote = re.search(
            r"-o (\S+)", next(c for c in reversed(self.link.commands) if c.startswith("perfetto"))
        )
        self.link.files[remote[1]] = b"a trace"
        said = ""
        for number in re.findall(r"^# pop-up (\d+)$", command, re.MULTILINE):
            said += f"@@silky {number} before\n mInputShown=false\n"
            said += f"@@silky {number} down 0\n@@silky {number} up 0\n"
            said += f"@@silky {number} after\n mInputShown={str(self.comes_up).lower()}\n"
        return said + "@@silky end\n"


class FakeScreen:
    """In the place of uiautomator2: the field is always there."""

    opened = 0

    def __init__(self, phone) -> None:
        self.phone = phone

    def __enter__(self):
        FakeScreen.opened += 1
        return self

    def __exit__(self, *_) -> None:
        self.phone.shell("u2 ended")

    def find_field(self, profile, package):
        return Found(FIELD, "id 'input'")

    def nodes(self):
        return (FIELD,)


@pytest.fixture
def script(link, monkeypatch):
    monkeypatch.setattr(readiness, "Screen", FakeScreen)
    FakeScreen.opened = 0
    return Script(link)


@pytest.fixture
def profile():
    return load_profile("demo-smooth")


def test_a_round_is_captured_into_its_folder(link, script, profile, tmp_path):
    with PhoneSession(link) as session:
        assert session.check_start(IME) == ["This phone does not tell: thermal status."]
        assert session.changes() == {
            "global/stay_on_while_plugged_in": (None, "7"),
            "global/heads_up_notifications_enabled": (None, "0"),
            "notification/dnd": ("off", "priority"),
            "system/accelerometer_rotation": (None, "0"),
        }
        field = session.prepare(profile)
        assert (field.x, field.y, field.ime_height_px, field.app_pid) == (480, 2260, 900, 100)
        done = session.capture_round(profile, field, tmp_path / "001-demo-smooth-1", 3, number=1)
    assert done.folder == "001-demo-smooth-1"
    assert (done.round, done.attempt, done.package, done.void) == (1, 1, "sim.chat.smooth", ())
    assert [popup.number for popup in done.popups] == [1, 2, 3]
    assert all(popup.shown_after for popup in done.popups)
    assert done.trace_sha256 == hashlib.sha256(b"a trace").hexdigest()
    folder = tmp_path / "001-demo-smooth-1"
    assert sorted(path.name for path in folder.iterdir()) == ["popups.log", "popups.sh", done.trace]
    assert set(done.host_seconds) == {
        "state_before",
        "trace_start",
        "script",
        "trace_stop",
        "pull",
        "state_after",
    }
    # the phone is as it was
    assert link.settings == {("secure", "default_input_method"): IME, ("global", "zen_mode"): "0"}
    assert not any("silky-state" in path for path in link.files)
    assert pending() == []


def test_uiautomator2_has_ended_before_the_trace_starts(link, script, profile, tmp_path):
    with PhoneSession(link) as session:
        session.capture_round(profile, session.prepare(profile), tmp_path / "r", 1, number=1)
    order = [
        next(i for i, c in enumerate(link.commands) if c.startswith(start))
        for start in ("u2 ended", "perfetto", "# pop-up")
    ]
    assert order == sorted(order)


def test_the_screen_is_looked_at_once_per_process_of_the_app(link, script, profile):
    with PhoneSession(link) as session:
        first = session.prepare(profile)
        assert session.prepare(profile) == first
        assert FakeScreen.opened == 1
        script.pid = 200
        assert session.prepare(profile).app_pid == 200
        assert FakeScreen.opened == 2


def test_after_a_void_round_the_screen_is_looked_at_anew(link, script, profile, tmp_path):
    def crash():
        script.pid = 300

    script.on_round = crash
    with PhoneSession(link) as session:
        field = session.prepare(profile)
        done = session.capture_round(profile, field, tmp_path / "r", 1, number=1)
        assert done.void == ("The app's process changed from 100 to 300: it crashed or restarted.",)
        session.prepare(profile)
    assert FakeScreen.opened == 2


def test_a_dialog_that_came_after_preparing_voids(link, script, profile, tmp_path):
    with PhoneSession(link) as session:
        field = session.prepare(profile)
        script.focus = "com.update/com.update.Dialog"
        done = session.capture_round(profile, field, tmp_path / "r", 1, number=1)
    assert any("not sim.chat.smooth/sim.chat.smooth.Main as prepared" in reason for reason in done.void)


def test_a_refresh_rate_that_only_settles_late_does_not_void(link, script, profile, tmp_path):
    with PhoneSession(link) as session:
        field = session.prepare(profile)
        script.rates = [1, 2, 1]
        done = session.capture_round(profile, field, tmp_path / "r", 1, number=1)
        assert (done.before.refresh_hz, done.after.refresh_hz, done.void) == (60.0, 60.0, ())
        script.rates = [1, 2]
        done = session.capture_round(profile, field, tmp_path / "r2", 1, number=1, attempt=2)
    assert done.void == ("The refresh rate changed from 60 to 120 Hz.",)


def test_all_refusals_come_at_once_and_before_any_change(link, script):
    link.settings["global", "animator_duration_scale"] = "0.5"
    with PhoneSession(link) as session:
        with pytest.raises(
            PhoneError, match=r"animation scales .* 1, 1, 0\.5, not 1; the keyboard is com\.k/\.Ime"
        ):
            session.check_start("com.other/.Ime")
        assert session.changes() == {}
    assert not any(command.startswith("settings put") for command in link.commands)


def test_a_dark_screen_is_woken_and_a_locked_one_refused(link, script):
    script.awake = "Asleep"
    with PhoneSession(link) as session:
        session.check_start()
        assert script.awake == "Awake"
        script.locked = "true"
        with pytest.raises(PhoneError, match="the phone is locked"):
            session.check_start()


def test_a_keyboard_that_does_not_come_is_an_error(link, script, profile):
    script.comes_up = False
    with (
        PhoneSession(link) as session,
        pytest.raises(PhoneError, match="keyboard does not come up in Demo smooth"),
    ):
        session.prepare(profile)


def test_a_pulled_cable_keeps_what_was_captured_and_the_journal(link, script, profile, tmp_path):
    def pull_out():
        link.calls_until_unplugged = 0

    def run():
        with PhoneSession(link) as session:
            session.check_start(IME)
            session.capture_round(profile, session.prepare(profile), tmp_path / "r", 2, number=1)

    script.on_round = pull_out
    with pytest.raises(ConnectionLostError):
        run()
    assert (tmp_path / "r" / "popups.sh").exists()
    assert "@@silky 2 up 0" in (tmp_path / "r" / "popups.log").read_text()
    assert len(pending()) == 1
    assert link.settings["global", "stay_on_while_plugged_in"] == "7"
    # the next session, with the cable back in, finishes it
    link.calls_until_unplugged = None
    with PhoneSession(link) as session:
        assert "global/stay_on_while_plugged_in" in session.notes[0]
    assert ("global", "stay_on_while_plugged_in") not in link.settings
    assert pending() == []


def test_two_sessions_on_one_phone_are_refused(link, script):
    with PhoneSession(link), pytest.raises(PhoneError, match="Another silky"):
        PhoneSession(link)
    PhoneSession(link).close()


def test_a_refused_injection_stops_the_run_and_the_trace(link, script, profile, tmp_path):
    error = (
        "java.lang.SecurityException: Injecting to another application requires INJECT_EVENTS permission\n"
    )
    with PhoneSession(link) as session:
        field = session.prepare(profile)
        link.answers.insert(0, ("# pop-up 1.*", ("@@silky 1 down 255\n", error, 0)))
        with pytest.raises(PhoneError, match="does not allow touches"):
            session.capture_round(profile, field, tmp_path / "r", 1, number=1)
    assert any(command.startswith("kill -TERM 77;") for command in link.commands)
    assert any(command.startswith("rm -f") and "silky" in command for command in link.commands)
    assert "INJECT_EVENTS" in (tmp_path / "r" / "popups.log").read_text()


def test_the_capture_config_is_shown_in_text(link, script, profile):
    with PhoneSession(link) as session:
        text = session.capture_config(profile, 5)
    assert 'atrace_apps: "sim.chat.smooth"' in text
    assert 'atrace_apps: "com.k"' in text


def test_a_refresh_rate_is_only_held_when_asked_for(link, script, monkeypatch):
    with PhoneSession(link) as session:
        session.check_start()
        assert ("system", "peak_refresh_rate") not in link.settings
        facts = {"modes_hz": (60.0, 120.0), "width": 1080, "height": 2400}
        monkeypatch.setattr(session, "facts", lambda: type("F", (), facts))
        script.rates = [1]
        assert not any("panel" in text for text in session.check_start(refresh_hz=60))
        assert link.settings["system", "peak_refresh_rate"] == "60.0"
        assert link.settings["system", "min_refresh_rate"] == "60.0"
        with pytest.raises(PhoneError, match=r"has no 90 Hz; it has 60, 120"):
            session.check_start(refresh_hz=90)
    assert ("system", "peak_refresh_rate") not in link.settings


def test_state_files_are_on_this_computer_by_the_serials_hash(link, script, state_home):
    with PhoneSession(link) as session:
        session.check_start()
        names = [path.name for path in Path(state_home, "silky").iterdir()]
    assert all("SERIAL1" not in name for name in names)
    assert len(names) == 3


def test_a_panel_that_does_not_obey_is_asked_by_its_service_and_then_told(link, script, monkeypatch):
    facts = {"modes_hz": (60.0, 120.0), "width": 1080, "height": 2400}
    link.settings["secure", "refresh_rate_mode"] = "1"
    before = dict(link.settings)
    with PhoneSession(link) as session:
        monkeypatch.setattr(session, "facts", lambda: type("F", (), facts))
        warnings = session.check_start(refresh_hz=60)
        assert link.settings["secure", "refresh_rate_mode"] == "0"
        assert link.settings["display", "mode"] == "1080 2400 60"
        assert ("system", "user_refresh_rate") not in link.settings
    assert any("The panel runs at 120 Hz, not at the 60 Hz asked for" in text for text in warnings)
    assert {**before, ("global", "zen_mode"): "0"} == link.settings


def test_a_phone_without_perfetto_is_measured_by_what_its_dumps_tell(link, script):
    link.answers.insert(0, ("command -v perfetto", ("", "", 1)))
    with PhoneSession(link) as session:
        session.require_recording()
        recorded = session.capture_set()
        assert (recorded.traced, recorded.sources) == (False, ("--latency", "framestats"))
        assert any("There is no perfetto on this phone" in warning for warning in session.check_start())


def test_a_tracing_service_that_is_switched_off_is_asked_for_before_anything_is_set(link, script):
    link.answers.insert(0, ("perfetto --query", ("", "Failed to connect to the tracing service\n", 1)))
    link.answers.insert(0, ("getprop persist.traced.enable", "0\n"))
    with (
        PhoneSession(link) as session,
        pytest.raises(PhoneError, match=r"tracing service of .* is switched off"),
    ):
        session.require_recording()
    assert not any(" put " in command or "set_dnd " in command for command in link.commands)
    assert not any("silky-state" in path for path in link.files)


def test_what_the_phone_refuses_is_a_warning_with_the_way_by_hand(link, script):
    link.state.refuses = {"settings", "notification/dnd"}
    with PhoneSession(link) as session:
        warnings = session.check_start()
        assert session.changes() == {}
    said = " ".join(warnings)
    for text in (
        "Stay awake could not be set (java.lang.SecurityException: Permission denial",
        "By hand: Settings > Additional settings > Developer options > Stay awake.",
        "Do not disturb could not be set (Error: notification/dnd)",
        "Switch on Settings > Additional settings > Developer options > USB debugging (Security settings)",
        "then silky sets these itself.",
    ):
        assert text in said
    assert pending() == []


def test_what_is_to_be_left_is_left(link, script):
    with PhoneSession(link) as session:
        session.options = DeviceOptions(leave=frozenset({"dnd", "rotation", "heads-up"}))
        session.check_start()
        assert set(session.changes()) == {"global/stay_on_while_plugged_in"}


def test_apps_are_compiled_alike_only_when_asked_for_and_go_back(link, script, profile):
    link.state.filters = {"sim.chat.smooth": "verify"}
    told = []
    with PhoneSession(link) as session:
        session.app_facts(profile)
        session.check_start()
        assert link.state.filters == {"sim.chat.smooth": "verify"}
        session.options, session.tell = DeviceOptions(compile="speed"), told.append
        session.check_start()
        assert link.state.filters == {"sim.chat.smooth": "speed"}
        assert session.device_values()["compile/sim.chat.smooth"] == "speed"
    assert told == ["Compiling sim.chat.smooth as speed; this may take minutes."]
    assert link.state.filters == {"sim.chat.smooth": "verify"}
    assert "am force-stop sim.chat.smooth" in link.commands


def test_what_the_phone_made_of_a_compilation_is_told(link, script, profile):
    link.state.filters = {"sim.chat.smooth": "verify"}
    link.answers.insert(0, (".*cmd package compile -m speed-profile.*", "Failure: no profile\n"))
    with PhoneSession(link) as session:
        session.app_facts(profile)
        session.options = DeviceOptions(compile="speed-profile")
        warnings = session.check_start()
        assert "compile/sim.chat.smooth" not in session.changes()
    assert any("is compiled as verify, not as speed-profile" in text for text in warnings)


def test_the_note_gives_a_sign_of_life_before_each_round(link, script, profile):
    with PhoneSession(link) as session:
        session.check_start()
        [path] = [path for path in link.files if "silky-state" in path]
        link.state.now += 1000
        session.prepare(profile)
        assert link.state.touched[path] == link.state.now
