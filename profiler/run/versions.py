"""Whether an app is still the version that the run began with: stores update apps whenever they like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.run.errors import AppUpdatedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devices.profiles import AppProfile
    from profiler.run.session import Session
    from traces.capture import AppFacts, RoundCapture


class Versions:
    """The apps' versions.

    Args:
        session: the phone.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._first: dict[str, AppFacts] = {}
        self._pids: dict[str, int | None] = {}
        self._now: dict[str, AppFacts] = {}

    def began(self, apps: Iterable[AppFacts]) -> None:
        """Take the versions of the beginning."""
        self._first = {app.profile: app for app in apps}

    def package(self, profile: AppProfile) -> str:
        """Return the package that is measured."""
        known = self._first.get(profile.name)
        return known.package if known is not None else profile.package

    def changed_by(self, profile: AppProfile, capture: RoundCapture) -> tuple[str, ...]:
        """Return why a round is void, if the app was updated before or during it.

        An update ends the app's process: the version is read again when the process is another one.
        """
        pids = {self._pids.get(profile.name, capture.before.app_pid), capture.before.app_pid}
        self._pids[profile.name] = capture.after.app_pid
        if len(pids | {capture.after.app_pid}) == 1 and None not in pids:
            return ()
        self._now[profile.name] = self._session.app_facts(profile)
        what = self._updated(profile)
        return () if what is None else (what,)

    def require_same(self, profile: AppProfile) -> None:
        """End a run in which the app was updated.

        Raises:
            AppUpdatedError: names both versions.
        """
        what = self._updated(profile)
        if what is not None:
            raise AppUpdatedError(
                f"{what} Rounds of two versions can't be put together.",
                next_step="Switch automatic updates off in the phone's app store, then start a new run.",
            )

    def _updated(self, profile: AppProfile) -> str | None:
        was, now = self._first.get(profile.name), self._now.get(profile.name)
        if was is None or now is None or None in (was.version_code, now.version_code):
            return None
        if was.version_code == now.version_code:
            return None
        return (
            f"{profile.label} was updated during the run, from {was.version_name} ({was.version_code}) to "
            f"{now.version_name} ({now.version_code})."
        )
