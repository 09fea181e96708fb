"""View of a cross-check: how several sources agree on one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.report.dumps.view import Cell, DumpView, Grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.analysis.crosscheck import Agreement
    from profiler.analysis.crosscheck_files import Moment

KIND = "cross-check"
_COLUMNS = ("source", "paired by", "frames", "same", "±1", "more", "bias ms", "vsyncs", "alone", "outside")
_NOTES = (
    "Differences are source minus against, in vsyncs, after the bias was taken off.",
    "alone: frames of against / source that the other lacks, inside the stretch that both cover.",
    "outside: frames before or after that stretch, as rings of 64 to 128 frames forget.",
)


def view_crosscheck(source: str, moment: Moment, agreements: Sequence[Agreement]) -> DumpView:
    """Return how the sources of one moment agree."""
    compared = [one for one in agreements if one.problem is None]
    facts: list[tuple[str, Cell]] = [
        ("files", ", ".join(moment.used) or None),
        ("vsync period, ms", None if moment.period_ns is None else moment.period_ns / 1e6),
        ("comparisons in full agreement", f"{sum(one.agrees for one in compared)} of {len(compared)}"),
    ]
    groups = dict.fromkeys((one.layer, one.reference) for one in compared)
    grids = tuple(
        Grid(
            f"{layer}\nagainst {reference}",
            _COLUMNS,
            _rows([one for one in compared if (one.layer, one.reference) == (layer, reference)]),
        )
        for layer, reference in groups
    )
    notes = [
        f"{one.layer}: {one.reference} and {one.other}: {one.problem}." for one in agreements if one.problem
    ]
    notes += [f"{name} takes no part: {why}." for name, why in moment.unused.items()]
    notes += [note for one in compared for note in _remarks(one)]
    return DumpView(
        KIND,
        source,
        "cross-check",
        facts=tuple(facts),
        grids=grids,
        notes=(*dict.fromkeys([*notes, *moment.notes]), *(_NOTES if compared else ())),
        problem=None if compared else _problem(source, moment, notes),
        next_step="" if compared else "Give at least two recordings of the same moment and layer.",
    )


def _problem(source: str, moment: Moment, notes: Sequence[str]) -> str:
    if not moment.series:
        return f"{source} holds nothing that tells times of frames. {' '.join(notes)}".strip()
    if moment.period_ns is None:
        return f"{source}: no file tells the vsync period."
    return f"{source}: nothing can be laid side by side. {' '.join(notes)}".strip()


def _rows(compared: Sequence[Agreement]) -> tuple[tuple[Cell, ...], ...]:
    names = [one.other.partition(" (")[0] for one in compared]
    short = len(set(names)) == len(names)  # the file is named only where it tells two sources apart
    return tuple(_row(name if short else one.other, one) for name, one in zip(names, compared, strict=True))


def _row(name: str, one: Agreement) -> tuple[Cell, ...]:
    near = one.vsyncs.get(1, 0) + one.vsyncs.get(-1, 0)
    return (
        name,
        one.paired_by,
        one.compared_pairs,
        one.vsyncs.get(0, 0),
        near,
        one.compared_pairs - one.vsyncs.get(0, 0) - near,
        one.bias_ms,
        one.bias_vsyncs,
        f"{one.only_reference} / {one.only_other}",
        f"{one.outside_reference} / {one.outside_other}",
    )


def _remarks(one: Agreement) -> list[str]:
    where = one.other
    said = [f"{where}: {one.explained}."] if one.explained else []
    if one.bias_vsyncs and not one.explained:
        said.append(f"{where}: {one.bias_vsyncs:+d} vsyncs throughout, and nothing explains it.")
    said += [f"{where}: without a time on screen, {what}: {count}." for what, count in one.missing.items()]
    if one.compared == "ready time":
        said.append(
            f"{where}: compared by when buffers were ready, as one of them does not tell when they were seen."
        )
    return said
