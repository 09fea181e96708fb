"""What interrupted runs left is finished from this computer's journal or the phone's note, and nothing else is."""

from __future__ import annotations

import json
import os

import pytest

from devices.driver.session import PhoneSession
from devices.driver.state import note as note_module
from devices.driver.state.journal import Change, Journal
from devices.driver.state.leftovers import finish
from devices.driver.state.note import FOLDER, LIVE_SECONDS, PREFIX, PhoneNote, find_notes, own_token
from traces.errors import PhoneError

STAY = ("global", "stay_on_while_plugged_in")
OTHER = "ab" * 12
GONE = 2**22 + 1
"""Above Linux' highest process id."""


def put_note(link, changes, *, token=OTHER, host="another", pid=GONE, age=10_000, version=1):
    path = f"{FOLDER}/{PREFIX}{token}.json"
    document = {"version": version, "host": host, "pid": pid, "born": "1", "changes": changes}
    link.files[path] = json.dumps(document).encode()
    link.state.touched[path] = link.state.now - age
    return path


def change(namespace="global", key=STAY[1], was=None, ours=("7",)):
    return {"namespace": namespace, "key": key, "was": was, "ours": list(ours)}


@pytest.fixture
def journal(phone):
    return Journal(phone.serial_hash)


def test_another_computers_note_is_finished_and_removed(link, phone, journal):
    link.settings[STAY] = "7"
    put_note(link, [change(was="0")])
    [left] = finish(phone, journal)
    assert (left.source, left.elsewhere, left.age_s, left.messages) == ("note", True, 10_000, ())
    assert left.sentence(phone).en == (
        "Restored what a run of another computer had left on phone SERIAL1: global/stay_on_while_plugged_in."
    )
    assert link.settings == {STAY: "0"}
    assert link.files == {}
    assert finish(phone, journal) == []


def test_a_session_says_what_it_finished(link, phone):
    link.settings[STAY] = "7"
    put_note(link, [change(was="0")])
    with PhoneSession(link) as session:
        assert session.notes == [
            (
                "Restored what a run of another computer had left on phone SERIAL1: "
                "global/stay_on_while_plugged_in."
            )
        ]


def test_an_old_note_does_not_touch_what_people_have_set_since(link, phone, journal):
    link.settings[STAY] = "3"
    put_note(link, [change(was="0")])
    [left] = finish(phone, journal)
    assert left.messages == (
        "global/stay_on_while_plugged_in is now 3, set by someone else: left alone (it was 0).",
    )
    assert link.settings == {STAY: "3"}
    assert link.files == {}


def test_nothing_is_taken_from_a_note_that_silky_would_not_set(link, phone, journal):
    link.settings |= {STAY: "7", ("global", "adb_enabled"): "1", ("secure", "install_non_market_apps"): "0"}
    path = put_note(
        link,
        [
            change(was="0"),
            change(key="adb_enabled", was="0", ours=["1"]),
            change("secure", "install_non_market_apps", "1", ["0"]),
            change("system", "user_rotation", "0; reboot", ["null"]),
        ],
    )
    [left] = finish(phone, journal)
    assert link.settings[STAY] == "0"
    assert link.settings["global", "adb_enabled"] == "1"
    assert link.settings["secure", "install_non_market_apps"] == "0"
    assert not any("reboot" in command for command in link.commands)
    assert [text.split()[0] for text in left.messages] == [
        "global/adb_enabled",
        "secure/install_non_market_apps",
        "system/user_rotation",
    ]
    assert len(json.loads(link.files[path])["changes"]) == 3


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"version": 7}', b'{"version": 1, "changes": 3}'])
def test_a_spoilt_note_is_told_and_left_alone(link, phone, journal, text):
    path = put_note(link, [])
    link.files[path] = text
    [left] = finish(phone, journal)
    assert path in left.messages[0]
    assert link.files == {path: text}


def test_a_run_of_another_computer_that_may_go_on_is_not_disturbed(link, phone, journal):
    link.settings[STAY] = "7"
    put_note(link, [change(was="0")], age=12)
    with pytest.raises(
        PhoneError, match=r"may be using phone SERIAL1: it gave a sign of life 12 s ago"
    ) as caught:
        finish(phone, journal)
    assert "silky restore --force" in caught.value.next_step
    assert link.settings == {STAY: "7"}
    assert len(finish(phone, journal, force=True)) == 1
    assert link.settings == {STAY: "0"}


@pytest.mark.parametrize(
    ("age", "live"), [(0, True), (LIVE_SECONDS - 1, True), (LIVE_SECONDS, False), (-5, False)]
)
def test_another_computers_run_lives_by_the_phones_clock(link, phone, age, live):
    put_note(link, [change()], age=age)
    [[note], _] = find_notes(phone)
    assert note.may_be_live is live


def test_on_this_computer_the_process_tells_whether_its_run_goes_on(link, phone, monkeypatch):
    me = os.getpid()
    put_note(link, [change()], host=note_module.host_hash(), pid=me, age=0)
    [[note], _] = find_notes(phone)
    assert note.may_be_live is False, "that process started at another time"
    monkeypatch.setattr(note_module, "born", lambda pid: "1" if pid == me else None)
    assert note.may_be_live is True
    put_note(link, [change()], host=note_module.host_hash(), pid=GONE, age=0)
    [[gone], _] = find_notes(phone)
    assert gone.may_be_live is False


def test_two_installations_have_two_notes(link, phone, tmp_path, monkeypatch):
    first = PhoneNote(phone)
    first.write([Change(*STAY, None, ("7",))])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    second = PhoneNote(phone)
    second.write([Change(*STAY, "7", ("3",))])
    assert first.path != second.path
    assert len(find_notes(phone)[0]) == 2
    second.write([])
    [[left], _] = find_notes(phone)
    assert left.changes == (Change(*STAY, None, ("7",)),)
    assert left.ours is False


def test_an_installation_keeps_its_name(phone):
    assert own_token() == own_token()
    assert PhoneNote(phone).path == f"{FOLDER}/{PREFIX}{own_token()}.json"


def test_journal_and_note_of_one_run_are_one_leftover(link, phone, journal):
    link.settings[STAY] = "7"
    changes = [Change(*STAY, "0", ("7",))]
    journal.write(changes)
    PhoneNote(phone).write(changes)
    [left] = finish(phone, journal)
    assert (left.source, left.elsewhere) == ("journal", False)
    assert link.files == {}
    assert journal.read() == []


def test_a_lost_journal_is_made_up_for_by_the_note(link, phone, journal):
    link.settings[STAY] = "7"
    PhoneNote(phone).write([Change(*STAY, "0", ("7",))])
    [left] = finish(phone, journal)
    assert (left.source, left.elsewhere) == ("note", False)
    assert "an interrupted run" in left.sentence(phone).en
    assert "中断的测量" in left.sentence(phone).zh
    assert link.settings == {STAY: "0"}


def test_a_phone_that_takes_no_note_is_told_and_measured_all_the_same(link, phone):
    link.state.full = True
    note = PhoneNote(phone)
    note.write([Change(*STAY, None, ("7",))])
    assert note.problem == "no answer"
    note.write([])
    assert link.files == {}
