"""Which sources each simulated phone gives, what they score, and how near that comes to what the phone really did.

Each persona is driven over a real adb server as any phone is: one round of pop-ups of one app. What was measured is
compared with the truth file, by a second reading of docs/metrics.md that imports no analyzer. Prints the table of
docs/android-versions.md in Markdown.

    python benchmarks/android_versions.py [--popups 5] [--app demo-heavy] [PERSONA ...]
"""

from __future__ import annotations

import argparse
import bisect
import json
import math
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from expected_metrics import expected

from devices.adb.inventory import connect
from devices.adb.server import AdbServer, adb_program
from devices.driver.link import AdbLink
from devices.driver.session import open_session
from devices.profiles import load_profile
from devices.simulated.model import build_world, load_behaviours, load_persona, personas
from devices.simulated.server import running_phone
from profiler.analysis.results import PopupResult, RoundResult
from profiler.analysis.run import analyze_capture
from traces.capture import RoundCapture

MS = 1_000_000
SPEED = 60.0
WINDOW_NS = 2000 * MS
HAND = ("setprop persist.traced.enable 1", "setprop debug.silky.hand 'security-settings on'")
"""What a person does once to phones that need it; changes nothing on the others."""
METRICS = (
    *("first_motion_ms", "settled_ms", "hitch_ms", "missed_vsyncs", "longest_gap_ms", "response_ms"),
    *("content_missed_vsyncs", "driver_start_ms", "driver_end_ms", "frames.app"),
    *("app_missed_vsyncs", "app_hitch_ms"),
)


@dataclass(frozen=True)
class Played:
    """One round on one persona."""

    persona: str
    sources: tuple[str, ...]
    capture: RoundCapture
    result: RoundResult
    truth: Path


@contextmanager
def adb_server() -> Iterator[AdbServer]:
    """Yield an adb server of its own; it is ended with the block."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    server = AdbServer("127.0.0.1", port)
    try:
        yield server
    finally:
        command = [adb_program(), "-P", str(port), "kill-server"]
        subprocess.run(command, check=False, capture_output=True, timeout=20)


def play(persona: str, app: str, popups: int, folder: Path, server: AdbServer, *, seed: int = 1) -> Played:
    """Measure one round of pop-ups of an app on a persona, over adb."""
    truth_file = folder / f"{persona}.truth.jsonl"
    with truth_file.open("w") as truth:
        world = build_world(load_persona(persona), load_behaviours("demo"), seed=seed, truth=truth)
        with running_phone(world, speed=SPEED) as phone:
            serial = f"127.0.0.1:{phone.port}"
            connect(server, serial)
            hand = AdbLink(server, serial)
            for command in HAND:
                hand.shell(command, seconds=10)
            with open_session(serial, server=server) as session:
                facts, profile = session.facts(), load_profile(app)
                session.app_facts(profile)
                session.check_start()
                field = session.prepare(profile)
                place = folder / persona / "0001"
                capture = session.capture_round(profile, field, place, popups, number=1)
    path = place / capture.trace if capture.trace else None
    result = analyze_capture(capture, path, modes_hz=facts.modes_hz, active_hz=facts.active_hz, folder=place)
    return Played(persona, facts.sources, capture, result, truth_file)


def truths(played: Played) -> list[dict[str, Any]]:
    """Return what the truth file says of the round's presses, in order, by the names of docs/metrics.md."""
    popups = len(played.capture.popups)
    package = played.capture.package
    events = [json.loads(line) for line in played.truth.read_text().splitlines()]
    touches = [
        e for e in events if e["type"] == "input" and e["package"] == package and e["source"] == "touch"
    ]
    lifts = [e for e in touches if e["action"] == "UP"][-popups:]
    downs = [e["time_ns"] for e in touches if e["action"] == "DOWN"][-popups:]
    usual = {one["t0_ns"]: one for one in expected(played.truth)}
    presents = sorted(
        (e for e in events if e["type"] == "present" and e["kind"] == "app" and e["package"] == package),
        key=lambda e: e["time_ns"],
    )
    slides = [e for e in events if e["type"] == "slide" and e["package"] == package]
    modes = sorted((e["time_ns"], e["period_ns"]) for e in events if e["type"] == "mode")
    found = []
    for lift, down in zip(lifts, downs, strict=True):
        t0 = lift["time_ns"]
        one = dict(usual[t0]) | {"down_ns": down, "delivered_ns": lift["delivered_ns"]}
        period = modes[max(0, bisect.bisect_right(modes, (t0, math.inf)) - 1)][1]
        if "FrameTimeline" in played.sources:
            # its own definitions of these: docs/metrics.md sections 4 and 5, held by benchmarks/accuracy.py
            found.append(one)
            continue
        slide = next((s for s in slides if t0 <= s["start_ns"] < t0 + WINDOW_NS), None)
        if slide is not None and slide["mode"] in ("sync", "async"):
            one["driver_start_ms"] = (slide["start_ns"] - t0) / MS
            one["driver_end_ms"] = (slide["end_ns"] - t0) / MS
        if slide is not None and slide["mode"] == "sync":
            seen = {e["time_ns"] for e in presents}
            until = slide["end_ns"] + 2 * period
            one["content_missed_vsyncs"] = _missed(
                sorted(p for p in seen if slide["start_ns"] <= p <= until), period
            )
        since_delivery = "FrameTracer" not in played.sources
        if since_delivery and one.get("response_ms") is not None:
            one["response_ms"] -= (lift["delivered_ns"] - t0) / MS
        begin = down if "sections" not in played.sources and since_delivery else t0
        shown = sorted({e["time_ns"] for e in presents if begin <= e["time_ns"] <= t0 + WINDOW_NS})
        one["frames.app"] = sum(begin <= (e["doframe_start_ns"] or 0) <= t0 + WINDOW_NS for e in presents)
        one["app_missed_vsyncs"] = _holes(shown, period)
        one["app_hitch_ms"] = None if (m := one["app_missed_vsyncs"]) is None else m * period / MS
        found.append(one)
    return found


