"""input: taps, swipes, keys, text. From Android 12 on it is `cmd input`, run in system_server."""

from __future__ import annotations

from devices.simulated.userland.commands.input_wording import Said, Wording
from devices.simulated.userland.injection import Injector
from devices.simulated.userland.keycodes import keycode
from devices.simulated.userland.permissions import lacking
from devices.simulated.userland.registry import Context, program
from devices.simulated.world import MotionAction

_SOURCES = frozenset({"keyboard", "dpad", "mouse", "touchscreen", "touchpad", "trackball", "joystick",
"gamepad",
                      "stylus", "touchnavigation", "rotaryencoder"})  # fmt: skip
_LONG_PRESS_NS = 400_000_000
_DOUBLE_TAP_NS = 40_000_000


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
    lacks = lacking(context.phone)
    known = _COMMANDS.keys() - ({"motionevent"} if "motionevent" in lacks else set())
    words = Wording(context.phone.world.persona.sdk, known)
    name = args[0] if args else ""
    if name in ("", "help", "-h", "--help"):
        await context.out(words.usage)
        return 0
    if name not in known:
        return await _fail(context, words.unknown(name))
    if "injection" in lacks:
        return await _fail(context, words.refused(name))
    try:
        await _COMMANDS[name](context, args[1:])
    except _ArgumentError as fault:
        return await _fail(context, words.fault(name, str(fault)))
    return 0


async def _fail(context: Context, said: Said) -> int:
    await context.err(said[0])
    return said[1]


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
