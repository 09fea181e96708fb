"""The report for machines: one JSON document. Its schema is docs/report-json.md."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from profiler.analysis.scored import scored_sources
from profiler.report.catalog import BY_NAME, metric_of

if TYPE_CHECKING:
    from profiler.analysis.results import (
        AppResult,
        Comparison,
        Diagnosis,
        LateFrame,
        PopupResult,
        RoundResult,
        Verdict,
    )
    from profiler.report.inputs import ReportInput

SCHEMA = "silky-report"
VERSION = 1
"""Raised when a field goes away or changes its meaning; new fields don't raise it."""

_DIGITS = 6


def to_json(data: ReportInput, *, strips: bool = False) -> str:
    """Return the document as text that ends with a newline, the same for the same records.

    Args:
        data: the records of the run.
        strips: with every frame of every pop-up, which makes it some hundred times longer.
    """
    return json.dumps(to_document(data, strips=strips), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_document(data: ReportInput, *, strips: bool = False) -> dict[str, Any]:
    """Return the document as plain dicts, lists, strings, numbers, booleans and None."""
    manifest = data.manifest
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "simulated": manifest.phone.simulated,
        "simulated_speed": _plain(manifest.phone.simulated_speed),
        "tool_version": manifest.tool_version,
        "run": {
            "run_id": manifest.run_id,
            "created": manifest.created,
            "finished": manifest.finished,
            "scenario": manifest.scenario,
            "rounds": manifest.rounds,
            "popups_per_round": manifest.popups_per_round,
            "order": _plain(manifest.order),
            "commands": _plain(manifest.commands),
            "bundle": data.bundle or None,
            "bundle_format_version": manifest.format_version,
        },
        "complaint": _plain(asdict(manifest.complaint)) if manifest.complaint else None,
        "verdict": _verdict(data.verdict) if data.verdict else None,
        "comparisons": [_comparison(c) for c in data.comparisons],
        "apps": [_app(data, app) for app in data.apps()],
        "rounds": [_round(data, r, strips=strips) for app in data.apps() for r in data.rounds(app.app)],
        "conditions": _conditions(data),
        "warnings": list(data.warnings()),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "complaint": verdict.complaint,
        "accused": verdict.accused,
        "outcome": verdict.outcome,
        "sentence_en": verdict.sentence_en,
        "sentence_zh": verdict.sentence_zh,
        "reasons": list(verdict.reasons),
        "looks": [asdict(look) for look in verdict.looks],
        "observations": [{"en": en, "zh": zh} for en, zh in verdict.observations],
        "primary": [_comparison(c) for c in verdict.primary],
        "secondary": [_comparison(c) for c in verdict.secondary],
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    made: dict[str, Any] = _plain(asdict(comparison))
    made["unbounded"] = [
        side for side in ("lower", "upper") if (v := getattr(comparison, side)) is not None and math.isinf(v)
    ]
    return made


def _app(data: ReportInput, app: AppResult) -> dict[str, Any]:
    facts = data.facts(app.app)
    return {
        "app": app.app,
        "label": app.label,
        "accused": app.app == data.accused,
        "reference": app.reference,
        "package": facts.package if facts else None,
        "version_name": facts.version_name if facts else None,
        "version_code": facts.version_code if facts else None,
        "compile_filter": facts.compile_filter if facts else None,
        "rounds_valid": app.rounds_valid,
        "rounds_void": app.rounds_void,
        "metrics": {name: _metric(data, app, name) for name in _ordered(app.means)},
        "popups": app.popups,
        "causes": [_plain(asdict(one)) for one in app.causes],
        "silkiness": _plain(asdict(app.silkiness)) if app.silkiness else None,
        "modes": {kind: dict(sorted(counts.items())) for kind, counts in sorted(app.modes.items())},
    }


def _metric(data: ReportInput, app: AppResult, name: str) -> dict[str, Any]:
    mean = app.means.get(name)
    return {
        "unit": "1" if name == "hitch_ratio" else metric_of(name).unit,
        "mean": _plain(mean),
        "median": _plain(app.medians.get(name)),
        "rounds": _plain(app.metrics.get(name, [])),
        "reason": data.null_reason(app.app, name) if mean is None else None,
        "sources": list(scored_sources(data.result.rounds, app.app, name)),
    }


def _round(data: ReportInput, round_result: RoundResult, *, strips: bool) -> dict[str, Any]:
    capture = data.capture_of(round_result)
    return {
        "app": round_result.app,
        "round": round_result.round,
        "attempt": round_result.attempt,
        "folder": round_result.folder,
        "warm_up": round_result.warm_up,
        "void": list(round_result.void),
        "warnings": list(round_result.warnings),
        "trace": capture.trace if capture else None,
        "trace_sha256": capture.trace_sha256 if capture else None,
        "before": _plain(asdict(capture.before)) if capture else None,
        "after": _plain(asdict(capture.after)) if capture else None,
        "metrics": {name: _plain(round_result.metrics[name]) for name in _ordered(round_result.metrics)},
        "popups": [_popup(p, strips=strips) for p in round_result.popups],
        "interactions": [_plain(asdict(one)) for one in round_result.interactions],
    }


def _diagnosis(one: Diagnosis) -> dict[str, Any]:
    made: dict[str, Any] = _plain(asdict(one))
    made["evidence"] = [{"en": en, "zh": zh} for en, zh in one.evidence]
    return made


def _late(one: LateFrame) -> dict[str, Any]:
    made: dict[str, Any] = _plain(asdict(one))
    made["doing"] = {what: _plain(ms) for what, ms in one.doing}
    made["slices"] = [{"name": name, "ms": _plain(ms)} for name, ms in one.slices]
    return made


def _popup(popup: PopupResult, *, strips: bool) -> dict[str, Any]:
    made = {
        "popup": popup.popup,
        "t0_ns": popup.t0_ns,
        "down_ns": popup.down_ns,
        "period_ms": _plain(popup.period_ms),
        "motion_source": popup.motion_source,
        "slide_start_ms": _plain(popup.slide_start_ms),
        "slide_end_ms": _plain(popup.slide_end_ms),
        "void": list(popup.void),
        "metrics": {name: _plain(popup.metrics[name]) for name in _ordered(popup.metrics)},
        "standards": {name: _plain(popup.standards[name]) for name in sorted(popup.standards)},
        "reasons": dict(sorted(popup.reasons.items())),
        "sources": dict(sorted(popup.sources.items())),
        "diagnoses": [_diagnosis(one) for one in popup.diagnoses],
        "late": [_late(one) for one in popup.late],
    }
    if strips:
        made["strip"] = [_plain(asdict(frame)) for frame in popup.strip]
    return made


def _conditions(data: ReportInput) -> dict[str, Any]:
    phone = data.manifest.phone
    return {
        "phone": {f.name: _plain(getattr(phone, f.name)) for f in fields(phone)},
        "period_ms": _plain(data.result.period_ms),
        "state_before": _plain(asdict(data.manifest.state_before)),
        "settings_changed": {
            name: {"was": was, "is": now}
            for name, (was, now) in sorted(data.manifest.settings_changed.items())
        },
        "capture_config": data.manifest.capture_config,
    }


def _ordered(names: dict[str, Any]) -> list[str]:
    place = {name: i for i, name in enumerate(BY_NAME)}
    return sorted(names, key=lambda name: (place.get(name, len(place)), name))


def _plain(value: Any) -> Any:
    """Return JSON's own types; numbers rounded to 6 digits, those that are not finite as None."""
    if isinstance(value, float):
        return round(value, _DIGITS) + 0.0 if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "item") and not isinstance(value, str):
        return _plain(value.item())  # a numpy scalar
    return value
