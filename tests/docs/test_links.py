"""Links between the pages lead somewhere, and the README shows the two commands that a newcomer needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_shows_demo_and_test(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text


def test_every_page_is_reached_from_another() -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    lonely = [
        page.name
        for page in (ROOT / "docs").glob("*.md")
        if not any(page.name in text for other, text in texts.items() if other != page)
    ]
    assert lonely == []
