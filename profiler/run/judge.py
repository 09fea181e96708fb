"""Measures each round as soon as it is captured, so that a void one is repeated at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traces.errors import InputFileError

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.analysis.results import RoundResult
    from traces.capture import PhoneFacts, RoundCapture


TRACE_UNREADABLE = "the trace can't be read"


class AnalysisJudge:
    """Asks the analysis; keeps what it found, so that nothing is measured twice."""

    def __init__(self, phone: PhoneFacts) -> None:
        self._phone = phone
        self.results: dict[str, RoundResult] = {}
        """By the round's folder."""

    def __call__(self, capture: RoundCapture, folder: Path) -> tuple[str, ...]:
        """Return why the round is void."""
        from profiler.analysis.run import analyze_capture  # noqa: PLC0415  loads numpy and scipy

        path = folder / capture.trace if capture.trace else None
        try:
            result = analyze_capture(
                capture,
                path,
                modes_hz=self._phone.modes_hz,
                active_hz=self._phone.active_hz,
                folder=folder,
            )
        except InputFileError as error:
            return (f"{TRACE_UNREADABLE}: {error.what}",)
        self.results[capture.folder] = result
        return result.void
