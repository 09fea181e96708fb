"""One run: check, capture round by round, repeat what is void, keep what was captured whatever happens."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from devices.adb.errors import BROKEN
from profiler.run.attempts import MOST_BROKEN, broken_off, spent
from profiler.run.cost import Cost, Stopwatch, cost_of
from profiler.run.errors import interrupted, with_kept, with_notes
from profiler.run.manifest import continued_manifest, new_manifest
from profiler.run.observer import SilentObserver
from profiler.run.plan import UNDECIDED, WARM_UP
from profiler.run.same import Conditions, changed_meanwhile
from profiler.run.versions import Versions
from traces.bundle import Bundle
from traces.bundle_writer import BundleWriter
from traces.errors import PhoneError, SilkyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from profiler.run.observer import Observer
    from profiler.run.plan import RunPlan, Step
    from profiler.run.session import Session
    from traces.bundle import JournalEntry
    from traces.bundle_writer import PendingRound
    from traces.capture import Manifest, RoundCapture

    Judge = Callable[[RoundCapture, Path], tuple[str, ...]]
    """Takes a capture and the folder of its files; returns reasons to void it beyond the driver's."""

    LookAt = Callable[[Path], str]
    """Takes the bundle as it is; returns the verdict so far."""


_SWITCH_PASSES = (0, 2, 4, 8)
"""Seconds given to a keyboard that is not the run's: a field for passwords brings its own for a moment."""


class AttemptBrokeError(Exception):
    """An attempt did not come to its end; `error` says why, `pending` holds what there is of it."""

    def __init__(self, error: PhoneError, pending: PendingRound) -> None:
        super().__init__(error.what)
        self.error = error
        self.pending = pending


@dataclass(frozen=True)
class RunOutcome:
    """A run that went through."""

    path: Path
    manifest: Manifest
    valid: dict[str, int]
    """Valid scored rounds by app."""
    cost: Cost


