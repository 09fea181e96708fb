"""How often verdicts are right, by simulation with a fixed noise of its own (not the simulated phone's).

Each pop-up misses a Poisson number of vsyncs, 0.3 on average; a round is the mean of five. One run is one accused app
against four competitors, judged as docs/metrics.md section 7 says, with the margins of the product. The quantiles and
critical ranks are the product's own (`profiler.stats`); means, variances and bounds are computed for all runs at once,
and checked against the product's functions on the first runs of each sample.

    python benchmarks/verdicts.py [--runs 2000] [--seed 1]

Prints each figure against its target, and exits 1 where one is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from profiler.analysis.results import AppResult
from profiler.stats import boschloo, mannwhitney, welch
from profiler.stats.difference import ALPHA
from profiler.verdict.compare import FEWEST_TO_ACQUIT, HITCH_MARGIN_MS, Scale, compare
from profiler.verdict.evidence import FEWEST_ROUNDS
from profiler.verdict.looks import LOOKS, alpha_of
from profiler.verdict.stalls import ACCUSED_MARGINS, COMPETITOR_MARGINS, PART_OF_ERROR

Values = npt.NDArray[np.float64]
Sample = Callable[[np.random.Generator, int, int, float], Values]
"""(rng, runs, rounds, period in ms) -> round means of hitch_ms, runs x rounds."""

POPUPS = 5
RATE = 0.3
COMPETITORS = 4
PERIODS = {60: 1000 / 60, 120: 1000 / 120}


def poisson(rate: float = RATE, *, variance: float = 1.0) -> Sample:
    """Return round means of independent pop-ups with a Poisson number of misses.

    `variance` > 1: that many times the variance at the same mean (a gamma-mixed Poisson, pop-up by pop-up).
    """

    def draw(rng: np.random.Generator, runs: int, rounds: int, period: float) -> Values:
        shape = (runs, rounds, POPUPS)
        rates = np.full(shape, rate)
        if variance > 1:
            spread = variance - 1  # Var = rate + rate * spread
            rates = rng.gamma(rate / spread, spread, shape)
        return rng.poisson(rates).mean(axis=2) * period

    return draw


def shared(rate: float = RATE) -> Sample:
    """Return round means with twice the variance of a pop-up, the added half shared by the round's five."""

    def draw(rng: np.random.Generator, runs: int, rounds: int, period: float) -> Values:
        rates = rng.gamma(rate, 1.0, (runs, rounds, 1))  # mean and variance are the rate
        return rng.poisson(np.broadcast_to(rates, (runs, rounds, POPUPS))).mean(axis=2) * period

    return draw


def stalled(share: float, ms: float) -> Sample:
    """Return the usual noise with `ms` more in each pop-up of a share of the rounds."""

    def draw(rng: np.random.Generator, runs: int, rounds: int, period: float) -> Values:
        return poisson()(rng, runs, rounds, period) + ms * (rng.random((runs, rounds)) < share)

    return draw


@dataclass(frozen=True)
class Bounds:
    """Of A - B for each run."""

    lower: Values
    upper: Values


def welch_bounds(
    a: Values, b: Values, step: float, alpha: float, *, lower_alpha: float | None = None
) -> Bounds:
    """Return Welch's bounds along the last axis; the lower one at its own error where one is given."""
    n, m = a.shape[-1], b.shape[-1]

    def part(values: Values, count: int) -> Values:
        found = values.var(axis=-1, ddof=1)
        return np.where(found > 1e-18 * step**2, found, step**2 / count) / count

    pa, pb = part(a, n), part(b, m)
    freedom = (pa + pb) ** 2 / (pa**2 / (n - 1) + pb**2 / (m - 1))
    error = np.sqrt(pa + pb)
    estimate = a.mean(axis=-1) - b.mean(axis=-1)
    below = stdtrit(freedom, 1 - (lower_alpha or alpha)) * error
    return Bounds(estimate - below, estimate + stdtrit(freedom, 1 - alpha) * error)


