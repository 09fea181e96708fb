"""A gate fails only beyond the limit, warns where the interval straddles it, and is incomplete without evidence."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from profiler.gates.budget import EXAMPLE, Limit, check_metrics, limits_of, read_budget
from profiler.gates.decide import baseline_checks, budget_checks
from profiler.gates.document import to_document
from profiler.gates.github import commands, message_text, property_text
from profiler.gates.junit import clean, to_junit
from profiler.gates.markdown import escaped, to_markdown
from profiler.gates.model import Gate
from tests.profiler.manifests import app, run
from traces.errors import InputFileError

SIX = [25.0, 30.0, 22.0, 28.0, 27.0, 24.0]
SETTLED = [330.0, 333.0, 335.0, 338.0, 340.0, 352.0]


def limit(metric: str, value: float, *, at_least: bool = False, rounds: int = 3) -> Limit:
    return Limit("a", "keyboard-popup", metric, value, at_least, rounds, "budget.yaml:7")


def outcome(one: Limit, **values) -> str:
    hitches = values.pop("hitches", SIX)
    (check,) = budget_checks(run(app("a", hitches, **values)), [("a", one)], popups_per_round=5)
    return check.outcome


@pytest.mark.parametrize(
    ("most", "expected"), [(16.7, "fail"), (23.0, "fail"), (25.0, "warn"), (30.0, "pass")]
)
def test_the_interval_decides_not_the_value(most, expected):
    assert outcome(limit("hitch_ms", most)) == expected


@pytest.mark.parametrize(("least", "expected"), [(40.0, "fail"), (25.0, "warn"), (20.0, "pass")])
def test_a_limit_may_be_the_least(least, expected):
    assert outcome(limit("hitch_ms", least, at_least=True)) == expected


@pytest.mark.parametrize(("most", "expected"), [(330.0, "fail"), (340.0, "warn"), (345.0, "pass")])
def test_times_go_by_ranks(most, expected):
    assert outcome(limit("settled_ms", most), settled_ms=SETTLED) == expected


@pytest.mark.parametrize(
    ("one", "values"),
    [
        (limit("hitch_ms", 99.0), {"hitches": SIX[:2]}),
        (limit("hitch_ms", 99.0, rounds=7), {}),
        (limit("hitch_ms", 99.0), {"void": 3}),
        (limit("response_ms", 99.0), {}),
        (limit("settled_ms", 999.0), {"hitches": SIX[:4], "settled_ms": SETTLED[:4]}),
    ],
)
def test_without_evidence_it_is_incomplete_with_the_reason(one, values):
    found = app("a", values.pop("hitches", SIX), **values)
    (check,) = budget_checks(run(found), [("a", one)], popups_per_round=5)
    assert check.outcome == "incomplete"
    assert all(why.en and why.zh for why in check.reasons)
    assert check.reasons


def test_an_app_that_the_run_lacks_is_incomplete():
    (check,) = budget_checks(run(app("a", SIX)), [("b", limit("hitch_ms", 9.0))], popups_per_round=5)
    assert (check.outcome, check.reasons[0].en) == ("incomplete", "the run has no app b")


def test_few_rounds_without_a_hitch_do_not_pass():
    assert outcome(limit("hitch_ms", 8.3), hitches=[0.0] * 5) == "warn"
    assert outcome(limit("hitch_ms", 8.3), hitches=[0.0] * 6) == "pass"
    assert outcome(limit("hitch_ms", 0.0), hitches=[0.0] * 6) == "warn"


def baseline(now, then, **options):
    return baseline_checks(run(*now), run(*then), popups_per_round=5, scenario="keyboard-popup", **options)


def test_a_baseline_is_held_by_the_comparison():
    worse, _ = baseline([app("a", [50.0, 51, 49, 50, 52, 50])], [app("a", SIX)])
    same, _ = baseline([app("a", SIX)], [app("a", SIX)])
    assert [check.outcome for check in worse] == ["fail"]
    assert [check.outcome for check in same] == ["pass"]
    assert worse[0].limit == 8.3


def test_what_only_one_run_has_is_told_and_a_lost_metric_is_incomplete():
    checks, notes = baseline(
        [app("a", SIX), app("n", SIX)], [app("a", SIX, settled_ms=SETTLED), app("o", SIX)]
    )
    assert {(check.metric, check.outcome) for check in checks} == {
        ("hitch_ms", "pass"),
        ("settled_ms", "incomplete"),
    }
    assert [note.en for note in notes] == [
        "N is not in the baseline and was not judged.",
        "O is only in the baseline.",
    ]


def test_a_reference_that_got_worse_is_told_and_decides_nothing():
    bad = [50.0, 51, 49, 50, 52, 50]
    checks, notes = baseline([app("s", bad, reference=True)], [app("s", SIX, reference=True)])
    assert [check.outcome for check in checks] == ["beside"]
    assert "reference text field got worse" in notes[0].en


def gate(*limits: Limit, label: str = "A", simulated: bool = True, hitches=SIX) -> Gate:
    found = replace(app("a", hitches), label=label)
    checks = budget_checks(run(found), [("a", one) for one in limits], popups_per_round=5)
    return Gate(
        "run", "here", "keyboard-popup", "2026-01-01T00:00:00+00:00", "Example, Android 14", simulated, checks, (),
        "budget.yaml", None,
    )  # fmt: skip


FAIL, WARN, PASS = limit("hitch_ms", 9.0), limit("hitch_ms", 25.0), limit("hitch_ms", 40.0)
LOST = limit("response_ms", 9.0)


@pytest.mark.parametrize(
    ("limits", "outcome", "code"),
    [
        ((PASS,), "pass", 0),
        ((PASS, WARN), "warn", 0),
        ((PASS, LOST), "incomplete", 2),
        ((LOST, FAIL), "fail", 1),
    ],
)
def test_the_worst_decides_and_a_failure_stands(limits, outcome, code):
    found = gate(*limits)
    assert (found.outcome, found.exit_code, to_document(found)["exit_code"]) == (outcome, code, code)


def test_the_json_document_has_no_infinity():
    text = json.dumps(to_document(gate(limit("hitch_ms", 9.0), hitches=[1.0])), allow_nan=False)
    (check,) = json.loads(text)["checks"]
    assert (check["lower"], check["unbounded"]) == (None, ["lower", "upper"])


NASTY = 'A "b" <c> & \x07\x1b[31m \ud800 ]]> 千问'
ALLOWED = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"classname", "name", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "system-out": set(),
}
"""Elements and attributes of Jenkins' junit-10.xsd that we use; GitLab and GitHub's actions read the same."""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_junit_is_sound_whatever_an_app_is_called(lang):
    text = to_junit(gate(FAIL, WARN, PASS, LOST, label=NASTY), lang=lang)
    root = ET.fromstring(text.encode("utf-8"))
    assert {element.tag for element in root.iter()} == set(ALLOWED)
    assert all(set(element.attrib) <= ALLOWED[element.tag] for element in root.iter())
    suite = root.find("testsuite")
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["4", "1", "1", "0"]
    assert [len(suite.findall(f"testcase/{tag}")) for tag in ("failure", "error", "system-out")] == [1, 1, 2]
    assert "\\u0007" in text
    assert all("SIMULATED" in (case[0].text or "") for case in suite.iter("testcase"))


def test_control_characters_are_written_as_their_code():
    assert clean("a\x00b\tc\ufffe") == "a\\u0000b\tc\\ufffe"


def test_markdown_holds_no_markup_of_an_app():
    text = to_markdown(gate(FAIL, label="<img src=x>|`*a_"))
    assert "<img" not in text.replace("\\<", "")
    row = next(line for line in text.splitlines() if "fail" in line and line.startswith("|"))
    assert len(row.replace("\\|", "").split("|")) == 9
    assert "SIMULATED" in text
    assert escaped("a\nb") == "a b"


def test_annotations_are_escaped_as_github_wants():
    assert message_text("50 %\r\n::x") == "50 %25%0D%0A::x"
    assert property_text("a: b, c") == "a%3A b%2C c"
    lines = commands(gate(PASS, WARN, FAIL, LOST, label="A\n::error::b"))
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning"]
    assert all("\n" not in line and "SIMULATED" in line for line in lines)


def test_the_example_is_a_sound_budget(tmp_path):
    file = tmp_path / "silky-budget.yaml"
    file.write_text(EXAMPLE, encoding="utf-8")
    limits = read_budget(file)
    assert [one.metric for one in limits] == ["hitch_ms", "settled_ms", "first_motion_ms"]
    assert limits[0].where == f"{file}:16"


WRONG = """\
version: 1
budgets:
  - app: a
    metrics:
      hitch_ms: {max: 1, min: 2}
      settled_ms: {most: 2}
  - app: b
    rounds: 1
    metrics: {}
