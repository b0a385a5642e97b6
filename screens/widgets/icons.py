"""Line icons on a 56 grid (origin top left), 4 units thick, round ends: drawn, not typed.

A font's symbols differ by face and may be missing; shapes never are. Each icon is drawn once per
size, four times oversampled, and tinted by the canvas.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from PIL import Image, ImageDraw

from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.elements import Element
from screens.widgets.shapes import plainly

if TYPE_CHECKING:
    from collections.abc import Sequence

Point = tuple[float, float]
Stroke = list[Point]
OVERSAMPLING = 4


def _line(*numbers: float) -> Stroke:
    return [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)]


def _arc(x: float, y: float, radius: float, start: float = 0, end: float = 360) -> Stroke:
    """Degrees clockwise from three o'clock."""
    steps = max(int(abs(end - start) / 6), 2)
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


def _box(x: float, y: float, width: float, height: float, radius: float = 4) -> Stroke:
    right, bottom = x + width, y + height
    return [
        *_arc(x + radius, y + radius, radius, 180, 270),
        *_arc(right - radius, y + radius, radius, 270, 360),
        *_arc(right - radius, bottom - radius, radius, 0, 90),
        *_arc(x + radius, bottom - radius, radius, 90, 180),
        (x, y + radius),
    ]


_PAPER = [_line(33, 7, 14, 7, 12, 9, 12, 47, 14, 49, 42, 49, 44, 47, 44, 18, 33, 7, 33, 18, 44, 18)]

ICONS: dict[str, list[Stroke]] = {
    "search": [_arc(25, 25, 16), _line(37, 37, 48, 48)],
    "printer": [
        _line(16, 20, 16, 8, 40, 8, 40, 20),
        _line(16, 40, 8, 40, 8, 20, 48, 20, 48, 40, 40, 40),
        _box(16, 32, 24, 16, 2),
    ],
    "clock": [_arc(28, 28, 20), _line(28, 15, 28, 28, 36, 33)],
    "check": [_line(11, 30, 23, 42, 46, 15)],
    "close": [_line(14, 14, 42, 42), _line(42, 14, 14, 42)],
    "chevron_right": [_line(21, 12, 37, 28, 21, 44)],
    "chevron_left": [_line(35, 12, 19, 28, 35, 44)],
    "chevron_up": [_line(12, 37, 28, 21, 44, 37)],
    "chevron_down": [_line(12, 19, 28, 35, 44, 19)],
    "arrow_right": [_line(10, 28, 46, 28), _line(32, 14, 46, 28, 32, 42)],
    "person": [_arc(28, 18, 10), _line(10, 48, 10, 46), _arc(28, 48, 18, 180, 360)],
    "people": [
        _arc(22, 19, 9),
        _arc(22, 46, 15, 180, 360),
        _arc(38, 19, 9, -70, 75),
        _arc(34, 46, 16, 300, 360),
    ],
    "help": [
        _arc(28, 28, 21),
        [*_arc(28, 22, 7, 180, 385), (29, 31), (28, 33)],
        _line(28, 41, 28, 41.2),
    ],
    "type": [
        _line(6, 44, 19, 12, 32, 44),
        _line(11, 33, 27, 33),
        _line(33, 44, 42, 22, 51, 44),
        _line(37, 36, 47, 36),
    ],
    "contrast": [
        _arc(28, 28, 20),
        _line(28, 8, 28, 48),
        *[_line(31, y, 28 + math.sqrt(400 - (y - 28) ** 2) - 2, y) for y in range(11, 47, 3)],
    ],
    "speaker": [
        _line(8, 22, 17, 22, 28, 13, 28, 43, 17, 34, 8, 34, 8, 22),
        _arc(28, 28, 11, -45, 45),
        _arc(28, 28, 20, -45, 45),
    ],
    "camera": [
        _line(8, 18, 17, 18, 21, 11, 35, 11, 39, 18, 48, 18, 48, 45, 8, 45, 8, 18),
        _arc(28, 31, 8.5),
    ],
    "paper": [*_PAPER, _line(20, 28, 36, 28), _line(20, 37, 36, 37)],
    "papers": [*_PAPER, _line(20, 28, 36, 28), _line(20, 37, 36, 37)],
    "home": [
        _line(7, 27, 28, 8, 49, 27),
        _line(13, 23, 13, 48, 43, 48, 43, 23),
        _line(23, 48, 23, 34, 33, 34, 33, 48),
    ],
    "money": [
        _arc(28, 28, 20),
        _line(20, 16, 28, 27, 36, 16),
        _line(28, 27, 28, 41),
        _line(20, 28, 36, 28),
        _line(20, 35, 36, 35),
    ],
    "card": [
        _box(6, 12, 44, 32, 5),
        _arc(18, 24, 4.5),
        _arc(18, 37, 7, 185, 355),
        _line(32, 23, 43, 23),
        _line(32, 31, 43, 31),
    ],
    "reader": [
        _arc(28, 42, 1.2),
        _arc(28, 42, 10, 215, 325),
        _arc(28, 42, 20, 215, 325),
        _arc(28, 42, 30, 218, 322),
    ],
    "network": [
        _arc(28, 28, 20),
        _line(8, 28, 48, 28),
        [(28 + 9 * math.cos(a / 10), 28 + 20 * math.sin(a / 10)) for a in range(64)],
    ],
    "store": [
        [(28 + 18 * math.cos(a / 10), 13 + 6 * math.sin(a / 10)) for a in range(64)],
        [
            (10, 13),
            (10, 43),
            *[(28 - 18 * math.cos(a / 10), 43 + 6 * math.sin(a / 10)) for a in range(32)],
            (46, 43),
            (46, 13),
        ],
        [(28 - 18 * math.cos(a / 10), 28 + 6 * math.sin(a / 10)) for a in range(32)],
    ],
    "warning": [
        _line(28, 8, 50, 46, 6, 46, 28, 8),
        _line(28, 22, 28, 33),
        _line(28, 39.5, 28, 39.7),
    ],
    "info": [_arc(28, 28, 21), _line(28, 26, 28, 40), _line(28, 17, 28, 17.2)],
    "hand": [
        [(17, 30), (17, 13), *_arc(20.5, 13, 3.5, 180, 360), (24, 26)],
        [(24, 13), *_arc(27.5, 11, 3.5, 180, 360), (31, 26)],
        [(31, 14), *_arc(34.5, 14, 3.5, 180, 360), (38, 28)],
        [
            (38, 20),
            *_arc(41.5, 20, 3.5, 180, 360),
            (45, 34),
            *_arc(30, 35, 15, 0, 115),
            (8, 34),
            (11, 30),
            (17, 34),
        ],
    ],
    "exit": [
        _line(30, 9, 11, 9, 11, 47, 30, 47),
        _line(23, 28, 48, 28),
        _line(38, 18, 48, 28, 38, 38),
    ],
    "phone": [_box(15, 5, 26, 46, 5), _line(25, 43, 31, 43)],
    "pen": [_line(10, 46, 13, 34, 36, 11, 45, 20, 22, 43, 10, 46), _line(31, 16, 40, 25)],
    "retake": [_arc(28, 29, 18, -60, 215), _line(38, 5, 38, 14, 29, 16)],
    "trash": [
        _line(10, 15, 46, 15),
        _line(21, 15, 21, 8, 35, 8, 35, 15),
        _line(15, 15, 18, 49, 38, 49, 41, 15),
    ],
    "backspace": [
        _line(20, 12, 49, 12, 49, 44, 20, 44, 6, 28, 20, 12),
        _line(26, 21, 40, 35),
        _line(40, 21, 26, 35),
    ],
    "plus": [_line(28, 10, 28, 46), _line(10, 28, 46, 28)],
    "minus": [_line(10, 28, 46, 28)],
    "star": [
        [
            (
                28 + (22 if i % 2 == 0 else 9.5) * math.sin(math.pi * i / 5),
                30 - (22 if i % 2 == 0 else 9.5) * math.cos(math.pi * i / 5),
            )
            for i in range(11)
        ]
    ],
    "shield": [
        [
            (28, 6),
            (46, 13),
            (46, 27),
            *_arc(20, 27, 26, 10, 60),
            (28, 51),
            *_arc(36, 27, 26, 120, 170),
            (10, 27),
            (10, 13),
            (28, 6),
        ]
    ],
    "building": [
        _line(8, 48, 48, 48),
        _line(13, 48, 13, 14, 34, 8, 34, 48),
        _line(34, 22, 44, 22, 44, 48),
        _line(20, 22, 26, 22),
        _line(20, 30, 26, 30),
        _line(20, 38, 26, 38),
    ],
    "pin": [
        [*_arc(28, 23, 16, 150, 390), (28, 51), _arc(28, 23, 16, 150, 150.1)[0]],
        _arc(28, 23, 5.5),
    ],
}
FILLED: dict[str, str] = {"star_filled": "star"}


