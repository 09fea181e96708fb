"""All rounds of a bundle, and what they say of each app. docs/metrics.md section 6."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import fmean, median
from typing import TYPE_CHECKING

from profiler.analysis.results import AppResult, RoundResult, RunResult
from profiler.analysis.rounds import analyze_round
from profiler.analysis.scene import SLICE_NAMES
from profiler.scoring.silkiness import with_silkiness
from traces.perfetto import read_trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from traces.bundle import Bundle
    from traces.capture import AppFacts, Manifest, RoundCapture

MODES = ("driver_mode", "content_motion")


@dataclass(frozen=True, slots=True)
class _Job:
    capture: RoundCapture
    path: Path | None
    modes_hz: tuple[float, ...]
    active_hz: float | None


def analyze_capture(
    capture: RoundCapture,
    path: Path | None,
    *,
    modes_hz: tuple[float, ...] = (),
    active_hz: float | None = None,
) -> RoundResult:
    """Decode the trace of one attempt at a round, and measure it.

    Args:
        capture: what the driver wrote.
        path: its trace, None where there is none.
        modes_hz: rates of the panel's modes.
        active_hz: rate of the active mode.

    Raises:
        InputFileError: the trace can't be read.
    """
    trace = None if path is None else read_trace(path, slice_names=SLICE_NAMES)
    return analyze_round(capture, trace, modes_hz=modes_hz, active_hz=active_hz)


def _work(job: _Job) -> RoundResult:
    return analyze_capture(job.capture, job.path, modes_hz=job.modes_hz, active_hz=job.active_hz)


def analyze_rounds(bundle: Bundle, *, jobs: int = 1) -> Iterator[RoundResult]:
    """Yield the rounds of a bundle in order, as they are done.

    Args:
        bundle: an open bundle; the checksum of each trace is verified.
        jobs: processes to use; 1 uses none beside this one.

    Raises:
        InputFileError: a trace is missing, was changed or can't be read.
    """
    phone = bundle.manifest.phone
    work = (
        _Job(capture, bundle.trace_path(capture), phone.modes_hz, phone.active_hz)
        for capture in bundle.captures
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
    every = tuple(rounds)
    return RunResult(
        run_id=manifest.run_id,
        apps=with_silkiness(app_result(facts, every) for facts in manifest.apps),
        rounds=every,
        period_ms=1000 / manifest.phone.active_hz if manifest.phone.active_hz else None,
        warnings=tuple(dict.fromkeys((*manifest.warnings, *warnings))),
    )


def app_result(facts: AppFacts, rounds: Iterable[RoundResult]) -> AppResult:
    """Return what an app's valid rounds say; rounds without a value are left out of that metric."""
    mine = [r for r in rounds if r.app == facts.profile and not r.warm_up]
    valid = sorted((r for r in mine if not r.void), key=lambda r: (r.round, r.attempt))
    names = dict.fromkeys(name for one in valid for name in one.metrics)
    metrics = {
        name: [value for one in valid if (value := one.metrics.get(name)) is not None] for name in names
    }
    modes = {
        mode: dict(Counter(str(p.metrics[mode]) for one in valid for p in one.popups if mode in p.metrics))
        for mode in MODES
    }
    return AppResult(
        app=facts.profile,
        label=facts.label,
        reference=facts.reference,
        rounds_valid=len(valid),
        rounds_void=len(mine) - len(valid),
        metrics=metrics,
        medians={name: median(values) if values else None for name, values in metrics.items()},
        means={name: fmean(values) if values else None for name, values in metrics.items()},
        modes=modes,
    )
