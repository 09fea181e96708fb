"""The HTML report for who sees badly, uses no pointer, prints it, or opens a file that somebody forged."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from profiler.report.html import render_html
from tests.profiler.report.browsing import DRAW_ALL, OPEN_ALL, Open, shows
from tests.profiler.report.factory import FIELD, HEAVY, SMOOTH, report_input

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.browser

CONTRASTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const grounds = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      const stripes = style.backgroundImage.match(/rgb[^)]*\\)/g);
      if (stripes) return stripes.map(rgba);
      const ground = rgba(style.backgroundColor);
      if (ground[3] > 0) return [over(ground, e.parentElement ? grounds(e.parentElement)[0] : [255, 255, 255, 1])];
    }
    return [[255, 255, 255, 1]];
  };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || /^(SCRIPT|STYLE|NOSCRIPT)$/.test(element.tagName) || !element.checkVisibility()) continue;
    const style = getComputedStyle(element), svg = element.ownerSVGElement;
    const size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    let opacity = 1;
    for (let e = element; e; e = e.parentElement) opacity *= Number(getComputedStyle(e).opacity);
    seen += 1;
    for (const ground of grounds(element)) {
      const colour = rgba(svg ? style.fill : style.color);
      colour[3] *= opacity;
      const [high, low] = [light(over(colour, ground)), light(ground)].sort((a, b) => b - a);
      const contrast = (high + 0.05) / (low + 0.05);
      if (contrast < (large ? 3 : 4.5)) found.push([text.slice(0, 40), contrast.toFixed(2), element.className.baseVal || element.className]);
    }
  }
  return [seen, found];
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(opened: Open, dark: bool) -> None:
    page = opened(dark=dark).page
    page.evaluate(OPEN_ALL)
    page.evaluate(DRAW_ALL)
    strip = page.locator(".strip").first
    strip.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    seen, pale = page.evaluate(CONTRASTS)
    assert seen > 1000
    assert pale == []


def test_headings_go_down_one_level_at_a_time_below_one_first(opened: Open) -> None:
    page = opened().page
    levels = [
        int(tag[1])
        for tag in page.locator("h1, h2, h3, h4, h5, h6").evaluate_all("(all) => all.map((h) => h.tagName)")
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_heads_of_rows_and_columns(opened: Open) -> None:
    tables = (
        opened()
        .page.locator("table")
        .evaluate_all(
            """(all) => all.map((t) => [
          t.caption ? t.caption.textContent.trim() : '',
          [...t.tHead.rows[0].cells].every((c) => c.tagName === 'TH' && c.scope === 'col' && c.textContent.trim()),
          [...t.tBodies[0].rows].every((r) => r.className === 'hash' || (r.cells[0].tagName === 'TH' && r.cells[0].scope === 'row')),
        ])"""
        )
    )
    assert len(tables) == 3
    assert all(caption and columns and rows for caption, columns, rows in tables)


def test_pictures_regions_and_controls_have_names_and_ids_are_one_of_a_kind(opened: Open) -> None:
    page = opened().page
    page.evaluate(OPEN_ALL)
    page.evaluate(DRAW_ALL)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('svg, button, a, summary, [role], [tabindex]')].filter((e) =>
          !e.closest('[aria-hidden=true]') && e.getAttribute('role') !== 'note' && e.id !== 'tip'
          && !(e.getAttribute('aria-label') || '').trim() && !e.textContent.trim()).map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert nameless == []
    assert page.locator("svg[role=img][aria-label]").count() > 6
    assert page.evaluate(
        "(() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); return ids.length === new Set(ids).size; })()"
    )


def test_every_spoken_name_changes_with_the_language(opened: Open) -> None:
    page = opened(query="#lang=zh").page
    english = page.locator("[aria-label][data-en]").evaluate_all(
        "(all) => all.filter((e) => e.getAttribute('aria-label') !== e.dataset.zh).length"
    )
    assert english == 0
    assert page.locator("[role=region]:not([data-en])").count() == 0


def _explained(page: Any) -> str:
    """Walk along the first strip, by keys, to its first late frame; return the frame's facts."""
    tip = page.locator("#tip")
    for _ in range(60):
        page.keyboard.press("ArrowRight")
        told = str(tip.inner_text())
        if "refreshes missed before it" in told:
            return told
    raise AssertionError("no late frame in the strip")


def test_a_late_frame_shows_its_own_slices_and_what_the_thread_did(opened: Open, tmp_path: Path) -> None:
    data = report_input((HEAVY, SMOOTH, FIELD), rounds=3, popups=2)
    # Each late frame has a slice of its own, and one as late right beside it, on another row, must not be taken.
    rounds = tuple(
        replace(
            r,
            popups=tuple(
                replace(
                    p,
                    late=tuple(
                        one
                        for i, f in enumerate(p.late)
                        for one in (
                            replace(f, token=f.token + 5000, slices=(("stranger", 9.0),)),
                            replace(f, slices=((f"work {i}", 4.5 + i),), stage="layout"),
                        )
                    ),
                )
                for p in r.popups
            ),
        )
        for r in data.result.rounds
    )
    path = tmp_path / "late.html"
    path.write_text(
        render_html(replace(data, bundle="my runs/a", result=replace(data.result, rounds=rounds))),
        encoding="utf-8",
    )
    one = opened(path)
    page, strip = one.page, one.page.locator(".strip").first
    shows(strip, "keyboard's slide")
    strip.focus()
    for i in range(2):
        head = _explained(page).splitlines()[0]
        page.keyboard.press("Enter")
        told = page.locator(".detail").inner_text()
        assert told.splitlines()[1] == head
        assert f"work {i}  {4.5 + i:.1f} ms" in re.sub(r"work (\d) +", r"work \1  ", told)
        assert "stranger" not in told
        assert "stage: layout" in told
        assert "running 14.2 ms, waiting for a CPU 3.1 ms, waiting for binder 2.0 ms" in told
        assert "booked under system_server" in told
        assert "silky trace open 'my runs/a/rounds/" in told
    assert one.troubles == []


