"""A small picture of the screen: windows' views as flat rectangles, as PNG or raw pixels."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.simulated.world import ViewNode, World

_BACKGROUND = (250, 250, 250)
_COLOURS = (
    (232, 240, 254),
    (255, 243, 224),
    (232, 245, 233),
    (243, 229, 245),
    (224, 247, 250),
    (255, 235, 238),
)
_EDITABLE = (207, 216, 220)
_KEYBOARD = (176, 190, 197)
_BLACK = (0, 0, 0)

_COLOURED_SDK = 28
"""From this level on screencap's header names the colour space."""

Rectangle = tuple[int, int, int, int]


class Canvas:
    """RGB pixels, row by row."""

    def __init__(self, width: int, height: int, colour: tuple[int, int, int]) -> None:
        self.width = width
        self.height = height
        self.rows = [bytearray(bytes(colour) * width) for _ in range(height)]

    def fill(self, rectangle: Rectangle, colour: tuple[int, int, int]) -> None:
        """Paint a rectangle, cut to the canvas."""
        left, top, right, bottom = rectangle
        left, right = max(left, 0), min(right, self.width)
        if right <= left:
            return
        paint = bytes(colour) * (right - left)
        for row in self.rows[max(top, 0) : min(bottom, self.height)]:
            row[left * 3 : right * 3] = paint


def draw_screen(world: World) -> Canvas:
    """Draw what the phone shows."""
    persona = world.persona
    if not world.screen_on:
        return Canvas(persona.width, persona.height, _BLACK)
    canvas = Canvas(persona.width, persona.height, _BACKGROUND)
    _draw_node(canvas, world.view_tree(), 0)
    frame = world.ime().frame
    if frame[3] > frame[1]:
        canvas.fill(frame, _KEYBOARD)
    return canvas


def _draw_node(canvas: Canvas, node: ViewNode, depth: int) -> None:
    if depth:
        canvas.fill(
            node.bounds,
            _EDITABLE if node.editable else _COLOURS[sum(map(ord, node.class_name)) % len(_COLOURS)],
        )
    for child in node.children:
        _draw_node(canvas, child, depth + 1)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(canvas: Canvas) -> bytes:
    """Return the canvas as PNG, 8 bit RGB."""
    head = struct.pack(">IIBBBBB", canvas.width, canvas.height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in canvas.rows), 1)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def raw(canvas: Canvas, sdk: int) -> bytes:
    """Return the canvas as screencap's raw form: width, height, format RGBA_8888, since 9 sRGB, pixels."""
    head = (canvas.width, canvas.height, 1, *((1,) if sdk >= _COLOURED_SDK else ()))
    out = bytearray(struct.pack(f"<{len(head)}I", *head))
    for row in canvas.rows:
        pixels = bytearray(b"\xff" * (canvas.width * 4))
        for channel in range(3):
            pixels[channel::4] = row[channel::3]
        out += pixels
    return bytes(out)
