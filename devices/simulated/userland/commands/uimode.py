"""`cmd uimode night`: the dark theme (services UiModeManagerService.Shell)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.userland.registry import Context

_SETTING = "ui_night_mode"
# UiModeManager.MODE_NIGHT_*; a custom night is one value with two kinds
_VALUES = {"auto": "0", "no": "1", "yes": "2", "custom_schedule": "3", "custom_bedtime": "3"}
_TYPE_SETTING = "ui_night_mode_custom_type"
_BEDTIME = "1"


async def run_uimode(context: Context, args: list[str]) -> int:
    """Print or set the night mode; both end with the line that says it."""
    if args[:1] != ["night"]:
        if args and args[0] != "help":
            await context.err(f"Unknown command: {args[0]}\n")
            return 255
        await context.out(
            "UiMode service (uimode) commands:\n  help\n    Print this help text.\n"
            "  night [yes|no|auto|custom_schedule|custom_bedtime]\n    Set or read night mode.\n"
        )
        return 0 if args else 255
    secure = context.phone.world.settings.setdefault("secure", {})
    if len(args) > 1:
        value = _VALUES.get(args[1])
        if value is None:
            await context.err(
                "Error: mode must be 'yes', 'no', or 'auto', or 'custom_schedule', or 'custom_bedtime'\n"
            )
            return 255
        secure[_SETTING] = value
        secure[_TYPE_SETTING] = _BEDTIME if args[1] == "custom_bedtime" else "0"
    await context.out(f"Night mode: {_said(secure)}\n")
    return 0


def _said(secure: dict[str, str]) -> str:
    # a phone on which nobody chose starts in the light theme
    value = secure.get(_SETTING, "1")
    if value == "3" and secure.get(_TYPE_SETTING) == _BEDTIME:
        return "custom_bedtime"
    return next((name for name, number in _VALUES.items() if number == value), "unknown")
