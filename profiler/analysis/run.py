"""All rounds of a bundle, and what they say of each app. docs/metrics.md section 6."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from statistics import fmean, median
from typing import TYPE_CHECKING

from profiler.analysis.extras import Extras, read_extras, untraced
from profiler.analysis.results import AppResult, RoundResult, RunResult
from profiler.analysis.rounds import analyze_round
from profiler.analysis.scene import SLICE_NAMES
from profiler.causes.detail import read_detail
from profiler.causes.explain import explain_round, wants_explaining
from profiler.causes.summary import count_causes
from profiler.scoring.silkiness import with_silkiness
from traces.bundle import ROUNDS
from traces.perfetto import read_trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from traces.bundle import Bundle
    from traces.capture import AppFacts, Manifest, RoundCapture

SAME_PERIOD = 0.05
"""Part by which two periods of one rate may differ."""

MODES = ("driver_mode", "content_motion")


@dataclass(frozen=True, slots=True)
class _Job:
    capture: RoundCapture
    path: Path | None
    modes_hz: tuple[float, ...]
    active_hz: float | None
    folder: Path | None = None


def analyze_capture(
    capture: RoundCapture,
    path: Path | None,
    *,
    modes_hz: tuple[float, ...] = (),
    active_hz: float | None = None,
    folder: Path | None = None,
) -> RoundResult:
    """Decode the trace of one attempt at a round, measure it, and name causes.

    Where something was slow or uneven the trace is read a second time, with all slices and scheduling.

    Args:
        capture: what the driver wrote.
        path: its trace, None where there is none.
        modes_hz: rates of the panel's modes.
        active_hz: rate of the active mode.
        folder: the round's, where its dumps lie; None: that of the trace.

    Raises:
        InputFileError: the trace can't be read.
    """
    place = folder if path is None else path.parent
    extras = Extras() if place is None else read_extras(capture, place)
    trace = None if path is None else read_trace(path, slice_names=SLICE_NAMES)
    if path is None and place is not None:
        trace = untraced(capture, extras, place)
    measured = analyze_round(capture, trace, modes_hz=modes_hz, active_hz=active_hz, extras=extras)
    if path is None or not any(wants_explaining(popup) for popup in measured.popups):
        return measured
    return explain_round(capture, read_detail(path), measured, modes_hz=modes_hz, active_hz=active_hz)


def _work(job: _Job) -> RoundResult:
    return analyze_capture(
        job.capture, job.path, modes_hz=job.modes_hz, active_hz=job.active_hz, folder=job.folder
    )


_WORTH_A_PROCESS = 160 << 20
"""Bytes of traces that take longer to decode than a process to start (about half a second, its imports)."""


def jobs_that_pay_off(traces: Iterable[Path]) -> int:
    """Return how many processes to decode traces in: one a core, but none for less than 160 MiB of traces."""
    sizes = [path.stat().st_size for path in traces if path.is_file()]
    return max(1, min(os.cpu_count() or 1, len(sizes), sum(sizes) // _WORTH_A_PROCESS))


def analyze_rounds(bundle: Bundle, *, jobs: int = 1) -> Iterator[RoundResult]:
    """Yield the rounds of a bundle in order, as they are done.

    Args:
        bundle: an open bundle; the checksum of each trace is verified.
        jobs: processes to use; 1 uses none beside this one, 0 as many as pay off.

    Raises:
        InputFileError: a trace is missing, was changed or can't be read.
    """
    phone = bundle.manifest.phone
    work = (
        _Job(capture, bundle.trace_path(capture), phone.modes_hz, phone.active_hz, bundle.folder(capture))
        for capture in bundle.captures
    )
    jobs = jobs or jobs_that_pay_off(
        bundle.path / ROUNDS / capture.folder / capture.trace for capture in bundle.captures if capture.trace
    )
    if jobs <= 1:
        yield from map(_work, work)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_work, work)


def analyze_bundle(bundle: Bundle, *, jobs: int = 1) -> RunResult:
    """Measure all rounds of a bundle; see `analyze_rounds`."""
    return summarize(bundle.manifest, analyze_rounds(bundle, jobs=jobs), warnings=bundle.warnings)


def summarize(
    manifest: Manifest, rounds: Iterable[RoundResult], *, warnings: tuple[str, ...] = ()
) -> RunResult:
    """Put rounds together app by app. Warm-ups and void rounds stand in `rounds`, and in no number."""
    every = at_one_rate(rounds)
    told = 1000 / manifest.phone.active_hz if manifest.phone.active_hz else None
    period = measured_period(every) or told
    notes = [*manifest.warnings, *warnings]
    if period and told and abs(period - told) > SAME_PERIOD * told:
        notes.append(
            f"The panel ran at {1000 / period:.0f} Hz while it was measured, not at the {1000 / told:.0f} Hz "
            "that the phone told before the run."
        )
    return RunResult(
        run_id=manifest.run_id,
        apps=with_silkiness(app_result(facts, every) for facts in manifest.apps),
        rounds=every,
        period_ms=period,
        warnings=tuple(dict.fromkeys(notes)),
    )


def measured_period(rounds: Iterable[RoundResult]) -> float | None:
    """Return the vsync period of most pop-ups of the valid rounds, ms; None without any."""
    periods = Counter(
        round(popup.period_ms, 3)
        for one in rounds
        if not one.void and not one.warm_up
        for popup in one.popups
        if popup.period_ms is not None and popup.motion_source is not None
    )
    if not periods:
        return None
    usual = periods.most_common(1)[0][0]
    return next(
        popup.period_ms
        for one in rounds
        for popup in one.popups
        if popup.period_ms is not None and round(popup.period_ms, 3) == usual
    )


def at_one_rate(rounds: Iterable[RoundResult]) -> tuple[RoundResult, ...]:
    """Void the scored rounds whose panel ran at another rate than in most rounds of the same app."""
    every = tuple(rounds)
    rates = {
        index: fmean(known)
        for index, one in enumerate(every)
        if not one.warm_up
        and not one.void
        and (known := [p.period_ms for p in one.popups if p.period_ms and p.motion_source])
    }
    usual = {
        app: Counter(round(rate, 1) for index, rate in rates.items() if every[index].app == app)
        for app in {every[index].app for index in rates}
    }
    return tuple(_checked(one, rates.get(index), usual.get(one.app)) for index, one in enumerate(every))


def _checked(one: RoundResult, rate: float | None, usual: Counter[float] | None) -> RoundResult:
    if rate is None or not usual:
        return one
    most, count = usual.most_common(1)[0]
    if 2 * count <= usual.total() or abs(rate - most) <= SAME_PERIOD * most:
        return one
    why = f"the refresh rate is {1000 / rate:.0f} Hz; usual for this app: {1000 / most:.0f} Hz"
    return replace(one, void=(*one.void, why))


def first_rounds(run: RunResult, rounds: int) -> RunResult:
    """Return a run as it stood after its first so many scored rounds."""
    kept = tuple(one for one in run.rounds if one.round <= rounds)
    apps = tuple(_app(app.app, app.label, kept, reference=app.reference) for app in run.apps)
    return replace(run, rounds=kept, apps=apps)


def app_result(facts: AppFacts, rounds: Iterable[RoundResult]) -> AppResult:
    """Return what an app's valid rounds say; rounds without a value are left out of that metric."""
    return _app(facts.profile, facts.label, rounds, reference=facts.reference)


def _app(name: str, label: str, rounds: Iterable[RoundResult], *, reference: bool) -> AppResult:
    mine = [r for r in rounds if r.app == name and not r.warm_up]
    valid = sorted((r for r in mine if not r.void), key=lambda r: (r.round, r.attempt))
    names = dict.fromkeys(metric for one in valid for metric in one.metrics)
    metrics = {
        metric: [value for one in valid if (value := one.metrics.get(metric)) is not None] for metric in names
    }
    modes = {
        mode: dict(Counter(str(p.metrics[mode]) for one in valid for p in one.popups if mode in p.metrics))
        for mode in MODES
    }
    return AppResult(
        app=name,
        label=label,
        reference=reference,
        rounds_valid=len(valid),
        rounds_void=len(mine) - len(valid),
        metrics=metrics,
        medians={metric: median(values) if values else None for metric, values in metrics.items()},
        means={metric: fmean(values) if values else None for metric, values in metrics.items()},
        modes=modes,
        causes=count_causes(popup for one in valid for popup in one.popups),
        popups=sum(len(one.popups) for one in valid),
    )
