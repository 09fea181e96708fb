"""dumpsys, cmd, service, ime, svc, reboot: talking to system services."""

from __future__ import annotations

from devices.simulated.userland.commands.activity import run_am
from devices.simulated.userland.commands.input_command import run_input
from devices.simulated.userland.commands.input_methods import run_ime
from devices.simulated.userland.commands.packages import run_package
from devices.simulated.userland.commands.since import has_service, has_verb
from devices.simulated.userland.commands.uimode import run_uimode
from devices.simulated.userland.dumpsys import SERVICES
from devices.simulated.userland.dumpsys.battery import powered
from devices.simulated.userland.dumpsys.display import java_float
from devices.simulated.userland.refresh import wanted_rate
from devices.simulated.userland.registry import Context, find_program, program

_SET_DND_SDK = 30
_ZEN = {"on": "2", "none": "2", "priority": "1", "alarms": "3", "all": "0", "off": "0"}
"""What set_dnd takes -> Settings.Global.ZEN_MODE_* (NotificationShellCmd, ZenModeHelper)."""
_PLUGGED = {"true": "7", "false": "0", "usb": "2", "ac": "1", "wireless": "4", "dock": "8"}
_SILENT = frozenset({"connectivity", "wifi", "bluetooth_manager", "deviceidle", "appops",
"jobscheduler",
                     "location", "audio", "media_session", "device_config", "overlay", "role"})  # fmt: skip


@program("dumpsys")
async def dumpsys(context: Context) -> int:
    """Print a service's state: `dumpsys [-t S] SERVICE [args]`, -l lists the services."""
    args = list(context.args)
    while args and args[0] in ("-t", "-T", "--priority", "--skip"):
        args = args[2:]
    await context.phone.spend("dumpsys")
    if not args or args[0] == "-l":
        names = sorted(SERVICES)
        await context.out("Currently running services:\n" + "".join(f"  {name}\n" for name in names))
        if not args:
            for name in names:
                await context.out(f"{'-' * 79}\nDUMP OF SERVICE {name}:\n{SERVICES[name](context.phone, [])}")
        return 0
    found = SERVICES.get(args[0])
    if args[0] == "thermalservice" and "thermal" in context.phone.world.persona.lacks:
        found = None
    if found is None:
        await context.err(f"Can't find service: {args[0]}\n")
        return 0
    await context.out(found(context.phone, args[1:]))
    return 0


@program("service")
async def service(context: Context) -> int:
    """List or check services."""
    verb = context.args[0] if context.args else ""
    if verb == "list":
        names = sorted(SERVICES)
        await context.out(f"Found {len(names)} services:\n")
        await context.out("".join(f"{index}\t{name}: []\n" for index, name in enumerate(names)))
    elif verb == "check" and len(context.args) > 1:
        state = "found" if context.args[1] in SERVICES else "not found"
        await context.out(f"Service {context.args[1]}: {state}\n")
    else:
        await context.err("service: unsupported command\n")
        return 10
    return 0


@program("cmd")
async def cmd(context: Context) -> int:
    """Run a command of a system service: `cmd [-w] SERVICE [args]`."""
    args = [arg for arg in context.args if arg != "-w"] if context.args[:1] == ["-w"] else list(context.args)
    if not args or args[0] == "-l":
        await context.out(
            "Currently running services:\n" + "".join(f"  {name}\n" for name in sorted(_SERVICES))
        )
        return 0 if args else 20
    name, rest = args[0], args[1:]
    sdk = context.phone.world.persona.sdk
    handler = _SERVICES.get(name) if has_service(name, sdk) else None
    if handler is not None and rest and not has_verb(name, rest[0], sdk):
        await context.err(f"Unknown command: {rest[0]}\n")
        return 255
    if handler is not None:
        await context.phone.spend("input_command" if name == "input" else "service_call")
        return await handler(context, rest)
    if name in _SILENT:
        return 0
    if name in ("settings", "window", "wm"):
        program_found = find_program("wm" if name == "window" else name)
        assert program_found is not None
        context.argv = ["wm" if name == "window" else name, *rest]
        return await program_found(context)
    await context.err(f"cmd: Can't find service: {name}\n")
    return 20


async def _thermal(context: Context, args: list[str]) -> int:
    if args[:1] == ["override-status"] and len(args) > 1 and args[1].isdigit():
        context.phone.state.thermal_override = int(args[1])
        return 0
    if args[:1] == ["reset"]:
        context.phone.state.thermal_override = None
        return 0
    await context.err("Thermal service (thermalservice) commands:\n  override-status STATUS\n  reset\n")
    return 255


