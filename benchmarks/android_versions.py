"""Which sources each simulated phone gives, what they score, and how near that comes to what the phone really did.

Each persona is driven over a real adb server as any phone is: one round of each scenario of one app. What was measured
is compared with the truth file, by a second reading of docs/metrics.md and docs/metrics/interactions.md that imports
no analyzer. Prints tables in Markdown.

    python benchmarks/android_versions.py [--scenario NAME]... [--app demo-heavy] [PERSONA ...]
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from expected_interactions import DELIVERY, MARK, TOUCH, Round

from devices.adb.inventory import connect
from devices.adb.server import AdbServer, adb_program
from devices.driver.link import AdbLink
from devices.driver.session import PhoneSession, open_session
from devices.profiles import load_profile
from devices.simulated.model import build_world, load_behaviours, load_persona, personas
from devices.simulated.server import running_phone
from profiler.analysis.results import InteractionResult, PopupResult, RoundResult
from profiler.analysis.run import analyze_capture
from profiler.scenarios.registry import list_scenarios
from traces.capture import LOG_FILE, RoundCapture

SPEED = 60.0
HAND = ("setprop persist.traced.enable 1", "setprop debug.silky.hand 'security-settings on'")
"""What a person does once to phones that need it; changes nothing on the others."""
COUNTS = {
    "keyboard-popup": 2,
    "keyboard-hide": 2,
    "return": 2,
    "launch": 1,
    "typing": 4,
    "typing-pinyin": 4,
    "scroll": 4,
    "send": 1,
    "reply-stream": 1,
}
"""Scenarios, and interactions of a round of each."""
PINYIN = "typing-pinyin"
"""Needs `--keyboard sim.keyboard.pinyin/.PinyinKeyboard`."""
ATTEMPTS = 3
"""At a round: at this speed a busy computer lets seconds of the phone pass, a trace end early, a finger rest."""
LONGEST_TOUCH_NS = 400_000_000
"""Between two events of a finger that the driver moves."""
FIRST_TOUCH, FIRST_TEXT = 30, 31
"""API levels from which on a trace tells when an input was (before: its delivery), and when text arrived
or the system began to start an app."""


@dataclass(frozen=True)
class Played:
    """One round of one scenario on one persona."""

    persona: str
    scenario: str
    sources: tuple[str, ...]
    capture: RoundCapture
    result: RoundResult
    truth: Round

    @property
    def measured(self) -> list[PopupResult | InteractionResult]:
        """All interactions."""
        return [*self.result.popups, *self.result.interactions]


@dataclass
class Phone:
    """A persona that is switched on and connected."""

    persona: str
    folder: Path
    truth: Path
    session: PhoneSession
    modes: list[dict[str, Any]] = field(default_factory=list)
    _read: int = 0
    _rounds: int = 0

    def play(self, scenario: str, app: str, count: int | None = None) -> Played:
        """Measure one round of a scenario of an app, over adb; a void one is made again, as in a run."""
        for _ in range(ATTEMPTS):
            played = self._play(scenario, app, count or COUNTS[scenario])
            if not played.result.void and not _stalled(played.truth):
                break
        return played

    def _play(self, scenario: str, app: str, count: int) -> Played:
        session, chosen, profile = self.session, list_scenarios()[scenario], load_profile(app)
        facts = session.facts()
        session.app_facts(profile)
        ready = chosen.prepare(session, profile)
        self._events()
        self._rounds += 1
        place = self.folder / self.persona / f"{self._rounds:04}"
        capture = chosen.capture(session, profile, ready, place, count, number=1, attempt=1)
        path = place / capture.trace if capture.trace else None
        result = analyze_capture(
            capture, path, modes_hz=facts.modes_hz, active_hz=facts.active_hz, folder=place
        )
        told = TOUCH if facts.sdk >= FIRST_TOUCH else DELIVERY
        truth = Round(
            self._events(),
            capture.package,
            told if path else MARK,
            timeline="FrameTimeline" in facts.sources,
            marks=() if path else _printed_marks(place / LOG_FILE),
            forgiven="FrameTimeline" not in facts.sources,
            text_told=facts.sdk >= FIRST_TEXT,
            start_told=path is not None and facts.sdk >= FIRST_TEXT,
        )
        return Played(self.persona, scenario, facts.sources, capture, result, truth)

    def _events(self) -> list[dict[str, Any]]:
        """Return the facts since the last call, and the panel's modes from the beginning on."""
        with self.truth.open("rb") as file:
            file.seek(self._read)
            lines = file.readlines()
        if lines and not lines[-1].endswith(b"\n"):
            lines.pop()
        self._read += sum(map(len, lines))
        events = [json.loads(line) for line in lines]
        before = list(self.modes)
        self.modes += [event for event in events if event["type"] == "mode"]
        return [*before, *events]


