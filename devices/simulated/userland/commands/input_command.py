"""input: taps, swipes, keys, text. From Android 12 on it is `cmd input`, run in system_server."""

from __future__ import annotations

from devices.simulated.userland.injection import Injector
from devices.simulated.userland.keycodes import keycode
from devices.simulated.userland.registry import Context, program
from devices.simulated.world import MotionAction

_SOURCES = frozenset({"keyboard", "dpad", "mouse", "touchscreen", "touchpad", "trackball", "joystick",
"gamepad",
                      "stylus", "touchnavigation", "rotaryencoder"})  # fmt: skip
_LONG_PRESS_NS = 400_000_000
_DOUBLE_TAP_NS = 40_000_000
_USAGE = """Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]

The commands and default sources are:
      text <string> (Default: touchscreen)
      keyevent [--longpress|--doubletap] <key code number or name> ... (Default: keyboard)
      tap <x> <y> (Default: touchscreen)
      swipe <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      draganddrop <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)
      motionevent <DOWN|UP|MOVE|CANCEL> <x> <y> (Default: touchscreen)
"""


_REFUSED = (
    "java.lang.SecurityException: Injecting input events requires the caller (or the source of the "
    "instrumentation, if any) to have the INJECT_EVENTS permission."
)


def _offered(line: str, known: set[str]) -> bool:
    """Whether a line of the usage stays: it names no command, or one that this phone has."""
    word = line.split(maxsplit=1)[0] if line.startswith("      ") else ""
    return word not in _COMMANDS or word in known


class _ArgumentError(Exception):
    """An IllegalArgumentException of InputShellCommand."""


@program("input")
async def input_program(context: Context) -> int:
    """Start the command (its start-up is a cost of the persona), then inject."""
    await context.phone.spend("input_command")
    return await run_input(context, context.args)


async def run_input(context: Context, args: list[str]) -> int:
    """Run one input command; returns when the target has handled the events."""
    args = list(args)
    if args and args[0] in _SOURCES:
        args.pop(0)
    if args[:1] == ["-d"]:
        args = args[2:]
    lacks = context.phone.world.persona.lacks
    known = _COMMANDS.keys() - ({"motionevent"} if "motionevent" in lacks else set())
    if not args or args[0] not in known:
        name = args[0] if args else ""
        usage = "".join(line for line in _USAGE.splitlines(keepends=True) if _offered(line, known))
        await context.out(usage if name in ("", "help", "-h", "--help") else f"Unknown command: {name}\n")
        return 255 if name else 0
    if "injection" in lacks:
        await context.err(f"\nException occurred while executing '{args[0]}':\n{_REFUSED}\n")
        return 255
    try:
        await _COMMANDS[args[0]](context, args[1:])
    except _ArgumentError as fault:
        await context.err(
            f"\nException occurred while executing '{args[0]}':\njava.lang.IllegalArgumentException: "
            f"{fault}\n"
        )
        return 255
    return 0


def _numbers(args: list[str], count: int, name: str) -> list[float]:
    if len(args) < count:
        raise _ArgumentError('Argument expected after "' + (args[-1] if args else name) + '"')
    try:
        return [float(text) for text in args[:count]]
    except ValueError:
        raise _ArgumentError(f"Error: Invalid arguments for command: {name}") from None


async def _tap(context: Context, args: list[str]) -> None:
    x, y = _numbers(args, 2, "tap")
    injector = Injector(context.phone)
    await injector.motion(MotionAction.DOWN, x, y)
    await injector.motion(MotionAction.UP, x, y)


async def _swipe(context: Context, args: list[str], *, hold: bool = False) -> None:
    x1, y1, x2, y2 = _numbers(args, 4, "swipe")
    duration = float(args[4]) if len(args) > 4 else 300.0
    await Injector(context.phone).swipe((x1, y1), (x2, y2), duration if duration >= 0 else 300.0,
                                        hold_ns=_LONG_PRESS_NS if hold else 0)  # fmt: skip


async def _drag(context: Context, args: list[str]) -> None:
    await _swipe(context, args, hold=True)


async def _motion(context: Context, args: list[str]) -> None:
    name = args[0].upper() if args else ""
    if name not in MotionAction.__members__:
        raise _ArgumentError(f"Unknown action: {args[0] if args else ''}")
    x, y = _numbers(args[1:], 2, "motionevent") if name != "CANCEL" or len(args) > 2 else (0.0, 0.0)
    await Injector(context.phone).motion(MotionAction[name], x, y)


async def _keys(context: Context, args: list[str]) -> None:
    injector = Injector(context.phone)
    options = [arg for arg in args if arg.startswith("--")]
    names = [arg for arg in args if not arg.startswith("--")]
    if not names:
        raise _ArgumentError('Argument expected after "keyevent"')
    for name in names:
        code = keycode(name)
        await injector.key(code)
        if "--longpress" in options:
            await context.phone.clock.sleep(_LONG_PRESS_NS)
        if "--doubletap" in options:
            await context.phone.clock.sleep(_DOUBLE_TAP_NS)
            await injector.key(code)


async def _text(context: Context, args: list[str]) -> None:
    if not args:
        raise _ArgumentError('Argument expected after "text"')
    text = args[0].replace("%s", " ")
    if not text.isascii():
        # KeyCharacterMap has no keys for it: the real command dies of a null array.
        await context.err("\nException occurred while executing 'text':\njava.lang.NullPointerException: "
                          "Attempt to get length of null array\n")  # fmt: skip
        return
    await Injector(context.phone).text(text)


_COMMANDS = {
    "tap": _tap,
    "swipe": _swipe,
    "draganddrop": _drag,
    "motionevent": _motion,
    "keyevent": _keys,
    "text": _text,
}
