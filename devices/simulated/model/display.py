"""The panel's vsync, its modes, and the tokens that predict frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from devices.simulated.model.kernel import Kernel
    from devices.simulated.world import DisplayMode

TOKEN_LIFE = 500
"""Tokens older than this many are forgotten (kMaxTokens of FrameTimeline's TokenManager)."""


@dataclass(frozen=True, slots=True)
class Token:
    """A vsync id with its prediction, BOOTTIME ns."""

    id: int
    start_ns: int
    deadline_ns: int
    present_ns: int


class Panel:
    """Vsync of the display.

    Args:
        kernel: The event kernel.
        modes: The panel's modes.
        active: Id of the mode at the start.
        rng: Noise of present times.
        jitter_ns: Standard deviation of a present fence around its vsync.
        on_change: Called with the time and the new period at a change of mode.
    """

    def __init__(
        self,
        kernel: Kernel,
        modes: Sequence[DisplayMode],
        active: int,
        rng: random.Random,
        *,
        jitter_ns: float,
        on_change: Callable[[int, int], None],
    ) -> None:
        self._kernel = kernel
        self._modes = tuple(modes)
        self.mode = next(mode for mode in modes if mode.id == active)
        self._full_hz = self.mode.refresh_hz
        self.period_ns = round(1e9 / self.mode.refresh_hz)
        self.render_hz = self.mode.refresh_hz
        self._anchor_ns = kernel.now_ns + rng.randrange(self.period_ns)
        self._rng = rng
        self._jitter_ns = jitter_ns
        self._on_change = on_change

    def vsync_at_or_after(self, time_ns: int) -> int:
        """Return the first vsync that is not before this time."""
        return self._anchor_ns - (self._anchor_ns - time_ns) // self.period_ns * self.period_ns

    def number(self, vsync_ns: int) -> int:
        """Return the number of a vsync in the running mode."""
        return round((vsync_ns - self._anchor_ns) / self.period_ns)

    def fence(self, vsync_ns: int) -> int:
        """Return when the present fence of this vsync signals."""
        noise = self._rng.gauss(0.0, self._jitter_ns)
        limit = 3 * self._jitter_ns
        return vsync_ns + int(min(max(noise, -limit), limit))

    def request(self, refresh_hz: float) -> bool:
        """Switch to the mode nearest to this rate (within 1 Hz) at the next vsync."""
        mode = min(self._modes, key=lambda one: abs(one.refresh_hz - refresh_hz))
        if abs(mode.refresh_hz - refresh_hz) > 1.0:
            return False
        if mode.id != self.mode.id:
            self._anchor_ns = self.vsync_at_or_after(self._kernel.now_ns)
            self.mode = mode
            self._run_at(mode.refresh_hz)
        return True

    def full_rate(self) -> None:
        """Go to the rate of the mode that was active at the start, as on a touch."""
        self.request(self._full_hz)

    def request_render(self, refresh_hz: float) -> bool:
        """Show frames at a whole part of the mode's rate, from the next vsync on (RenderRate, Android 14)."""
        divisor = round(self.mode.refresh_hz / refresh_hz)
        if divisor < 1 or abs(self.mode.refresh_hz / divisor - refresh_hz) > 1.0:
            return False
        self._anchor_ns = self.vsync_at_or_after(self._kernel.now_ns)
        self._run_at(self.mode.refresh_hz / divisor)
        return True

    def _run_at(self, render_hz: float) -> None:
        self.render_hz = render_hz
        self.period_ns = round(1e9 / render_hz)
        self._on_change(self._anchor_ns, self.period_ns)


class Tokens:
    """Gives out vsync ids in the one sequence that all processes share.

    Args:
        rng: Noise.
        first: The first id.
        error_chance: Part of all tokens whose prediction is wrong.
    """

    _ERROR_NS = 3_000_000

    def __init__(self, rng: random.Random, first: int, error_chance: float) -> None:
        self._rng = rng
        self._next = first
        self._error_chance = error_chance

    def give(self, start_ns: int, deadline_ns: int, present_ns: int, ids: int = 1) -> Token:
        """Make a prediction; `ids` is how many ids the event takes, the token has the first."""
        if self._error_chance and self._rng.random() < self._error_chance:
            present_ns -= self._ERROR_NS
            deadline_ns -= self._ERROR_NS
            start_ns -= self._ERROR_NS
        token = Token(self._next, start_ns, deadline_ns, present_ns)
        self._next += ids
        return token

    def expired(self, token: Token) -> bool:
        """Whether the prediction has been forgotten."""
        return self._next - token.id > TOKEN_LIFE