def _stalled(truth: Round) -> bool:
    """Whether a finger rested as the driver's never does: the computer was busy with something else."""
    touches = [e for e in truth.inputs if e["source"] == "touch"]
    return any(
        b["action"] != "DOWN" and b["time_ns"] - a["time_ns"] > LONGEST_TOUCH_NS for a, b in pairwise(touches)
    )


def _printed_marks(log: Path) -> list[tuple[str, int, int]]:
    """Return the marks of a phone that can't trace: lines that the script printed, with its uptime in s."""
    words = [line.split() for line in log.read_text().splitlines() if line.startswith("@@silky mark ")]
    return [(name, int(value), round(float(time) * 100) * 10_000_000) for *_, name, value, time in words]


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


@contextmanager
def switched_on(
    persona: str,
    folder: Path,
    server: AdbServer,
    *,
    behaviours: str = "demo",
    keyboard: str = "",
    speed: float = SPEED,
) -> Iterator[Phone]:
    """Yield a persona, ready to be measured; `keyboard` is chosen if one is named."""
    truth_file = folder / f"{persona}.truth.jsonl"
    with truth_file.open("w") as truth:
        world = build_world(load_persona(persona), load_behaviours(behaviours), seed=1, truth=truth)
        with running_phone(world, speed=speed) as phone:
            serial = f"127.0.0.1:{phone.port}"
            connect(server, serial)
            hand = AdbLink(server, serial)
            choose = (f"ime enable {keyboard}", f"ime set {keyboard}") if keyboard else ()
            for command in (*HAND, *choose):
                hand.shell(command, seconds=10)
            with open_session(serial, server=server) as session:
                session.check_start()
                yield Phone(persona, folder, truth_file, session)


@dataclass
class Told:
    """How one metric of one kind came out in a round."""

    sources: set[str] = field(default_factory=set)
    """Of the values."""
    reasons: set[str] = field(default_factory=set)
    """Of the nulls, and of the word "unknown"."""
    errors: list[float] = field(default_factory=list)
    """Measured - true, where both are told; of words 0 or infinity."""
    wrong: list[str] = field(default_factory=list)
    """Where one of both has no value."""
    unheld: int = 0
    """Values of which the second reading says nothing."""
    nulls: int = 0
    hidden: int = 0
    """Nulls where the truth has a value: nothing told of it, yet it happened."""

    @property
    def worst(self) -> float:
        """The greatest error."""
        return max(map(abs, self.errors), default=0.0)


def kind_of(one: PopupResult | InteractionResult) -> tuple[str, int]:
    """Return kind and number."""
    return ("show", one.popup) if isinstance(one, PopupResult) else (one.kind, one.number)


TIMELINE = "FrameTimeline"


def told(played: Played) -> dict[tuple[str, str], Told]:
    """Compare every metric of every interaction with the truth: (kind, metric) -> how it came out."""
    true = {(one["kind"], one["number"]): one for one in played.truth.expected()}
    found: dict[tuple[str, str], Told] = {}
    for one in played.measured:
        kind, number = kind_of(one)
        expected = true[kind, number]
        for metric, value in ({"t0_ns": one.t0_ns} | one.metrics).items():
            into = found.setdefault((kind, metric), Told())
            if metric in one.reasons:
                into.reasons.add(one.reasons[metric])
            if value is None or (value == "unknown" and metric in one.reasons):
                into.nulls += 1
                into.hidden += expected.get(metric) not in (None, "unknown")
                if metric not in one.reasons and metric != "t0_ns":
                    into.wrong.append(f"{number}: null without a reason")
                continue
            plain = "" if metric == "t0_ns" else TIMELINE if isinstance(one, PopupResult) else ""
            into.sources.add(one.sources.get(metric, plain))
            if metric not in expected:
                into.unheld += 1
            elif expected[metric] is None:
                into.wrong.append(f"{number}: {value}, in truth none")
            elif isinstance(value, str):
                into.errors.append(0.0 if value == expected[metric] else float("inf"))
            else:
                off = value - expected[metric]
                into.errors.append(off / 1e6 if metric == "t0_ns" else off)
    return found