async def _display(context: Context, args: list[str]) -> int:
    verb = args[0] if args else ""
    world, state = context.phone.world, context.phone.state
    if verb == "set-user-preferred-display-mode" and len(args) >= 4:
        state.user_mode = (int(args[1]), int(args[2]), float(args[3]))
        world.request_mode(state.user_mode[2])
        return 0
    if verb == "clear-user-preferred-display-mode":
        state.user_mode = None
        world.request_mode(wanted_rate(world))
        return 0
    if verb in ("get-user-preferred-display-mode", "get-active-display-mode-at-start"):
        if state.user_mode is None:
            await context.out("User preferred display mode: null\n")
        else:
            width, height, rate = state.user_mode
            await context.out(f"User preferred display mode: {width} {height} {java_float(rate)}\n")
        return 0
    if verb == "set-brightness" and len(args) > 1:
        world.settings.setdefault("system", {})["screen_brightness"] = str(round(float(args[1]) * 255))
        return 0
    if verb in ("ab-logging-enable", "ab-logging-disable", "dwb-set-cct"):
        return 0
    await context.out("Display manager commands:\n  help\n    Print this help text.\n")
    return 0 if verb in ("", "help") else 255


async def _notification(context: Context, args: list[str]) -> int:
    sdk = context.phone.world.persona.sdk
    if args[:1] in (["set_dnd"], ["set-dnd"]) and len(args) > 1 and sdk >= _SET_DND_SDK:
        zen = _ZEN.get(args[1])
        if zen is not None:
            context.phone.state.zen_mode = zen
            context.phone.world.settings.setdefault("global", {})["zen_mode"] = zen
        return 0
    await context.out("usage: cmd notification SUBCMD [args]\n\nSUBCMDs:\n")
    if sdk >= _SET_DND_SDK:
        await context.out("  set_dnd [on|none (same as on)|priority|alarms|all|off (same as all)]\n")
    return 0 if not args else 255


async def _statusbar(context: Context, args: list[str]) -> int:
    if args and args[0] in ("collapse", "expand-notifications", "expand-settings"):
        return 0
    await context.out("Status bar commands:\n  help\n    Print this help text.\n")
    return 0 if not args else 255


async def _power(context: Context, args: list[str]) -> int:
    verb = args[0] if args else ""
    if verb == "set-fixed-performance-mode-enabled" and len(args) > 1:
        context.phone.state.fixed_performance = args[1] == "true"
        return 0
    if verb == "set-mode" and len(args) > 1:
        # on a charger the saver does not come on (BatterySaverStateMachine)
        if args[1] != "1" or not powered(context.phone):
            context.phone.world.settings.setdefault("global", {})["low_power"] = str(int(args[1] == "1"))
        return 0
    if verb in ("suppress-ambient-display", "set-adaptive-power-saver-enabled"):
        return 0
    await context.out("Power manager (power) commands:\n  help\n    Print this help text.\n")
    return 0 if verb in ("", "help") else 255


async def _battery(context: Context, args: list[str]) -> int:
    if args[:1] == ["get"]:
        await context.out(f"{context.phone.world.battery.get(args[1] if len(args) > 1 else 'level', 0)}\n")
        return 0
    text = SERVICES["battery"](context.phone, args)
    await context.out("" if args else text)
    return 0


_SERVICES = {
    "package": run_package,
    "activity": run_am,
    "input": run_input,
    "input_method": run_ime,
    "thermalservice": _thermal,
    "display": _display,
    "notification": _notification,
    "statusbar": _statusbar,
    "power": _power,
    "battery": _battery,
    "uimode": run_uimode,
}


@program("svc")
async def svc(context: Context) -> int:
    """Switch things on and off: power stayon, wifi, data."""
    await context.phone.spend("service_call")
    args = context.args
    if args[:2] == ["power", "stayon"] and len(args) > 2 and args[2] in _PLUGGED:
        context.phone.world.settings.setdefault("global", {})["stay_on_while_plugged_in"] = _PLUGGED[args[2]]
        return 0
    if args[:2] == ["power", "reboot"]:
        context.phone.on_reboot()
        return 0
    if args and args[0] in ("wifi", "data", "bluetooth", "nfc", "usb"):
        return 0
    await context.err(
        "Available commands:\n    help     Show information about the subcommands\n    power\n    "
        "data\n    wifi\n"
    )
    return 0 if not args else 1


@program("reboot")
async def reboot(context: Context) -> int:
    """Restart the phone: the connection breaks and comes back."""
    context.phone.on_reboot()
    return 0
