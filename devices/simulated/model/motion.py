"""What moves in an app's window beside the slide: the blinking cursor, a bar that follows late."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.model.app import App
    from devices.simulated.model.kernel import Kernel
    from devices.simulated.model.threads import Work

_BLINK_NS = 500_000_000
COMPAT_NS = 160_000_000
"""How long AndroidX's WindowInsetsAnimationCompat animates insets where the platform has no callbacks."""


class Cursor:
    """The cursor of a focused field: drawn or taken away every 500 ms.

    Args:
        kernel: The event kernel.
        app: The app.
    """

    def __init__(self, kernel: Kernel, app: App) -> None:
        self._kernel = kernel
        self._app = app
        self._turn = 0

    def start(self) -> None:
        """Blink, if the app's field has a cursor."""
        self._turn += 1
        if self._app.behaviour.cursor:
            turn = self._turn
            self._kernel.after(_BLINK_NS, lambda: self._blink(turn))

    def stop(self) -> None:
        """Blink no more."""
        self._turn += 1

    def _blink(self, turn: int) -> None:
        if turn == self._turn and self._app.running and self._app.root.visible:
            self._app.root.main.post(self._draw)
            self._kernel.after(_BLINK_NS, lambda: self._blink(turn))

    def _draw(self) -> Work:
        yield 25_000
        self._app.content.invalidate()


class Follow:
    """Lets a list glide after an answer that grows, until some time after the last growth.

    Args:
        kernel: The event kernel.
        app: The app.
    """

    def __init__(self, kernel: Kernel, app: App) -> None:
        self._kernel = kernel
        self._app = app
        self._until_ns = 0
        self._gliding = False

    def go_on(self, ns: int) -> None:
        """Glide for so long from now on."""
        self._until_ns = self._kernel.now_ns + ns
        if ns and not self._gliding:
            self._gliding = True
            self._app.moving.animate(self)

    def tick(self, _frame_ns: int) -> bool:
        """Glide on by one frame, for as long as the answer has just grown."""
        self._app.moving.invalidate()
        self._gliding = self._kernel.now_ns < self._until_ns
        return self._gliding


class LateMove:
    """Moves the bar of an app's window over some frames, a layout each.

    Args:
        app: The app.
        goal: Where its bar goes, px above its place without keyboard.
        frames: Over how many frames.
    """

    def __init__(self, app: App, goal: int, frames: int) -> None:
        self._app = app
        self._from = app.shift
        self._goal = goal
        self._frames = frames
        self._done = 0

    def tick(self, _frame_ns: int) -> bool:
        """Move on by one frame."""
        self._done += 1
        app = self._app
        app.shift = self._from + (self._goal - self._from) * self._done // self._frames
        app.root.insets_changed = self._done == 1
        self._draw()
        return self._done < self._frames

    def _draw(self) -> None:
        self._app.moving.invalidate(layout=True, extra=self._app.behaviour.keyboard.relayout)


class CompatMove(LateMove):
    """Moves the bar as AndroidX does before Android 11: by the app's own callback, over a fixed time."""

    def _draw(self) -> None:
        answer = self._app.behaviour.keyboard
        layout = answer.step_layout or self._done == 1
        self._app.moving.invalidate(layout=layout, extra=answer.step if layout else None)
