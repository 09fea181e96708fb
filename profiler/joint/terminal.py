"""The joint report for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Rich

from profiler.joint.agreement import AGREE, summary, verdict_stances
from profiler.joint.tables import (
    Matrix,
    differences,
    matrices,
    phone_rows,
    question_text,
    simulated_words,
)
from profiler.joint.words import WORDS
from profiler.report.wording import UI

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from profiler.joint.model import JointReport

_STYLES = {
    **dict.fromkeys(("reproduced", "worse", "failed"), "red"),
    **dict.fromkeys(("partly", "cannot tell", "open"), "yellow"),
    **dict.fromkeys(("not reproduced", "not worse"), "green"),
}

_LONG_NAME = 26


def render_joint(
    joint: JointReport, console: Console, *, lang: str = "en", report_path: str | None = None
) -> None:
    """Print the joint report.

    Args:
        joint: the phones.
        console: where to.
        lang: `en` or `zh`.
        report_path: where the HTML report lies, told at the end.
    """
    for part in parts(joint, lang=lang):
        console.print(part)
    if report_path:
        console.print(Rich(f"{UI['report_at'].get(lang)}: {report_path}", overflow="fold"))


def parts(joint: JointReport, *, lang: str) -> list[RenderableType]:
    """Return the report's pieces from top to bottom."""
    made: list[RenderableType] = []
    if (simulated := simulated_words(joint)) is not None:
        made.append(
            Panel(simulated.get(lang), title=UI["simulated"].get(lang), border_style="magenta", box=box.HEAVY)
        )
    made += [_head(joint, lang), _phones(joint, lang)]
    made += [_matrix(one, _name_width(joint), lang) for one in matrices(joint)]
    made += [Rich(f"- {text.get(lang)}", overflow="fold") for text in differences(joint)]
    made.append(Rich(WORDS["apart"].get(lang), style="dim", overflow="fold"))
    return made


def _head(joint: JointReport, lang: str) -> RenderableType:
    lines = [Rich(summary(joint).get(lang), style="bold")]
    if (question := question_text(joint)) is not None:
        lines.insert(0, Rich(question.get(lang), style="italic"))
    found = verdict_stances(joint)
    style = _STYLES.get(next(iter(found.decided), ""), "") if found.kind == AGREE else "yellow"
    return Panel(Group(*lines), title=f"{WORDS['title'].get(lang)}: {len(joint.phones)}", border_style=style)


def _phones(joint: JointReport, lang: str) -> RenderableType:
    table = _table(WORDS["phones"].get(lang))
    table.add_column(WORDS["phone"].get(lang), overflow="fold", min_width=_name_width(joint))
    table.add_column(UI["verdict"].get(lang), overflow="fold", min_width=10)
    table.add_column(UI["why"].get(lang), overflow="fold", ratio=1)
    table.add_column(f"{UI['rounds'].get(lang)}\n{UI['rounds_key'].get(lang)}", justify="right", no_wrap=True)
    for row in phone_rows(joint):
        name = f"{row.label}\n{row.system}" if row.system else row.label
        why = row.why.get(lang) + (f"\n→ {row.next_step}" if row.next_step else "")
        word = Rich(row.word.get(lang), style=_STYLES.get(row.outcome, ""))
        table.add_row(Rich(name), word, Rich(why), row.rounds)
    return table


def _name_width(joint: JointReport) -> int:
    """Return the columns in which the phones' names stay whole, if they are not too long for that."""
    return min(_LONG_NAME, max((len(phone.label) for phone in joint.phones), default=0))


def _matrix(one: Matrix, width: int, lang: str) -> RenderableType:
    table = _table(one.title.get(lang))
    # of a fixed width: rich adds a least width on top of what it has shared out, and cuts the table's end off
    table.add_column(WORDS["phone"].get(lang), overflow="fold", width=max(width, 8))
    for column in one.columns:
        table.add_column(column.get(lang), justify="right", overflow="fold")
    for label, cells in one.rows:
        table.add_row(
            label, *(Rich(cell.text.get(lang), style=_STYLES.get(cell.outcome, "")) for cell in cells)
        )
    notes = [Rich(note.get(lang), overflow="fold") for note in one.notes]
    return Group(table, *notes)


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
