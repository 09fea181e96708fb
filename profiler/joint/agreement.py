"""Where phones agree and where they don't. Each is judged by its own rounds; nothing is pooled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.report.catalog import Text
from profiler.report.wording import outcome_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from profiler.joint.model import JointReport

AGREE, DISAGREE, OPEN, NONE = "agree", "disagree", "open", "none"
_UNDECIDED = ("cannot tell", "open")
_ORDER = ("reproduced", "worse", "partly", "not reproduced", "not worse", *_UNDECIDED)


@dataclass(frozen=True, slots=True)
class Stances:
    """Which phones say what: outcome -> labels, the worst outcome first."""

    by_outcome: Mapping[str, tuple[str, ...]]
    silent: tuple[str, ...]
    """Phones without an answer."""

    @property
    def decided(self) -> dict[str, tuple[str, ...]]:
        """The outcomes that are answers."""
        return {outcome: who for outcome, who in self.by_outcome.items() if outcome not in _UNDECIDED}

    @property
    def kind(self) -> str:
        """`agree`: at least two decide, all the same; `disagree`; `open`: at most one decides; `none`."""
        decided = self.decided
        if len(decided) > 1:
            return DISAGREE
        if decided and sum(map(len, decided.values())) > 1:
            return AGREE
        return OPEN if self.by_outcome else NONE

    def words(self) -> Text:
        """Return who says what."""
        parts = [
            (outcome_text(outcome), ", ".join(who), "、".join(who))
            for outcome, who in self.by_outcome.items()
        ]
        return Text(
            "; ".join(f"{outcome.en}: {en}" for outcome, en, _ in parts),
            "；".join(f"{outcome.zh}：{zh}" for outcome, _, zh in parts),
        )


def stances(told: Sequence[tuple[str, str | None]]) -> Stances:
    """Sort (label, outcome) by outcome; None is silence."""
    found: dict[str, list[str]] = {}
    for label, outcome in told:
        if outcome is not None:
            found.setdefault(outcome, []).append(label)
    rank = {outcome: place for place, outcome in enumerate(_ORDER)}
    ordered = sorted(found.items(), key=lambda item: (rank.get(item[0], len(rank)), item[0]))
    silent = tuple(label for label, outcome in told if outcome is None)
    return Stances({outcome: tuple(who) for outcome, who in ordered}, silent)


def verdict_stances(joint: JointReport) -> Stances:
    """Return which phones give which verdict."""
    return stances([(phone.label, phone.outcome) for phone in joint.phones])


def pair_stances(joint: JointReport) -> dict[str, Stances]:
    """Return, for each competitor of the one complaint, which phones find the accused worse than it."""
    question = joint.question
    if question is None:
        return {}
    found = {}
    for competitor in question.against:
        told: list[tuple[str, str | None]] = []
        for phone in joint.phones:
            one = phone.comparison(question.primary_metric, competitor)
            told.append((phone.label, one.outcome if one else None))
        found[competitor] = stances(told)
    return found


def summary(joint: JointReport) -> Text:
    """Return the sentence at the head of a joint report."""
    if not joint.measured():
        return Text("No phone measured anything.", "没有任何手机测得数据。")
    asked = joint.questions()
    if not asked:
        return Text(
            "Measured on each phone; no complaint was judged.", "已在每台手机上测量，未对投诉作判断。"
        )
    if len(asked) > 1:
        return Text(
            "The phones were not asked the same question: their verdicts stand side by side, not compared.",
            "各手机所判断的投诉不同：结论并列给出，不作比较。",
        )
    found = verdict_stances(joint)
    return _sentence(found, found.words())


def _sentence(found: Stances, words: Text) -> Text:
    decided = found.decided
    silent_en = f" No result: {', '.join(found.silent)}." if found.silent else ""
    silent_zh = f"无结果：{'、'.join(found.silent)}。" if found.silent else ""
    undecided = len(found.by_outcome) > len(decided)
    if found.kind == DISAGREE:
        return Text(
            f"The phones disagree. {words.en}.{silent_en}", f"各手机结论不一致。{words.zh}。{silent_zh}"
        )
    if not decided:
        return Text(f"No phone can tell.{silent_en}", f"没有手机能够判断。{silent_zh}")
    (outcome, who), *_ = decided.items()
    name = outcome_text(outcome)
    if found.kind == AGREE and not undecided:
        return Text(
            f"The {len(who)} phones that gave a verdict agree: {name.en}.{silent_en}",
            f"给出结论的 {len(who)} 台手机一致：{name.zh}。{silent_zh}",
        )
    if found.kind == AGREE:
        return Text(
            f"The phones that can tell agree: {name.en}. {words.en}.{silent_en}",
            f"能够判断的手机结论一致：{name.zh}。{words.zh}。{silent_zh}",
        )
    if not undecided and not found.silent:
        return Text(f"One phone was measured: {name.en}.", f"只测量了一台手机：{name.zh}。")
    return Text(
        f"Only one phone can tell. {words.en}.{silent_en}", f"只有一台手机能够判断。{words.zh}。{silent_zh}"
    )


def unlike(joint: JointReport) -> list[Text]:
    """Return what is not the same on all phones and may explain a difference: versions, keyboards, speeds."""
    made: list[Text] = []
    for app, label in joint.apps():
        versions = {
            phone.label: facts.version_name or "?"
            for phone, data in joint.measured()
            if (facts := data.facts(app)) is not None and not facts.reference
        }
        if len(set(versions.values())) > 1:
            made.append(_listed(f"{label}: versions differ", f"{label}：版本不同", versions))
    keyboards = {
        phone.label: f"{data.manifest.phone.ime_id or '?'} {data.manifest.phone.ime_version or ''}".strip()
        for phone, data in joint.measured()
    }
    if len(set(keyboards.values())) > 1:
        made.append(_listed("Keyboards differ", "输入法不同", keyboards))
    tools = {phone.label: data.manifest.tool_version for phone, data in joint.measured()}
    if len(set(tools.values())) > 1:
        made.append(_listed("Versions of silky differ", "silky 版本不同", tools))
    return made


def _listed(english: str, chinese: str, by_phone: Mapping[str, str]) -> Text:
    return Text(
        f"{english} ({', '.join(f'{label}: {value}' for label, value in by_phone.items())}).",
        f"{chinese}（{'，'.join(f'{label}：{value}' for label, value in by_phone.items())}）。",
    )
