"""What a phone's own process tells the one that started it: JSON lines.

{"event": "line", "text": ..., "quiet": bool}   a sentence; quiet: a bar shows it better
{"event": "total", "steps": n}
{"event": "doing", "text": ...}
{"event": "step", "done": n}
{"event": "ended", "code": n, "what": ..., "next_step": ...}
"""

from __future__ import annotations

import contextlib
import json
from typing import IO, TYPE_CHECKING, Any

from profiler.cli.progress import LineObserver, step_words

if TYPE_CHECKING:
    from profiler.run.plan import Step
    from traces.capture import PhoneFacts, RoundCapture


class Teller:
    """Writes events; that nobody reads them any more is no error here."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def tell(self, event: str, **values: Any) -> None:
        """Write one event."""
        with contextlib.suppress(OSError, ValueError):
            self._file.write(json.dumps({"event": event, **values}, ensure_ascii=False) + "\n")
            self._file.flush()

    def line(self, text: str) -> None:
        """Tell a sentence."""
        self.tell("line", text=text, quiet=False)

    def ended(self, code: int, what: str = "", next_step: str = "") -> None:
        """Tell how it ended; the last event."""
        self.tell("ended", code=code, what=what, next_step=next_step)


class TellingObserver(LineObserver):
    """Tells a run's progress as events: the lines of a log, and what a bar needs."""

    def __init__(self, teller: Teller) -> None:
        super().__init__(say=self._line)
        self._teller = teller
        self._quiet = False
        self._through = 0

    def _line(self, text: str) -> None:
        self._teller.tell("line", text=text, quiet=self._quiet)

    def started(self, phone: PhoneFacts, steps: int) -> None:
        """Tell how much there is to do."""
        self._teller.tell("total", steps=steps)
        super().started(phone, steps)

    def attempt(self, step: Step, number: int) -> None:
        """Tell which round is at hand."""
        again = "" if number == 1 else f", attempt {number}"
        self._teller.tell("doing", text=step_words(step) + again)

    def captured(self, step: Step, capture: RoundCapture, void: tuple[str, ...]) -> None:
        """Tell why an attempt is void."""
        super().captured(step, capture, void)

    def step_done(self, step: Step, *, valid: bool) -> None:
        """Tell how far the run is."""
        self._through += 1
        self._teller.tell("step", done=self._through)
        self._quiet = True
        super().step_done(step, valid=valid)
        self._quiet = False
