"""Plots of single pop-ups: the slide as a staircase, and the frame strip."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from profiler.report import wording
from profiler.report.catalog import Text
from profiler.report.numbers import number
from profiler.report.page_words import PAGE, filled
from profiler.report.plots.plot import MARGIN, WIDTH, Plot
from profiler.report.strips import LANES, axis_limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.analysis.results import PopupResult, StripFrame
    from profiler.report.plots.svg import Canvas

_STAIR_HEIGHT = 300.0
_DRIVERS = {"insets animation thread": "d1", "app insets thread": "d1", "keyboard": "d2"}


def leash_times(popup: PopupResult) -> list[StripFrame]:
    """Return the slide's own pictures in order of time."""
    return sorted((f for f in popup.strip if f.lane == "leash"), key=lambda f: f.present_ms)


def slide_plot(popup: PopupResult, label: str, name: str) -> Plot | None:
    """Return which moment of the slide is on the glass at each time; None for fewer than two pictures."""
    frames = leash_times(popup)
    if len(frames) < 2:
        return None
    start = frames[0].present_ms
    length = frames[-1].present_ms - start
    left, right, top, bottom = 78.0, WIDTH - 30.0, 8.0, _STAIR_HEIGHT - 46.0

    def x(t: float) -> float:
        return left + t / length * (right - left)

    def y(t: float) -> float:
        return bottom - t / length * (bottom - top)

    def draw(canvas: Canvas) -> None:
        canvas.path("axis", [f"M{left:g} {top:g}V{bottom:g}H{right:g}"])
        step = 50.0 if length <= 450 else 100.0
        t = 0.0
        while t <= length:
            canvas.path("axis", [f"M{x(t):.1f} {bottom:g}v5M{left:g} {y(t):.1f}h-5"])
            canvas.text(x(t), bottom + 19, number(t, 0), "soft", "middle")
            canvas.text(left - 8, y(t) + 5, number(t, 0), "soft", "end")
            t += step
        canvas.text(right, bottom + 40, PAGE["slide_x"], "soft", "end")
        canvas.text(left + 10, top + 12, PAGE["slide_y"], "soft")
        canvas.path("ideal", [f"M{left:g} {bottom:g}L{right:g} {top:g}"])
        steps = [f"M{x(0):.1f} {y(0):.1f}"]
        still = []
        for before, after in pairwise(frames):
            t0, t1 = before.present_ms - start, after.present_ms - start
            steps.append(f"H{x(t1):.1f}V{y(t1):.1f}")
            if after.missed_before:
                still.append(f"M{x(t0):.1f} {y(t0):.1f}H{x(t1):.1f}")
                canvas.path("still", [f"M{x(t0):.1f} {y(t0):.1f}H{x(t1):.1f}V{y(t1):.1f}Z"])
        canvas.path("stair", steps)
        if still:
            canvas.path("still-line", still)

    n = filled("one_popup", popup.round, popup.popup)
    title = Text(*(f"{label}: {w}" for w in PAGE["slide_head"]))
    return Plot(f"slide-{name}", title, Text("ms", "ms"), n, _STAIR_HEIGHT, draw)


def spoken_slide(popup: PopupResult, label: str) -> Text:
    """Return the slide in words."""
    frames = leash_times(popup)
    gaps = [b.present_ms - a.present_ms for a, b in pairwise(frames)]
    length = frames[-1].present_ms - frames[0].present_ms if frames else 0.0
    missed = sum(f.missed_before for f in frames)
    told = (label, len(frames), number(length, 0), missed, number(max(gaps, default=0.0)))
    return filled("slide_aria", *told)


def strip_plot(popup: PopupResult, title: Text, name: str) -> Plot:
    """Return one pop-up frame by frame against the refreshes."""
    limit = axis_limit([popup])
    period = popup.period_ms
    lanes = [lane for lane in LANES if any(f.lane == lane for f in popup.strip)]
    left, right, step = 150.0, WIDTH - MARGIN, 46.0
    bottom = len(lanes) * step + 8

    def x(t: float) -> float:
        return left + t / limit * (right - left)

    def draw(canvas: Canvas) -> None:
        leash = [f.present_ms for f in popup.strip if f.lane == "leash"]
        if period:
            t = (leash[0] if leash else 0.0) % period
            lines = []
            while t <= limit:
                lines.append(f"M{x(t):.1f} 0V{bottom:g}")
                t += period
            canvas.path("grid", lines)
        for i, lane in enumerate(lanes):
            frames = [f for f in popup.strip if f.lane == lane and 0 <= f.present_ms <= limit]
            canvas.text(MARGIN, i * step + 29, wording.STRIP_WORDS[lane])
            _lane(canvas, frames, i * step + 14, x=x, period=period or 1000.0 / 60.0, end=right)
        canvas.path("axis", [f"M{left:g} {bottom:g}H{right:g}"])
        for mark in range(0, int(limit) + 1, 50):
            canvas.path("axis", [f"M{x(mark):.1f} {bottom:g}v5"])
            canvas.text(x(mark), bottom + 19, number(mark, 0), "soft small", "middle")

    unit = Text(*(f"ms, 0 = {w}" for w in wording.STRIP_WORDS["up"]))
    return Plot(name, title, unit, filled("one_popup", popup.round, popup.popup), bottom + 26, draw)


def _lane(
    canvas: Canvas,
    frames: list[StripFrame],
    y: float,
    *,
    x: Callable[[float], float],
    period: float,
    end: float,
) -> None:
    high = 20.0
    for i, frame in enumerate(frames):
        later = frames[i + 1].present_ms if i + 1 < len(frames) else float("inf")
        x0 = x(frame.present_ms)
        x1 = min(x(min(frame.present_ms + period, later)), end)
        cls = _DRIVERS.get(frame.driver, "d0")
        canvas.add("rect", cls, x=x0, y=y, width=max(x1 - x0 - 0.8, 0.8), height=high)
        for k in range(1, frame.missed_before + 1):
            a = x(frame.present_ms - k * period) + 0.8
            b = x(frame.present_ms - (k - 1) * period) - 1.6
            cross = f"M{a:.1f} {y}L{b:.1f} {y + high}M{b:.1f} {y}L{a:.1f} {y + high}"
            canvas.path("gap", [f"M{a:.1f} {y}H{b:.1f}V{y + high}H{a:.1f}Z{cross}"])
        if frame.late:
            canvas.path("late", [f"M{(x0 + x1) / 2 - 4:.1f} {y - 8}h8l-4 7Z"])
        if frame.layout:
            canvas.add("circle", "lay", cx=(x0 + x1) / 2, cy=y + high + 5, r=2.4)
