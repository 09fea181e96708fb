"""A gate as one JSON document: schema `silky-gate`, docs/report-json.md."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from profiler.gates import words

if TYPE_CHECKING:
    from profiler.gates.model import Check, Gate

_DIGITS = 6


def to_document(gate: Gate) -> dict[str, Any]:
    """Return the document as plain data."""
    return {
        "schema": "silky-gate",
        "version": 1,
        "simulated": gate.simulated,
        "outcome": gate.outcome,
        "exit_code": gate.exit_code,
        "sentence_en": words.headline(gate, "en"),
        "sentence_zh": words.headline(gate, "zh"),
        "run_id": gate.run_id,
        "bundle": gate.bundle,
        "scenario": gate.scenario,
        "created": gate.created,
        "phone": gate.phone,
        "budget": gate.budget,
        "baseline": gate.baseline,
        "checks": [_check(check) for check in gate.checks],
        "notes": [note._asdict() for note in gate.notes],
    }


def _check(check: Check) -> dict[str, Any]:
    bounds = {"lower": check.lower, "upper": check.upper}
    return {
        "kind": check.kind,
        "app": check.app,
        "label": check.label,
        "scenario": check.scenario,
        "metric": check.metric,
        "unit": check.unit,
        "value": _number(check.value),
        **{name: _number(bound) for name, bound in bounds.items()},
        "unbounded": [name for name, bound in bounds.items() if bound is not None and math.isinf(bound)],
        "limit": check.limit,
        "at_least": check.at_least,
        "rounds": check.rounds,
        "baseline_rounds": check.baseline_rounds,
        "outcome": check.outcome,
        "reasons": [why._asdict() for why in check.reasons],
        "method": check.method,
        "where": check.where or None,
    }


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, _DIGITS) + 0.0
