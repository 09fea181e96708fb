"""Size of the HTML report and the time to write and draw it: five apps, 12 rounds, 5 pop-ups, 120 Hz.

Every app has causes and late frames, and misses vsyncs as the worst of the made-up apps does.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from profiler.report.html import render_html
from tests.browser import ARGUMENTS, find_chromium
from tests.profiler.report.factory import HEAVY, SIX, report_input

OPENINGS = 5
MOST_MB = 3.0
MOST_MS = 1000.0

DRAW = (
    "(() => { const t = performance.now(); dispatchEvent(new Event('beforeprint'));"
    " return performance.now() - t; })()"
)


def main() -> int:
    """Print the figures; return 1 where one is beyond its limit."""
    apps = tuple(replace(one, miss=HEAVY.miss, cause=HEAVY.cause, slices=HEAVY.slices) for one in SIX[:5])
    data = report_input(apps, 12, 5, 120.0)
    popups = [p for r in data.result.rounds for p in r.popups]
    late = sum(len(p.late) for p in popups)
    begin = time.perf_counter()
    text = render_html(data)
    size = len(text.encode()) / 1e6
    print(f"{len(popups)} pop-ups, {late} late frames explained")
    print(f"written in {time.perf_counter() - begin:.2f} s, {size:.2f} MB (limit {MOST_MB:g})")
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs")
    chromium = find_chromium()
    if chromium is None:
        print("not drawn: no Chromium on this machine (make browser)")
        return int(size > MOST_MB)
    from playwright.sync_api import sync_playwright

    opened: list[float] = []
    drawn: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        path.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for _ in range(OPENINGS):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(path.as_uri())
            page.locator(".strip").first.wait_for(state="attached")
            opened.append(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
            drawn.append(page.evaluate(DRAW))
            page.close()
        browser.close()
    for told, times in (
        ("loaded and laid out", opened),
        ("every strip that is not folded away drawn", drawn),
    ):
        print(f"{told}: median {median(times):.0f} ms of {', '.join(f'{t:.0f}' for t in times)}")
    print(f"limit {MOST_MS:g} ms each")
    return int(size > MOST_MB or max(median(opened), median(drawn)) > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