def hl_bounds(a: Values, b: Values, alpha: float) -> Bounds:
    """Return the Mann-Whitney bounds along the last axis."""
    n, m = a.shape[-1], b.shape[-1]
    c = mannwhitney.critical(n, m, alpha)
    assert c is not None
    apart = a[..., :, None] - b[..., None, :]
    pairs = np.sort(apart.reshape(*apart.shape[:-2], n * m), axis=-1)
    return Bounds(pairs[..., c], pairs[..., n * m - 1 - c])


@lru_cache
def chances(n: int, m: int) -> Values:
    """Return the product's exact p-values of x of n stalled rounds against y of m, (n + 1) x (m + 1)."""
    return np.array([[boschloo.p_value(x, n, y, m) for y in range(m + 1)] for x in range(n + 1)])


def stalled_worse(a: Values, b: Values, alpha: float) -> npt.NDArray[np.bool_]:
    """Return where stalled rounds alone accuse, runs x competitors."""
    x = (a > ACCUSED_MARGINS * HITCH_MARGIN_MS).sum(axis=-1)
    y = (b > COMPETITOR_MARGINS * HITCH_MARGIN_MS).sum(axis=-1)
    p = chances(a.shape[-1], b.shape[-1])[np.broadcast_to(x, y.shape), y]
    return (p <= PART_OF_ERROR * alpha) & (a.mean(axis=-1) - b.mean(axis=-1) > HITCH_MARGIN_MS)


def outcomes(a: Values, b: Values, period: float, alpha: float = ALPHA) -> npt.NDArray[np.int8]:
    """Return 1 reproduced, -1 not reproduced, 2 partly, 0 cannot tell, for runs of A against several B.

    Args:
        a: runs x rounds.
        b: runs x competitors x rounds.
    """
    rounds = a.shape[-1]
    if rounds < FEWEST_ROUNDS:
        return np.zeros(len(a), np.int8)
    bounds = welch_bounds(a[:, None, :], b, period / POPUPS, alpha, lower_alpha=(1 - PART_OF_ERROR) * alpha)
    worse = (bounds.lower > HITCH_MARGIN_MS) | stalled_worse(a[:, None, :], b, alpha)
    fine = (bounds.upper < HITCH_MARGIN_MS) & (rounds >= FEWEST_TO_ACQUIT)
    decided = (worse | fine).all(axis=1)
    result = np.where(decided, 2, 0)
    result = np.where(worse.all(axis=1), 1, result)
    return np.where(fine.all(axis=1), -1, result).astype(np.int8)


def runs_of(
    rng: np.random.Generator, accused: Sample, other: Sample, runs: int, rounds: int, period: float
) -> tuple[Values, Values]:
    """Return round means of the accused and of its competitors."""
    a = accused(rng, runs, rounds, period)
    b = np.stack([other(rng, runs, rounds, period) for _ in range(COMPETITORS)], axis=1)
    check(a, b, period)
    return a, b


def check(a: Values, b: Values, period: float) -> None:
    """Compare the bounds of the first runs with the product's own."""
    step = period / POPUPS
    mine, ranks = welch_bounds(a[:3], b[:3, 0], step, ALPHA), hl_bounds(a[:3], b[:3, 0], ALPHA)
    for i in range(min(3, len(a))):
        theirs = welch.welch(a[i].tolist(), b[i, 0].tolist(), step)
        exact = mannwhitney.hodges_lehmann(a[i].tolist(), b[i, 0].tolist())
        np.testing.assert_allclose((mine.lower[i], mine.upper[i]), (theirs.lower, theirs.upper), atol=1e-9)
        np.testing.assert_allclose((ranks.lower[i], ranks.upper[i]), (exact.lower, exact.upper), atol=1e-9)
    told = {-1: "not worse", 0: "open", 1: "worse"}
    scale = Scale(period, POPUPS)
    for i, outcome in enumerate(outcomes(a[:20], b[:20, :1], period)):
        found = compare("hitch_ms", side("a", a[i]), side("b", b[i, 0]), scale=scale)
        assert found.outcome == told[int(outcome)], (found, outcome)


def side(name: str, values: Values) -> AppResult:
    """Put round means into the record that the product compares."""
    return AppResult(
        app=name, label=name, reference=False, rounds_valid=len(values), rounds_void=0,
        metrics={"hitch_ms": values.tolist()}, medians={}, means={}, modes={},
    )  # fmt: skip


