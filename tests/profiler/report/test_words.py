"""Words: every one in both languages, and none missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import profiler.analysis.popup as popup_terms
from profiler.report import catalog, wording
from profiler.report.catalog import WORDS, metric_of, resource
from profiler.report.page_words import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

HAN = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_BOTH: set[str] = set()


def pairs(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, dict) and set(value) == {"en", "zh"}:
        yield path, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from pairs(one, f"{path}.{key}")
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from pairs(one, f"{path}.{i}")


@pytest.mark.parametrize(("path", "pair"), list(pairs(WORDS)), ids=lambda v: v if isinstance(v, str) else "")
def test_every_text_is_in_both_languages(path: str, pair: dict[str, str]) -> None:
    assert pair["en"].strip()
    assert not HAN.search(pair["en"]), path
    assert HAN.search(pair["zh"]), path
    assert pair["en"].count("{}") == pair["zh"].count("{}"), path


def test_every_text_of_the_page_is_used() -> None:
    folder = Path(catalog.__file__).parent
    sources = "".join(p.read_text(encoding="utf-8") for p in folder.rglob("*.py")) + resource(
        "report.html.j2"
    )
    unused = [key for key in wording.UI if not re.search(rf"""ui\.{key}\b|["']{key}["']""", sources)]
    assert unused == []


def test_every_word_that_the_script_asks_for_is_there() -> None:
    script = resource("report.js")
    asked = set(re.findall(r'word\("(\w+)"\)', script)) | {"leash", "app", "keyboard", "first", "settled"}
    assert asked <= set(wording.STRIP_WORDS) | set(PAGE)


@pytest.mark.parametrize(
    "reason",
    [
        value
        for name, value in vars(popup_terms).items()
        if name.isupper() and isinstance(value, str) and name != "SHOW"  # an id, not a reason
    ],
)
def test_every_reason_of_a_popup_has_a_chinese_text(reason: str) -> None:
    english, chinese = wording.reason_text(reason)
    assert english == reason
    assert HAN.search(chinese)


def test_a_reason_keeps_its_numbers() -> None:
    text = wording.reason_text("mixed: 2 layout frames, 41% of the slide shared")
    assert text.zh == "表现不一：2 个布局帧，41% 的滑出帧同步"


def test_unknown_terms_stand_for_themselves() -> None:
    assert wording.reason_text("a reason of tomorrow") == ("a reason of tomorrow", "a reason of tomorrow")
    assert wording.mode_text("sideways").zh == "sideways"
    assert wording.complaint_text("my-own").en == "my-own"
    assert metric_of("new_ms").label.en == "new_ms"
    assert metric_of("new_ms").unit == "ms"


def test_modes_are_counted_only_where_they_differ() -> None:
    assert wording.modes_text({"sync": 30}).en == "sync"
    assert wording.modes_text({"async": 2, "sync": 28}).en == "sync 28, async 2"
