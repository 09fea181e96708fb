"""What the keyboard needs of the window that it serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from devices.simulated.model.insets import AnimationThread
    from devices.simulated.model.noise import Cost
    from devices.simulated.model.viewroot import ViewRoot


class Target(Protocol):
    """The app window that the keyboard serves."""

    package: str
    root: ViewRoot

    @property
    def alive(self) -> bool:
        """Whether its process lives and its window has focus."""
        ...

    @property
    def synchronised(self) -> bool:
        """Whether it has WindowInsetsAnimation callbacks."""
        ...

    def animation_thread(self) -> AnimationThread:
        """Return its InsetsAnimationThread."""
        ...

    def keyboard_starts(self, show: bool) -> None:
        """Take the window's new insets as a slide begins."""
        ...

    def keyboard_moves(self, fraction: float, show: bool) -> Cost | None:
        """Follow one step of a synchronised slide; return what the callback costs."""
        ...

    def keyboard_rests(self, show: bool) -> None:
        """Take the end of a slide."""
        ...

    def keyboard_dropped(self) -> None:
        """Take back the insets: the keyboard went at once, without a slide."""
        ...
