"""The keyboard slides in when the input field is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from devices.driver.screen.field import Field
    from devices.profiles import AppProfile
    from profiler.run.session import Session
    from traces.capture import RoundCapture


@dataclass(frozen=True)
class KeyboardPopup:
    """Press the input field, let the keyboard slide in, put it away; several times a round."""

    name: str = "keyboard-popup"
    words: str = (
        "Opens the app with the keyboard hidden, presses the input field, waits until the keyboard has "
        "slid in, hides it again, and so on within one trace."
    )
    kind: str = "show"
    popups: int = 5
    most: int | None = None
    min_sdk: int = 26
    complaint: str | None = "keyboard-popup-not-smooth"

    def prepare(self, session: Session, profile: AppProfile) -> Field:
        """Find the input field while the keyboard is hidden."""
        return session.prepare(profile)

    def capture(
        self,
        session: Session,
        profile: AppProfile,
        field: Field,
        folder: Path,
        popups: int,
        *,
        number: int,
        attempt: int,
    ) -> RoundCapture:
        """Trace the presses."""
        return session.capture_round(profile, field, folder, popups, number=number, attempt=attempt)
