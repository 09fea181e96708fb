"""The derived tables of a bundle, one row per pop-up and one per frame near a slide. See docs/bundle.md."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from profiler.analysis.results import StripFrame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.analysis.results import PopupResult, RoundResult, RunResult

_KEYS = ("folder", "app", "round", "attempt", "popup")


def popup_columns(result: RunResult) -> dict[str, list[Any]]:
    """Return one row per pop-up: keys, window, validity, then every metric under its own name.

    `t0_ns`, `down_ns` are BOOTTIME; `valid` is false for pop-ups of void rounds and warm-ups. A metric
    that is null for a pop-up is null here.
    """
    pairs = list(_popups(result))
    names = dict.fromkeys(name for _, popup in pairs for name in popup.metrics)
    columns = _keys(pairs)
    columns["t0_ns"] = [popup.t0_ns for _, popup in pairs]
    columns["down_ns"] = [popup.down_ns for _, popup in pairs]
    columns["period_ms"] = [popup.period_ms for _, popup in pairs]
    columns["valid"] = [not round_result.void and not round_result.warm_up for round_result, _ in pairs]
    for name in names:
        values = [popup.metrics.get(name) for _, popup in pairs]
        texts = any(isinstance(value, str) for value in values)
        columns[name] = values if texts else [None if value is None else float(value) for value in values]
    return columns


def frame_columns(result: RunResult) -> dict[str, list[Any]]:
    """Return one row per frame of each pop-up's strip; times in ms after the window start."""
    rows = [(pair, frame) for pair in _popups(result) for frame in pair[1].strip]
    columns = _keys([pair for pair, _ in rows])
    for field in fields(StripFrame):
        columns[field.name] = [getattr(frame, field.name) for _, frame in rows]
    return columns


def _popups(result: RunResult) -> Iterator[tuple[RoundResult, PopupResult]]:
    for round_result in result.rounds:
        for popup in round_result.popups:
            yield round_result, popup


def _keys(pairs: list[tuple[RoundResult, PopupResult]]) -> dict[str, list[Any]]:
    rows = [(r.folder, r.app, r.round, r.attempt, p.popup) for r, p in pairs]
    return {name: [row[i] for row in rows] for i, name in enumerate(_KEYS)}
