"""ime and `cmd input_method`: which keyboards there are, and which is used."""

from __future__ import annotations

from devices.simulated.userland.registry import Context, program


@program("ime")
async def ime(context: Context) -> int:
    """Manage keyboards: list, enable, disable, set, reset."""
    await context.phone.spend("service_call")
    return await run_ime(context, ["ime", *context.args] if context.args[:1] != ["ime"] else context.args)


def known_methods(context: Context) -> list[str]:
    """Return all installed keyboards: the enabled ones, and those that were disabled here."""
    enabled = list(context.phone.world.ime().enabled_ids)
    return enabled + [one for one in context.phone.disabled_methods if one not in enabled]


async def run_ime(context: Context, args: list[str]) -> int:
    """Run one command of the input method service."""
    args = args[1:] if args[:1] == ["ime"] else args
    verb, rest = (args[0] if args else ""), args[1:]
    names = [arg for index, arg in enumerate(rest)
             if not arg.startswith("-") and (index == 0 or rest[index - 1] != "--user")]  # fmt: skip
    if verb == "list":
        return await _list(context, rest)
    if verb in ("enable", "disable", "set"):
        return await _change(context, verb, names[0] if names else "")
    if verb == "reset":
        return await _reset(context)
    if verb in ("tracing", "refresh_debug_properties", "get-last-switch-user-id"):
        return 0
    await context.out("InputMethodManagerService commands:\n  help\n    Prints this help text.\n")
    return 0 if verb in ("", "help") else 255


def usable(context: Context) -> list[str]:
    """Return the keyboards that are enabled now."""
    return [one for one in context.phone.world.ime().enabled_ids if one not in context.phone.disabled_methods]


async def _list(context: Context, args: list[str]) -> int:
    methods = known_methods(context) if "-a" in args else usable(context)
    for method in methods:
        if "-s" in args:
            await context.out(method + "\n")
        else:
            package = method.partition("/")[0]
            await context.out(
                f"{method}:\n  mId={method} mSettingsActivityName=null mIsVrOnly=false "
                "mSupportsSwitchingToNextInputMethod=true\n  mIsDefaultResId=0x0\n  Service:\n    "
                "ServiceInfo:\n"
                f"      packageName={package}\n"
            )
    return 0


async def _change(context: Context, verb: str, method: str) -> int:
    disabled = context.phone.disabled_methods
    if method not in known_methods(context):
        action = {"enable": "enabled", "disable": "disabled", "set": "selected"}[verb]
        await context.err(f"Unknown input method {method} cannot be {action} for user #0\n")
        return 255
    if verb == "enable":
        state = "now" if method in disabled else "already"
        disabled.discard(method)
        await context.out(f"Input method {method}: {state} enabled for user #0\n")
        return 0
    if verb == "disable":
        state = "already" if method in disabled else "now"
        disabled.add(method)
        await context.out(f"Input method {method}: {state} disabled for user #0\n")
        return 0
    if method in disabled or not context.phone.world.set_ime(method):
        await context.err(f"Unknown input method {method} cannot be selected for user #0\n")
        return 255
    await context.out(f"Input method {method} selected for user #0\n")
    return 0


async def _reset(context: Context) -> int:
    context.phone.disabled_methods.clear()
    methods = known_methods(context)
    if methods:
        context.phone.world.set_ime(methods[0])
    await context.out("Reset current and enabled IMEs for user #0\n  Newly selected:\n")
    await context.out(f"    {methods[0] if methods else 'null'}\n  Newly enabled:\n")
    await context.out("".join(f"    {method}\n" for method in methods))
    return 0
