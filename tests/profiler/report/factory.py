"""Seeded records of a plausible run: what the reports are developed and tested against.

The frames are drawn first, the metrics computed from them by the formulas of docs/metrics.md, so that strips
and numbers agree. No number here is a measurement of anything.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

from profiler.analysis.results import (
    AppResult,
    Diagnosis,
    LateFrame,
    PopupResult,
    RoundResult,
    RunResult,
    StripFrame,
    Value,
)
from profiler.causes.summary import count_causes
from profiler.report.inputs import ReportInput
from profiler.scoring.silkiness import with_silkiness
from profiler.verdict.judge import judge
from traces.capture import (
    AppFacts,
    ComplaintPlan,
    Manifest,
    PhoneFacts,
    PhoneState,
    PopupCapture,
    RoundCapture,
)


@dataclass(frozen=True)
class Behaviour:
    """How a made-up app behaves."""

    name: str
    label: str
    miss: float
    mode: str = "sync"
    content: str = "per-frame"
    delay_ms: float = 30.0
    restless: bool = False
    reference: bool = False
    cause: str | None = None
    """Named in each pop-up that misses vsyncs."""
    slices: tuple[tuple[str, float], ...] = ()
    """Of each late frame."""


HEAVY = Behaviour(
    "heavy",
    "Heavy 厚重",
    0.12,
    delay_ms=55,
    cause="heavy-inset-step",
    slices=(("onProgress", 9.2), ("layout", 4.4)),
)
SMOOTH = Behaviour("smooth", "Smooth 顺滑", 0.0)
JUMPY = Behaviour("jumpy", "Jumpy", 0.01, content="at-start", mode="async")
RESTLESS = Behaviour("restless", "Restless", 0.01, restless=True)
LAZY = Behaviour("lazy", "Lazy", 0.02, content="after-slide", mode="async", delay_ms=45)
FIELD = Behaviour("text-field", "System text field 系统文本框", 0.0, delay_ms=22, reference=True)
SIX = (HEAVY, SMOOTH, JUMPY, RESTLESS, LAZY, FIELD)


def popup(
    app: Behaviour, round_: int, number: int, rng: random.Random, hz: float = 120.0, attempt: int = 1
) -> PopupResult:
    """One pop-up of a made-up app."""
    period = 1000.0 / hz
    start = app.delay_ms + rng.uniform(0, period)
    steps = round(285.0 / period)
    leash, missed, layout_at = [start], [0], 0
    while leash[-1] < start + 285.0 - period / 2:
        gap = 1
        while rng.random() < app.miss and gap < 6:
            gap += 1
        leash.append(leash[-1] + gap * period + rng.gauss(0, 0.05))
        missed.append(gap - 1)
    driver = "app main thread" if app.mode == "sync" else "insets animation thread"
    strip = [
        StripFrame(
            "leash",
            p,
            p - period * rng.uniform(0.9, 1.6),
            p - period,
            m,
            m > 0 and rng.random() < 0.6,
            False,
            "App Deadline Missed" if m > 0 else "",
            driver,
        )
        for p, m in zip(leash, missed, strict=True)
    ]
    own = _app_presents(app, leash, period)
    late_app = 0
    for i, (p, layout) in enumerate(own):
        is_late = rng.random() < app.miss / 2
        late_app += is_late
        layout_at += layout
        before = max(0, round((p - own[i - 1][0]) / period) - 1) if app.mode == "sync" and i > 1 else 0
        strip.append(
            StripFrame(
                "app",
                p,
                p - period * (0.4 if is_late else 1.3),
                p - period,
                before if app.content == "per-frame" else 0,
                is_late,
                layout,
                "App Deadline Missed, Buffer Stuffing" if is_late else "",
                "app main thread",
            )
        )
    strip += [
        StripFrame("keyboard", p, p - 12.0, p - period, 0, False, False, "", "keyboard")
        for p in leash[2 : 6 + rng.randrange(4)]
    ]
    misses = sum(missed)
    metrics: dict[str, Value] = {
        "first_motion_ms": leash[1],
        "settled_ms": leash[-1],
        "slide_ms": leash[-1] - leash[0],
        "driver_mode": app.mode,
        "missed_vsyncs": misses,
        "hitch_ms": misses * period,
        "longest_gap_ms": max(b - a for a, b in pairwise(leash)),
        "hitch_ratio": misses * period / (leash[-1] - leash[1]),
        "content_hitch_ms": misses * period if app.mode == "sync" else None,
        "content_missed_vsyncs": misses if app.mode == "sync" else None,
        "idle_fps": 60.0 if app.restless else 2.0,
        "response_ms": None if app.restless else own[0][0],
        "content_motion": app.content,
        "late_frames.app": late_app,
        "late_frames.insets": sum(f.late for f in strip if f.lane == "leash")
        if app.mode == "async"
        else None,
        "late_frames.keyboard": 0,
        "frames.app": len(own),
        "frames.insets": len(leash) if app.mode == "async" else None,
        "frames.keyboard": sum(f.lane == "keyboard" for f in strip),
        "worst_overrun_ms.app": rng.uniform(1, 9),
    }
    reasons = {"response_ms": "app draws while idle"} if app.restless else {}
    if app.mode != "sync":
        reasons |= dict.fromkeys(
            ("content_hitch_ms", "content_missed_vsyncs"), "the slide is not synchronised"
        )
    assert steps > 3
    with_tokens = [replace(f, token=1000 + i) for i, f in enumerate(strip)]
    t0 = 10**12 + round_ * 10**11 + number * 4 * 10**9
    return PopupResult(
        app.name,
        round_,
        attempt,
        number,
        t0,
        t0 - 60_000_000,
        period,
        metrics,
        {"macrobenchmark.frameOverrunMs.P95": rng.uniform(-4, 6), "perfdog.jank": 0},
        reasons,
        (),
        "leash",
        leash[0] - 6.0,
        leash[-1] + 4.0,
        tuple(with_tokens),
        _late(app, with_tokens, t0),
        _diagnoses(app, misses * period),
    )


def _late(app: Behaviour, strip: list[StripFrame], t0: int) -> tuple[LateFrame, ...]:
    """Explain those pictures of the slide that cost vsyncs, where the app has a cause for them."""
    return tuple(
        LateFrame(
            lane="leash",
            present_ms=f.present_ms,
            missed=f.missed_before,
            overrun_ms=3.25,
            token=f.token or 0,
            start_ns=t0 + round(f.present_ms * 1e6) - 24_000_000,
            driver="app main thread",
            owner="system_server",
            stage="insets_animation",
            doing=(("running", 14.2), ("runnable", 3.1), ("binder", 2.0)),
            slices=app.slices,
        )
        for f in strip
        if app.cause and f.lane == "leash" and f.missed_before
    )


def _diagnoses(app: Behaviour, cost_ms: float) -> tuple[Diagnosis, ...]:
    if app.cause is None or not cost_ms:
        return ()
    says = ("9.2 ms in onProgress in each step", "每一步 onProgress 用时 9.2 ms")
    return (Diagnosis(app.cause, "likely", "app main thread", cost_ms, (says,)),)


def _app_presents(app: Behaviour, leash: list[float], period: float) -> list[tuple[float, bool]]:
    answer = max(period, leash[0] - 2 * period)
    if app.content == "per-frame":
        return [(answer, True), *((p, i % 4 == 0) for i, p in enumerate(leash))]
    if app.content == "at-start":
        return [(answer, False), (leash[1], True), (leash[2], True)]
    return [(answer, False), (leash[-1] + 120.0, True), (leash[-1] + 120.0 + period, True)]


def round_of(
    app: Behaviour,
    number: int,
    rng: random.Random,
    *,
    hz: float,
    popups: int,
    void: tuple[str, ...] = (),
    attempt: int = 1,
) -> RoundResult:
    """One attempt at a round."""
    many = tuple(popup(app, number, k, rng, hz, attempt) for k in range(1, popups + 1))
    means: dict[str, float | None] = {}
    for name, first in many[0].metrics.items():
        if isinstance(first, str):
            continue
        values = [p.metrics[name] for p in many]
        numbers = [float(v) for v in values if isinstance(v, int | float)]
        means[name] = fmean(numbers) if len(numbers) == len(values) else None
    folder = f"{number:02d}-{app.name}" + (f"-a{attempt}" if attempt > 1 else "")
    if void:
        many = (replace(many[0], void=void), *many[1:])
    return RoundResult(app.name, number, attempt, folder, False, void, (), means, many)


def run_result(
    apps: tuple[Behaviour, ...] = SIX,
    rounds: int = 6,
    popups: int = 5,
    hz: float = 120.0,
    seed: int = 7,
    voids: int = 1,
) -> RunResult:
    """A run of several apps; the first app has `voids` void rounds, each repeated."""
    rng = random.Random(seed)
    done: list[RoundResult] = []
    for number in range(1, rounds + 1):
        for i, app in enumerate(apps):
            attempt = 1
            if i == 0 and number <= voids:
                reason = "The refresh rate changed from 120 to 60 Hz during the round."
                done.append(round_of(app, number, rng, hz=hz, popups=popups, void=(reason,)))
                attempt = 2
            done.append(round_of(app, number, rng, hz=hz, popups=popups, attempt=attempt))
    results = with_silkiness(_app_result(app, done) for app in apps)
    return RunResult("20261124-134500-demo", results, tuple(done), 1000 / hz, ("Battery is charging.",))


def _app_result(app: Behaviour, done: list[RoundResult]) -> AppResult:
    mine = [r for r in done if r.app == app.name]
    valid = [r for r in mine if not r.void]
    names = valid[0].metrics if valid else {}
    metrics = {n: [v for r in valid if (v := r.metrics[n]) is not None] for n in names}
    modes: dict[str, dict[str, int]] = {"driver_mode": {}, "content_motion": {}}
    for r in valid:
        for p in r.popups:
            for kind, counts in modes.items():
                value = str(p.metrics[kind])
                counts[value] = counts.get(value, 0) + 1
    return AppResult(
        app.name,
        app.label,
        app.reference,
        len(valid),
        len(mine) - len(valid),
        metrics,
        {n: median(v) if v else None for n, v in metrics.items()},
        {n: fmean(v) if v else None for n, v in metrics.items()},
        modes,
        causes=count_causes(p for r in valid for p in r.popups),
        popups=sum(len(r.popups) for r in valid),
    )


def state(rng: random.Random, level: int) -> PhoneState:
    """A phone's state."""
    return PhoneState(
        ime_id="com.example.keyboard/.Service",
        ime_shown=False,
        ime_height_px=840,
        refresh_hz=120.0,
        render_hz=120.0,
        thermal_status=0,
        battery_level=level,
        battery_temperature_c=round(rng.uniform(29, 34), 1),
        charging=True,
        focused_window="com.example.heavy/.Main",
        screen_on=True,
        locked=False,
        animation_scales=(1.0, 1.0, 1.0),
        app_pid=4321,
        brightness=128,
    )


