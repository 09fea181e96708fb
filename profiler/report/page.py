"""What the HTML page shows, gathered from the records: the template only writes it down."""

from __future__ import annotations

import json
from shlex import quote
from typing import TYPE_CHECKING, Any

from profiler.report import charts, evidence, wording
from profiler.report.catalog import BY_NAME, DRIVERS, HEADLINE, Text, metric_of
from profiler.report.conditions import condition_groups
from profiler.report.elsewhere import all_tables
from profiler.report.inputs import typical_popup, worst_popup
from profiler.report.kinds import METRIC, TITLE, without_popups
from profiler.report.missing import null_notes, shown_metrics
from profiler.report.numbers import NULL, number, shown, with_unit
from profiler.report.page_words import PAGE, filled
from profiler.report.plots.plot import inline
from profiler.report.plots.rows import popups_plot, spoken_popups
from profiler.report.plots.slides import slide_length, slide_plot, spoken_slide
from profiler.report.strips import StripBook, axis_limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profiler.analysis.results import AppResult, PopupResult, RoundResult
    from profiler.report.inputs import ReportInput

_BARS = (*HEADLINE, "longest_gap_ms")
_SECTIONS = (
    *("apps", "comparisons", "causes", "strips", "slides"),
    *("clouds", "conditions", "validity", "check", "method"),
)
_STRIP_FACTS = ("hitch_ms", "missed_vsyncs", "response_ms")
"""Beside a strip; first motion and settled are marked on it."""


def page(data: ReportInput, lang: str = "en") -> dict[str, Any]:
    """Return everything that the template needs, by name."""
    book = StripBook(evidence.trace_paths(data))
    primary = primary_metric(data)
    apps = data.apps()
    exhibits = {
        "typical": [_exhibit(data, book, app, typical_popup(data, app.app, primary)) for app in apps],
        "worst": [_exhibit(data, book, app, worst_popup(data, app.app, primary)) for app in apps],
    }
    sections = [_app_section(data, book, app) for app in apps]
    everything = [p for app in apps for p in data.valid_popups(app.app)]
    shown_forests, slides = charts.forests(data), _slides(data, lang, primary)
    return {
        "data": data,
        "manifest": data.manifest,
        "phone": data.manifest.phone,
        "verdict": data.verdict,
        "ui": wording.UI,
        "sim_mark": Text(*(f"{t} · " for t in wording.UI["simulated"]))
        if data.manifest.phone.simulated
        else Text("", ""),
        "title": wording.UI["title" if data.verdict else "title_plain"],
        "complaint": _complaint(data),
        "outcome": wording.outcome_text(data.verdict.outcome) if data.verdict else None,
        "reasons": wording.verdict_reasons(data.verdict) if data.verdict else (),
        "sentence": wording.verdict_text(data.verdict) if data.verdict else None,
        "bars": [charts.bar_chart(data, name) for name in shown_metrics(data, _BARS, primary)],
        "columns": [metric_of(name) for name in shown_metrics(data, HEADLINE, primary)],
        "missing": [Text(*both) for both in zip(*(null_notes(data, x) for x in ("en", "zh")), strict=True)],
        "more_bars": [charts.bar_chart(data, name) for name in _further_metrics(data)],
        "behaviour": [_behaviour(data, app) for app in apps],
        "modes_seen": _modes_seen(data),
        "has_reference": any(app.reference for app in apps),
        "forests": shown_forests,
        "looks": _looks(data),
        "nav": _contents(comparisons=bool(shown_forests), slides=bool(slides)),
        "reason": wording.reason_text,
        "kinds": all_tables(data),
        "kind_words": {"title": TITLE, "metric": METRIC},
        "has_popups": not without_popups(data),
        "p": PAGE,
        "summary": [_summary(data, app) for app in apps],
        "causes": [_causes(data, app, book.traces_of) for app in apps],
        "clouds": _clouds(data, lang, primary),
        "slides": slides,
        "exhibits": exhibits,
        "sections": sections,
        "conditions": condition_groups(data),
        "void_rounds": [_void_round(data, r) for app in apps for r in data.rounds(app.app) if r.void],
        "warnings": [wording.reason_text(w) for w in data.warnings()],
        "attempts": _attempts(data),
        "again": _commands(data),
        "method": wording.METHOD,
        "glossary": list(BY_NAME.values()),
        "modes_explained": [(wording.mode_text(m), text) for m, text in wording.MODES_EXPLAINED.items()],
        "primary": metric_of(primary),
        "strip_data": _json({**book.names(), "x": axis_limit(everything), "p": book.popups}),
        "words_data": _json({k: list(t) for k, t in (*PAGE.items(), *wording.STRIP_WORDS.items())}),
    }


