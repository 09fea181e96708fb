"""One plot: what it shows, and how it is written down alone or inside the page."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from profiler.report.catalog import Text
from profiler.report.plots.svg import Canvas
from profiler.report.wording import UI

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH = 960
"""Of every plot in pixels."""
MARGIN = 24
HEAD = 84
FOOT = 34

Theme = Literal["light", "dark"]

PALETTE: dict[Theme, dict[str, str]] = {
    "light": {
        "bg": "#ffffff", "ink": "#1b1f24", "soft": "#59636e", "line": "#dcd9d1", "track": "#eeece5",
        "main": "#0072b2", "async": "#009e73", "keys": "#a3568a", "missed": "#d55e00", "late": "#b97500",
        "plain": "#6f7883", "sim": "#a3568a",
    },
    "dark": {
        "bg": "#12161b", "ink": "#e8eaed", "soft": "#a3adb8", "line": "#333c46", "track": "#262e37",
        "main": "#56b4e9", "async": "#2fbf94", "keys": "#d79bc0", "missed": "#f0803c", "late": "#e69f00",
        "plain": "#8d97a2", "sim": "#d79bc0",
    },
}  # fmt: skip

STYLE = (
    "text{fill:var(--ink);font-size:14px}.soft{fill:var(--soft)}.small{font-size:12px}.b{font-weight:700}"
    ".title{font-size:20px;font-weight:700}.sim{fill:var(--sim);font-weight:700}"
    ".axis{stroke:var(--line);fill:none}.track{fill:var(--track)}.plain{fill:var(--plain)}"
    ".main{fill:var(--main)}.ref{fill:none;stroke:var(--plain);stroke-dasharray:4 3}"
    ".dot{fill:var(--bg);stroke:var(--ink)}.pt{fill:var(--plain);fill-opacity:.55}"
    ".pt.main{fill:var(--main)}.box{fill:none;stroke:var(--ink);stroke-width:1.5}"
    ".mid{stroke:var(--ink);stroke-width:3}.ci{stroke:var(--ink);stroke-width:2;fill:none}"
    ".zero{stroke:var(--plain)}.margin{stroke:var(--ink);stroke-width:2;stroke-dasharray:5 4}"
    ".worse{fill:var(--missed);stroke:var(--missed)}.not-worse{fill:var(--async);stroke:var(--async)}"
    ".open{fill:var(--late);stroke:var(--late)}.ideal{stroke:var(--plain);stroke-dasharray:2 3;fill:none}"
    ".stair{stroke:var(--main);stroke-width:2;fill:none}.still{fill:var(--missed);fill-opacity:.3}"
    ".still-line{stroke:var(--missed);stroke-width:4;fill:none}"
    ".d0{fill:var(--main)}.d1{fill:var(--async)}.d2{fill:var(--keys)}"
    ".gap{fill:none;stroke:var(--missed);stroke-width:1.6}.late{fill:var(--late)}.lay{fill:var(--ink)}"
    ".grid{stroke:var(--track)}"
)


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with what must stand beside it wherever it is shown."""

    name: str
    """Of its file, without ending."""
    title: Text
    unit: Text
    """Unit of the axis, and what is plotted."""
    n: Text
    height: float
    draw: Callable[[Canvas], None]
    """Draws into `WIDTH` x `height`."""


def document(plot: Plot, *, lang: Literal["en", "zh"], theme: Theme, simulated: bool, source: str) -> str:
    """Return a plot as an SVG file of its own, with title, unit, n, source and the SIMULATED mark."""
    canvas = Canvas(lang)
    height = HEAD + plot.height + FOOT
    canvas.text(MARGIN, 34, plot.title, "title")
    beside = Text(*(" · ".join(p for p in pair if p) for pair in zip(plot.unit, plot.n, strict=True)))
    canvas.text(MARGIN, 60, beside, "soft")
    if simulated:
        canvas.text(WIDTH - MARGIN, 60, UI["simulated"], "sim", "end")
    canvas.text(MARGIN, height - 12, source, "soft small")
    body = Canvas(lang)
    plot.draw(body)
    colours = ";".join(f"--{name}:{value}" for name, value in PALETTE[theme].items())
    style = STYLE
    for name, value in PALETTE[theme].items():  # renderers of SVG know no variables
        style = style.replace(f"var(--{name})", value)
    told = escape(plot.title.get(lang))
    family = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" role="img" lang="{"zh-Hans" if lang == "zh" else "en"}" '
        f'style="{colours}" font-family="{family}"><title>{told}</title><style>{style}</style>'
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="{PALETTE[theme]["bg"]}"/>{canvas}'
        f'<g transform="translate(0 {HEAD})">{body}</g></svg>\n'
    )


def inline(plot: Plot, spoken: Text, lang: str) -> str:
    """Return a plot's drawing for the page, both languages in it; `spoken` says what it shows."""
    canvas = Canvas("both")
    plot.draw(canvas)
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {plot.height:.0f}" role="img" '
        f'aria-label="{escape(spoken.get(lang))}" data-en="{escape(spoken.en)}" '
        f'data-zh="{escape(spoken.zh)}">{canvas}</svg>'
    )
