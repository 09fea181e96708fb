"""The report for people: one HTML file that needs nothing else, in English and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from profiler.report.catalog import resource
from profiler.report.page import page
from profiler.report.plots.plot import STYLE

if TYPE_CHECKING:
    from profiler.report.inputs import ReportInput

STYLE_IN_PAGE = "".join(f"svg.plot {rule}}}" for rule in STYLE.split("}") if rule)


def render_html(data: ReportInput, *, lang: str = "en") -> str:
    """Return the page as text; the same for the same records.

    The file holds its own style, script and data, asks nothing of any network, keeps nothing in the browser.

    Args:
        data: the records of the run.
        lang: the language that it opens in, `en` or `zh`; the reader can switch.
    """
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(resource),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Both come from the package itself; what comes from the run goes through autoescape.
    style, script = Markup(resource("report.css") + STYLE_IN_PAGE), Markup(resource("report.js"))  # noqa: S704
    shown = page(data, lang)
    for name in ("strip_data", "words_data"):
        shown[name] = Markup(shown[name])  # noqa: S704  JSON whose <, > and & are escaped
    # Drawn by this package, every text in them escaped.
    shown["clouds"] = [(label, Markup(svg)) for label, svg in shown["clouds"]]  # noqa: S704
    for slide in shown["slides"]:
        slide["svg"] = Markup(slide["svg"])  # noqa: S704
    template = environment.get_template("report.html.j2")
    return template.render(lang="zh" if lang == "zh" else "en", style=style, script=script, **shown)