def _contents(*, comparisons: bool, slides: bool) -> dict[str, Text]:
    """Return the names of the page's sections by their ids."""
    there = {"comparisons": comparisons, "slides": slides}
    return {one: PAGE[f"nav_{one}"] for one in _SECTIONS if there.get(one, True)}


def _looks(data: ReportInput) -> list[Text]:
    """Return the looks that were taken at a run that goes on until it is decided."""
    looks = data.verdict.looks if data.verdict else ()
    return [filled("look", look.rounds, wording.outcome_text(look.outcome)) for look in looks]


def primary_metric(data: ReportInput) -> str:
    """Return the metric that decides, or the first headline one."""
    if data.verdict and data.verdict.primary:
        return data.verdict.primary[0].metric
    return data.manifest.complaint.primary_metric if data.manifest.complaint else HEADLINE[0]


def _further_metrics(data: ReportInput) -> list[str]:
    """Return the known metrics beyond the headline that at least one app has."""
    have = {name for app in data.result.apps for name, mean in app.means.items() if mean is not None}
    left = {*_BARS, primary_metric(data)}
    return [name for name in BY_NAME if name in have and name not in left]


def _complaint(data: ReportInput) -> Text | None:
    plan = data.manifest.complaint
    name = data.verdict.complaint if data.verdict else plan.id if plan else None
    return wording.complaint_text(name) if name else None


def _behaviour(data: ReportInput, app: AppResult) -> dict[str, Any]:
    facts = data.facts(app.app)
    kinds = {k: app.modes.get(k, {}) for k in ("driver_mode", "content_motion")}
    return {
        "label": app.label or app.app,
        "accused": app.app == data.accused,
        "reference": app.reference,
        "version": facts.version_name if facts else None,
        "kinds": {k: wording.modes_text(v) if v else Text(NULL, NULL) for k, v in kinds.items()},
        "late": " / ".join(number(app.means.get(f"late_frames.{driver}")) for driver in DRIVERS),
        "valid": app.rounds_valid,
        "void": app.rounds_void,
    }


def _summary(data: ReportInput, app: AppResult) -> dict[str, Any]:
    """Return one app's row of the table that a lead reads."""
    causes = evidence.causes_of(data, app)
    return {
        "label": app.label or app.app,
        "accused": app.app == data.accused,
        "reference": app.reference,
        "silk": evidence.silk_of(app),
        "values": [
            number(shown(n, app.means.get(n)), metric_of(n).decimals)
            for n in shown_metrics(data, HEADLINE, primary_metric(data))
        ],
        "cause": causes[0] if causes else None,
    }


def _causes(data: ReportInput, app: AppResult, traces: Mapping[int, str]) -> dict[str, Any]:
    return {
        "label": app.label or app.app,
        "accused": app.app == data.accused,
        "reference": app.reference,
        "causes": evidence.causes_of(data, app),
        "frames": evidence.worst_frames(data, app.app, traces),
        "silk": evidence.silk_of(app),
    }


def _clouds(data: ReportInput, lang: str, primary: str) -> list[tuple[Text, str]]:
    """Return the plots of every pop-up, the deciding metric first."""
    names = dict.fromkeys((primary, "settled_ms", "response_ms"))
    return [
        (metric_of(name).label, inline(popups_plot(data, name), spoken_popups(data, name), lang))
        for name in names
    ]


def _slides(data: ReportInput, lang: str, primary: str) -> list[dict[str, Any]]:
    made = []
    chosen = [(app, typical_popup(data, app.app, primary)) for app in data.apps()]
    scale = max((slide_length(popup) for _, popup in chosen), default=0.0)
    for app, popup in chosen:
        label = app.label or app.app
        plot = slide_plot(popup, label, app.app, scale) if popup else None
        if popup and plot:
            svg = inline(plot, spoken_slide(popup, label), lang)
            made.append(
                {
                    "label": label,
                    "accused": app.app == data.accused,
                    "reference": app.reference,
                    "which": wording.filled("strip_name", popup.round, popup.popup),
                    "svg": svg,
                }
            )
    return made