def manifest_of(
    apps: tuple[Behaviour, ...], rounds: int, popups: int, hz: float, *, simulated: bool
) -> Manifest:
    """What the run is."""
    phone = PhoneFacts(
        serial_hash=hashlib.sha256(b"emulator-5554").hexdigest()[:12],
        model="Model 9",
        manufacturer="Example",
        android="15",
        sdk=35,
        build_type="user",
        fingerprint="example/model9/model9:15/AP4A.250105.002/1:user/release-keys",
        is_emulator=False,
        simulated=simulated,
        simulated_speed=20.0 if simulated else None,
        modes_hz=(60.0, 120.0),
        active_hz=hz,
        width=1080,
        height=2400,
        density=420,
        ime_id="com.example.keyboard/.Service",
        ime_version="3.1.4",
    )
    names = tuple(a.name for a in apps)
    return Manifest(
        format_version=1,
        tool_version="0.1.0",
        run_id="20261124-134500-demo",
        created="2026-11-24T13:45:00+08:00",
        scenario="keyboard-popup",
        rounds=rounds,
        popups_per_round=popups,
        phone=phone,
        apps=tuple(
            AppFacts(a.name, f"com.example.{a.name}", a.label, "14.9.0", 149000, "speed-profile", a.reference)
            for a in apps
        ),
        order=tuple(names[i % len(names) :] + names[: i % len(names)] for i in range(rounds)),
        complaint=ComplaintPlan(
            "keyboard-popup-not-smooth",
            names[0],
            tuple(a.name for a in apps[1:] if not a.reference),
            "hitch_ms",
            8.3,
        ),
        state_before=state(random.Random(1), 83),
        settings_changed={"stay_on_while_plugged_in": ("0", "3")},
        commands=("silky reproduce keyboard-popup-not-smooth --app heavy --against smooth --rounds 6",),
        finished=True,
        warnings=("The screen's brightness is automatic.",),
        capture_config="buffers { size_kb: 65536 }",
    )


