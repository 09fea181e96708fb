from __future__ import annotations

import re
from pathlib import Path

import profiler.causes.diagnose
from profiler.causes import who
from profiler.causes.catalogue import catalogue, name_of
from profiler.causes.diagnose.waits import WAITS

RULES = Path(profiler.causes.diagnose.__file__).parent
CHINESE = re.compile("[一-鿿]")
DRIVERS = {who.MAIN, who.RENDER, who.INSETS, who.KEYBOARD, who.SYSTEM, who.COMPOSITOR}


def named_by_rules() -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in RULES.glob("*.py"))
    return {word for word in re.findall(r'"([a-z]+(?:-[a-z]+)*)"', text) if word in catalogue()} | {
        wait.cause for wait in WAITS.values()
    }


def test_every_cause_of_the_catalogue_is_named_by_a_rule():
    assert named_by_rules() == set(catalogue())


def test_every_rule_names_causes_of_the_catalogue():
    text = "".join(path.read_text(encoding="utf-8") for path in RULES.glob("*.py"))
    spelled = set(re.findall(r'(?:Finding|_Blame|Wait)\(\s*"([^"]+)"', text))
    assert spelled
    assert spelled <= set(catalogue())


def test_all_texts_are_in_both_languages():
    for cause in catalogue().values():
        for english, chinese in (cause.name, cause.means, cause.todo):
            assert CHINESE.search(chinese), cause.id
            assert english, cause.id
            assert not CHINESE.search(english), cause.id


def test_every_cause_says_whom_it_lies_with_and_what_it_needs():
    for cause in catalogue().values():
        assert set(cause.drivers) <= DRIVERS, cause.id
        assert cause.drivers, cause.id
        assert cause.needs, cause.id


def test_an_unknown_cause_keeps_its_id():
    assert name_of("made-up") == ("made-up", "made-up")


def test_the_page_describes_every_cause():
    page = (Path(__file__).parents[3] / "docs" / "causes.md").read_text(encoding="utf-8")
    for cause in catalogue().values():
        assert f"`{cause.id}`" in page
        assert cause.name[1] in page
