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

    def moves(self, fraction: float, show: bool) -> Cost:
        """Follow one step of a synchronised slide; return what the callback costs."""
        app = self._app
        app.shift = round(self._height() * (fraction if show else 1.0 - fraction))
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
        if answer == "sync":
            frames = round(COMPAT_NS / self._system.panel.period_ns)
            self._app.root.animate(CompatMove(self._app, self._goal(show), frames))
        elif answer != "after-slide":
            self._jump(show)

    def _jump(self, show: bool) -> None:
        app = self._app
        app.shift = self._goal(show)
        app.root.insets_changed = True
        app.root.invalidate(layout=True, extra=app.behaviour.keyboard.relayout)

    def _move_late(self, show: bool) -> None:
        app = self._app
        if app.alive:
            app.root.animate(LateMove(app, self._goal(show), app.behaviour.keyboard.after_frames))