def captures_of(run: RunResult) -> tuple[RoundCapture, ...]:
    """What the driver wrote about each attempt."""
    rng = random.Random(3)
    return tuple(
        RoundCapture(
            r.folder,
            r.app,
            f"com.example.{r.app}",
            r.round,
            r.attempt,
            "trace.perfetto-trace",
            hashlib.sha256(r.folder.encode()).hexdigest(),
            tuple(PopupCapture(p.popup, 540, 2200, 60, False, True) for p in r.popups),
            state(rng, 83 - i // 8),
            state(rng, 83 - i // 8),
            r.void,
        )
        for i, r in enumerate(run.rounds)
    )


def report_input(
    apps: tuple[Behaviour, ...] = SIX,
    rounds: int = 6,
    popups: int = 5,
    hz: float = 120.0,
    *,
    simulated: bool = True,
    seed: int = 7,
    voids: int = 1,
) -> ReportInput:
    """Everything that a report needs."""
    run = run_result(apps, rounds, popups, hz, seed, voids)
    manifest = manifest_of(apps, rounds, popups, hz, simulated=simulated)
    assert manifest.complaint is not None
    verdict = judge(run, manifest.complaint, popups_per_round=popups)
    return ReportInput(manifest, captures_of(run), run, verdict, (), "runs/demo")
