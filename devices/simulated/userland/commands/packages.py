"""pm and `cmd package`: what is installed, and how it is compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.commands.activity import parse_intent, resolve
from devices.simulated.userland.commands.install import install, uninstall
from devices.simulated.userland.dumpsys import SERVICES
from devices.simulated.userland.dumpsys.package import apk_path
from devices.simulated.userland.dumpsys.services import component_short
from devices.simulated.userland.registry import Context, program

if TYPE_CHECKING:
    from devices.simulated.world import PackageInfo

_SYSTEM = ("com.android.", "com.google.android.", "android")
_FILTERS = frozenset({"verify", "quicken", "speed", "speed-profile", "space", "space-profile", "everything",
                      "everything-profile", "assume-verified", "extract"})  # fmt: skip


@program("pm")
async def pm(context: Context) -> int:
    """Manage packages."""
    await context.phone.spend("service_call")
    return await run_package(context, context.args)


async def run_package(context: Context, args: list[str]) -> int:
    """Run one command of the package service."""
    verb, rest = (args[0] if args else ""), args[1:]
    handler = _COMMANDS.get(verb)
    if handler is not None:
        return await handler(context, rest)
    if verb in _SILENT:
        await context.out(_SILENT[verb])
        return 0
    await context.out("Package manager (package) commands:\n  help\n      Print this help text.\n")
    return 0 if verb in ("", "help") else 255


def _named(context: Context, name: str) -> PackageInfo | None:
    return next((one for one in context.phone.world.packages() if one.name == name), None)


def _operands(args: list[str]) -> list[str]:
    found: list[str] = []
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        if arg in ("--user", "-m", "-r", "--uid", "--split"):
            rest = rest[1:]
        elif not arg.startswith("-"):
            found.append(arg)
    return found


async def _list(context: Context, args: list[str]) -> int:
    kind = args[0] if args else ""
    if kind not in ("packages", "package"):
        await context.err(f"Error: unknown list type '{kind}'\n")
        return 255
    pattern = (_operands(args[1:]) or [""])[0]
    for one in sorted(context.phone.world.packages(), key=lambda package: package.name):
        system = one.name.startswith(_SYSTEM)
        if pattern not in one.name or ("-3" in args and system) or ("-s" in args and not system):
            continue
        text = f"package:{apk_path(one.name)}={one.name}" if "-f" in args else f"package:{one.name}"
        text += f" versionCode:{one.version_code}" if "--show-versioncode" in args else ""
        text += f" uid:{one.uid}" if "-U" in args else ""
        await context.out(text + "\n")
    return 0


async def _path(context: Context, args: list[str]) -> int:
    names = _operands(args)
    if not names or _named(context, names[0]) is None:
        return 1
    await context.out(f"package:{apk_path(names[0])}\n")
    return 0


async def _clear(context: Context, args: list[str]) -> int:
    names = _operands(args)
    if not names or _named(context, names[0]) is None:
        await context.out("Failed\n")
        return 1
    context.phone.world.force_stop(names[0])
    await context.out("Success\n")
    return 0


async def _resolve(context: Context, args: list[str]) -> int:
    intent = parse_intent([arg for arg in args if arg not in ("--brief", "--components")])
    found = resolve(context, intent)
    if found is None:
        await context.out("No activity found\n")
        return 0
    component = component_short(found.launcher)
    if "--components" in args:
        await context.out(component + "\n")
        return 0
    await context.out(
        f"priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true\n{component}\n"
    )
    return 0


async def _compile(context: Context, args: list[str]) -> int:
    names = _operands(args)
    packages = list(context.phone.world.packages()) if "-a" in args else [
        one for one in [_named(context, name) for name in names] if one is not None
    ]  # fmt: skip
    if not packages:
        await context.err(f"Error: Package not found: {names[0] if names else ''}\n")
        return 1
    table = context.phone.state.compile_filters
    if "--reset" in args:
        for one in packages:
            table.pop(one.name, None)
    else:
        wanted = args[args.index("-m") + 1] if "-m" in args[:-1] else "speed-profile"
        if wanted not in _FILTERS:
            await context.err(f"Error: '{wanted}' is not a valid compilation filter.\n")
            return 1
        table.update({one.name: (wanted, "cmdline") for one in packages})
    await context.out("Success\n")
    return 0


async def _dump(context: Context, args: list[str]) -> int:
    await context.out(SERVICES["package"](context.phone, args))
    return 0


_COMMANDS = {
    "install": install,
    "uninstall": uninstall,
    "list": _list,
    "path": _path,
    "clear": _clear,
    "resolve-activity": _resolve,
    "compile": _compile,
    "dump": _dump,
}
_SILENT = {
    "grant": "",
    "revoke": "",
    "trim-caches": "",
    "enable": "",
    "bg-dexopt-job": "Success\n",
    "has-feature": "true\n",
    "get-max-users": "4\n",
}
