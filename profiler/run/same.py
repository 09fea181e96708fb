"""Whether rounds may be put side by side: the same keyboard and appearance for all, one rate an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.run.plan import WARM_UP
from traces.appearance import TRAITS, told
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from traces.capture import Manifest, RoundCapture

SAME_RATE_HZ = 0.5


AGREE = 3
"""Attempts that overrule a warm-up's rate by agreeing on another."""


_RESTLESS = ("system/screen_brightness",)
"""Settings that the phone itself changes all the time."""


def changed_meanwhile(manifest: Manifest, after: Mapping[str, str | None]) -> list[str]:
    """Return which of the phone's settings are not as before the run, though silky did not set them."""
    return [
        f"{name} was {was} before the run and is {after[name]} after it."
        for name, was in sorted(manifest.device_before.items())
        if name in after
        and after[name] != was
        and name not in manifest.settings_changed
        and name not in _RESTLESS
    ]


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_RATE_HZ


class Conditions:
    """What stays the same through a run.

    Args:
        ime_id: the keyboard that the run began with; None: not known.
    """

    def __init__(self, ime_id: str | None) -> None:
        self._ime_id = ime_id
        self._settled: dict[str, float] = {}
        """The rate of each app that has a round which counts."""
        self._rates: dict[str, list[float]] = {}
        """What was read in the attempts before that."""
        self._look: dict[str, str] = {}
        """Theme, font scale, orientation ... of the run's first round; a warm-up does not count."""

    def broken_by(self, capture: RoundCapture) -> tuple[str, ...]:
        """Return why a round can't stand beside those before it.

        The first round of an app that counts sets its rate. Until then it is the warm-up's, unless three
        attempts agree on another: an odd reading in a warm-up costs two repetitions, not the run.
        """
        found = []
        other = self.other_keyboard(capture)
        if other is not None:
            found.append(f"The keyboard is {other}; the run began with {self._ime_id}.")
        if capture.round != WARM_UP:
            found += self._other_look(capture)
        rate = capture.before.refresh_hz
        if rate is not None:
            seen = self._rates.setdefault(capture.app, [])
            seen.append(rate)
            agreed = sum(_same(rate, other) for other in seen) >= AGREE
            usual = self._settled.get(capture.app, rate if agreed else seen[0])
            if not _same(usual, rate):
                found.append(f"The refresh rate is {rate:g} Hz; usual for this app: {usual:g} Hz.")
            elif capture.round != WARM_UP:
                self._settled.setdefault(capture.app, rate)
        return tuple(found)

    def _other_look(self, capture: RoundCapture) -> list[str]:
        now = {trait: value for trait in TRAITS if (value := told(capture.before, trait)) is not None}
        return [
            f"The {trait.en} is {value}; the run began with {first}."
            for trait, value in now.items()
            if (first := self._look.setdefault(trait.field, value)) != value
        ]

    def settle(self) -> None:
        """Hold each app to the rate that it had so far: what goes on after a break must be as before it."""
        self._settled |= {app: self._settled.get(app, seen[0]) for app, seen in self._rates.items()}

    def other_keyboard(self, capture: RoundCapture) -> str | None:
        """Return the keyboard that is chosen now, if it is another one than at the beginning."""
        now = capture.after.ime_id
        return now if self._ime_id is not None and now is not None and now != self._ime_id else None

    def require_keyboard(self, capture: RoundCapture) -> None:
        """Stop a run that can't go on as it began.

        Raises:
            PhoneError: another keyboard is chosen now.
        """
        other = self.other_keyboard(capture)
        if other is not None:
            raise PhoneError(
                f"The keyboard was changed to {other} during the run, which began with {self._ime_id}.",
                next_step=f"Choose the first one again: adb shell ime set {self._ime_id}.",
            )
