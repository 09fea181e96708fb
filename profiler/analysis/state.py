"""What the phone's state before and after a round says about it: docs/metrics.md section 6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traces.appearance import TRAITS, told

if TYPE_CHECKING:
    from traces.capture import RoundCapture

HOT = 2
"""Thermal status from which a phone slows itself down (`dumpsys thermalservice`: moderate)."""
SAME_RATE_HZ = 0.5
SAME_SCALE = 1e-6


def state_void(capture: RoundCapture) -> list[str]:
    """Return why a round is void by the phone's state; what the phone did not tell is no reason."""
    before, after = capture.before, capture.after
    starts = capture.kind == "launch"
    found = [
        f"the {what} changed from {was} to {now}"
        for what, was, now in (
            ("keyboard", before.ime_id, after.ime_id),
            ("focused window", before.focused_window, after.focused_window),
        )
        if was is not None and now is not None and was != now and not (starts and what == "focused window")
    ]
    found += [
        f"the {trait.en} changed from {was} to {now}"
        for trait in TRAITS
        if (was := told(before, trait)) is not None and (now := told(after, trait)) is not None and was != now
    ]
    if before.refresh_hz and after.refresh_hz and abs(before.refresh_hz - after.refresh_hz) > SAME_RATE_HZ:
        found.append(f"the refresh rate changed from {before.refresh_hz:g} to {after.refresh_hz:g} Hz")
    asked_after = after.app_pid is not None or after.focused_window is not None
    if before.app_pid is not None and asked_after and not starts and before.app_pid != after.app_pid:
        found.append("the app's process ended during the round")
    hottest = max((s.thermal_status for s in (before, after) if s.thermal_status is not None), default=0)
    if hottest >= HOT:
        found.append(f"the phone was hot: thermal status {hottest}")
    scales = {s.animation_scales for s in (before, after) if s.animation_scales is not None}
    found += [
        f"an animation scale was not 1: {', '.join(f'{scale:g}' for scale in one)}"
        for one in sorted(scales)
        if any(abs(scale - 1.0) > SAME_SCALE for scale in one)
    ]
    if before.ime_shown:
        found.append("the keyboard was up already before the round")
    for popup in capture.popups:
        if popup.shown_before:
            found.append(f"pop-up {popup.number}: the keyboard was up already before the press")
        if popup.shown_after is False:
            found.append(f"pop-up {popup.number}: the keyboard did not come up")
    return found