"""


def test_all_mistakes_of_a_budget_are_named_with_their_lines(tmp_path):
    file = tmp_path / "b.yaml"
    file.write_text(WRONG)
    with pytest.raises(InputFileError) as error:
        read_budget(file)
    for said in (":5: ", ":6: ", ":8: ", ":9: ", "max or min"):
        assert said in str(error.value)


def test_a_limit_given_twice_and_an_unknown_metric_are_mistakes(tmp_path):
    file = tmp_path / "b.yaml"
    row = "  - {app: a, metrics: {hitch_ms: {max: 1}}}\n"
    file.write_text(f"version: 1\nbudgets:\n{row}{row}")
    with pytest.raises(InputFileError, match="limited twice"):
        read_budget(file)
    with pytest.raises(
        InputFileError, match=r"budget.yaml:7: there is no metric hitchms; did you mean hitch_ms"
    ):
        check_metrics([limit("hitchms", 1.0)], ["hitch_ms", "settled_ms"])


def test_a_row_that_names_an_app_wins_over_the_one_for_all():
    every = replace(limit("hitch_ms", 9.0), app="*")
    found = limits_of(
        [every, limit("hitch_ms", 5.0), replace(every, scenario="typing")],
        [("a", False), ("b", False), ("s", True)],
        "keyboard-popup",
    )
    assert [(name, one.limit) for name, one in found] == [("b", 9.0), ("a", 5.0)]
