"""The JSON report: documented, stable, without numbers that JSON does not have."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profiler.report.json_report import VERSION, to_json
from tests.profiler.report.factory import report_input

if TYPE_CHECKING:
    from profiler.report.inputs import ReportInput

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "report-json.md"


def loads(text: str) -> Any:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_says_what_it_is_and_whether_it_is_simulated(run: ReportInput) -> None:
    made = loads(to_json(run))
    assert list(made)[:4] == ["schema", "version", "simulated", "simulated_speed"]
    assert (made["schema"], made["version"], made["simulated"], made["simulated_speed"]) == (
        "silky-report",
        VERSION,
        True,
        20.0,
    )
    assert loads(to_json(report_input(rounds=3, simulated=False)))["simulated"] is False


def test_the_same_records_give_the_same_bytes(run: ReportInput) -> None:
    assert to_json(run) == to_json(report_input())


def test_every_field_is_documented(run: ReportInput) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_0-9]+)`", text))
    made = loads(to_json(run, strips=True))
    parts = [
        made,
        made["run"],
        made["complaint"],
        made["verdict"],
        made["verdict"]["primary"][0],
        made["verdict"]["observations"][0],
        made["apps"][0],
        made["apps"][0]["metrics"]["hitch_ms"],
        made["apps"][0]["modes"],
        made["rounds"][0],
        made["rounds"][0]["popups"][0],
        made["rounds"][0]["popups"][0]["strip"][0],
        made["conditions"],
    ]
    missing = sorted({key for part in parts for key in part} - named)
    assert missing == []


def test_what_is_not_known_is_null_with_a_reason(run: ReportInput) -> None:
    apps = {app["app"]: app for app in loads(to_json(run))["apps"]}
    response = apps["restless"]["metrics"]["response_ms"]
    assert response["mean"] is None
    assert response["median"] is None
    assert response["rounds"] == []
    assert response["reason"] == "app draws while idle"
    assert apps["heavy"]["metrics"]["response_ms"]["reason"] is None


def test_an_open_bound_is_null_and_named(run: ReportInput) -> None:
    first = replace(run.verdict.primary[0], lower=-math.inf, upper=math.inf, outcome="open")
    data = replace(run, verdict=replace(run.verdict, primary=(first,)))
    made = loads(to_json(data))["verdict"]["primary"][0]
    assert (made["lower"], made["upper"]) == (None, None)
    assert made["unbounded"] == ["lower", "upper"]
    assert loads(to_json(run))["verdict"]["primary"][0]["unbounded"] == []


def test_every_attempt_names_its_trace_and_checksum(run: ReportInput) -> None:
    rounds = loads(to_json(run))["rounds"]
    assert len(rounds) == 37
    assert all(re.fullmatch("[0-9a-f]{64}", r["trace_sha256"]) for r in rounds)
    assert sum(bool(r["void"]) for r in rounds) == 1


def test_strips_come_only_when_asked_for(run: ReportInput) -> None:
    popup = loads(to_json(run))["rounds"][0]["popups"][0]
    assert "strip" not in popup
    strip = loads(to_json(run, strips=True))["rounds"][0]["popups"][0]["strip"]
    assert strip[0]["lane"] == "leash"


def test_a_run_without_verdict(run: ReportInput) -> None:
    data = replace(run, verdict=None, comparisons=run.verdict.secondary[:1])
    made = loads(to_json(data))
    assert made["verdict"] is None
    assert len(made["comparisons"]) == 1
