"""The joint report for people: one HTML file that needs nothing else, in English and Chinese."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from profiler.joint.agreement import AGREE, summary, verdict_stances
from profiler.joint.tables import differences, matrices, phone_rows, question_text, simulated_words
from profiler.joint.words import WORDS
from profiler.report.catalog import Text, resource
from profiler.report.page_words import PAGE
from profiler.report.wording import UI

if TYPE_CHECKING:
    from profiler.joint.model import JointReport

_BAD = ("reproduced", "partly")


def render_joint_html(joint: JointReport, *, lang: str = "en", beside: Path | None = None) -> str:
    """Return the page as text; the same for the same records.

    Args:
        joint: the phones.
        lang: the language that it opens in; the reader can switch.
        beside: the folder that the page is written to, so that it can link to each phone's own report.
    """
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(resource),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    mark = UI["simulated"] if joint.simulated else None
    title = (
        Text(*(f"{m} · {t}" for m, t in zip(mark, WORDS["title"], strict=True))) if mark else WORDS["title"]
    )
    rows = [{**row._asdict(), "link": _link(row.bundle, beside)} for row in phone_rows(joint)]
    return environment.get_template("joint.html.j2").render(
        lang="zh" if lang == "zh" else "en",
        # Both come from the package itself; what comes from the run goes through autoescape.
        style=Markup(resource("report.css") + resource("joint.css")),  # noqa: S704
        script=Markup(resource("joint.js")),  # noqa: S704
        ui=UI,
        p=PAGE,
        w=WORDS,
        title=title,
        simulated=simulated_words(joint),
        count=len(joint.phones),
        scenario=joint.scenario,
        question=question_text(joint),
        sentence=summary(joint),
        tone=_tone(joint),
        phones=rows,
        unlike=differences(joint),
        matrices=matrices(joint),
    )


def _tone(joint: JointReport) -> str:
    found = verdict_stances(joint)
    if not found.by_outcome:
        return ""
    if found.kind != AGREE or len(found.by_outcome) > 1 or found.silent:
        return "differ"
    return "agree-bad" if next(iter(found.decided)) in _BAD else "agree-good"


def _link(bundle: str, beside: Path | None) -> str:
    """Return the way from the page to a phone's own report; empty where there is none."""
    page = Path(bundle) / "results" / "report.html"
    if not bundle or beside is None or not page.is_file():
        return ""
    return quote(os.path.relpath(page.resolve(), beside.resolve()))
