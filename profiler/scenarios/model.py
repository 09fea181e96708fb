"""What a scenario is to the run loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from devices.driver.screen.field import Field
    from devices.profiles import AppProfile
    from profiler.run.session import Session
    from traces.capture import RoundCapture


class Scenario(Protocol):
    """A user action that is measured; stateless."""

    @property
    def name(self) -> str:
        """As typed on the command line."""

    @property
    def words(self) -> str:
        """What is done to the phone in a round, in one or two sentences."""

    @property
    def kind(self) -> str:
        """What is measured, by the kinds of `traces.capture.MARKS`."""

    @property
    def popups(self) -> int:
        """Interactions in one round, unless the user says otherwise."""

    @property
    def most(self) -> int | None:
        """At most so many interactions in one round; None: any number."""

    @property
    def min_sdk(self) -> int:
        """The oldest API level on which its metrics exist."""

    @property
    def complaint(self) -> str | None:
        """Id of the complaint that this scenario answers, in `profiler.verdict.complaints`, if any does."""

    def prepare(self, session: Session, profile: AppProfile) -> Field:
        """Bring the app to the state in which a round starts, outside measured windows."""

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
        """Capture one attempt at one round into `folder`."""