def _modes_seen(data: ReportInput) -> list[tuple[Text, Text]]:
    """Return the names and meanings of the modes that any app showed, in the order of the words."""
    seen = {mode for app in data.result.apps for counts in app.modes.values() for mode in counts}
    return [(wording.mode_text(m), text) for m, text in wording.MODES_EXPLAINED.items() if m in seen]


def _exhibit(data: ReportInput, book: StripBook, app: AppResult, popup: PopupResult | None) -> dict[str, Any]:
    return {
        "label": app.label or app.app,
        "accused": app.app == data.accused,
        "reference": app.reference,
        "strip": _strip(data, book, popup, app.label or app.app) if popup else None,
    }


def _app_section(data: ReportInput, book: StripBook, app: AppResult) -> dict[str, Any]:
    label = app.label or app.app
    return {
        "label": label,
        "accused": app.app == data.accused,
        "reference": app.reference,
        "counts": wording.filled("valid_void", app.rounds_valid, app.rounds_void),
        "rounds": [_round(data, book, r, label) for r in data.rounds(app.app)],
    }


def _round(data: ReportInput, book: StripBook, round_result: RoundResult, label: str) -> dict[str, Any]:
    strips = [_strip(data, book, popup, label) for popup in round_result.popups]
    return {
        "name": wording.UI["warmup"]
        if round_result.warm_up
        else wording.filled("round_name", round_result.round),
        "attempt": round_result.attempt,
        "void": [wording.reason_text(v) for v in round_result.void],
        "first": strips[0] if strips else None,
        "others": strips[1:],
    }


def _strip(data: ReportInput, book: StripBook, popup: PopupResult, label: str) -> dict[str, Any]:
    facts = [_fact(popup, name) for name in _STRIP_FACTS]
    modes = [popup.metrics.get(kind) for kind in ("driver_mode", "content_motion")]
    told = [_fact(popup, name) for name in HEADLINE]
    en = "; ".join(f"{text.en} {value}" for text, value in told)
    zh = "；".join(f"{text.zh} {value}" for text, value in told)
    name = wording.filled("strip_name", popup.round, popup.popup)
    return {
        "place": book.place(popup),
        "name": name,
        "facts": facts,
        "modes": [wording.mode_text(m) for m in modes if isinstance(m, str)],
        "stand_in": popup.motion_source == "app-buffers",
        "void": [wording.reason_text(v) for v in popup.void],
        "aria": Text(f"{label}, {name.en}: {en}", f"{label}，{name.zh}：{zh}"),
    }


def _fact(popup: PopupResult, name: str) -> tuple[Text, str]:
    metric, value = metric_of(name), popup.metrics.get(name)
    decimals = 0 if name == "missed_vsyncs" else metric.decimals
    known = float(value) if isinstance(value, int | float) else None
    return metric.label, with_unit(shown(name, known), metric.unit, decimals)


def _void_round(data: ReportInput, round_result: RoundResult) -> dict[str, Any]:
    reasons = [wording.reason_text(reason) for reason in round_result.void]
    return {"label": data.label(round_result.app), "folder": round_result.folder, "reasons": reasons}


def _attempts(data: ReportInput) -> list[dict[str, Any]]:
    made = []
    for app in data.apps():
        for r in data.rounds(app.app):
            capture = data.capture_of(r)
            made.append(
                {
                    "label": app.label or app.app,
                    "round": r,
                    "values": [number(shown(n, r.metrics.get(n)), metric_of(n).decimals) for n in _BARS],
                    "trace": f"rounds/{r.folder}/{capture.trace}" if capture and capture.trace else None,
                    "sha256": capture.trace_sha256 if capture else None,
                }
            )
    return made


def _commands(data: ReportInput) -> list[str]:
    """Return what computes the report again and opens the first trace; empty without a bundle."""
    if not data.bundle:
        return []
    traces = [str(a["trace"]) for a in _attempts(data) if a["trace"]]
    commands = [f"silky report {quote(data.bundle)} --html"]
    return commands + [f"silky analyze {quote(f'{data.bundle}/{trace}')}" for trace in traces[:1]]


def _json(value: object) -> str:
    """Return compact JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
