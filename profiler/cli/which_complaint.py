"""From a person's words on the command line to a complaint and profiles; asks where two fit."""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from profiler.cli.output import note
from traces.errors import SilkyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from profiler.complaints import Complaint
    from profiler.complaints.understand import Understanding
    from traces.capture import Manifest

WITHOUT_PHONE = (
    "rounds", "popups", "reference", "devices", "out", "seed", "keyboard", "refresh_hz",
    "until_decided", "max_rounds", "yes_send", "no_network", "leave", "cool_down", "thermal_limit",
    "compile_filter", "patience",
)  # fmt: skip
"""Options that only a measurement heeds."""
WITHOUT_BUNDLE = ("jobs",)

_WHY = {
    "several": ("“{text}” could mean more than one complaint.", "“{text}”可能指不止一个问题。"),
    "unsure": ("“{text}” does not say for sure what is wrong.", "“{text}”没有说清楚是什么问题。"),
    "besides": (
        "“{text}” may mean something else than silky judges{strange}.",
        "“{text}”可能说的是 silky 不能判断的事情{strange}。",
    ),
    "no-fault": ("“{text}” names no fault that silky knows.", "“{text}”没有说出 silky 能识别的毛病。"),
    "praise": (
        "“{text}” says that all is well: there is no complaint to judge.",
        "“{text}”说的是一切正常，没有可以判断的问题。",
    ),
    "others": (
        "“{text}” speaks of other apps than the one under --app.",
        "“{text}”说的不是 --app 指定的应用。",
    ),
    "nothing": (
        "“{text}” is none of the complaints that silky judges.",
        "“{text}”不在 silky 能判断的问题之列。",
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged."""

    complaint: Complaint
    accused: str
    against: tuple[str, ...]
    """Names of profiles, or files of profiles."""
    language: str


def check_options(ctx: click.Context, *, from_bundle: bool) -> None:
    """Refuse options that would do nothing.

    Raises:
        UsageError: names them all.
    """
    idle = WITHOUT_PHONE if from_bundle else WITHOUT_BUNDLE
    given = [
        param.opts[0]
        for param in ctx.command.params
        if param.name in idle and ctx.get_parameter_source(param.name) is ParameterSource.COMMANDLINE
    ]
    if not given:
        return
    verb = "does" if len(given) == 1 else "do"
    if from_bundle:
        raise UsageError(
            f"{', '.join(given)} {verb} nothing: --from judges what was recorded.",
            next_step="Leave out the one or the other.",
        )
    raise UsageError(
        f"{', '.join(given)} {verb} nothing without --from.",
        next_step="Leave it out, or name a bundle with --from.",
    )


def choose(
    ctx: click.Context,
    text: str,
    app: str,
    against: Sequence[str],
    *,
    lang: str | None,
    manifest: Manifest | None = None,
) -> Case:
    """Find what is to be judged.

    Args:
        ctx: of the command, to tell how it can be typed again.
        text: a scenario, a complaint's id, or a person's sentence.
        app: the accused, by profile or by what it is called.
        against: its competitors, likewise.
        lang: as given; None: that of the sentence.
        manifest: of the bundle that is judged, if one is.

    Raises:
        UsageError: the sentence means none of the complaints, or several and nobody is there to ask; an
            app is not known.
    """
    from profiler.complaints import complaint, list_complaints
    from profiler.scenarios import list_scenarios

    if not text.strip():
        raise UsageError("The complaint is empty.", next_step="`silky complaints` lists what can be judged.")
    accused, others = app_name(app, manifest), tuple(app_name(name, manifest) for name in against)
    known = list_complaints()
    if text in known:
        return Case(complaint(text), accused, others, lang or "en")
    scenarios = list_scenarios()
    if text in scenarios:
        judged = scenarios[text].complaint
        if judged is None:
            raise UsageError(
                f"No complaint is judged by {text}.",
                next_step="Measure it with `silky run`; `silky complaints` lists what can be judged.",
            )
        return Case(complaint(judged), accused, others, lang or "en")
    if plug_in := next((s.complaint for s in scenarios.values() if s.complaint == text), None):
        return Case(complaint(plug_in), accused, others, lang or "en")
    return _heard(ctx, text, accused, others, lang=lang)


def app_name(name: str, manifest: Manifest | None = None) -> str:
    """Return the profile that a name means; an app of the bundle wins over a profile of this computer.

    Raises:
        UsageError: there is none; names what is near.
    """
    from devices.profiles import load_profile

    if manifest is not None:
        facts = [
            one for one in manifest.apps if name.casefold() in (one.profile.casefold(), one.label.casefold())
        ]
        if facts:
            return facts[0].profile
    try:
        found = load_profile(name).name
        return name if manifest is None and name.endswith((".yaml", ".yml")) else found
    except UsageError as error:
        if manifest is None:
            raise
        raise UsageError(
            f"The bundle has no app '{name}'.",
            next_step=f"It has: {', '.join(a.profile for a in manifest.apps)}.",
        ) from error


def require_scenario(found: Complaint, lang: str) -> None:
    """Refuse a complaint whose scenario this version can't drive.

    Raises:
        UsageError: says so, and what is possible.
    """
    from profiler.scenarios import list_scenarios

    known = list_scenarios()
    if found.scenario in known:
        return
    if lang == "zh":
        raise UsageError(
            f"“{found.name.zh}”需要场景 {found.scenario}，本版本的 silky 还不能驱动它"
            f"（可用：{'、'.join(known)}）。",
            next_step=f"用 --from 指定一个含有 {found.primary_metric} 的记录，或安装提供该场景的插件。",
        )
    raise UsageError(
        f"'{found.name.en}' needs the scenario {found.scenario}, which this version of silky can't drive yet "
        f"(it has: {', '.join(known)}).",
        next_step=f"Judge a bundle that holds {found.primary_metric} with --from, or install a plug-in that "
        "brings the scenario.",
    )


def tell(case: Case) -> None:
    """Say on standard error what was understood."""
    found = case.complaint
    if case.language == "zh":
        note(f"理解为：{found.name.zh}（{found.id}，按 {found.primary_metric} 判断）。")
    else:
        note(f"Understood as: {found.name.en} ({found.id}, judged by {found.primary_metric}).")


def again(ctx: click.Context, complaint_id: str) -> str:
    """Return the command line with a complaint's id instead of the sentence."""
    words = [*ctx.command_path.split(), complaint_id]
    for param in ctx.command.params:
        if not isinstance(param, click.Option) or param.name is None:
            continue
        if ctx.get_parameter_source(param.name) is not ParameterSource.COMMANDLINE:
            continue
        value = ctx.params.get(param.name)
        if param.is_flag:
            words.append(param.opts[0] if value else param.secondary_opts[0])
        elif param.multiple:
            words += [param.opts[0], *map(str, value or ())]
        else:
            words += [param.opts[0], str(value)]
    return shlex.join(words)


def _heard(ctx: click.Context, text: str, accused: str, others: tuple[str, ...], *, lang: str | None) -> Case:
    from profiler.complaints import complaint, list_complaints
    from profiler.complaints.understand import understand

    catalogue = [complaint(name) for name in list_complaints()]
    own, rest = _called(accused)
    found = understand(text, catalogue, own=own, others=rest)
    language = lang or found.language
    if found.meant is not None:
        return Case(found.meant, accused, others, language)
    if found.candidates and _interactive():
        return Case(_ask(text, found, language), accused, others, language)
    raise _not_understood(ctx, text, found, catalogue, language)


def _called(accused: str) -> tuple[list[str], list[str]]:
    """Return what the accused is called, and what all other apps with a profile are called."""
    from devices.profiles import list_profiles, load_profile

    own: list[str] = [accused]
    rest: list[str] = []
    for name in dict.fromkeys((accused, *list_profiles())):
        with suppress(SilkyError):  # a broken profile of another app is no matter here
            profile = load_profile(name)
            if name == accused:
                own += profile.called
            elif not profile.reference and profile.name not in own:
                rest += profile.called
    return own, rest


def _interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(text: str, found: Understanding, lang: str) -> Complaint:
    """Let a person choose.

    Raises:
        UsageError: none of them is meant.
    """
    none = "都不是" if lang == "zh" else "none of these"
    note(_why(text, found, lang))
    for number, one in enumerate(found.candidates, 1):
        note(f"  {number}  {one.claim.get(lang)}")
    note(f"  0  {none}")
    question = "指的是哪一个？" if lang == "zh" else "Which one is meant?"
    chosen = click.prompt(question, type=click.IntRange(0, len(found.candidates)), err=True)
    if chosen == 0:
        raise UsageError(_why(text, found, lang), next_step=_list_all(lang))
    return found.candidates[chosen - 1]


def _not_understood(
    ctx: click.Context, text: str, found: Understanding, catalogue: Iterable[Complaint], lang: str
) -> UsageError:
    if not found.candidates:
        names = (
            ", ".join(one.name.en for one in catalogue)
            if lang == "en"
            else "、".join(o.name.zh for o in catalogue)
        )
        all_of_them = f"能判断的问题：{names}。" if lang == "zh" else f"It judges: {names}."
        return UsageError(f"{_why(text, found, lang)} {all_of_them}", next_step=_list_all(lang))
    head = "请把要判断的那一个写明：" if lang == "zh" else "Type the one that is meant:"
    lines = [f"  {one.name.get(lang)}:\n    {again(ctx, one.id)}" for one in found.candidates]
    return UsageError(_why(text, found, lang), next_step="\n".join([head, *lines]))


def _list_all(lang: str) -> str:
    if lang == "zh":
        return "`silky complaints --lang zh` 列出所有问题；也可以直接写它的 id。"
    return "`silky complaints` lists them; an id can be typed instead of a sentence."


def _why(text: str, found: Understanding, lang: str) -> str:
    english, chinese = _WHY[found.why or "nothing"]
    strange = ", ".join(dict.fromkeys(found.strange))
    if lang == "zh":
        return chinese.format(text=text.strip(), strange=f"（不认识：{strange}）" if strange else "")
    return english.format(text=text.strip(), strange=f" (not known to it: {strange})" if strange else "")