@lru_cache(maxsize=128)
def icon_texture(name: str, pixels: int, stroke: float) -> Texture:
    """White on clear, `pixels` square. Raises `KeyError` for an icon that does not exist."""
    side = pixels * OVERSAMPLING
    unit = side / tokens.ICON_GRID
    mask = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(mask)
    for stroke_points in ICONS[FILLED.get(name, name)]:
        points = [(x * unit, y * unit) for x, y in stroke_points]
        if name in FILLED:
            pen.polygon(points, fill=255)
        _trace(pen, points, stroke * unit)
    return texture_of(mask.resize((pixels, pixels), Image.Resampling.LANCZOS))


def texture_of(mask: Image.Image) -> Texture:
    """A white texture whose alpha is `mask` (mode L)."""
    white = Image.new("LA", mask.size, (255, 255))
    white.putalpha(mask)
    texture = Texture.create(size=mask.size, colorfmt="rgba")
    texture.blit_buffer(white.convert("RGBA").tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return plainly(texture)


def _trace(pen: ImageDraw.ImageDraw, points: Sequence[Point], width: float) -> None:
    pen.line(points, fill=255, width=round(width))
    radius = width / 2
    for x, y in points:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


class Icon(Element):
    """`side` in design pixels; `stroke` on the 56 grid."""

    def __init__(
        self,
        look: Look,
        name: str,
        *,
        side: float = tokens.ICON,
        colour: str = "ink",
        stroke: float = tokens.STROKE,
        **kw: float,
    ) -> None:
        super().__init__(look, **kw)  # type: ignore[arg-type]
        self.name = name
        self.side = side * (tokens.ICON_LARGE if look.large else 1)
        self.colour = colour
        self.stroke = stroke
        self._tint = Color()
        self._drawing = Rectangle(size=(0, 0))
        self.canvas.add(self._tint)
        self.canvas.add(self._drawing)

    def natural_width(self) -> float:
        return self.look.px(self.side)

    def natural_height(self, width: float) -> float:
        return self.look.px(self.side)

    def set(self, name: str | None = None, *, colour: str | None = None) -> None:
        self.name = name or self.name
        self.colour = colour or self.colour
        self.arrange()

    def arrange(self) -> None:
        side = self.look.px(self.side)
        self._tint.rgba = self.look.colour(self.colour)
        self._drawing.texture = icon_texture(self.name, side, self.stroke)
        self._drawing.pos = (round(self.center_x - side / 2), round(self.center_y - side / 2))
        self._drawing.size = (side, side)
