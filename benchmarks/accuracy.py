"""How near the analysis comes to what the simulated phone really did.

Rounds of mixed behaviours on both personas are measured as any recording is. The expected values come from the
truth file by `expected_metrics.py`, which was written from docs/metrics.md alone. Prints a table, and exits 1
where the aims of docs/accuracy.md are missed.

    python benchmarks/accuracy.py [--popups 600] [--seed 1] [--keep FOLDER]

The same for a run that went the whole way through adb, against `silky simulate --truth FILE`:

    python benchmarks/accuracy.py --bundle BUNDLE --truth FILE
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from direct_rounds import capture_round
from expected_metrics import expected

from devices.simulated.model import build_world, load_behaviours, load_persona, personas
from profiler.analysis.run import analyze_bundle, analyze_capture
from traces.bundle import Bundle

EQUAL = ("missed_vsyncs", "driver_mode", "content_motion")
TIMES = ("first_motion_ms", "settled_ms", "slide_ms", "longest_gap_ms", "hitch_ms", "response_ms")
POPUPS_PER_ROUND = 5
MS = 1_000_000


def measure(
    persona_name: str, popups: int, seed: int, folder: Path
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return (measured, expected) of each pop-up of one phone."""
    persona = load_persona(persona_name)
    behaviours = load_behaviours("mixed")
    modes = tuple(mode.refresh_hz for mode in persona.modes)
    truth_file = folder / f"{persona_name}.truth.jsonl"
    found: list[dict[str, Any]] = []
    with truth_file.open("w") as truth:
        world = build_world(persona, behaviours, seed=seed, truth=truth)
        packages = [p.name for p in world.packages() if p.name.startswith(("sim.mix.", "sim.chat."))]
        for number in range(1, -(-popups // POPUPS_PER_ROUND) + 1):
            package = packages[number % len(packages)]
            capture = capture_round(world, package, package, number, folder / persona_name, POPUPS_PER_ROUND)
            path = folder / persona_name / capture.folder / str(capture.trace)
            result = analyze_capture(capture, path, modes_hz=modes, active_hz=world.active_mode().refresh_hz)
            found += [{"t0_ns": p.t0_ns, "app": package, **p.metrics} for p in result.popups]
            path.unlink()
    return pair(found, truth_file)


def measure_bundle(bundle: Bundle, truth_file: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return (measured, expected) of each pop-up of a run."""
    rounds = analyze_bundle(bundle).rounds
    found = [{"t0_ns": p.t0_ns, "app": p.app, **p.metrics} for one in rounds for p in one.popups]
    return pair(found, truth_file)


CHANGES: dict[str, tuple[str, ...]] = {
    "panel at 60 Hz while the keyboard is up": (
        "{kind: refresh-rate, nth: K, value: 60}",
        "{kind: refresh-rate, nth: K, after_s: 0.5, value: 120}",
    ),
    "from 60 to 120 Hz during the slide": (
        "{kind: refresh-rate, nth: K, value: 60}",
        "{kind: refresh-rate, nth: K, after_s: 0.12, value: 120}",
    ),
    "frames shown at 60 of 120 Hz (ARR) while the keyboard is up": (
        "{kind: render-rate, nth: K, value: 60}",
        "{kind: render-rate, nth: K, after_s: 0.5, value: 120}",
    ),
}
"""What the panel does at every show of the keyboard."""


def measure_changes(
    changes: tuple[str, ...], popups: int, seed: int, folder: Path
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return (measured, expected) of each pop-up of a phone whose panel changes its rate at every show.

    Half of them are of an even app, half of one that draws only at every other vsync of the panel.
    """
    persona = load_persona("pixel-a14-120")
    behaviours = folder / "changes.yaml"
    apps = "version: 1\napps:\n  - {package: sim.even, label: Even, keyboard: {resize: sync, step: 0.5}}\n"
    apps += "  - {package: sim.half, label: Half, every: 2, keyboard: {resize: sync, step: 0.5}}\n"
    faults = [line.replace("K", str(k)) for k in range(1, popups + 1) for line in changes]
    behaviours.write_text(apps + "faults:\n" + "".join(f"  - {fault}\n" for fault in faults))
    truth_file = folder / "changes.truth.jsonl"
    found: list[dict[str, Any]] = []
    with truth_file.open("w") as truth:
        world = build_world(persona, load_behaviours(str(behaviours)), seed=seed, truth=truth)
        for number in range(1, popups // POPUPS_PER_ROUND + 1):
            package = ("sim.even", "sim.half")[number % 2]
            capture = capture_round(world, package, package, number, folder / "changes", POPUPS_PER_ROUND)
            path = folder / "changes" / capture.folder / str(capture.trace)
            result = analyze_capture(capture, path, modes_hz=(60.0, 120.0), active_hz=120.0)
            found += [{"t0_ns": p.t0_ns, "app": package, **p.metrics} for p in result.popups]
    return pair(found, truth_file)


def pair(found: list[dict[str, Any]], truth_file: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Put each measured pop-up beside the press in the truth that it must be."""
    truths = {one["t0_ns"]: one for one in expected(truth_file)}
    pairs = []
    for one in found:
        near = min(truths, key=lambda t: abs(t - (one["t0_ns"] or 0)))
        pairs.append((one, truths[near] if abs(near - (one["t0_ns"] or 0)) < 20 * MS else {}))
    return pairs


def table(name: str, pairs: list[tuple[dict[str, Any], dict[str, Any]]], vsync_ms: float) -> bool:
    """Print one phone's table; return whether all aims are met."""
    good = True
    print(f"\n{name}: {len(pairs)} pop-ups, vsync {vsync_ms:.2f} ms")
    print(f"  modes {dict(Counter(str(t.get('driver_mode')) for _, t in pairs))}")
    print(f"  content {dict(Counter(str(t.get('content_motion')) for _, t in pairs))}")
    print(f"  missed vsyncs in truth: {sum(t.get('missed_vsyncs') or 0 for _, t in pairs)}")
    for metric in EQUAL:
        share = np.mean([m.get(metric) == t.get(metric) for m, t in pairs])
        good &= share >= 0.99
        print(f"  {metric:18} equal in {share:8.2%}")
        for m, t in [(m, t) for m, t in pairs if m.get(metric) != t.get(metric)][:5]:
            print(f"      {m['app']} t0={m['t0_ns']}: measured {m.get(metric)}, expected {t.get(metric)}")
    for metric in TIMES:
        both = [
            (m[metric], t[metric])
            for m, t in pairs
            if m.get(metric) is not None and t.get(metric) is not None
        ]
        one_sided = sum((m.get(metric) is None) != (t.get(metric) is None) for m, t in pairs)
        error = np.abs(np.array([a - b for a, b in both]))
        if not len(error):
            print(f"  {metric:18} no pop-up has it")
            good = False
            continue
        within = np.mean(error <= vsync_ms)
        good &= bool(np.median(error) <= 1.0 and within >= 0.99 and one_sided <= 0.01 * len(pairs))
        print(
            f"  {metric:18} n={len(error):4}  median |error| {np.median(error):.4f} ms  max {error.max():8.3f} ms  "
            f"within a vsync {within:8.2%}  null on one side only: {one_sided}"
        )
    return good


def main() -> None:
    """Measure both personas."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--popups", type=int, default=600, help="in all, half on each persona")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="keep the truth files here")
    options.add_argument("--bundle", type=Path, help="measure this run instead")
    options.add_argument("--truth", type=Path, help="the truth file of the phone that the run was made on")
    chosen = options.parse_args()
    if chosen.bundle:
        bundle = Bundle.open(chosen.bundle)
        pairs = measure_bundle(bundle, chosen.truth)
        sys.exit(0 if table(str(chosen.bundle), pairs, 1000 / bundle.manifest.phone.active_hz) else 1)
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in personas():
            pairs = measure(name, chosen.popups // len(personas()), chosen.seed, folder)
            active = load_persona(name)
            rate = next(m.refresh_hz for m in active.modes if m.id == active.active_mode)
            good &= table(name, pairs, 1000 / rate)
        for number, (name, changes) in enumerate(CHANGES.items()):
            place = folder / f"changes-{number}"
            place.mkdir()
            pairs = measure_changes(changes, max(20, chosen.popups // 10), chosen.seed + number, place)
            good &= table(name, pairs, 1000 / 120)
            for app in ("sim.even", "sim.half"):
                mine = [(m.get("missed_vsyncs"), t.get("missed_vsyncs")) for m, t in pairs if m["app"] == app]
                print(f"  {app}: missed vsyncs measured {[m for m, _ in mine]}")
    print("\nall aims met" if good else "\nan aim was missed")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
