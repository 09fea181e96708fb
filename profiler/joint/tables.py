"""What a joint report shows, as plain tables: the terminal and the page only write them down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.causes.catalogue import name_of
from profiler.joint.agreement import pair_stances, unlike
from profiler.report.catalog import Text, metric_of
from profiler.report.kinds import named
from profiler.report.numbers import NULL, number, shown, with_unit
from profiler.report.wording import MARKS, UI, complaint_text, outcome_text, reason_text, verdict_text

if TYPE_CHECKING:
    from profiler.analysis.results import Comparison
    from profiler.joint.model import JointReport, PhoneEntry
    from profiler.report.inputs import ReportInput

SAME = Text(NULL, NULL)
FAILED = Text("no result", "无结果")
BROKEN_OFF = Text("broken off", "中断")


class PhoneRow(NamedTuple):
    """One phone at a glance."""

    label: str
    outcome: str
    """Of its verdict, spelled as in the records; `failed` where it has none for a reason, else empty."""
    word: Text
    why: Text
    """Its verdict's sentence, or why there is none."""
    next_step: str
    system: str
    """Android and panel."""
    rounds: str
    """Scored rounds, valid / void."""
    bundle: str


class Cell(NamedTuple):
    """One cell of a matrix."""

    text: Text
    outcome: str = ""


class Matrix(NamedTuple):
    """Phones down, apps across."""

    title: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    notes: tuple[Text, ...] = ()


def phone_rows(joint: JointReport) -> list[PhoneRow]:
    """Return all phones, those that failed among them."""
    return [_phone_row(phone) for phone in joint.phones]


def _phone_row(phone: PhoneEntry) -> PhoneRow:
    broke = Text(phone.what, reason_text(phone.what).zh) if phone.what else None
    if phone.data is None:
        why = broke or Text("", "")
        return PhoneRow(phone.label, "failed", FAILED, why, phone.next_step, "", NULL, phone.bundle)
    data = phone.data
    facts = data.manifest.phone
    system = f"Android {facts.android}, {facts.active_hz:g} Hz"
    valid, void = (
        sum(n) for n in zip(*[(a.rounds_valid, a.rounds_void) for a in data.result.apps], strict=True)
    )
    word, why, outcome = _answer(data)
    if broke is not None:
        word = Text(f"{word.en} ({BROKEN_OFF.en})", f"{word.zh}（{BROKEN_OFF.zh}）")
        why = Text(f"{broke.en} {why.en}".strip(), f"{broke.zh} {why.zh}".strip())
    return PhoneRow(
        phone.label, outcome, word, why, phone.next_step, system, f"{valid} / {void}", phone.bundle
    )


def _answer(data: ReportInput) -> tuple[Text, Text, str]:
    if data.verdict is None:
        return Text("measured", "已测量"), Text("", ""), ""
    return outcome_text(data.verdict.outcome), verdict_text(data.verdict), data.verdict.outcome


def question_text(joint: JointReport) -> Text | None:
    """Return the complaint that all phones were asked, with whom it accuses."""
    question = joint.question
    if question is None:
        return None
    labels = dict(joint.apps())
    claim = complaint_text(question.id)
    accused = labels.get(question.accused, question.accused)
    return Text(f"{claim.en} ({accused})", f"{claim.zh}（{accused}）")


def matrices(joint: JointReport) -> list[Matrix]:
    """Return the matrices: the comparisons that decide, then each metric, then the causes."""
    pairs = _pairs(joint)
    causes = _causes(joint)
    metrics = [_metric(joint, name) for name in joint.metrics()]
    return [*([pairs] if pairs else []), *metrics, *([causes] if causes else [])]


def _pairs(joint: JointReport) -> Matrix | None:
    question = joint.question
    if question is None:
        return None
    metric = metric_of(question.primary_metric)
    labels = dict(joint.apps())
    accused = labels.get(question.accused, question.accused)
    rows = [
        (phone.label, tuple(_pair(phone.comparison(metric.name, other)) for other in question.against))
        for phone, _ in joint.measured()
    ]
    notes = [
        Text(f"{labels.get(other, other)}: {words.en}.", f"{labels.get(other, other)}：{words.zh}。")
        for other, found in pair_stances(joint).items()
        if len(found.decided) > 1
        for words in [found.words()]
    ]
    title = Text(
        f"{accused} against each, {metric.label.en}: difference and 95 % bounds",
        f"{accused} 与各应用相比，{metric.label.zh}：差值与 95% 界限",
    )
    return Matrix(title, tuple(_both(labels.get(o, o)) for o in question.against), tuple(rows), tuple(notes))


def _pair(one: Comparison | None) -> Cell:
    if one is None:
        return Cell(SAME)
    metric = metric_of(one.metric)
    low, high = (number(shown(metric.name, v), sign=True) for v in (one.lower, one.upper))
    difference = with_unit(shown(metric.name, one.difference), metric.unit, sign=True)
    name, mark = outcome_text(one.outcome), MARKS.get(one.outcome, "")
    return Cell(Text(*(f"{mark} {word} {difference} [{low}, {high}]" for word in name)), one.outcome)


def _metric(joint: JointReport, name: str) -> Matrix:
    apps = joint.apps()
    known = named(name)
    label, unit, decimals = known or (metric_of(name).label, metric_of(name).unit, metric_of(name).decimals)
    rows, notes = [], []
    for phone, data in joint.measured():
        cells = []
        for app, title in apps:
            found = phone.app(app)
            value = found.means.get(name) if found else None
            cells.append(Cell(_both(number(shown(name, value), decimals))))
            why = None if value is not None else _missing(data, app, name)
            if why is not None:
                notes.append(
                    Text(
                        f"{NULL} {phone.label}, {title}: {why.en}", f"{NULL} {phone.label}，{title}：{why.zh}"
                    )
                )
        rows.append((phone.label, tuple(cells)))
    told = Text(*(f"{text}, {unit}" if unit else text for text in label))
    return Matrix(told, tuple(_both(title) for _, title in apps), tuple(rows), tuple(notes))


def _missing(data: ReportInput, app: str, metric: str) -> Text | None:
    if data.facts(app) is None:
        return Text("not measured on this phone", "这台手机上未测量")
    why = data.null_reason(app, metric)
    return reason_text(why) if why else None


def _causes(joint: JointReport) -> Matrix | None:
    apps = joint.apps()
    rows = []
    for phone, _ in joint.measured():
        found = [phone.app(app) for app, _ in apps]
        cells = [
            Cell(Text(*name_of(app.causes[0].cause)) if app is not None and app.causes else SAME)
            for app in found
        ]
        rows.append((phone.label, tuple(cells)))
    if not any(cell.text != SAME for _, cells in rows for cell in cells):
        return None
    title = Text("Cause named most", "最常见的原因")
    return Matrix(title, tuple(_both(title) for _, title in apps), tuple(rows))


def differences(joint: JointReport) -> list[Text]:
    """Return what may explain that phones differ."""
    return unlike(joint)


def simulated_words(joint: JointReport) -> Text | None:
    """Return what must stand on top where any phone is simulated."""
    if not joint.simulated:
        return None
    real = [phone.label for phone, data in joint.measured() if not data.manifest.phone.simulated]
    if not real:
        return UI["simulated_long"]
    names = [phone.label for phone, data in joint.measured() if data.manifest.phone.simulated]
    return Text(
        f"{', '.join(names)}: {UI['simulated_long'].en}", f"{'、'.join(names)}：{UI['simulated_long'].zh}"
    )


def _both(text: str) -> Text:
    return Text(text, text)
