"""Holds the numbers of a run's valid rounds against what the simulated phone really did."""

from __future__ import annotations

import bisect
import json
from typing import TYPE_CHECKING, Any

from expected_metrics import expected_of

from profiler.analysis.run import analyze_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from profiler.analysis.results import InteractionResult
    from traces.bundle import Bundle

MS = 1_000_000
NEAR_NS = MS // 100
"""What counts as the same moment."""
EXACT = ("missed_vsyncs", "driver_mode")
TIMES = ("first_motion_ms", "settled_ms", "response_ms", "hitch_ms", "longest_gap_ms")
ON_SCREEN = (
    "response_ms",
    "first_move_ms",
    "settled_ms",
    "commit_ms",
    "key_preview_ms",
    "usable_ms",
    "first_motion_ms",
    "bubble_ms",
    "list_settled_ms",
    "first_sign_ms",
    "first_token_ms",
)
"""Metrics of other interactions than pop-ups that say when something came on the screen."""
FACTS = frozenset({"input", "present", "slide", "mode"})
"""What is read of a truth file."""
PRESENT = ("type", "time_ns", "kind", "package", "doframe_start_ns", "traversal_start_ns", "layout")
"""What is kept of each present: there is one for every frame."""
UNTOUCHED = ("return", "launch")
"""Interactions that begin with a command, not with a touch or a key."""


class TruthCheck:
    """Compares runs with one truth file, and counts.

    The file grows all the while that the phone is on, by one line a frame: of what was before `begin` only the
    panel's modes are held, which count until they change.

    Args:
        truth: the file.
        bad: told of each number that is wrong.

    Attributes:
        popups, others: interactions that were looked at.
        compared: numbers.
        off: largest difference of a time, in vsyncs.
    """

    def __init__(self, truth: Path, bad: Callable[[str], None]) -> None:
        self._truth = truth
        self._bad = bad
        self._from = 0
        self._modes: list[dict[str, Any]] = []
        self.popups = self.others = self.compared = 0
        self.off = 0.0

    def begin(self) -> None:
        """Leave what has happened until now behind: the runs that will be compared begin after it."""
        for line in self._lines():
            self._from += len(line)
            fact = json.loads(line)
            if fact["type"] == "mode":
                self._modes.append(fact)

    def _lines(self) -> Iterator[bytes]:
        """Yield the whole lines from where the runs begin; the last one may still be in the making."""
        with self._truth.open("rb") as file:
            file.seek(self._from)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                yield line

    def _facts(self) -> Iterator[dict[str, Any]]:
        for line in self._lines():
            fact = json.loads(line)
            if fact["type"] == "present":
                yield {name: fact[name] for name in PRESENT}
            elif fact["type"] in FACTS:
                yield fact

    def check(self, bundle: Bundle) -> None:
        """Compare the valid rounds of a run."""
        events = [*self._modes, *self._facts()]
        truths = {one["t0_ns"]: one for one in expected_of(events)}
        inputs = [(e["time_ns"], e["action"]) for e in events if e["type"] == "input"]
        shown = sorted({e["time_ns"] for e in events if e["type"] == "present"})
        del events
        void = {entry.folder for entry in bundle.journal if entry.void}
        vsync = 1000 / (bundle.manifest.phone.active_hz or 60)
        for one in analyze_bundle(bundle).rounds:
            if one.void or one.folder in void:
                continue
            where = f"{bundle.path.name} round {one.round}"
            for other in one.interactions:
                self._other(f"{where} {other.kind}", other, inputs, shown)
            for popup in one.popups:
                self.popups += 1
                if popup.t0_ns is None:
                    continue
                near = min(truths, key=lambda t: abs(t - popup.t0_ns), default=None)
                if near is None or abs(near - popup.t0_ns) > 20 * MS:
                    self._bad(f"{where}: the pop-up at {popup.t0_ns} has no press in the truth")
                    continue
                self._popup(where, popup.metrics, truths[near], vsync)

    def _other(
        self, where: str, one: InteractionResult, inputs: list[tuple[int, str]], shown: list[int]
    ) -> None:
        self.others += 1
        if one.t0_ns is None:
            return
        if one.kind not in UNTOUCHED:
            self.compared += 1
            begin = min((abs(t - one.t0_ns) for t, _ in inputs), default=MS)
            if begin > NEAR_NS:
                self._bad(f"{where}: begins {begin / MS:.3f} ms from the next touch of the truth")
        for name in ON_SCREEN:
            value = one.metrics.get(name)
            if isinstance(value, int | float) and one.sources.get(name) == "FrameTimeline":
                self.compared += 1
                since = _first_move(inputs, one.t0_ns) if name == "first_move_ms" else one.t0_ns
                time_ns = since + value * MS
                at = bisect.bisect_left(shown, time_ns)
                off = min((abs(t - time_ns) for t in shown[max(0, at - 1) : at + 1]), default=MS)
                if off > NEAR_NS:
                    self._bad(f"{where}: {name} is {off / MS:.3f} ms from what was presented in truth")

    def _popup(self, where: str, got: Mapping[str, object], want: Mapping[str, object], vsync: float) -> None:
        for name in EXACT:
            if got.get(name) is not None and name in want:
                self.compared += 1
                if got[name] != want[name]:
                    self._bad(f"{where}: {name} is {got[name]}, in truth {want[name]}")
        for name in TIMES:
            value, truth = got.get(name), want.get(name)
            if isinstance(value, int | float) and isinstance(truth, int | float):
                self.compared += 1
                off = abs(value - truth) / vsync
                self.off = max(self.off, off)
                if off > 1.0:
                    self._bad(f"{where}: {name} is {value:.2f} ms, in truth {truth:.2f} ms")


def _first_move(inputs: list[tuple[int, str]], up_ns: int) -> int:
    """Return when the finger that went up then first moved: a fling's first answer counts from there."""
    before = [one for one in inputs if one[0] <= up_ns]
    down = max((n for n, (_, action) in enumerate(before) if action == "DOWN"), default=0)
    return next((time for time, action in before[down:] if action == "MOVE"), up_ns)
