from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from devices.driver.state.cooling import ThermalGate
from devices.driver.state.holding import DeviceOptions
from devices.driver.state.journal import Change
from devices.driver.state.leftovers import Leftover
from devices.driver.state.restore import Restored
from profiler.cli.measuring import default_folder
from traces.bundle import Bundle
from traces.errors import PhoneError

RUN = ("run", "--app", "a", "b", "--rounds", "3")
REPRODUCE = ("reproduce", "keyboard-popup", "--app", "a", "--against", "b", "c", "--rounds", "6")


def test_run_measures_the_named_apps_and_the_reference(silky, phone, tmp_path):
    done = silky(*RUN, "--out", "here")

    assert done.code == 0
    bundle = Bundle.open(tmp_path / "here")
    assert [app.profile for app in bundle.manifest.apps] == ["a", "b", "settings-search"]
    assert bundle.manifest.complaint is None
    assert len(bundle.captures) == 3 + 9
    assert bundle.manifest.popups_per_round == 5
    assert "Fake, Android 14, 120 Hz: 12 rounds, warm-ups counted in." in done.err
    assert "The phone is charging." in done.err
    assert "60 pop-ups in " in done.err
    assert "Report: here/results/report.html" in done.err
    assert (tmp_path / "here" / "results" / "report.html").read_text().lower().startswith("<!doctype html>")
    assert (tmp_path / "here" / "tables" / "popups.parquet").is_file()


def test_run_without_the_reference(silky, phone, tmp_path):
    assert silky(*RUN, "--no-reference", "--popups", "2", "--out", "here").code == 0
    manifest = Bundle.open(tmp_path / "here").manifest
    assert [app.profile for app in manifest.apps] == ["a", "b"]
    assert manifest.popups_per_round == 2


def test_keyboard_and_refresh_rate_are_handed_to_the_phone(silky, phone):
    silky(*RUN, "--keyboard", "k/.I", "--refresh-hz", "90", "--patience", "7")
    assert phone.calls[:2] == [("attend", 7.0), ("check_start", "k/.I", 90.0)]


def test_bundles_go_by_default_to_a_folder_of_their_own(silky, phone, tmp_path):
    silky(*RUN)
    (folder,) = (tmp_path / "silky-runs").iterdir()
    assert folder.name.endswith("-keyboard-popup")
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    first = default_folder("keyboard-popup", now)
    assert first.name == "2026-01-02-030405-keyboard-popup"
    (tmp_path / first).mkdir()
    assert default_folder("keyboard-popup", now).name == "2026-01-02-030405-keyboard-popup-2"


def test_a_run_whose_rounds_are_all_void_is_no_evidence(silky, phone):
    phone.script = dict.fromkeys(range(1, 100), ("No slide seen.",))
    done = silky(*RUN, "--no-reference")
    assert done.code == 2
    assert "a, warm-up, attempt 1 is void: No slide seen." in done.err
    assert "No valid round: A, B." in done.err


def test_a_pulled_cable_exits_with_4_and_says_how_to_go_on_and_it_goes_on(silky, phone, tmp_path):
    phone.script = {6: PhoneError("Fake went away.", next_step="Plug it in.")}
    done = silky(*RUN, "--out", "here")
    assert done.code == 4
    assert "Error: Fake went away. Kept in here: 5 rounds." in done.err
    assert "Go on with `silky run --resume here`" in done.err
    phone.unplugged = False

    again = silky("run", "--resume", "here")

    assert again.code == 0
    bundle = Bundle.open(tmp_path / "here")
    assert bundle.manifest.finished
    assert len(bundle.captures) == 12


def test_resume_takes_no_other_plan(silky, phone, tmp_path):
    silky(*RUN, "--out", "here")
    assert silky("run", "--resume", "here", "--app", "c").code == 3
    assert "is finished" in silky("run", "--resume", "here").err


def test_ctrl_c_exits_with_2_and_says_what_is_kept(silky, phone):
    phone.script = {6: KeyboardInterrupt()}
    done = silky(*RUN, "--out", "here")
    assert done.code == 2
    assert "The run was stopped by Ctrl-C. Kept in here: 5 rounds." in done.err
    unfinished = silky("report", "here")
    assert unfinished.code == 2
    assert "did not finish" in unfinished.out.replace("\n", " ")


def test_a_folder_in_use_is_refused(silky, phone, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "mine").write_text("")
    done = silky(*RUN, "--out", "here")
    assert (done.code, "here is not empty" in done.err) == (3, True)
    assert phone.set == {}


def test_reproduce_judges_and_the_gate_fails_only_when_asked(silky, phone, tmp_path):
    done = silky(*REPRODUCE, "--out", "here")
    assert done.code == 0
    assert "reproduced" in done.out.lower()
    complaint = Bundle.open(tmp_path / "here").manifest.complaint
    assert complaint is not None
    assert complaint.id == "keyboard-popup-not-smooth"
    assert (complaint.accused, complaint.against) == ("a", ("b", "c"))
    assert silky(*REPRODUCE, "--out", "there", "--fail-if-reproduced").code == 1


