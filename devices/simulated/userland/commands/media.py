"""screencap."""

from __future__ import annotations

from devices.simulated.userland.filesystem import FileError
from devices.simulated.userland.options import split
from devices.simulated.userland.picture import draw_screen, png, raw
from devices.simulated.userland.registry import Context, program


@program("screencap")
async def screencap(context: Context) -> int:
    """Take a picture of the screen: -p for PNG, to a file or stdout."""
    options, operands = split(context.args, "ph", "d")
    await context.phone.spend("screencap")
    canvas = draw_screen(context.phone.world)
    as_png = "p" in options or (bool(operands) and operands[0].endswith(".png"))
    data = png(canvas) if as_png else raw(canvas, context.phone.world.persona.sdk)
    if not operands:
        await context.stdout.write(data)
        return 0
    try:
        context.phone.files.write(context.path(operands[0]), data)
    except FileError as error:
        await context.err(f"Error opening file: {operands[0]} ({error.reason})\n")
        return 1
    return 0