def looked(a: Values, b: Values, period: float) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64]]:
    """Return the outcome of runs that are looked at until decided, and after how many rounds they ended."""
    alpha = alpha_of(LOOKS)
    result = np.zeros(len(a), np.int8)
    ended = np.full(len(a), LOOKS[-1])
    for look in LOOKS:
        now = outcomes(a[:, :look], b[:, :, :look], period, alpha)
        first = (result == 0) & (now != 0)
        result[first], ended[first] = now[first], look
    return result, ended


class Report:
    """Prints figures against targets and remembers misses."""

    def __init__(self) -> None:
        self.good = True

    def say(self, what: str, value: float, target: str = "", *, met: bool = True, unit: str = "%") -> None:
        """Print one figure."""
        self.good &= met
        shown = f"{100 * value:6.1f} %" if unit == "%" else f"{value:6.1f} {unit}"
        mark = "" if not target else f"   target {target}: {'met' if met else 'MISSED'}"
        print(f"  {what:68} {shown}{mark}")

    def at_most(self, what: str, value: float, limit: float) -> None:
        self.say(what, value, f"<= {100 * limit:g} %", met=value <= limit)

    def at_least(self, what: str, value: float, limit: float) -> None:
        self.say(what, value, f">= {100 * limit:g} %", met=value >= limit)


def single(report: Report, rng: np.random.Generator, runs: int) -> None:
    """One look after 12 rounds."""
    for hz, period in PERIODS.items():
        print(f"\n{hz} Hz, 12 rounds, one accused against {COMPETITORS}, {runs} runs each")
        found = outcomes(*runs_of(rng, poisson(), poisson(), runs, 12, period), period)
        report.at_most("A/A: reproduced", (found == 1).mean(), 0.02)
        report.at_least("A/A: not reproduced", (found == -1).mean(), 0.85)
        found = outcomes(*runs_of(rng, poisson(RATE + 2), poisson(), runs, 12, period), period)
        report.at_least("two more missed vsyncs a pop-up: reproduced", (found == 1).mean(), 0.90)
        for name, noisy in (
            ("twice the variance", lambda rate: poisson(rate, variance=2.0)),
            ("twice the variance, half of it shared by the round", shared),
        ):
            found = outcomes(*runs_of(rng, noisy(RATE), noisy(RATE), runs, 12, period), period)
            report.at_most(f"{name}, A/A: reproduced", (found == 1).mean(), 0.02)
            report.say(f"{name}, A/A: not reproduced", (found == -1).mean())
            found = outcomes(*runs_of(rng, noisy(RATE + 2), noisy(RATE), runs, 12, period), period)
            report.say(f"{name}, two more missed: reproduced", (found == 1).mean())
        edge = HITCH_MARGIN_MS / period
        found = outcomes(*runs_of(rng, poisson(RATE + edge), poisson(), runs, 12, period), period)
        report.at_most("exactly the margin worse: reproduced", (found == 1).mean(), 0.05)
        report.at_most("exactly the margin worse: not reproduced", (found == -1).mean(), 0.05)


