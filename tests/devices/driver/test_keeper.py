"""Settings are journalled before they change and go back however the run ends."""

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
from devices.driver.journal import Journal, pending
from devices.driver.keeper import StateKeeper
from devices.driver.phone import Phone
from traces.errors import InputFileError, PhoneError

NAMES = [
    ("global", "stay_on_while_plugged_in"),
    ("system", "peak_refresh_rate"),
    ("system", "min_refresh_rate"),
]
VALUES = st.sampled_from(["0", "7", "60.0", "120.0"])


class SettingsLink:
    """Only settings; the cable is out after `left` commands."""

    serial = "S1"

    def __init__(self, held: dict[tuple[str, str], str], left: int) -> None:
        self.held = held
        self.left = left

    def shell(self, command, *, seconds, stdin=b"", on_line=None):
        if self.left <= 0:
            raise ConnectionLostError("cable out", next_step="")
        self.left -= 1
        _, verb, space, key, *value = command.split()
        if verb == "put":
            self.held[space, key] = value[0]
        elif verb == "delete":
            self.held.pop((space, key), None)
        return ShellResult(command, f"{self.held.get((space, key), 'null')}\n".encode(), b"", 0)


@settings(max_examples=300, deadline=None)
@given(
    held=st.dictionaries(st.sampled_from(NAMES), VALUES),
    wanted=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6),
    cable=st.integers(0, 30),
    restore_cable=st.integers(0, 30),
)
def test_after_any_crash_and_any_pulled_cable_everything_goes_back(held, wanted, cable, restore_cable):
    phone_settings = dict(held)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def keeper(left: int) -> StateKeeper:
            return StateKeeper(Phone(SettingsLink(phone_settings, left)), Journal("abc", folder))

        with contextlib.suppress(PhoneError):
            running = keeper(cable)
            for (space, key), value in wanted:
                running.set(space, key, value)
        with contextlib.suppress(PhoneError):
            keeper(restore_cable).restore()
        assert keeper(1000).restore() == []
        assert phone_settings == held
        assert list(folder.iterdir()) == []


def test_the_journal_is_on_disk_before_the_phone_changes(link, phone, tmp_path):
    journal = Journal("abc", tmp_path)
    seen = []
    original = link.shell

    def watching(command, **more):
        if command.startswith("settings put"):
            seen.append(json.loads(journal.path.read_text())["changes"])
        return original(command, **more)

    link.shell = watching
    StateKeeper(phone, journal).set("global", "stay_on_while_plugged_in", "7")
    assert seen == [[{"namespace": "global", "key": "stay_on_while_plugged_in", "was": None, "ours": ["7"]}]]


def test_changes_name_what_was_and_is(link, phone, tmp_path):
    link.settings["global", "stay_on_while_plugged_in"] = "0"
    keeper = StateKeeper(phone, Journal("abc", tmp_path))
    keeper.set("global", "stay_on_while_plugged_in", "3")
    keeper.set("global", "stay_on_while_plugged_in", "7")
    assert keeper.changes() == {"global/stay_on_while_plugged_in": ("0", "7")}


def test_what_is_already_so_is_not_touched(link, phone, tmp_path):
    link.settings["global", "stay_on_while_plugged_in"] = "7"
    keeper = StateKeeper(phone, Journal("abc", tmp_path))
    keeper.set("global", "stay_on_while_plugged_in", "7")
    assert keeper.changes() == {}
    assert not any(command.startswith("settings put") for command in link.commands)


def test_what_somebody_else_has_changed_since_is_left_alone(link, phone, tmp_path):
    keeper = StateKeeper(phone, Journal("abc", tmp_path))
    keeper.set("system", "peak_refresh_rate", "60.0")
    link.settings["system", "peak_refresh_rate"] = "90.0"
    notes = keeper.restore()
    assert len(notes) == 1
    assert "system/peak_refresh_rate is now 90.0, set by someone else" in notes[0]
    assert link.settings["system", "peak_refresh_rate"] == "90.0"
    assert not keeper.unfinished


def test_a_setting_that_does_not_go_back_stays_in_the_journal(link, phone, tmp_path):
    keeper = StateKeeper(phone, Journal("abc", tmp_path))
    keeper.set("system", "peak_refresh_rate", "60.0")
    original = link.shell
    link.shell = lambda command, **more: original("true" if "delete" in command else command, **more)
    assert "could not be set back" in keeper.restore()[0]
    assert [change.key for change in Journal("abc", tmp_path).read()] == ["peak_refresh_rate"]
    link.shell = original
    assert StateKeeper(phone, Journal("abc", tmp_path)).restore() == []
    assert link.settings == {}


def test_a_phone_that_refuses_a_setting_is_told_with_the_switch(link, phone, tmp_path):
    original = link.shell
    link.shell = lambda command, **more: original("true" if " put " in command else command, **more)
    with pytest.raises(PhoneError, match=r"refused to set system/peak_refresh_rate to 60\.0") as caught:
        StateKeeper(phone, Journal("abc", tmp_path)).set("system", "peak_refresh_rate", "60.0")
    assert "Security settings" in caught.value.next_step


@pytest.mark.parametrize(
    "text", ["", "{}", '{"version": 9, "changes": []}', '{"version": 1, "changes": [{"was": 3}]}', "[]"]
)
def test_a_spoilt_journal_is_an_error_that_names_it(tmp_path, text):
    journal = Journal("abc", tmp_path)
    journal.path.write_text(text)
    with pytest.raises(InputFileError, match=r"abc\.settings\.json can't be read as a journal"):
        journal.read()


def test_pending_journals_are_found_by_phone(link, phone, tmp_path):
    StateKeeper(phone, Journal("abc", tmp_path)).set("global", "x", "1")
    (tmp_path / "def.lock").write_text("1")
    assert [journal.key for journal in pending(tmp_path)] == ["abc"]