def _vsyncs(times: Sequence[int], period: int) -> list[int]:
    return [math.floor((b - a) / period + 0.5) for a, b in pairwise(times)]


def _missed(times: Sequence[int], period: int) -> int | None:
    return sum(max(0, n - 1) for n in _vsyncs(times, period)) if len(times) >= 3 else None


def _holes(times: Sequence[int], period: int) -> int | None:
    """Vsyncs missing where three frames in the app's rhythm stand on each side of a gap up to 250 ms."""
    counts = _vsyncs(times, period)
    fast = [n for n in counts if n * period <= 50 * MS + period // 2]
    if len(fast) < 2:
        return None
    step = max(1, math.floor(median(fast)))
    even = [n <= step for n in counts]
    if not any(a and b for a, b in pairwise(even)):
        return None
    return sum(
        counts[i] - step
        for i in range(2, len(counts) - 2)
        if not even[i]
        and counts[i] * period <= 250 * MS
        and all(even[i - 2 : i])
        and all(even[i + 1 : i + 3])
    )


@dataclass(frozen=True)
class Told:
    """How one metric came out on one persona."""

    source: str
    """Empty: null in every pop-up."""
    errors: tuple[float, ...]
    """Measured - true, of the pop-ups where both are told."""
    reason: str
    one_sided: int
    """Pop-ups in which only one of both has a value."""


def told(played: Played, metric: str) -> Told:
    """Compare one metric with the truth."""
    popups: list[PopupResult] = list(played.result.popups)
    true = truths(played)
    values = [popup.metrics.get(metric) for popup in popups]
    sources = {
        popup.sources.get(metric, "FrameTimeline")
        for popup, value in zip(popups, values, strict=True)
        if value is not None
    }
    reasons = [r for popup in popups if (r := popup.reasons.get(metric)) is not None]
    both = [(v, t.get(metric)) for v, t in zip(values, true, strict=True)]
    errors = tuple(float(v) - float(t) for v, t in both if isinstance(v, int | float) and t is not None)
    one_sided = sum(isinstance(v, int | float) and t is None for v, t in both)
    return Told(", ".join(sorted(sources)), errors, reasons[0] if reasons else "", one_sided)


def cell(one: Told) -> str:
    """Return what the table says of a metric."""
    if not one.source:
        return f"null: {one.reason}" if one.reason else "-"
    if not one.errors:
        return f"{one.source}, no true value to hold it to"
    return f"{one.source}, off by at most {max(abs(e) for e in one.errors):.2f}"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("personas", nargs="*", default=list(personas()))
    options.add_argument("--popups", type=int, default=5)
    options.add_argument("--app", default="demo-heavy")
    chosen = options.parse_args()
    print("| phone | sources | metric: source, greatest error against the truth |\n|---|---|---|")
    bad = False
    with tempfile.TemporaryDirectory() as temporary, adb_server() as server:
        os.environ["XDG_STATE_HOME"] = temporary
        for name in chosen.personas:
            played = play(name, chosen.app, chosen.popups, Path(temporary), server)
            bad |= bool(played.result.void)
            rows = [f"`{metric}` {cell(told(played, metric))}" for metric in METRICS]
            void = f"VOID: {'; '.join(played.result.void)}<br>" if played.result.void else ""
            print(f"| `{name}` | {', '.join(played.sources)} | {void}{'<br>'.join(rows)} |", flush=True)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
