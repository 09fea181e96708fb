"""Where an app's content is drawn: its window, an engine's surface, or a page in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from devices.simulated.model.noise import Cost
    from devices.simulated.model.viewroot import Animator


class Drawing(Protocol):
    """What shows changes of the content."""

    def invalidate(self, *, layout: bool = False, extra: Cost | None = None) -> None:
        """Show a change as soon as that can be."""
        ...


class Moving(Drawing, Protocol):
    """What also moves, frame by frame."""

    def animate(self, animator: Animator) -> None:
        """Run an animator from the next vsync on."""
        ...
