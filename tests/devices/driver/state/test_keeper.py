"""What is changed on the phone is written down before, and goes back however the run ends."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.adb.errors import ConnectionLostError
from devices.adb.shell import ShellResult
from devices.driver.phone import Phone
from devices.driver.state.journal import Change, Journal, pending
from devices.driver.state.keeper import StateKeeper, Want
from devices.driver.state.knobs import BATTERY_SAVER, COMPILE, DND, Knob
from devices.driver.state.note import PhoneNote
from tests.devices.driver.state_shell import StateShell
from traces.errors import InputFileError, PhoneError

STAY = Knob("global", "stay_on_while_plugged_in")
PEAK = Knob("system", "peak_refresh_rate")
LOWEST = Knob("system", "min_refresh_rate")
QUIET = Knob(*DND)
KNOBS = [STAY, PEAK, LOWEST]
VALUES = st.sampled_from(["0", "7", "60.0", "120.0"])


class CableLink:
    """A phone of nothing but state; the cable is out after `left` of its commands, in the midst of a line too."""

    serial = "S1"

    def __init__(self, state: StateShell, left: int) -> None:
        self.state = state
        self.left = left
        self._step = state.step

    def shell(self, command, *, seconds, stdin=b"", on_line=None):
        def step(part):
            self.pull()
            return self._step(part)

        self.state.step = step
        try:
            if not command.startswith(("echo; ", "settings ")):
                self.pull()
            said = self.state.run(command, stdin)
        finally:
            del self.state.step
        return ShellResult(command, (said or "").encode(), b"", 0)

    def pull(self):
        if self.left <= 0:
            raise ConnectionLostError("cable out", next_step="")
        self.left -= 1


def keeper_of(phone, folder) -> StateKeeper:
    journal = Journal("abc", folder)
    return StateKeeper(phone, (PhoneNote(phone), journal), journal.read())


@settings(max_examples=120, deadline=None)
@given(
    held=st.dictionaries(st.sampled_from(KNOBS), VALUES),
    wanted=st.lists(st.lists(st.tuples(st.sampled_from(KNOBS), VALUES), max_size=3, unique_by=lambda w: w[0]),
                    max_size=3),
    cable=st.integers(0, 60),
    restore_cable=st.integers(0, 60),
)  # fmt: skip
def test_after_any_crash_and_any_pulled_cable_everything_goes_back(held, wanted, cable, restore_cable):
    state = StateShell()
    state.settings = {tuple(one): value for one, value in held.items()}
    before = dict(state.settings)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def keeper(left: int) -> StateKeeper:
            return keeper_of(Phone(CableLink(state, left)), folder)

        with contextlib.suppress(PhoneError):
            running = keeper(cable)
            for together in wanted:
                running.set_all([Want(one, value) for one, value in together])
        with contextlib.suppress(PhoneError):
            keeper(restore_cable).restore()
        assert keeper(10_000).restore() == []
        assert state.settings == before
        assert list(folder.iterdir()) == []
        assert state.files == {}


def test_journal_and_note_are_written_before_the_phone_changes(link, phone, tmp_path):
    journal, note = Journal("abc", tmp_path), PhoneNote(phone)
    seen = []
    original = link.shell

    def watching(command, **more):
        if "settings put" in command:
            assert journal.path.is_file()
            assert note.path in link.files
            texts = (journal.path.read_text(), link.files[note.path])
            seen.extend(json.loads(text)["changes"] for text in texts)
        return original(command, **more)

    link.shell = watching
    StateKeeper(phone, (note, journal)).set(*STAY, "7")
    assert seen == [[{"namespace": "global", "key": STAY.key, "was": None, "ours": ["7"]}]] * 2


def test_changes_name_what_was_and_is(link, phone, tmp_path):
    link.settings[STAY] = "0"
    keeper = keeper_of(phone, tmp_path)
    keeper.set(*STAY, "3")
    keeper.set(*STAY, "7")
    assert keeper.changes() == {"global/stay_on_while_plugged_in": ("0", "7")}


def test_what_is_already_so_is_not_touched(link, phone, tmp_path):
    link.settings[PEAK] = "60"
    keeper = keeper_of(phone, tmp_path)
    assert keeper.set_all([Want(PEAK, "60.0")]) == []
    assert keeper.changes() == {}
    assert not any("settings put" in command for command in link.commands)
    assert link.files == {}


@pytest.mark.parametrize(
    ("knob", "before", "wanted", "during"),
    [
        (STAY, {STAY: "0"}, "7", {STAY: "7"}),
        (PEAK, {}, "60.0", {PEAK: "60.0"}),
        (Knob("system", "accelerometer_rotation"), {("system", "accelerometer_rotation"): "1"}, "0",
         {("system", "accelerometer_rotation"): "0"}),
        (QUIET, {("global", "zen_mode"): "0"}, "priority", {("global", "zen_mode"): "1"}),
        (QUIET, {("global", "zen_mode"): "3"}, "off", {("global", "zen_mode"): "0"}),
        (Knob(*BATTERY_SAVER), {("global", "low_power"): "1"}, "off", {("global", "low_power"): "0"}),
    ],
)  # fmt: skip
def test_each_kind_of_knob_is_set_and_goes_back(link, phone, tmp_path, knob, before, wanted, during):
    link.settings.update(before)
    keeper = keeper_of(phone, tmp_path)
    assert keeper.set_all([Want(knob, wanted)]) == []
    assert link.settings == during
    assert keeper.restore() == []
    assert link.settings == before
    assert link.files == {}
    assert list(tmp_path.iterdir()) == []


def test_a_compiler_filter_goes_back_to_what_it_was(link, phone, tmp_path):
    link.state.filters["com.chat"] = "verify"
    keeper = keeper_of(phone, tmp_path)
    assert keeper.set_all([Want(Knob(COMPILE, "com.chat"), "speed")]) == []
    assert link.state.filters == {"com.chat": "speed"}
    keeper.restore()
    assert link.state.filters == {"com.chat": "verify"}


def test_what_somebody_else_has_changed_since_is_left_alone(link, phone, tmp_path):
    keeper = keeper_of(phone, tmp_path)
    keeper.set(*PEAK, "60.0")
    link.settings[PEAK] = "90.0"
    notes = keeper.restore()
    assert len(notes) == 1
    assert "system/peak_refresh_rate is now 90.0, set by someone else" in notes[0]
    assert link.settings[PEAK] == "90.0"
    assert not keeper.unfinished


def test_restoring_twice_does_nothing_the_second_time(link, phone, tmp_path):
    keeper = keeper_of(phone, tmp_path)
    keeper.set(*PEAK, "60.0")
    assert keeper.restore() == []
    link.settings[PEAK] = "60.0"
    assert keeper.restore() == []
    assert link.settings[PEAK] == "60.0"


def test_a_setting_that_does_not_go_back_stays_written_down(link, phone, tmp_path):
    keeper = keeper_of(phone, tmp_path)
    keeper.set_all([Want(PEAK, "60.0"), Want(STAY, "7")])
    link.state.refuses = {PEAK.name}
    assert keeper.restore() == ["system/peak_refresh_rate could not be set back to None: set it by hand."]
    assert [change.key for change in Journal("abc", tmp_path).read()] == ["peak_refresh_rate"]
    assert STAY not in link.settings
    link.state.refuses = set()
    assert keeper_of(phone, tmp_path).restore() == []
    assert link.settings == {}


def test_a_phone_that_refuses_what_a_run_needs_is_told_with_the_switch(link, phone, tmp_path):
    link.state.refuses = {"settings"}
    keeper = keeper_of(phone, tmp_path)
    with pytest.raises(
        PhoneError, match=r"refused to set system/peak_refresh_rate to 60\.0: .*WRITE_SECURE"
    ) as caught:
        keeper.set(*PEAK, "60.0")
    assert "Security settings" in caught.value.next_step
    assert keeper.unfinished == []
    assert list(tmp_path.iterdir()) == []


def test_of_several_only_the_refused_one_is_told_and_not_written_down(link, phone, tmp_path):
    link.state.refuses = {PEAK.name}
    keeper = keeper_of(phone, tmp_path)
    [refusal] = keeper.set_all([Want(STAY, "7"), Want(PEAK, "60.0")])
    assert (refusal.want.knob, refusal.now) == (PEAK, None)
    assert "WRITE_SECURE_SETTINGS" in refusal.said
    assert [change.knob for change in keeper.unfinished] == [STAY]
    assert [change.knob for change in Journal("abc", tmp_path).read()] == [STAY]


def test_what_the_phone_made_of_a_value_goes_back_too(link, phone, tmp_path):
    link.settings[PEAK] = "120.0"
    link.state.clamps[PEAK] = "90.0"
    keeper = keeper_of(phone, tmp_path)
    [refusal] = keeper.set_all([Want(PEAK, "60.0")])
    assert refusal.now == "90.0"
    link.state.clamps.clear()
    assert keeper.restore() == []
    assert link.settings[PEAK] == "120.0"


def test_a_knob_that_the_phone_does_not_tell_is_not_taken_for_one_that_is_not_set(link, phone, tmp_path):
    link.answers.insert(
        0, ("echo; echo '@@silky global/stay.*", "\n@@silky global/stay_on_while_plugged_in\n")
    )
    with pytest.raises(PhoneError, match="does not tell global/stay_on_while_plugged_in: no answer"):
        keeper_of(phone, tmp_path).set(*STAY, "7")
    assert link.files == {}


def test_battery_saver_that_android_keeps_off_on_the_charger_stays_written_down(link, phone, tmp_path):
    link.settings["global", "low_power"] = "1"
    keeper = keeper_of(phone, tmp_path)
    keeper.set_all([Want(Knob(*BATTERY_SAVER), "off")])
    link.state.charging = True
    assert keeper.restore() == ["power/battery_saver could not be set back to on: set it by hand."]
    link.state.charging = False
    assert keeper_of(phone, tmp_path).restore() == []
    assert link.settings["global", "low_power"] == "1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"version": 9, "changes": []}',
        '{"version": 1, "changes": [{"was": 3}]}',
        '{"version": 1, "changes": [{"namespace": "x", "key": "y", "was": null, "ours": ["1"]}]}',
        "[]",
    ],
)
def test_a_spoilt_journal_is_an_error_that_names_it(tmp_path, text):
    journal = Journal("abc", tmp_path)
    journal.path.write_text(text)
    with pytest.raises(InputFileError, match=r"abc\.settings\.json can't be read as a journal"):
        journal.read()


def test_pending_journals_are_found_by_phone(tmp_path):
    Journal("abc", tmp_path).write([Change(*STAY, None, ("7",))])
    (tmp_path / "def.lock").write_text("1")
    assert [journal.key for journal in pending(tmp_path)] == ["abc"]