def cell(one: Told) -> str:
    """Return what the table says of a metric."""
    said = f"null: {'; '.join(sorted(one.reasons))}" if one.nulls else ""
    if not one.sources:
        return said or "-"
    value = ", ".join(sorted(one.sources))
    if one.wrong:
        value += f" WRONG {one.wrong}"
    if one.errors:
        value += f", off by at most {one.worst:.2f}"
    elif one.unheld:
        value += ", no true value to hold it to"
    return f"{value}; {said}" if said else value


@dataclass
class Sum:
    """What all rounds of phones that tell alike came to."""

    rounds: int = 0
    held: int = 0
    worst: float = 0.0
    """The greatest error but of counts."""
    counts: float = 0.0
    nulls: int = 0
    wrong: int = 0

    def add(self, metrics: dict[tuple[str, str], Told]) -> None:
        """Count one round."""
        self.rounds += 1
        for (_, metric), one in metrics.items():
            counted = metric.startswith(("frames.", "late_frames.")) or metric.endswith("missed_vsyncs")
            self.held += len(one.errors)
            self.nulls += one.nulls
            self.wrong += len(one.wrong) + one.unheld
            if counted:
                self.counts = max(self.counts, one.worst)
            else:
                self.worst = max(self.worst, one.worst)


def kind_of_phone(played: Played) -> str:
    """Return what tells of the app's frames and of inputs."""
    if TIMELINE in played.sources:
        return TIMELINE
    return {TOUCH: "FrameTracer", DELIVERY: "rings, inputs as delivered", MARK: "rings alone"}[
        played.truth.told
    ]


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("personas", nargs="*", default=list(personas()))
    options.add_argument(
        "--scenario", action="append", choices=list(COUNTS), help="which; default: all but pinyin"
    )
    options.add_argument("--count", type=int, help="interactions of a round")
    options.add_argument("--app", default="demo-heavy")
    options.add_argument("--apps", default="demo", help="behaviours of the phone's apps")
    options.add_argument("--keyboard", default="", help="the keyboard to choose, by its id")
    options.add_argument(
        "--speed", type=float, default=SPEED, help="of the phone; lower for apps that draw on"
    )
    chosen = options.parse_args()
    usual = [name for name in COUNTS if name != PINYIN]
    print("| phone | scenario | metric: source, greatest error against the truth |\n|---|---|---|")
    bad, sums = False, dict[str, Sum]()
    with tempfile.TemporaryDirectory() as temporary, adb_server() as server:
        os.environ["XDG_STATE_HOME"] = temporary
        for name in chosen.personas:
            with switched_on(
                name,
                Path(temporary),
                server,
                behaviours=chosen.apps,
                keyboard=chosen.keyboard,
                speed=chosen.speed,
            ) as phone:
                for scenario in chosen.scenario or usual:
                    count = chosen.count if COUNTS[scenario] > 1 else None
                    played = phone.play(scenario, chosen.app, count)
                    bad |= bool(played.result.void)
                    metrics = told(played)
                    sums.setdefault(kind_of_phone(played), Sum()).add(metrics)
                    rows = [f"`{kind}.{metric}` {cell(one)}" for (kind, metric), one in metrics.items()]
                    void = f"VOID: {'; '.join(played.result.void)}<br>" if played.result.void else ""
                    print(f"| `{name}` | `{scenario}` | {void}{'<br>'.join(rows)} |", flush=True)
    print(
        "\n| phones that tell by | rounds | values held to the truth | greatest error: counts | others | nulls | wrong |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, one in sums.items():
        print(
            f"| {name} | {one.rounds} | {one.held} | {one.counts:g} | {one.worst:.4f} | {one.nulls} | {one.wrong} |"
        )
    sys.exit(1 if bad or any(one.wrong for one in sums.values()) else 0)


if __name__ == "__main__":
    main()
