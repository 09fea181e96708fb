"""Whether the apps of a run were measured under the same conditions. docs/metrics.md section 7."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from profiler.verdict.words import Words
from traces.appearance import TRAITS, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from traces.appearance import Trait
    from traces.capture import Manifest, PhoneState, RoundCapture

MOST_HEIGHT_DIFFERENCE = 0.02
"""Part by which keyboard heights may differ between apps: a line of suggestions is 5 % and more."""
FEWEST_ROWS = 4
"""Texts by which chats must differ, and one must have at most half of the other's, before it is told."""


class Unlike(NamedTuple):
    """What was not the same for all."""

    void: tuple[Words, ...]
    """What allows no verdict: another keyboard, or one of another height, slides another way."""
    warnings: tuple[Words, ...]


def unlike(manifest: Manifest, captures: Sequence[RoundCapture], apps: Iterable[str]) -> Unlike:
    """Compare the conditions of the apps that are judged.

    Args:
        manifest: of the run.
        captures: its attempts; warm-ups and void ones are left out.
        apps: profiles of the accused and its competitors.
    """
    judged = tuple(dict.fromkeys(apps))
    names = {app.profile: app.label or app.profile for app in manifest.apps}
    mine = [c for c in captures if c.app in judged and c.round > 0 and not c.void]
    void: list[Words] = []
    warned: list[Words] = []
    keyboards = {app: {s.ime_id for s in _states(mine, app) if s.ime_id} for app in judged}
    if len(set().union(*keyboards.values())) > 1:
        told = "; ".join(
            f"{names.get(app, app)} {', '.join(sorted(ids))}" for app, ids in keyboards.items() if ids
        )
        void.append(
            Words(
                f"the apps were measured with different keyboards: {told}", f"各应用使用的输入法不同：{told}"
            )
        )
    void += _heights(mine, judged, names)
    for trait in TRAITS:
        apart, within = _looks(trait, mine, judged, names)
        void += apart
        warned += within
    filters = {app.profile: app.compile_filter for app in manifest.apps if app.profile in judged}
    warned += (*_fields(mine, judged, names), *_chats(mine, judged, names))
    return Unlike(tuple(void), (*_filters(filters, names), *warned))


def _states(captures: Sequence[RoundCapture], app: str) -> list[PhoneState]:
    return [state for c in captures if c.app == app for state in (c.before, c.after)]


def _told_heights(captures: Sequence[RoundCapture], app: str) -> list[int]:
    """Return the keyboard's heights over an app: when its field was tried, and in states while it was up."""
    tried = [c.keyboard_px for c in captures if c.app == app and c.keyboard_px]
    return tried + [state.ime_height_px for state in _states(captures, app) if state.ime_height_px]


def _fields(captures: Sequence[RoundCapture], apps: Sequence[str], names: dict[str, str]) -> list[Words]:
    """Tell fields of different input types, by which keyboards lay themselves out."""
    types = {
        app: Counter(known).most_common(1)[0][0]
        for app in apps
        if (known := [c.input_type for c in captures if c.app == app and c.input_type is not None])
    }
    if len(set(types.values())) < 2:
        return []
    told = ", ".join(f"{names.get(app, app)} 0x{value:x}" for app, value in types.items())
    return [
        Words(
            f"The input fields are of different types ({told}): keyboards show other keys and suggestions "
            "for each.",
            f"各应用输入框的类型不同（{told}）：键盘会按类型显示不同的按键和候选栏。",
        )
    ]


def _chats(captures: Sequence[RoundCapture], apps: Sequence[str], names: dict[str, str]) -> list[Words]:
    """Tell chats of different lengths: a long list has more to lay out than an empty one."""
    rows = {
        app: median(known)
        for app in apps
        if (known := [c.chat_rows for c in captures if c.app == app and c.chat_rows is not None])
    }
    least, most = min(rows.values(), default=0), max(rows.values(), default=0)
    if most - least < FEWEST_ROWS or least > most / 2:
        return []
    told = ", ".join(f"{names.get(app, app)} {value:.0f}" for app, value in rows.items())
    return [
        Words(
            f"The chats are not equally full (texts on the screen: {told}): open chats of the same length, "
            "or a new one in each.",
            f"各应用的对话长度不同（屏幕上的文字条数：{told}）：请在各应用中打开长度相同的对话，或都新建对话。",
        )
    ]


def _heights(captures: Sequence[RoundCapture], apps: Sequence[str], names: dict[str, str]) -> list[Words]:
    heights = {app: median(known) for app in apps if (known := _told_heights(captures, app))}
    if len(heights) < 2 or max(heights.values()) - min(heights.values()) <= MOST_HEIGHT_DIFFERENCE * max(
        heights.values()
    ):
        return []
    told = ", ".join(f"{names.get(app, app)} {height:.0f} px" for app, height in heights.items())
    return [
        Words(
            f"the keyboard is not equally high over the apps ({told}): a longer way is another slide",
            f"键盘在各应用中的高度不同（{told}）：行程不同，滑出过程不可比",
        )
    ]


def _looks(
    trait: Trait, captures: Sequence[RoundCapture], apps: Sequence[str], names: dict[str, str]
) -> tuple[list[Words], list[Words]]:
    """Return what allows no verdict, and what is told, of one trait: the usual value must be one for all."""
    seen = {
        app: Counter(value for state in _states(captures, app) if (value := told(state, trait)) is not None)
        for app in apps
    }
    usual = {app: values.most_common(1)[0][0] for app, values in seen.items() if values}
    if len(set(usual.values())) > 1:
        said = ", ".join(f"{names.get(app, app)} {value}" for app, value in usual.items())
        return [
            Words(
                f"the {trait.en} was not the same for the apps ({said})", f"各应用的{trait.zh}不同（{said}）"
            )
        ], []
    mixed = sorted(set().union(*seen.values()))
    if len(mixed) < 2:
        return [], []
    said = ", ".join(mixed)
    return [], [
        Words(f"The {trait.en} changed during the run ({said}).", f"运行期间{trait.zh}有变化（{said}）。")
    ]


def _filters(filters: dict[str, str | None], names: dict[str, str]) -> list[Words]:
    known = {app: value for app, value in filters.items() if value}
    if len(set(known.values())) < 2:
        return []
    told = ", ".join(f"{names.get(app, app)} {value}" for app, value in known.items())
    return [
        Words(
            f"The apps are not compiled alike ({told}); a fresh one is slower until it is compiled.",
            f"各应用的编译状态不同（{told}）；刚安装的应用在编译前会更慢。",
        )
    ]