def test_a_complaint_that_is_not_true_passes_the_gate(silky, phone):
    args = (
        "reproduce",
        "keyboard-popup-not-smooth",
        "--app",
        "b",
        "--against",
        "c",
        "--fail-if-reproduced",
        "--json",
    )
    done = silky(*args)
    assert done.code == 0
    assert json.loads(done.out)["verdict"]["outcome"] == "not reproduced"


def test_too_few_rounds_cannot_tell_and_exit_with_2(silky, phone):
    done = silky(*REPRODUCE[:-1], "1", "--json")
    assert done.code == 2
    assert json.loads(done.out)["verdict"]["outcome"] == "cannot tell"


def test_what_was_recorded_can_be_judged_without_a_phone(silky, phone, tmp_path, monkeypatch):
    silky("run", "--app", "a", "b", "--rounds", "6", "--out", "here")
    monkeypatch.setattr("devices.driver.session.open_session", None)
    done = silky("reproduce", "keyboard-popup", "--app", "a", "--against", "b", "--from", "here", "--json")
    assert done.code == 0
    document = json.loads(done.out)
    assert document["verdict"]["outcome"] == "reproduced"
    assert any("named after the run" in warning for warning in document["warnings"])


def test_from_a_bundle_without_the_app_is_refused(silky, phone):
    silky(*RUN, "--out", "here")
    done = silky("reproduce", "keyboard-popup", "--app", "a", "--against", "zzz", "--from", "here")
    assert (done.code, "zzz" in done.err) == (3, True)


def test_compare_shows_tables_and_no_verdict(silky, phone):
    silky(*REPRODUCE, "--out", "here")
    done = silky("compare", "here", "--app", "b", "--against", "a", "c", "--json")
    document = json.loads(done.out)
    assert document["verdict"] is None
    assert [(c["metric"], c["competitor"]) for c in document["comparisons"]][:2] == [
        ("hitch_ms", "a"),
        ("hitch_ms", "c"),
    ]
    assert len(json.loads(silky("compare", "here", "--app", "b", "--json").out)["comparisons"]) == 15
    assert silky("compare", "here", "--app", "b", "--metric", "settled_ms").code == 0
    typo = silky("compare", "here", "--app", "b", "--metric", "setled_ms")
    assert typo.code == 3
    assert "There is no metric setled_ms" in typo.err
    foreign = silky("compare", "here", "--app", "b", "--metric", "stream.hitch_ms")
    assert (foreign.code, "This run has no stream.hitch_ms" in foreign.err) == (3, True)


def test_a_metric_that_there_is_not_is_refused_before_anything_is_measured(silky, phone, monkeypatch):
    silky(*REPRODUCE, "--out", "here")

    def measured_after_all(*_args, **_more):
        raise AssertionError("the bundle was measured first")

    monkeypatch.setattr("profiler.run.findings.measure", measured_after_all)
    done = silky("compare", "here", "--app", "b", "--metric", "setled_ms")
    assert (done.code, "Did you mean" in done.err) == (3, True)


def test_compare_refuses_an_app_beside_itself(silky, phone):
    silky(*REPRODUCE, "--out", "here")
    itself = silky("compare", "here", "--app", "b", "--against", "b")
    assert itself.code == 3
    assert "can't be compared with itself" in itself.err


def test_report_writes_text_html_and_json(silky, phone, tmp_path):
    silky(*REPRODUCE, "--out", "here")
    assert "reproduced" in silky("report", "here").out.lower()
    assert json.loads(silky("report", "here", "--json").out)["verdict"]["accused"] == "a"
    assert silky("report", "here", "--html", "--lang", "zh", "-o", "r.html").code == 0
    assert 'lang="zh"' in (tmp_path / "r.html").read_text()
    silky("report", "here", "--json", "--strips", "-o", "r.json")
    assert "strip" in json.loads((tmp_path / "r.json").read_text())["rounds"][0]["popups"][0]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--html", "--json"], "exclude each other"),
        (["-o", "x"], "Add --html or --json"),
        (["--html", "-o", "no/such/folder/x.html"], "can't be written"),
    ],
)
def test_report_options_that_do_not_fit_are_refused(silky, phone, args, said):
    silky(*RUN, "--out", "here")
    done = silky("report", "here", *args)
    assert (done.code, said in done.err) == (3, True)


def test_a_bundle_can_be_analyzed_like_any_recording(silky, phone):
    silky(*RUN, "--out", "here")
    assert json.loads(silky("analyze", "here", "--json").out)["schema"] == "silky-report"
    assert silky("analyze", "here").code == 0


def test_what_an_interrupted_run_left_is_told(silky, phone):
    phone.notes = ["Restored what an interrupted run had left on phone X: global/stay_on."]
    assert phone.notes[0] in silky(*RUN).err


STAY = Change("global", "stay_on", "0", ("3", "7"))


