"""Plates: filled rounded rectangles with a border, each painted once.

On a software driver the picture costs by the pixel: so a plate is one nine-part picture (corners,
edges and middle together), not a border under a fill, and every shape looks its colour up without
smoothing, which halves what a pixel costs. Corners are antialiased in the picture itself.
"""

from __future__ import annotations

from functools import lru_cache

from kivy.graphics import BorderImage, Color, InstructionGroup, Rectangle
from kivy.graphics.texture import Texture
from PIL import Image, ImageChops, ImageDraw

from screens.theme.look import Look
from screens.theme.tokens import Rgba

OVERSAMPLING = 8


def quicken_plain_shapes() -> None:
    """Kivy paints every plain shape with one white picture; looked up plainly it is the same."""
    plainly(Rectangle().texture)


def plainly(texture: Texture) -> Texture:
    """The texture, taken pixel by pixel: for what is drawn at its own size on whole pixels."""
    texture.min_filter = texture.mag_filter = "nearest"
    return texture


class Plate(InstructionGroup):
    """A fill with a border inside its edge. Lengths in design pixels."""

    def __init__(
        self, look: Look, *, fill: str, line: str | None = None, radius: float, stroke: float = 2
    ) -> None:
        super().__init__()
        self._look = look
        self._radius = radius
        self._place = (0, 0, 0, 0)
        self.add(Color(1, 1, 1, 1))
        self._shape = BorderImage(size=(0, 0))
        self.add(self._shape)
        self.paint(fill=fill, line=line, stroke=stroke)

    def paint(self, *, fill: str, line: str | None = None, stroke: float = 2) -> None:
        """Takes other colours in the same place."""
        colour = self._look.colour
        edge = max(self._look.px(stroke), 1) if line else 0
        self._style = (colour(fill), colour(line or fill), edge)
        self._draw()

    def put(self, x: float, y: float, width: float, height: float) -> None:
        self._place = (round(x), round(y), round(width), round(height))
        self._draw()

    def _draw(self) -> None:
        x, y, width, height = self._place
        if width <= 0 or height <= 0:
            return
        fill, line, edge = self._style
        radius = min(self._look.px(self._radius), width // 2, height // 2)
        border = max(radius, edge)
        self._shape.texture = _nine_parts(fill, line, radius, edge)
        self._shape.border = (border, border, border, border)
        self._shape.pos, self._shape.size = (x, y), (width, height)


@lru_cache(maxsize=128)
def _nine_parts(fill: Rgba, line: Rgba, radius: int, edge: int) -> Texture:
    """Four corners around one pixel of middle."""
    side = 2 * max(radius, edge) + 1
    inside = _rounded(side, max(radius - edge, 0), edge) if edge else None
    picture = Image.new("RGBA", (side, side), in_bytes(fill))
    if inside is not None:
        picture = Image.composite(picture, Image.new("RGBA", picture.size, in_bytes(line)), inside)
    clear = ImageChops.multiply(picture.getchannel("A"), _rounded(side, radius, 0))
    picture.putalpha(clear)
    texture = Texture.create(size=picture.size, colorfmt="rgba")
    texture.blit_buffer(picture.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return plainly(texture)


def _rounded(side: int, radius: int, inset: int) -> Image.Image:
    """A mask (mode L) of a rounded square, `inset` pixels within one of `side` pixels."""
    many = OVERSAMPLING
    mask = Image.new("L", (side * many, side * many), 0)
    corner, far = inset * many, (side - inset) * many - 1
    ImageDraw.Draw(mask).rounded_rectangle((corner, corner, far, far), radius * many, fill=255)
    return mask.resize((side, side), Image.Resampling.BOX)


def in_bytes(colour: Rgba) -> tuple[int, int, int, int]:
    """Parts from 0 to 255."""
    red, green, blue, alpha = (round(part * 255) for part in colour)
    return red, green, blue, alpha
