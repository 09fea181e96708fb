"""Rules for what goes on around the app: the panel's rate, heat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from profiler.analysis.columns import to_ms
from profiler.causes import who
from profiler.causes.diagnose.facts import Facts, Finding, ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOT = 2
SLOWER = 1.3
FEWEST_SLOW = 3
WORK = frozenset({"heavy-inset-step", "double-layout", "main-thread-busy", "render-thread", "gpu"})
"""Causes that are work, which a hot phone does more slowly."""


def refresh_ramp(facts: Facts) -> Iterator[Finding]:
    """Say that the slide began at a lower refresh rate than it ended at."""
    motion = facts.window.motion
    if motion is None:
        return
    fast = float(motion.period_ns[-1])
    slow = motion.period_ns[1:] >= SLOWER * fast
    gaps = np.diff(motion.times_ns)
    if int(slow.sum()) < FEWEST_SLOW:
        return
    first = float(motion.period_ns[1:][slow].max())
    cost = to_ms(float((motion.period_ns[1:][slow] - fast).sum()))
    yield Finding(
        "refresh-ramp",
        who.SURE if slow[: int(slow.sum())].all() else who.LIKELY,
        who.SYSTEM,
        cost,
        f"The first {int(slow.sum())} steps of the slide came at {1e9 / first:.0f} Hz, the rest at "
        f"{1e9 / fast:.0f} Hz (gaps of {ms(to_ms(gaps[slow].mean()))} against {ms(fast / 1e6)}).",
        f"滑动的前 {int(slow.sum())} 步为 {1e9 / first:.0f} Hz，其余为 {1e9 / fast:.0f} Hz。",
    )


def thermal(facts: Facts, found: Sequence[Finding]) -> Iterator[Finding]:
    """Say that a hot phone did the work that made the slide late."""
    status = facts.thermal_status
    slowed = [one for one in found if one.cause in WORK and one.cost_ms]
    if status is None or status < HOT or not slowed:
        return
    cost = sum(one.cost_ms or 0.0 for one in slowed)
    yield Finding(
        "thermal",
        who.LIKELY,
        who.SYSTEM,
        cost,
        f"The phone's thermal status was {status} (0 is cool), and the late steps were work, which a hot "
        "phone does more slowly.",
        f"手机温控状态为 {status}（0 为正常），而超时的步骤是计算工作，发热的手机会更慢。",
    )
    for one in slowed:
        yield Finding("thermal", who.LIKELY, who.SYSTEM, None, one.en, one.zh)