@pytest.mark.parametrize(
    ("found", "code", "lines"),
    [
        ([Restored("ab", "A1", ())], 0, ["A1: nothing was left to restore."]),
        (
            [Restored("ab", "A1", (Leftover("journal", (STAY,), ("Look at it.",)),))],
            0,
            ["A1: global/stay_on 7 -> 0 (by this computer's journal)", "  Look at it."],
        ),
        (
            [Restored("ab", "A1", (Leftover("note", (STAY,), (), 600, elsewhere=True),))],
            0,
            ["A1: global/stay_on 7 -> 0 (by the note on the phone, last touched 10 min ago)"],
        ),
        (
            [
                Restored("ab", "A1", ()),
                Restored("cd", "B2", (), error=PhoneError("It broke.", next_step="Mend it.")),
            ],
            4,
            ["A1: nothing was left to restore.", "B2: It broke.", "  Mend it."],
        ),
        (
            [Restored("ab", None, (), (STAY,))],
            4,
            [
                "A phone that is not connected (hash ab) still has changed settings: global/stay_on.",
                "  Plug it in and run `silky restore` again, here or on any computer.",
            ],
        ),
    ],
)
def test_restore_says_what_it_did_on_which_phone_and_from_what(silky, monkeypatch, found, code, lines):
    monkeypatch.setattr("devices.driver.state.restore.restore_phones", lambda serial, force: found)
    done = silky("restore")
    assert (done.code, done.out.splitlines()) == (code, lines)
    assert [phone["serial"] for phone in json.loads(silky("restore", "--json").out)] == [
        p.serial for p in found
    ]


def test_restore_answers_in_chinese(silky, monkeypatch):
    left = Leftover(
        "note", (STAY,), ("global/stay_on is now 1, set by someone else: left alone (it was 0).",), 600
    )
    found = [Restored("ab", "A1", (left,)), Restored("cd", None, (), (STAY,))]
    monkeypatch.setattr("devices.driver.state.restore.restore_phones", lambda serial, force: found)
    assert silky("restore", "--lang", "zh").out.splitlines() == [
        "A1：global/stay_on 7 -> 0（根据手机上的记录，10 分钟前更新）",
        "  global/stay_on 现在为 1，是别人设置的：未改动（原为 0）。",
        "一台未连接的手机（散列值 cd）仍有未还原的设置：global/stay_on。",
        "  请接上它，再次运行 `silky restore`，在这台或任何电脑上都可以。",
    ]


def test_restore_without_any_phone_is_an_error(silky, monkeypatch):
    monkeypatch.setattr("devices.driver.state.restore.restore_phones", lambda serial, force: [])
    done = silky("restore")
    assert (done.code, "No phone is connected" in done.err) == (4, True)


def test_what_was_asked_about_the_phones_state_reaches_it(silky, phone):
    assert (
        silky(*RUN, "--leave", "dnd", "--leave", "rotation", "--cool-down", "0.5", "--compile", "speed").code
        == 0
    )
    assert phone.options == DeviceOptions(frozenset({"dnd", "rotation"}), ThermalGate(2, 30), "speed")


def test_resume_holds_the_refresh_rate_that_was_held(silky, phone, monkeypatch):
    held = {"system/peak_refresh_rate": (None, "90.0")}
    monkeypatch.setattr(phone, "changes", lambda: held)
    phone.script = {2: PhoneError("Fake went away.")}
    silky(*RUN, "--refresh-hz", "90", "--out", "here")
    phone.unplugged = False
    assert silky("run", "--resume", "here").code == 0
    assert [call for call in phone.calls if call[0] == "check_start"][-1] == ("check_start", "k/.I", 90.0)


@pytest.mark.parametrize(
    "option",
    [
        ("--rounds", "3"),
        ("--out", "x"),
        ("--device", "x"),
        ("--no-reference",),
        ("--seed", "1"),
        ("--until-decided",),
    ],
)
def test_options_of_a_phone_are_refused_with_a_bundle(silky, phone, option):
    silky(*RUN, "--out", "here")
    done = silky("reproduce", "keyboard-popup", "--app", "a", "--against", "b", "--from", "here", *option)
    assert done.code == 3
    assert "--from judges what was recorded" in done.err


def test_until_decided_ends_at_the_first_look_that_decides(silky, phone):
    done = silky(*REPRODUCE[:-2], "--until-decided", "--popups", "1", "--out", "here", "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    assert (done.code, document["verdict"]["outcome"]) == (0, "reproduced")
    assert document["verdict"]["looks"] == [{"rounds": 12, "outcome": "reproduced"}]
    again = silky(
        "reproduce", "keyboard-popup", "--app", "a", "--against", "b", "c", "--from", "here", "--json"
    )
    assert json.loads(again.out)["verdict"] == document["verdict"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--until-decided", "--rounds", "20"), "exclude each other"),
        (("--max-rounds", "20"), "only limits --until-decided"),
        (("--until-decided", "--max-rounds", "8"), "first time after 12 rounds"),
    ],
)
def test_looks_that_make_no_sense_are_refused(silky, phone, options, said):
    done = silky("reproduce", "keyboard-popup", "--app", "a", "--against", "b", *options)
    assert (done.code, said in done.err) == (3, True)