def stalls(report: Report, rng: np.random.Generator, runs: int) -> None:
    """A hitch of 50 ms in each pop-up of 40 % of the accused's rounds: 20 ms more on average."""
    print(f"\n50 ms more in 40 % of the rounds, {COMPETITORS} competitors, {runs} runs each")
    for hz, period in PERIODS.items():
        a, b = runs_of(rng, stalled(0.4, 50.0), poisson(), runs, LOOKS[-1], period)
        at_12 = outcomes(a[:, :12], b[:, :, :12], period)
        report.at_least(f"{hz} Hz, 12 rounds: reproduced", (at_12 == 1).mean(), 0.70)
        means = welch_bounds(a[:, None, :12], b[:, :, :12], period / POPUPS, ALPHA).lower > HITCH_MARGIN_MS
        report.say(f"{hz} Hz, 12 rounds: by means alone, at the whole error", means.all(axis=1).mean())
        seen = welch_bounds(a[:, None, :12], b[:, :, :12], period / POPUPS, ALPHA).lower > 0
        report.say(f"{hz} Hz, 12 rounds: seen (all lower bounds over 0)", seen.all(axis=1).mean())
        report.at_most(f"{hz} Hz, 12 rounds: not reproduced (wrong)", (at_12 == -1).mean(), 0.02)
        found, ended = looked(a, b, period)
        report.at_least(f"{hz} Hz, until decided: reproduced", (found == 1).mean(), 0.95)
        report.say(f"{hz} Hz, until decided: rounds needed", float(ended.mean()), unit="rounds")
        report.at_most(f"{hz} Hz, until decided: not reproduced (wrong)", (found == -1).mean(), 0.05)
        at_30 = outcomes(a, b, period)
        report.at_least(f"{hz} Hz, 30 rounds: reproduced", (at_30 == 1).mean(), 0.95)
        ranks = (hl_bounds(a[:, None, :], b, ALPHA).lower > HITCH_MARGIN_MS).all(axis=1).mean()
        report.say(f"{hz} Hz, 30 rounds, by medians instead of means: reproduced", ranks)
        innocents(report, rng, runs, hz)


def innocents(report: Report, rng: np.random.Generator, runs: int, hz: int) -> None:
    """Apps that stalled rounds must not accuse, and one that they may."""
    period = PERIODS[hz]
    same = outcomes(*runs_of(rng, stalled(0.4, 50.0), stalled(0.4, 50.0), runs, 12, period), period)
    report.at_most(f"{hz} Hz, the same stalls in all apps: reproduced", (same == 1).mean(), 0.02)
    high, higher = stalled(1.0, 22.0), stalled(1.0, 22.0 + HITCH_MARGIN_MS)
    for rounds in (12, 30):
        found = outcomes(*runs_of(rng, higher, high, runs, rounds, period), period)
        name = f"{hz} Hz, all rounds around 22 ms, exactly the margin worse, {rounds} rounds: reproduced"
        report.at_most(name, (found == 1).mean(), 0.05)
        rare = stalled(HITCH_MARGIN_MS / 50.0, 50.0)
        found = outcomes(*runs_of(rng, rare, poisson(), runs, rounds, period), period)
        name = f"{hz} Hz, 50 ms in 17 % (the margin on average), {rounds} rounds: reproduced"
        report.say(name, (found == 1).mean())
        found = outcomes(*runs_of(rng, stalled(0.05, 50.0), poisson(), runs, rounds, period), period)
        name = f"{hz} Hz, 50 ms in 5 % (2.5 ms on average), {rounds} rounds: reproduced"
        report.at_most(name, (found == 1).mean(), 0.02)


def fewest(report: Report, rng: np.random.Generator, runs: int) -> None:
    """The same stalls in few rounds, one competitor: how often is the accused acquitted?"""
    period = PERIODS[120]
    print(f"\n50 ms more in 40 % of the rounds, 120 Hz, one competitor, few rounds, {runs} runs each")
    for rounds in range(3, 9):
        a = stalled(0.4, 50.0)(rng, runs, rounds, period)
        b = poisson()(rng, runs, rounds, period)
        bounds = welch_bounds(a, b, period / POPUPS, ALPHA)
        acquitted = float((bounds.upper < HITCH_MARGIN_MS).mean())
        if rounds < FEWEST_TO_ACQUIT:
            report.say(f"{rounds} rounds: upper bound under the margin (not allowed to acquit)", acquitted)
        else:
            report.at_most(f"{rounds} rounds: not worse (wrong)", acquitted, 0.055)
        both = outcomes(a, stalled(0.4, 50.0)(rng, runs, rounds, period)[:, None, :], period)
        report.at_most(f"{rounds} rounds, stalls in both apps: worse (wrong)", (both == 1).mean(), 0.05)


