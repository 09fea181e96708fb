"""`dumpsys battery`, and its unplug, reset and set commands (services BatteryService)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import java_bool, service

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone

_KEYS = ("ac", "usb", "wireless", "status", "level", "temperature")


def powered(phone: Phone) -> bool:
    """Return whether the phone believes that it is on a charger."""
    return not phone.state.battery_unplugged and any(phone.world.battery.get(name) for name in _KEYS[:3])


@service("battery")
def battery(phone: Phone, args: list[str]) -> str:
    """Print the battery's state, or change what is reported."""
    table = phone.world.battery
    if args and args[0] in ("unplug", "reset", "set"):
        return _command(phone, args)
    on = {name: bool(table.get(name, False)) and not phone.state.battery_unplugged for name in _KEYS[:3]}
    lines = ["Current Battery Service state:"]
    if phone.state.battery_unplugged:
        lines.append("  (UPDATES STOPPED -- use 'reset' to restart)")
    lines += [
        f"  AC powered: {java_bool(on['ac'])}",
        f"  USB powered: {java_bool(on['usb'])}",
        f"  Wireless powered: {java_bool(on['wireless'])}",
    ]
    if phone.world.persona.sdk >= 34:
        lines.append("  Dock powered: false")
    lines += [
        "  Max charging current: 0",
        "  Max charging voltage: 0",
        "  Charge counter: 0",
        f"  status: {table.get('status', 2)}",
        "  health: 2",
        "  present: true",
        f"  level: {table.get('level', 100)}",
        "  scale: 100",
        "  voltage: 4200",
        f"  temperature: {table.get('temperature', 250)}",
        "  technology: Li-ion",
    ]
    if phone.world.persona.sdk >= 34:
        lines.append("  Charging state: 0\n  Charging policy: 0")
    return "\n".join(lines) + "\n"


def _command(phone: Phone, args: list[str]) -> str:
    if args[0] == "unplug":
        phone.state.battery_unplugged = True
    elif args[0] == "reset":
        phone.state.battery_unplugged = False
    elif len(args) < 3 or args[1] not in _KEYS or not args[2].lstrip("-").isdigit():
        return f"Unknown set option: {args[1] if len(args) > 1 else ''}\n"
    else:
        phone.world.battery[args[1]] = int(args[2])
    return ""
