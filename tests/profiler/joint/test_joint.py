"""Several phones side by side: who agrees, who doesn't, who failed, and nothing pooled."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from profiler.joint.agreement import AGREE, DISAGREE, NONE, OPEN, pair_stances, summary, verdict_stances
from profiler.joint.codes import WORST_FIRST, worst
from profiler.joint.folder import JointRun, Member, bundle_name, phone_label, read_joint, write_joint
from profiler.joint.html import render_joint_html
from profiler.joint.json_report import to_joint_document, to_joint_json
from profiler.joint.model import JointReport
from profiler.joint.tables import matrices
from profiler.joint.terminal import render_joint
from tests.profiler.joint.phones import BAD, GOOD, UNSURE, failed, phone
from traces.errors import InputFileError

WORSE = {"a": BAD, "b": GOOD, "c": GOOD}
FINE = {"a": GOOD, "b": GOOD, "c": GOOD}


def joint(*phones) -> JointReport:
    return JointReport(tuple(phones))


def text(report: JointReport, lang: str = "en", width: int = 100) -> str:
    console = Console(width=width, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    render_joint(report, console, lang=lang)
    return console.export_text()


def test_phones_that_say_the_same_agree():
    report = joint(phone("P", WORSE), phone("Q", WORSE))
    assert verdict_stances(report).kind == AGREE
    assert summary(report).en == "The 2 phones that gave a verdict agree: Reproduced."
    assert {name: found.kind for name, found in pair_stances(report).items()} == {"b": AGREE, "c": AGREE}


def test_phones_that_say_different_things_disagree_and_are_named():
    report = joint(phone("P", WORSE), phone("Q", FINE))
    assert verdict_stances(report).kind == DISAGREE
    assert summary(report).en.startswith("The phones disagree. Reproduced: P (")
    assert "Not reproduced: Q (" in summary(report).en
    assert "不一致" in summary(report).zh


def test_they_may_agree_on_one_competitor_and_not_on_another():
    report = joint(phone("P", WORSE), phone("Q", {"a": BAD, "b": GOOD, "c": BAD}))
    kinds = {name: found.kind for name, found in pair_stances(report).items()}
    assert kinds == {"b": AGREE, "c": DISAGREE}
    notes = [note.en for note in matrices(report)[0].notes]
    assert len(notes) == 1
    assert notes[0].startswith("C: worse: P (")


def test_one_that_cannot_tell_does_not_break_an_agreement_but_is_said():
    report = joint(phone("P", WORSE), phone("Q", WORSE), phone("R", {"a": UNSURE, "b": GOOD, "c": GOOD}))
    found = verdict_stances(report)
    assert found.kind == AGREE
    assert "Cannot be told yet: R (" in summary(report).en or "R (" in summary(report).en
    assert report.code == 2


def test_one_phone_alone_agrees_with_nobody():
    assert verdict_stances(joint(phone("P", WORSE))).kind == OPEN
    assert summary(joint(phone("P", WORSE))).en == "One phone was measured: Reproduced."
    assert "Only one phone can tell." in summary(joint(phone("P", WORSE), failed("Q"))).en


def test_phones_that_gave_nothing_are_named_with_their_reason_and_what_to_do():
    report = joint(phone("P", WORSE), phone("Q", WORSE), failed("R (0a1b2c)"))
    assert summary(report).en.endswith("agree: Reproduced. No result: R (0a1b2c).")
    said = text(report)
    assert "R (0a1b2c) can't be used." in " ".join(said.split())
    assert "→ Unlock it." in said
    assert report.code == 4


def test_nothing_at_all_is_said_too():
    report = joint(failed("P"), failed("Q", 2))
    assert verdict_stances(report).kind == NONE
    assert summary(report).en == "No phone measured anything."
    assert report.code == 4
    assert "No phone measured anything." in text(report)


def test_different_questions_are_not_compared():
    report = joint(phone("P", WORSE), phone("Q", WORSE, against=("b",)))
    assert report.question is None
    assert "not asked the same question" in summary(report).en
    assert pair_stances(report) == {}


def test_without_a_complaint_the_means_stand_side_by_side():
    report = joint(phone("P", WORSE, judged=False), phone("Q", FINE, judged=False))
    assert "no complaint was judged" in summary(report).en
    assert report.code == 0
    assert [m.title.en for m in matrices(report)] == ["standstill (hitch) per slide, ms"]


def test_the_matrix_has_each_phones_own_means_and_never_one_over_two_phones():
    report = joint(phone("P", WORSE), phone("Q", FINE))
    table = to_joint_document(report)["matrix"]["hitch_ms"]
    p, q = (one.label for one in report.phones)
    assert table["a"][p]["mean"] == pytest.approx(30.5)
    assert table["a"][q]["mean"] == pytest.approx(0.2)
    assert set(table["a"]) == {p, q}
    pooled = (30.5 + 0.2) / 2
    assert f"{pooled:.1f}" not in to_joint_json(report)


def test_an_app_that_one_phone_lacks_has_no_number_there_and_says_so():
    report = joint(phone("P", WORSE), phone("Q", {"a": BAD, "b": GOOD}, against=("b",)))
    matrix = next(m for m in matrices(report) if m.title.en.startswith("standstill"))
    assert [cell.text.en for cell in matrix.rows[1][1]] == ["30.5", "0.2", "—"]
    assert any("not measured on this phone" in note.en for note in matrix.notes)


def test_what_may_explain_a_difference_is_listed():
    report = joint(
        phone("P", WORSE, versions={"a": "1.0"}, ime_id="k/.A"),
        phone("Q", FINE, versions={"a": "1.1"}, ime_id="k/.B"),
    )
    said = to_joint_document(report)["differences"]
    assert [one.split(" (")[0] for one in said] == ["A: versions differ", "Keyboards differ"]
    assert to_joint_document(joint(phone("P", WORSE), phone("Q", WORSE)))["differences"] == []


@pytest.mark.parametrize("worse_one", WORST_FIRST)
def test_the_worst_code_wins_by_the_stated_order(worse_one):
    better = WORST_FIRST[WORST_FIRST.index(worse_one) :]
    assert worst(reversed(better)) == worse_one
    assert worst([]) == 0


def test_a_reproduced_complaint_stands_under_the_flag_though_another_phone_failed():
    report = joint(failed("Q"), phone("P", WORSE, fail_if_reproduced=True))
    assert report.code == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_holds_all_phones_escapes_what_comes_from_them_and_loads_nothing(lang):
    report = joint(phone("<b>P</b>", WORSE), phone("Q", FINE), failed("R"))
    page = render_joint_html(report, lang=lang)
    assert "<b>P</b> (" not in page
    assert "&lt;b&gt;P&lt;/b&gt; (" in page
    assert "Unlock it." in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert 'class="verdict differ"' in page
    assert page == render_joint_html(report, lang=lang)


def test_simulated_phones_are_named_so_even_among_real_ones():
    report = joint(phone("P", WORSE, simulated=True), phone("Q", WORSE))
    assert to_joint_document(report)["simulated"] is True
    assert "SIMULATED" in text(report)
    assert "SIMULATED" in render_joint_html(report)
    assert "SIMULATED" not in text(joint(phone("Q", WORSE)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_terminals_report_fits_eighty_columns(lang):
    report = joint(phone("P", WORSE), phone("Q", FINE), failed("R"))
    assert max(len(line.rstrip()) for line in text(report, lang, width=80).splitlines()) <= 80


def test_the_document_is_plain_json_with_each_phones_own_report():
    report = joint(phone("P", WORSE), failed("R"))
    document = json.loads(to_joint_json(report))
    assert (document["schema"], document["version"]) == ("silky-joint-report", 1)
    assert [one["failed"] for one in document["phones"]] == [False, True]
    assert document["phones"][0]["report"]["verdict"]["outcome"] == "reproduced"
    assert document["phones"][1]["next_step"] == "Unlock it."


def test_phones_are_called_by_model_and_hash_never_by_serial_number():
    assert phone_label("Pixel 8", "3fa9c1b2d4e5") == "Pixel 8 (3fa9c1)"
    assert bundle_name("SM G991B/x", "3fa9c1b2d4e5") == "sm-g991b-x-3fa9c1"
    assert bundle_name(None, "3fa9c1b2d4e5") == "phone-3fa9c1"


def test_the_joint_folders_file_is_read_as_it_was_written_and_refused_when_newer(tmp_path):
    run = JointRun(1, "2026-01-01", "silky run", {"apps": ["a"]}, (Member("p", "00", "P", 4, "x", "y"),))
    write_joint(tmp_path / "new", run)
    assert read_joint(tmp_path / "new") == run
    (tmp_path / "new" / "phones.json").write_text('{"version": 9}')
    with pytest.raises(InputFileError, match="version 9"):
        read_joint(tmp_path / "new")
    with pytest.raises(InputFileError, match=r"no phones\.json"):
        read_joint(tmp_path)
