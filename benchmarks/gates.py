"""How often a gate's one-sided bounds hold the true value, by simulation with noise of its own: docs/metrics.md section 9.

python benchmarks/gates.py [--runs 20000]
"""

from __future__ import annotations

import argparse

import numpy as np

from profiler.stats import onesample

PERIOD = 1000 / 120
POPUPS = 5
STEP = PERIOD / POPUPS


def normal(rng: np.random.Generator, n: int) -> tuple[list[float], float]:
    """Times whose round means scatter evenly: 5 ms."""
    return list(rng.normal(330.0, 5.0, n)), 330.0


def grid(rng: np.random.Generator, n: int) -> tuple[list[float], float]:
    """Times on a vsync grid, five pop-ups a round."""
    vsyncs = rng.integers(38, 43, (n, POPUPS))
    return list(vsyncs.mean(axis=1) * PERIOD), 40 * PERIOD


def poisson(rng: np.random.Generator, n: int) -> tuple[list[float], float]:
    """Hitches: 0.3 missed vsyncs a pop-up."""
    return list(rng.poisson(0.3, (n, POPUPS)).mean(axis=1) * PERIOD), 0.3 * PERIOD


def bursts(rng: np.random.Generator, n: int) -> tuple[list[float], float]:
    """A hitch of 50 ms in 40 % of the rounds."""
    return list(
        (rng.random(n) < 0.4) * 50.0 + rng.poisson(0.3, (n, POPUPS)).mean(axis=1) * PERIOD
    ), 20 + 0.3 * PERIOD


CASES = {
    "normal": (normal, False),
    "grid": (grid, False),
    "poisson": (poisson, True),
    "bursts": (bursts, True),
}


def main() -> None:
    """Print the coverage of each bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20000)
    runs = parser.parse_args().runs
    rng = np.random.default_rng(1)
    print(f"{'noise':<9}{'rounds':>7}{'L <= true':>11}{'true <= U':>11}")
    for name, (draw, means) in CASES.items():
        for n in (6, 8, 12):
            low = high = 0
            for _ in range(runs):
                values, true = draw(rng, n)
                found = onesample.mean(values, STEP) if means else onesample.hodges_lehmann(values)
                low += found.lower <= true + 1e-9
                high += found.upper >= true - 1e-9
            print(f"{name:<9}{n:>7}{low / runs:>11.1%}{high / runs:>11.1%}")


if __name__ == "__main__":
    main()
