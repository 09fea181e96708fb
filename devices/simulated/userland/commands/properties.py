"""getprop, setprop, settings, wm: what the system is, and its switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.permissions import lacking
from devices.simulated.userland.refresh import apply_refresh_settings
from devices.simulated.userland.registry import Context, program

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone

_SETTABLE = ("debug.", "log.", "persist.log.", "persist.traced.", "persist.heapprofd.",
"security.perf_harden",
             "dumpstate.", "sys.usb.", "persist.sys.test", "vendor.debug.")  # fmt: skip
_NAMESPACES = ("global", "secure", "system")


def properties(phone: Phone) -> dict[str, str]:
    """Return all properties: those that follow from the persona, the persona's own, then what was set."""
    persona = phone.world.persona
    brand = persona.manufacturer.lower()
    device = persona.properties.get("ro.product.device", persona.model.lower().replace(" ", "_"))
    derived = {
        "ro.build.version.release": persona.android, "ro.build.version.sdk": str(persona.sdk),
        "ro.build.version.codename": "REL", "ro.build.type": persona.build_type,
        "ro.build.fingerprint": persona.fingerprint, "ro.product.model": persona.model,
        "ro.product.manufacturer": persona.manufacturer, "ro.product.brand": brand,
        "ro.product.device": device,
        "ro.product.name": device, "ro.product.cpu.abi": "arm64-v8a",
        "ro.sf.lcd_density": str(persona.density),
        "ro.debuggable": "0" if persona.build_type == "user" else "1", "ro.secure": "1", "ro.adb.secure": "1",
        "ro.serialno": f"SIM{persona.name.upper()}", "sys.boot_completed": "1", "dev.bootcomplete": "1",
        "init.svc.adbd": "running", "persist.traced.enable": "1",
        "persist.sys.timezone": "UTC", "ro.product.locale": "en-US",
    }  # fmt: skip
    if persona.is_emulator:
        derived |= {"ro.kernel.qemu": "1", "ro.boot.qemu": "1", "ro.hardware": "ranchu"}
    table = derived | dict(persona.properties) | phone.world.properties
    running = "tracing-service" not in persona.lacks and table["persist.traced.enable"] == "1"
    table = {"init.svc.traced": "running" if running else "stopped"} | table
    return table | {"sys.boot_completed": "", "dev.bootcomplete": ""} if phone.booting else table


@program("getprop")
async def getprop(context: Context) -> int:
    """Print one property (or a default), or all of them."""
    table = properties(context.phone)
    if context.args:
        default = context.args[1] if len(context.args) > 1 else ""
        await context.out(f"{table.get(context.args[0], default)}\n")
        return 0
    await context.out("".join(f"[{name}]: [{table[name]}]\n" for name in sorted(table)))
    return 0


@program("setprop")
async def setprop(context: Context) -> int:
    """Set a property that uid shell may set; the model watches `debug.silky.fault` in its table."""
    if len(context.args) != 2:
        await context.err('setprop: Need 2 arguments (see "setprop --help")\n')
        return 1
    name, value = context.args
    if not name.startswith(_SETTABLE):
        await context.err(f"Failed to set property '{name}' to '{value}'.\nSee dmesg for error reason.\n")
        return 1
    context.phone.world.properties[name] = value
    return 0


@program("settings")
async def settings(context: Context) -> int:
    """Read and write settings: get, put, delete, list, reset."""
    await context.phone.spend("service_call")
    args = [arg for arg in context.args if arg != "--lineage"]
    if args[:1] == ["--user"]:
        args = args[2:]
    elif "--user" in args:
        at = args.index("--user")
        args = args[:at] + args[at + 2 :]
    verb, namespace = [*args, "", ""][:2]
    if verb not in ("get", "put", "delete", "list", "reset"):
        await context.out("Settings provider (settings) commands:\n  help\n      Print this help text.\n")
        return 0 if verb in ("", "help") else 255
    if namespace not in _NAMESPACES:
        await context.err(f"Invalid namespace '{namespace}'\n" if namespace else "Bad arguments\n")
        return 255
    table = context.phone.world.settings.setdefault(namespace, {})
    if verb in ("put", "delete", "reset") and "settings" in lacking(context.phone):
        await context.err(
            f"\nException occurred while executing '{verb}':\n"
            "java.lang.SecurityException: Permission denial: writing to settings "
            "requires:android.permission.WRITE_SECURE_SETTINGS\n"
        )
        return 255
    if verb == "list":
        shown = table | (_keyboards(context.phone) if namespace == "secure" else {})
        await context.out("".join(f"{key}={shown[key]}\n" for key in sorted(shown)))
        return 0
    if len(args) < (4 if verb == "put" else 3):
        await context.err("Bad arguments\n")
        return 255
    return await _one_setting(context, verb, namespace, args)


async def _one_setting(context: Context, verb: str, namespace: str, args: list[str]) -> int:
    table = context.phone.world.settings[namespace]
    key = args[2]
    if verb == "get":
        live = _keyboards(context.phone).get(key) if namespace == "secure" else None
        await context.out(f"{live or table.get(key, 'null')}\n")
        return 0
    if verb == "put":
        table[key] = args[3]
        if (namespace, key) == ("global", "zen_mode"):
            # the notification service sees the change, and puts back what it has (ZenModeHelper)
            table[key] = context.phone.state.zen_mode
        if (namespace, key) == ("secure", "default_input_method"):
            context.phone.world.set_ime(args[3])
    else:
        count = 0 if table.pop(key, None) is None else 1
        await context.out(f"Deleted {count} rows\n")
    apply_refresh_settings(context.phone.world, key)
    return 0


def _keyboards(phone: Phone) -> dict[str, str]:
    """Return the settings that the input method service keeps itself."""
    ime = phone.world.ime()
    enabled = [one for one in ime.enabled_ids if one not in phone.disabled_methods]
    return {"default_input_method": ime.method_id, "enabled_input_methods": ":".join(enabled)}


@program("wm")
async def wm(context: Context) -> int:
    """Print or override the display's size and density."""
    await context.phone.spend("service_call")
    phone = context.phone
    persona, state = phone.world.persona, phone.state
    verb = context.args[0] if context.args else ""
    value = context.args[1] if len(context.args) > 1 else None
    if verb == "size":
        if value is None:
            await context.out(f"Physical size: {persona.width}x{persona.height}\n")
            if state.size_override:
                await context.out("Override size: {}x{}\n".format(*state.size_override))
        elif value == "reset":
            state.size_override = None
        else:
            width, _, height = value.partition("x")
            state.size_override = (int(width), int(height))
        return 0
    if verb == "density":
        if value is None:
            await context.out(f"Physical density: {persona.density}\n")
            if state.density_override:
                await context.out(f"Override density: {state.density_override}\n")
        else:
            state.density_override = None if value == "reset" else int(value)
        return 0
    await context.out("Window manager (window) commands:\n  help\n      Print this help text.\n")
    return 0 if verb in ("", "help") else 255
