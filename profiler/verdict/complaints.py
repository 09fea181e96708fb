"""The complaints that can be judged, in a person's words, each bound to a metric."""

from __future__ import annotations

from dataclasses import dataclass

from traces.errors import UsageError


@dataclass(frozen=True, slots=True)
class Complaint:
    """A claim about one app, against others, and what decides it."""

    id: str
    scenario: str
    primary_metric: str
    secondary_metrics: tuple[str, ...]
    """Shown beside the verdict; they decide nothing."""
    text_en: str
    text_zh: str


KEYBOARD_POPUP_NOT_SMOOTH = Complaint(
    id="keyboard-popup-not-smooth",
    scenario="keyboard-popup",
    primary_metric="hitch_ms",
    secondary_metrics=("first_motion_ms", "settled_ms", "response_ms"),
    text_en="The keyboard is not silky when it pops up; the other apps don't have this.",
    text_zh="输入键盘弹出时不丝滑，其他应用没有这个问题。",
)

CATALOGUE = {one.id: one for one in (KEYBOARD_POPUP_NOT_SMOOTH,)}


def complaint(name: str) -> Complaint:
    """Return a complaint by its id.

    Raises:
        UsageError: there is none of that name.
    """
    found = CATALOGUE.get(name)
    if found is None:
        raise UsageError(f"There is no complaint {name!r}.", next_step=f"Use one of: {', '.join(CATALOGUE)}.")
    return found
