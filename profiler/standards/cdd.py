"""The Android Compatibility Definition's rule on late frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.standards.scales import cdd_8_1
from traces.tables import NA

if TYPE_CHECKING:
    from profiler.analysis.results import Value
    from profiler.standards.model import JudgedWindow


@dataclass(frozen=True)
class _Cdd:
    name: str = "cdd"
    source: str = "Android CDD 8.1 [H-0-1]"

    def judge(self, window: JudgedWindow) -> dict[str, Value]:
        judged = None if window.frames is None else window.frames.overrun_ns
        judged = None if judged is None else judged[judged != NA]
        if judged is None or not len(judged) or window.seconds <= 0:
            return dict.fromkeys(("late_frames_per_s", "8_1"))
        late = int((judged > 0).sum())
        return {"late_frames_per_s": late / window.seconds, "8_1": cdd_8_1(late, window.seconds)}


CDD = _Cdd()
