"""A/A: an app compared with itself, as two profiles, many times: how often does each outcome come?

python benchmarks/aa.py [--comparisons 200] [--rounds 6] [--package sim.chat.smooth] [--seed 1]
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from direct_rounds import capture_round

from devices.simulated.model import build_world, load_behaviours, load_persona
from profiler.analysis.results import AppResult
from profiler.analysis.run import analyze_capture
from profiler.verdict.compare import Scale, compare

POPUPS_PER_ROUND = 5


def one_comparison(job: tuple[int, int, str, str, str]) -> str:
    """Measure an app as two profiles in turns, and compare their hitches."""
    seed, rounds, package, persona_name, behaviours = job
    persona = load_persona(persona_name)
    world = build_world(persona, load_behaviours(behaviours), seed=seed)
    rate = world.active_mode().refresh_hz
    sides: dict[str, list[float]] = {"a": [], "b": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, rounds + 1):
            for side in ("a", "b") if number % 2 else ("b", "a"):
                capture = capture_round(world, side, package, number, Path(folder))
                path = Path(folder) / capture.folder / str(capture.trace)
                result = analyze_capture(
                    capture, path, modes_hz=tuple(m.refresh_hz for m in persona.modes), active_hz=rate
                )
                value = result.metrics.get("hitch_ms")
                if result.void or value is None:
                    raise RuntimeError(f"a void round in A/A: {result.void}")
                sides[side].append(value)
    a, b = (side_result(name, values) for name, values in sides.items())
    return compare("hitch_ms", a, b, scale=Scale(1000 / rate, POPUPS_PER_ROUND)).outcome


def side_result(name: str, hitches: list[float]) -> AppResult:
    """Put one side's round means into the record that comparisons read."""
    return AppResult(
        app=name, label=name, reference=False, rounds_valid=len(hitches), rounds_void=0,
        metrics={"hitch_ms": hitches}, medians={}, means={}, modes={},
    )  # fmt: skip


def main() -> None:
    """Count outcomes."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--comparisons", type=int, default=200)
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--package", default="sim.chat.smooth")
    options.add_argument("--persona", default="pixel-a14-120")
    options.add_argument("--apps", default="demo")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    jobs = [
        (chosen.seed + i, chosen.rounds, chosen.package, chosen.persona, chosen.apps)
        for i in range(chosen.comparisons)
    ]
    with ProcessPoolExecutor(2) as pool:
        outcomes = Counter(pool.map(one_comparison, jobs, chunksize=4))
    for outcome, count in outcomes.most_common():
        print(f"{chosen.package} A/A, {chosen.rounds} rounds: {outcome:10} {count:4} of {chosen.comparisons}")


if __name__ == "__main__":
    main()
