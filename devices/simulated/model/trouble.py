"""What may go wrong with a pop-up, as data: waits and work in the app, and what happens around the app.

Each is produced the way Android shows it (docs/simulated-phone.md names the sources), at stated passes of a
stage, so that a test knows when it came. What it is for is no concern of the phone's.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from devices.simulated.model.noise import Cost, CostField

_NOTHING = Cost(median_ms=0)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Trouble(_Part):
    """Something that befalls one of the app's threads between the press and the slide's end."""

    kind: Literal["compute", "gc", "binder", "lock", "io"]
    """compute: the thread works; gc: it waits for the collector, which runs on HeapTaskDaemon; binder: it
    calls system_server and sleeps; lock: another thread of the app holds a monitor; io: it sleeps
    uninterruptibly (state D), as on a page fault."""
    at: Literal["tap", "step", "layout", "draw", "render", "gpu"]
    """tap: handling the finger's UP; step: the insets_animation callback; layout: a layout pass; draw:
    recording; render: the RenderThread's commands; gpu: the graphics processor (compute only)."""
    cost: CostField
    first: int = Field(default=1, ge=1)
    """The first pass of that stage, counted from the press, that it befalls."""
    every: int = Field(default=0, ge=0)
    """Then every n-th pass; 0: only that once."""
    section: str = ""
    """compute: the app's own trace section around the work, none if empty."""


class Busy(_Part):
    """Runnables on the main thread that have nothing to do with the keyboard, from the press on."""

    delay_ms: float = Field(default=0, ge=0)
    every_ms: float = Field(default=60, gt=0)
    count: int = Field(default=10, ge=1)
    cost: CostField
    section: str = "reply chunk"


class Load(_Part):
    """Other processes that keep all CPUs busy for a while from the press on."""

    name: str = "dex2oat64"
    for_ms: float = Field(default=900, gt=0)
    quantum: CostField = Cost(median_ms=3.0, sigma=0.2)
    """How long a thread runs before it is preempted."""
    wait: CostField = Cost(median_ms=6.0, sigma=0.3)
    """How long a woken or preempted thread waits for a CPU."""


class Around(_Part):
    """What goes on around an app while it is in front: keyboard, services, compositor, panel, heat."""

    keyboard_dies: bool = False
    """The keyboard's process is killed each time it has gone, as when memory is short."""
    keyboard_start: CostField = _NOTHING
    """Further work in IMS.startInput."""
    keyboard_show: CostField = _NOTHING
    """Further work in IMS.showWindow."""
    server: CostField = _NOTHING
    """Further work of system_server in IMMS.showSoftInput."""
    compositor: CostField = _NOTHING
    """Further composition work of SurfaceFlinger while a slide runs."""
    compositor_every: int = Field(default=5, ge=1)
    """It comes with every n-th composition."""
    load: Load | None = None
    idle_hz: float | None = None
    """The panel rests at this rate, and goes to the active mode's rate `ramp_ms` after a press."""
    ramp_ms: float = Field(default=150, ge=0)
    thermal: int | None = Field(default=None, ge=0, le=6)
    """The phone's thermal status."""


QUIET = Around()
