"""The joint report for machines. Its schema is docs/report-json.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from profiler.joint.agreement import Stances, pair_stances, summary, unlike, verdict_stances
from profiler.report.json_report import to_document

if TYPE_CHECKING:
    from profiler.joint.model import JointReport, PhoneEntry

SCHEMA = "silky-joint-report"
VERSION = 1


def to_joint_json(joint: JointReport) -> str:
    """Return the document as text that ends with a newline, the same for the same records."""
    return json.dumps(to_joint_document(joint), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_joint_document(joint: JointReport) -> dict[str, Any]:
    """Return the document as plain data; each phone's own report stands in it whole."""
    question = joint.question
    sentence = summary(joint)
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "simulated": joint.simulated,
        "folder": joint.path or None,
        "scenario": joint.scenario,
        "complaint": {
            "id": question.id,
            "accused": question.accused,
            "against": list(question.against),
            "primary_metric": question.primary_metric,
        }
        if question
        else None,
        "exit_code": joint.code,
        "agreement": {
            **_stances(verdict_stances(joint)),
            "sentence_en": sentence.en,
            "sentence_zh": sentence.zh,
            "against": {name: _stances(found) for name, found in pair_stances(joint).items()},
        },
        "differences": [text.en for text in unlike(joint)],
        "matrix": {name: _matrix(joint, name) for name in joint.metrics()},
        "phones": [_phone(phone) for phone in joint.phones],
    }


def _stances(found: Stances) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "outcomes": {outcome: list(who) for outcome, who in found.by_outcome.items()},
        "silent": list(found.silent),
    }


def _matrix(joint: JointReport, metric: str) -> dict[str, dict[str, Any]]:
    """Return app -> phone -> mean and number of valid rounds."""
    return {
        app: {
            phone.label: {
                "mean": found.means.get(metric) if found else None,
                "rounds_valid": found.rounds_valid if found else 0,
                "reason": None
                if found and found.means.get(metric) is not None
                else data.null_reason(app, metric),
            }
            for phone, data in joint.measured()
            for found in [phone.app(app)]
        }
        for app, _ in joint.apps()
    }


def _phone(phone: PhoneEntry) -> dict[str, Any]:
    facts = phone.data.manifest.phone if phone.data else None
    return {
        "label": phone.label,
        "exit_code": phone.code,
        "outcome": phone.outcome,
        "failed": phone.data is None,
        "what": phone.what or None,
        "next_step": phone.next_step or None,
        "bundle": phone.bundle or None,
        "phone": asdict(facts) if facts else None,
        "report": to_document(phone.data) if phone.data else None,
    }