class RunLoop:
    """Captures a plan on a phone into a bundle.

    Args:
        session: the phone, open and locked; the caller closes it.
        plan: what to capture.
        path: the bundle's folder; empty or not there yet, but for `resume`.
        judge: says of a just captured round why it is void.
        observer: told of the progress.
        clock: host seconds, for the cost only.
        look: says after each look that the plan's complaint has, how the bundle would be judged; the run goes
            on only while it can't be told.
    """

    def __init__(
        self,
        session: Session,
        plan: RunPlan,
        path: Path,
        judge: Judge,
        *,
        observer: Observer | None = None,
        clock: Callable[[], float] = time.monotonic,
        look: LookAt | None = None,
    ) -> None:
        self._session = session
        self._plan = plan
        self._path = path
        self._judge = judge
        self._observer = observer or SilentObserver()
        self._look = look
        self._looks: list[tuple[int, str]] = []
        self._clock = clock
        self._kept: list[RoundCapture] = []
        self._before: tuple[JournalEntry, ...] = ()
        self._earlier: tuple[RoundCapture, ...] = ()
        self._conditions = Conditions(None)
        self._valid = {profile.name: 0 for profile in plan.profiles}
        self._versions = Versions(session)

    def run(self) -> RunOutcome:
        """Capture all; afterwards the bundle is on the disk and the phone's settings are restored.

        Raises:
            PhoneError: the phone refused to start, or failed on the way. What was captured before is kept.
            RunInterruptedError: Ctrl-C. What was captured before is kept.
        """
        return self._go(new_manifest, lambda manifest: BundleWriter.create(self._path, manifest))

    def resume(self) -> RunOutcome:
        """Go on with a run that was cut off, in its own bundle; raises what `run` does."""
        bundle = Bundle.open(self._path)
        self._before = bundle.journal
        self._earlier = bundle.captures

        def continued(session: Session, plan: RunPlan) -> tuple[Manifest, list[str]]:
            return continued_manifest(session, plan, bundle)

        return self._go(continued, lambda manifest: BundleWriter.reopen(self._path, manifest))

    def _go(
        self,
        begin: Callable[[Session, RunPlan], tuple[Manifest, list[str]]],
        open_writer: Callable[[Manifest], BundleWriter],
    ) -> RunOutcome:
        try:
            manifest, warnings = self._begin(begin)
            writer = open_writer(manifest)
        except SilkyError as error:
            raise with_notes(error, self._restore()) from error
        except BaseException:
            self._restore()
            raise
        self._conditions = Conditions(manifest.phone.ime_id)
        self._versions.began(manifest.apps)
        for capture in self._earlier:
            self._conditions.broken_by(capture)
        self._conditions.settle()
        self._observer.started(manifest.phone, len(list(self._plan.steps())))
        for warning in warnings:
            self._observer.note(warning)
        began = self._clock()
        self._capture_all(writer, manifest)
        cost = cost_of(self._kept, self._clock() - began)
        notes = self._restore(wait=True)
        after = self._device_after()
        notes = [*manifest.warnings, *notes, *changed_meanwhile(manifest, after)]
        manifest = replace(
            manifest,
            finished=True,
            warnings=tuple(map(self._session.nameless, notes)),
            looks=tuple(self._looks),
            device_after=after,
        )
        writer.write_manifest(manifest)
        self._observer.finished(cost)
        return RunOutcome(self._path, manifest, dict(self._valid), cost)

    def _begin(
        self, begin: Callable[[Session, RunPlan], tuple[Manifest, list[str]]]
    ) -> tuple[Manifest, list[str]]:
        for failed in range(1, MOST_BROKEN):
            try:
                return begin(self._session, self._plan)
            except BROKEN as error:
                self._session.recover(self._plan.profiles[0], error, failed=failed, worked=False)
        return begin(self._session, self._plan)

    def _capture_all(self, writer: BundleWriter, manifest: Manifest) -> None:
        try:
            for number, steps in groupby(self._plan.steps(), key=lambda step: step.round):
                for step in steps:
                    self._capture_step(writer, step)
                if self._decided(writer, manifest, number):
                    break
        except KeyboardInterrupt as error:
            raise self._end_early(writer, manifest, interrupted()) from error
        except SilkyError as error:
            raise self._end_early(writer, manifest, error) from error
        except BaseException:
            self._end_early(writer, manifest, SilkyError("The tool itself failed."))
            raise

    def _decided(self, writer: BundleWriter, manifest: Manifest, number: int) -> bool:
        """Look, if that is planned after this round; keep what it said, return whether it ends the run."""
        planned = self._plan.complaint.looks if self._plan.complaint else ()
        if self._look is None or number not in planned:
            return False
        outcome = self._look(self._path)
        self._looks.append((number, outcome))
        writer.write_manifest(replace(manifest, looks=tuple(self._looks)))
        self._observer.note(f"After {number} rounds: {outcome}.")
        return outcome != UNDECIDED

    def _capture_step(self, writer: BundleWriter, step: Step) -> None:
        earlier = [e for e in self._before if (e.app, e.round) == (step.app, step.round)]
        valid = any(not entry.void for entry in earlier)
        attempt = max((entry.attempt for entry in earlier), default=0)
        gone_through, broken = spent(earlier), 0
        while not valid and gone_through < self._plan.attempts:
            attempt += 1
            self._observer.attempt(step, attempt)
            try:
                valid = not self._capture_attempt(writer, step, attempt)
                gone_through += 1
                broken = 0
            except AttemptBrokeError as broke:
                broken += 1
                self._go_on_after(broke, step, attempt, broken)
        if valid and step.round != WARM_UP:
            self._valid[step.app] += 1
        self._observer.step_done(step, valid=valid)

    def _capture_attempt(self, writer: BundleWriter, step: Step, attempt: int) -> tuple[str, ...]:
        """Capture and keep one attempt; return why it is void.

        Raises:
            AttemptBrokeError: the phone or the way to it failed; nothing of the attempt is committed yet.
        """
        plan, watch = self._plan, Stopwatch(self._clock)
        profile = plan.profile(step.app)
        pending = writer.new_round(step.app, step.round, attempt)
        try:
            with watch.step("prepare"):
                field = plan.scenario.prepare(self._session, profile)
            capture = plan.scenario.capture(
                self._session, profile, field, pending.path, plan.popups, number=step.round, attempt=attempt
            )
            updated = self._versions.changed_by(profile, capture)
        except PhoneError as error:
            raise AttemptBrokeError(error, pending) from error
        broken = self._conditions.broken_by(capture)
        capture = replace(capture, folder=pending.name, void=(*capture.void, *updated, *broken))
        with watch.step("judge"):
            void = tuple(dict.fromkeys((*capture.void, *self._judge(capture, pending.path))))
        capture = replace(capture, host_seconds={**capture.host_seconds, **watch.seconds})
        self._kept.append(pending.commit(capture, void))
        self._observer.captured(step, self._kept[-1], void)
        self._versions.require_same(profile)
        self._require_keyboard(capture)
        return void

    def _require_keyboard(self, capture: RoundCapture) -> None:
        """End the run if another keyboard is chosen, and not only was for a moment."""
        for rest in _SWITCH_PASSES:
            if self._conditions.other_keyboard(capture) is None:
                return
            try:
                capture = replace(capture, after=self._session.read_state(rest=rest))
            except PhoneError:
                return  # the next attempt tells what is the matter
        self._conditions.require_keyboard(capture)

    def _go_on_after(self, broke: AttemptBrokeError, step: Step, attempt: int, broken: int) -> None:
        """Keep what there is of an attempt that broke off, and bring the phone back.

        Raises:
            PhoneError: it can't be brought back, or attempts at this round break off again and again.
        """
        profile, session, error = self._plan.profile(step.app), self._session, broke.error
        worked = any(one.app == step.app for one in (*self._earlier, *self._kept))
        if broken >= MOST_BROKEN:
            raise error
        mended = session.recover(profile, error, failed=broken, worked=worked)
        capture = broken_off(
            broke.pending.path,
            step,
            attempt,
            package=self._versions.package(profile),
            kind=self._plan.scenario.kind,
            why=session.nameless(error.what),
            mended=mended,
        )
        capture = replace(capture, folder=broke.pending.name)
        self._kept.append(broke.pending.commit(capture, capture.void))
        self._observer.captured(step, self._kept[-1], capture.void)

    def _end_early(self, writer: BundleWriter, manifest: Manifest, error: SilkyError) -> SilkyError:
        """Restore what can be, note in the manifest how it ended; return the error that tells people."""
        notes = self._restore()
        said = tuple(map(self._session.nameless, (*manifest.warnings, error.what, *notes)))
        after = self._device_after()
        writer.write_manifest(replace(manifest, warnings=said, looks=tuple(self._looks), device_after=after))
        return with_kept(error, self._path, len(self._before) + len(self._kept), notes)

    def _device_after(self) -> dict[str, str | None]:
        try:
            return self._session.device_values()
        except (PhoneError, KeyboardInterrupt):
            return {}

    def _restore(self, *, wait: bool = False) -> list[str]:
        try:
            try:
                return self._session.restore()
            except PhoneError:
                if not wait:
                    raise
                self._session.wait_back()
                return self._session.restore()
        except (PhoneError, KeyboardInterrupt) as error:
            reason = error.what if isinstance(error, PhoneError) else "stopped by Ctrl-C"
            return [f"The phone's settings are not restored yet ({reason.rstrip('.')}): run `silky restore`."]
