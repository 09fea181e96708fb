"""The HTML report as a reader meets it: opened from a file in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from profiler.report.html import render_html
from tests.browser import Opened, chromium, open_file
from tests.profiler.report.factory import report_input

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.report.inputs import ReportInput

__all__ = ["chromium"]

pytestmark = pytest.mark.browser

OPEN_ALL = "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
DRAW_ALL = "dispatchEvent(new Event('beforeprint'))"
Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def report(run: ReportInput, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_html(run), encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium: Any, report: Path) -> Iterator[Open]:
    pages: list[Opened] = []

    def make(path: Path = report, **options: Any) -> Opened:
        pages.append(open_file(chromium, path, **options))
        return pages[-1]

    yield make
    for one in pages:
        one.page.context.close()


def test_asks_nothing_of_any_network_and_complains_of_nothing(opened: Open) -> None:
    one = opened()
    one.page.evaluate(OPEN_ALL)
    one.page.evaluate(DRAW_ALL)
    one.page.wait_for_timeout(200)
    assert one.requests == []
    assert one.troubles == []


def test_the_policy_of_the_page_forbids_requests(opened: Open) -> None:
    one = opened()
    result = one.page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'let through', () => 'refused')")
    assert result == "refused"
    assert any("Content Security Policy" in trouble for trouble in one.troubles)


def test_the_largest_usual_run_stays_small_and_draws_in_a_second(opened: Open, report: Path) -> None:
    assert report.stat().st_size < 3_000_000
    one = opened()
    one.page.evaluate(OPEN_ALL)
    took = one.page.evaluate(
        f"(() => {{ const t = performance.now(); {DRAW_ALL}; return performance.now() - t; }})()"
    )
    assert took < 1000
    drawn = one.page.evaluate("document.querySelectorAll('.strip svg path').length > 0")
    empty = one.page.evaluate(
        "[...document.querySelectorAll('.strip')].filter((s) => !s.querySelector('path')).length"
    )
    assert drawn
    assert empty == 0
    # 37 attempts of five pop-ups, and the typical and the worst one of each app
    assert one.page.locator(".strip").count() == 37 * 5 + 12


def test_all_but_the_first_popup_of_a_round_is_folded_away(opened: Open) -> None:
    page = opened().page
    page.evaluate("document.querySelectorAll('details.app').forEach((d) => { d.open = true; })")
    assert page.locator("details.app .round").count() == 37
    assert page.locator("details.app .strip:visible").count() == 37


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_fits_the_width_in_both_languages(opened: Open, width: int, lang: str, dark: bool) -> None:
    page = opened(width=width, dark=dark, query=f"?lang={lang}").page
    page.evaluate(OPEN_ALL)
    page.evaluate(DRAW_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def shows(strip: Any, text: str) -> None:
    """Bring a strip into view, where it is drawn, and wait for a word in it."""
    strip.scroll_into_view_if_needed()
    strip.get_by_text(text).first.wait_for(timeout=5000)


def test_switches_language(opened: Open) -> None:
    page = opened().page
    assert page.locator(".word").inner_text() == "Reproduced"
    first = page.locator(".strip").first
    shows(first, "keyboard's slide")
    page.get_by_role("button", name="中文").click()
    assert page.locator(".word").inner_text() == "已复现"
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert "模拟数据" in page.title()
    assert first.get_attribute("aria-label") == first.get_attribute("data-zh")
    shows(first, "键盘滑出")
    assert page.get_by_role("button", name="中文").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="English").click()
    assert page.locator(".word").inner_text() == "Reproduced"
    shows(first, "keyboard's slide")


def test_opens_in_the_language_that_it_was_made_for(opened: Open, run: ReportInput, tmp_path: Path) -> None:
    path = tmp_path / "zh.html"
    path.write_text(render_html(run, lang="zh"), encoding="utf-8")
    assert opened(path).page.locator(".word").inner_text() == "已复现"


def test_frames_are_read_with_the_arrow_keys(opened: Open, run: ReportInput) -> None:
    page = opened().page
    strip = page.locator(".strip").first
    shows(strip, "keyboard's slide")
    strip.focus()
    page.keyboard.press("ArrowRight")
    tip = page.locator("#tip")
    assert tip.is_visible()
    before = tip.inner_text()
    assert "keyboard's slide" in before
    assert "on screen" in before
    page.keyboard.press("ArrowRight")
    assert tip.inner_text() != before
    page.keyboard.press("ArrowDown")
    assert "app's content" in tip.inner_text()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_frames_are_read_with_the_pointer(opened: Open) -> None:
    page = opened().page
    strip = page.locator(".strip").first
    shows(strip, "keyboard's slide")
    box = strip.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + 36)
    assert "on screen" in page.locator("#tip").inner_text()
    page.mouse.move(2, 2)
    assert not page.locator("#tip").is_visible()


def test_frames_are_read_with_a_finger(chromium: Any, report: Path) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(report.resolve().as_uri())
    strip = page.locator(".strip").first
    shows(strip, "keyboard's slide")
    box = strip.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 3, box["y"] + 54)
    assert "on screen" in page.locator("#tip").inner_text()
    assert page.locator("#tip").is_visible()
    context.close()


def test_every_missed_vsync_is_drawn(opened: Open, run: ReportInput) -> None:
    page = opened().page
    page.evaluate(DRAW_ALL)
    missed = page.evaluate(
        "[...document.querySelectorAll('#strips > .exhibit .strip')]"
        ".map((s) => [...s.querySelectorAll('.gap')]"
        ".map((p) => (p.getAttribute('d').match(/Z/g) || []).length))"
    )
    said = page.evaluate(
        "[...document.querySelectorAll('#strips > .exhibit .strip')].map((s) => s.dataset.en)"
    )
    accused = [text for text in said if text.startswith("Heavy")]
    count = int(accused[0].split("missed vsyncs per slide ")[1].split(";")[0])
    assert count > 0
    assert missed[said.index(accused[0])][0] == count


def test_reads_without_scripts(chromium: Any, report: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.resolve().as_uri())
    assert page.locator(".word").inner_text() == "Reproduced"
    assert "allow it to see them" in page.locator("noscript").first.inner_text()
    context.close()


def test_prints_without_buttons(opened: Open) -> None:
    page = opened(media="print").page
    assert page.locator(".lang:visible").count() == 0
    assert page.locator(".sim").is_visible()


def test_a_hostile_name_stays_text(opened: Open, tmp_path: Path) -> None:
    from dataclasses import replace

    from tests.profiler.report.factory import FIELD, HEAVY, SMOOTH

    evil = replace(HEAVY, label="</script><script>document.title='taken'</script>")
    path = tmp_path / "evil.html"
    path.write_text(render_html(report_input((evil, SMOOTH, FIELD), rounds=3, popups=2)), encoding="utf-8")
    one = opened(path)
    one.page.evaluate(DRAW_ALL)
    assert one.troubles == []
    assert "taken" not in one.page.title()


def test_every_page_of_the_print_says_simulated(opened: Open) -> None:
    page = opened(media="print").page
    assert page.locator(".watermark").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.watermark')).position") == "fixed"
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 0 < pages < 60


def test_a_chosen_frame_tells_where_it_lies_in_the_trace(opened: Open) -> None:
    page = opened().page
    strip = page.locator(".strip").first
    shows(strip, "keyboard's slide")
    strip.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    told = page.locator(".detail").inner_text()
    assert "silky trace open runs/demo/rounds/" in told
    assert "--at " in told
    page.locator(".detail button").click()
    assert page.locator(".detail").count() == 0


def test_remembers_theme_and_language_in_the_address(opened: Open) -> None:
    page = opened().page
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("button", name="中文").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
