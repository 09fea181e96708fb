"""A gate as Markdown: for a merge request and for GitHub's step summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.gates import words

if TYPE_CHECKING:
    from profiler.gates.model import Gate

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def to_markdown(gate: Gate, *, lang: str = "en") -> str:
    """Return the document, which ends with a newline."""
    lines = [f"### silky: {escaped(words.headline(gate, lang))}", ""]
    if gate.simulated:
        lines += [f"**{escaped(words.pick(words.SIMULATED, lang))}**", ""]
    heads = [words.pick(words.HEADS[name], lang) for name in words.HEADS]
    lines += [f"| {' | '.join(heads)} |", "|---|---|---:|---:|---:|---:|---|"]
    for check in gate.sorted_checks():
        cells = (
            check.label,
            words.metric_name(check, lang),
            words.value(check),
            words.bounds(check),
            words.limit(check),
            words.rounds(check),
            f"{words.MARKS[check.outcome]} {words.pick(words.OUTCOMES[check.outcome], lang)}",
        )
        lines.append(f"| {' | '.join(escaped(cell) for cell in cells)} |")
    told = [words.said(check, lang) for check in gate.sorted_checks() if check.reasons]
    told += [words.pick(note, lang) for note in gate.notes]
    if told:
        lines += ["", *(f"- {escaped(text)}" for text in told)]
    lines += ["", escaped(f"{gate.phone}, {gate.scenario}, {gate.created}, {gate.bundle}")]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Return a text in which nothing is Markdown or HTML, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;")
