"""How an app's content answers the keyboard: with each step, by a jump, late, or resized by the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.model.motion import COMPAT_NS, CompatMove, LateMove

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.simulated.model.app import App
    from devices.simulated.model.noise import Cost
    from devices.simulated.model.system import System


class KeyboardAnswers:
    """The answers of one app.

    Args:
        system: The shared system.
        app: The app.
        height: Returns by how many px the keyboard lifts the window's bottom.
    """

    def __init__(self, system: System, app: App, height: Callable[[], int]) -> None:
        self._system = system
        self._app = app
        self._height = height

    def starts(self, show: bool) -> None:
        """Take the window's new insets as a slide begins."""
        if not self._system.release.insets_slide:
            self._resized(show)
        elif self._app.behaviour.keyboard.resize == "at-start":
            self._jump(show)

    def moves(self, fraction: float, show: bool) -> Cost | None:
        """Follow one step of a synchronised slide; return what the callback costs the main thread."""
        app = self._app
        app.shift = round(self._height() * (fraction if show else 1.0 - fraction))
        if app.flutter is not None:
            # ImeSyncDeferringInsetsCallback hands the insets on; the engine builds with its next frame
            app.flutter.invalidate(layout=True, extra=app.behaviour.keyboard.step)
            return None
        app.root.invalidate(layout=app.behaviour.keyboard.step_layout)
        return app.behaviour.keyboard.step

    def rests(self, show: bool) -> None:
        """Take the end of a slide."""
        answer = self._app.behaviour.keyboard
        if answer.resize == "at-end" and self._system.release.insets_slide:
            self._jump(show)
        elif answer.resize == "after-slide":
            self._system.kernel.after(int(answer.after_ms * 1e6), lambda: self._move_late(show))

    def _goal(self, show: bool) -> int:
        return self._height() if show else 0

    def _resized(self, show: bool) -> None:
        """Take the new size that all windows get up to Android 10 as the keyboard's comes or goes."""
        answer = self._app.behaviour.keyboard.resize
        if answer == "sync" and self._app.flutter is None:
            frames = round(COMPAT_NS / self._system.panel.period_ns)
            self._app.moving.animate(CompatMove(self._app, self._goal(show), frames))
        elif answer != "after-slide":
            self._jump(show)

    def _jump(self, show: bool) -> None:
        app, relayout = self._app, self._app.behaviour.keyboard.relayout
        app.root.insets_changed = True
        if app.page is not None:
            # the view has its new size at once, what it shows only when the page is laid out for it
            app.root.invalidate(layout=True, extra=relayout)
            app.page.resized(lambda: self._reflowed(show))
            return
        app.shift = self._goal(show)
        if app.flutter is not None:
            app.root.invalidate(layout=True)
        app.moving.invalidate(layout=True, extra=relayout)

    def _reflowed(self, show: bool) -> None:
        self._app.shift = self._goal(show)

    def _move_late(self, show: bool) -> None:
        app = self._app
        if app.alive:
            app.moving.animate(LateMove(app, self._goal(show), app.behaviour.keyboard.after_frames))