def coverage(report: Report, rng: np.random.Generator, runs: int) -> None:
    """How often each one-sided bound holds the true difference; 12 rounds a side."""
    print(f"\nCoverage of the one-sided 95 % bounds, 12 rounds a side, {4 * runs} samples each")
    shape = (4 * runs, 12)
    normal = rng.normal(25, 8, shape), rng.normal(5, 4, shape)
    skewed = rng.gamma(4, 5, shape) + 7, rng.gamma(4, 5, shape)
    for name, (a, b), truth in (("normal, unequal variances", normal, 20.0), ("skewed", skewed, 7.0)):
        band(report, f"Welch, {name}", welch_bounds(a, b, 1.0, ALPHA), truth, 0.94, 0.97)
        if name == "skewed":
            band(report, "Hodges-Lehmann, skewed, shifted", hl_bounds(a, b, ALPHA), truth, 0.94, 0.97)
    same = rng.normal(120, 9, shape), rng.normal(100, 9, shape)
    band(report, "Hodges-Lehmann, normal, shifted", hl_bounds(*same, ALPHA), 20.0, 0.94, 0.97)
    for hz, period in PERIODS.items():
        a, b = poisson(RATE + 2)(rng, *shape, period), poisson()(rng, *shape, period)
        band(
            report,
            f"Welch, hitches on the grid, {hz} Hz",
            welch_bounds(a, b, period / POPUPS, ALPHA),
            2 * period,
            0.93,
            1.0,
        )
        a, b = poisson()(rng, *shape, period), poisson()(rng, *shape, period)
        band(
            report,
            f"Welch, A/A on the grid, {hz} Hz",
            welch_bounds(a, b, period / POPUPS, ALPHA),
            0.0,
            0.93,
            1.0,
        )
        early, late = (
            period * np.round(rng.normal(mean, 1.3, (*shape, POPUPS))).mean(axis=2) for mean in (12, 14)
        )
        band(
            report,
            f"Hodges-Lehmann, times on the grid, {hz} Hz",
            hl_bounds(late, early, ALPHA),
            2 * period,
            0.93,
            1.0,
        )


def band(report: Report, what: str, bounds: Bounds, truth: float, low: float, high: float) -> None:
    """Report both bounds' coverage against a band."""
    slack = 1e-9
    for side, holds in (("lower", bounds.lower <= truth + slack), ("upper", bounds.upper >= truth - slack)):
        value = float(holds.mean())
        target = f"{100 * low:g}-{100 * high:g} %" if high < 1 else f">= {100 * low:g} %"
        report.say(f"{what}: {side} bound", value, target, met=low <= value <= high)


def looks(report: Report, rng: np.random.Generator, runs: int) -> None:
    """Runs that go on until decided."""
    for hz, period in PERIODS.items():
        print(f"\n{hz} Hz, until decided: looks after {LOOKS}, {runs} runs each")
        for name, noisy in (("", poisson), ("twice the variance by round, ", shared)):
            found, ended = looked(*runs_of(rng, noisy(RATE), noisy(RATE), runs, LOOKS[-1], period), period)
            report.at_most(f"{name}A/A: reproduced at any look", (found == 1).mean(), 0.05)
            report.say(f"{name}A/A: not reproduced", (found == -1).mean())
            report.say(f"{name}A/A: rounds needed on average", float(ended.mean()), unit="rounds")
        edge = HITCH_MARGIN_MS / period
        found, _ = looked(*runs_of(rng, poisson(RATE + edge), poisson(), runs, LOOKS[-1], period), period)
        report.at_most("exactly the margin worse: reproduced at any look", (found == 1).mean(), 0.05)
        report.at_most("exactly the margin worse: not reproduced at any look", (found == -1).mean(), 0.05)
        found, ended = looked(*runs_of(rng, poisson(RATE + 2), poisson(), runs, LOOKS[-1], period), period)
        report.at_least("two more missed vsyncs a pop-up: reproduced", (found == 1).mean(), 0.90)
        report.say("two more missed vsyncs a pop-up: rounds needed", float(ended.mean()), unit="rounds")


def main() -> None:
    """Run all."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--runs", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    report, rng = Report(), np.random.default_rng(chosen.seed)
    for part in (single, stalls, fewest, coverage, looks):
        part(report, rng, chosen.runs)
    print("\nall targets met" if report.good else "\na target was missed")
    sys.exit(0 if report.good else 1)


if __name__ == "__main__":
    main()
