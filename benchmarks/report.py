"""Size of the HTML report and the time to write and draw it: five apps, 12 rounds, 5 pop-ups, 120 Hz."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from profiler.report.html import render_html
from tests.browser import ARGUMENTS, find_chromium
from tests.profiler.report.factory import SIX, report_input


def main() -> None:
    """Print the figures."""
    data = report_input(SIX[:5], 12, 5, 120.0)
    begin = time.perf_counter()
    text = render_html(data)
    print(f"written in {time.perf_counter() - begin:.2f} s, {len(text.encode()) / 1e6:.2f} MB")
    chromium = find_chromium()
    if chromium is None:
        print("not drawn: no Chromium on this machine (make browser)")
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        path.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(path.as_uri())
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        print(f"loaded and laid out in {loaded:.0f} ms")
        took = page.evaluate(
            "(() => { const t = performance.now(); dispatchEvent(new Event('beforeprint'));"
            " return performance.now() - t; })()"
        )
        print(f"every strip that is not folded away drawn in {took:.0f} ms")
        browser.close()


if __name__ == "__main__":
    main()