def test_a_frame_in_time_says_so(opened: Open) -> None:
    page = opened().page
    strip = page.locator(".strip").nth(1)
    shows(strip, "keyboard's slide")
    strip.focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    assert "in time" in page.locator(".detail").inner_text()


def test_all_can_be_reached_and_left_by_keys(opened: Open) -> None:
    page = opened().page
    reached = []
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(() => { const e = document.activeElement; return e.className === 'strip' ? 'strip' : e.dataset.set || e.dataset.themeSet || e.getAttribute('href') || e.tagName; })()"
            )
        )
        if reached[-1] == "strip":
            break
    assert reached[:6] == ["#verdict", "auto", "light", "dark", "en", "zh"]
    assert reached[6] == "#apps"
    assert "SUMMARY" in reached
    assert reached[-1] == "strip"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator(".detail").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "shut"
    page.keyboard.press("Escape")
    assert page.locator(".detail").count() == 0
    assert page.evaluate("document.activeElement.className") == "strip"
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator(".detail").count() == 0
    assert not page.locator("#tip").is_visible()


def test_links_within_the_page_keep_language_and_theme(opened: Open) -> None:
    page = opened(query="#lang=zh&theme=dark").page
    page.locator(".nav a[href='#causes']").click()
    assert page.evaluate("document.activeElement.id") == "causes"
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


EVIL = "</script><img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"


def test_hostile_names_stay_text_wherever_they_stand(opened: Open, tmp_path: Path) -> None:
    evil = replace(HEAVY, label=EVIL, cause=EVIL, slices=((EVIL, 3.0),))
    data = report_input((evil, SMOOTH, FIELD), rounds=3, popups=2)
    spoiled = tuple(
        replace(
            r,
            popups=tuple(
                replace(
                    p,
                    late=tuple(
                        replace(f, owner=EVIL, stage=EVIL, driver=EVIL, doing=((EVIL, 1.0),)) for f in p.late
                    ),
                    diagnoses=tuple(
                        replace(d, sure=EVIL, driver=EVIL, evidence=((EVIL, EVIL),)) for d in p.diagnoses
                    ),
                    strip=tuple(replace(f, jank=EVIL, driver=EVIL) for f in p.strip),
                )
                for p in r.popups
            ),
        )
        for r in data.result.rounds
    )
    path = tmp_path / "evil.html"
    path.write_text(
        render_html(replace(data, bundle=EVIL, result=replace(data.result, rounds=spoiled))), encoding="utf-8"
    )
    one = opened(path)
    page = one.page
    page.evaluate(OPEN_ALL)
    page.evaluate(DRAW_ALL)
    strip = page.locator(".strip").first
    strip.focus()
    _explained(page)
    page.keyboard.press("Enter")
    assert EVIL in page.locator(".detail").inner_text()
    assert one.troubles == []
    assert one.requests == []
    assert "taken" not in page.title()
    assert page.locator("img").count() == 0


def test_every_page_of_the_print_says_simulated(opened: Open) -> None:
    page = opened(media="print").page
    assert "SIMULATED" in page.locator(".watermark").inner_text()
    red, green, blue = (
        int(v)
        for v in re.findall(r"\d+", page.locator(".watermark").evaluate("(e) => getComputedStyle(e).color"))[
            :3
        ]
    )
    assert page.evaluate("document.body.innerHTML").count("#a3568b") == 0
    pages = _drawings(page.pdf(format="A4", print_background=True))
    assert 1 < len(pages) < 40
    colour = re.compile(b" ".join(f"{c / 255:.4f}"[1:5].encode() + rb"\d*" for c in (red, green, blue)))
    assert all(colour.search(drawing) for drawing in pages)


def _drawings(pdf: bytes) -> list[bytes]:
    """Return what is drawn on each page of a PDF, with the groups that it draws."""
    objects = {int(n): body for n, body in re.findall(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL)}

    def stream(number: int) -> bytes:
        body = objects[number]
        at = body.find(b"stream\n")
        data = body[at + 7 : body.rfind(b"\nendstream")] if at >= 0 else b""
        return zlib.decompress(data) if b"/FlateDecode" in body else data

    made = []
    for body in objects.values():
        if re.search(rb"/Type /Page\b", body):
            drawn = [int(n) for n in re.findall(rb"/Contents (\d+) 0 R", body)]
            forms = [int(n) for n in re.findall(rb"/X\d+ (\d+) 0 R", body)]
            made.append(b"".join(stream(n) for n in (*drawn, *forms) if b"/Subtype /Image" not in objects[n]))
    return made
