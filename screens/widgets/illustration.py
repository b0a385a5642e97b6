"""Pictures that explain: a card on the reader, a page on the tray. Drawn once per size."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from kivy.graphics import Color, InstructionGroup, Rectangle
from PIL import Image, ImageDraw

from screens.theme import tokens
from screens.theme.look import Look
from screens.theme.tokens import Rgba
from screens.widgets.cards import Chip
from screens.widgets.elements import Element
from screens.widgets.shapes import Plate, in_bytes, plainly

if TYPE_CHECKING:
    from kivy.graphics.texture import Texture

OVERSAMPLING = 3
GROUND = "accent_soft"  # the drawings stand on it: without a clear ground they are made faster
# Canvas of each drawing, in its own units.
SCENES = {"card": (640, 420), "card_taken": (640, 420), "page": (640, 520)}

Point = tuple[float, float]


def _turned(points: list[Point], degrees: float, about: Point) -> list[Point]:
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x0, y0 = about
    return [
        (
            x0 + (x - x0) * cosine - (y - y0) * sine,
            y0 + (x - x0) * sine + (y - y0) * cosine,
        )
        for x, y in points
    ]


def _rounded(x: float, y: float, width: float, height: float, radius: float) -> list[Point]:
    points: list[Point] = []
    corners = (
        (x + radius, y + radius, 180),
        (x + width - radius, y + radius, 270),
        (x + width - radius, y + height - radius, 0),
        (x + radius, y + height - radius, 90),
    )
    for cx, cy, start in corners:
        for i in range(9):
            angle = math.radians(start + 90 * i / 8)
            points.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return points


class _Pen:
    def __init__(
        self, scene: str, height: int, *, ground: Rgba, ink: Rgba, paper: Rgba, soft: Rgba
    ) -> None:
        wide, high = SCENES[scene]
        self.unit = height * OVERSAMPLING / high
        size = (round(height * wide / high) * OVERSAMPLING, height * OVERSAMPLING)
        self.image = Image.new("RGB", size, in_bytes(ground)[:3])
        self.draw = ImageDraw.Draw(self.image)
        self.ink, self.paper, self.soft = (in_bytes(each)[:3] for each in (ink, paper, soft))

    def shape(
        self,
        points: list[Point],
        *,
        fill: tuple[int, ...],
        outline: bool = True,
        turn: float = 0,
        about: Point = (0, 0),
    ) -> None:
        pixels = [(x * self.unit, y * self.unit) for x, y in _turned(points, turn, about)]
        self.draw.polygon(pixels, fill=fill)
        if outline:
            self.draw.line(
                [*pixels, pixels[0], pixels[1]],
                fill=self.ink,
                width=round(5 * self.unit),
                joint="curve",
            )

    def card(self, x: float, y: float, turn: float) -> None:
        about = (x + 190, y + 120)

        def part(points: list[Point], fill: tuple[int, ...], *, outline: bool = False) -> None:
            self.shape(points, fill=fill, outline=outline, turn=turn, about=about)

        part(_rounded(x, y, 380, 240, 24), self.paper, outline=True)
        for dx, dy, width in ((34, 44, 150), (34, 84, 180), (34, 124, 120), (34, 186, 312)):
            part(_rounded(x + dx, y + dy, width, 17, 8), self.soft)
        part(_rounded(x + 248, y + 38, 98, 122, 12), self.soft)


@lru_cache(maxsize=8)
def _scene(scene: str, height: int, *, ground: Rgba, ink: Rgba, paper: Rgba, soft: Rgba) -> Texture:
    from kivy.graphics.texture import Texture

    pen = _Pen(scene, height, ground=ground, ink=ink, paper=paper, soft=soft)
    if scene == "card":
        pen.shape(_rounded(66, 250, 508, 124, 24), fill=pen.paper)
        pen.card(130, 84, -6)
    elif scene == "card_taken":
        pen.shape(_rounded(66, 280, 508, 110, 24), fill=pen.paper)
        pen.card(130, 14, 0)
    else:
        pen.shape(_rounded(30, 330, 580, 160, 24), fill=pen.soft)
        pen.shape(_rounded(150, 40, 340, 400, 10), fill=pen.paper)
        for row in range(7):
            pen.shape(
                _rounded(190, 90 + row * 44, 260 if row % 3 else 180, 16, 8),
                fill=pen.soft,
                outline=False,
            )
    small = pen.image.reduce(OVERSAMPLING)
    texture = Texture.create(size=small.size, colorfmt="rgb")
    texture.blit_buffer(small.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
    texture.flip_vertical()
    return plainly(texture)


class Illustration(Element):
    """A scene on a soft ground, with a chip that says how things stand.

    `scene` is one of `SCENES`; needs `least` design pixels of height and takes up to `most`:
    give it `grow=1`.
    """

    def __init__(
        self,
        look: Look,
        scene: str,
        *,
        state: str = "",
        icon: str | None = None,
        tone: str = "accent",
        least: float = 320,
        most: float = 600,
        **kw: float,
    ) -> None:
        super().__init__(look, **kw)  # type: ignore[arg-type]
        self.scene = scene
        self._least, self._most = least, most
        self._plate = Plate(
            look,
            fill=GROUND,
            line="hairline" if look.contrast else None,
            radius=tokens.CARD_RADIUS * 1.5,
        )
        self.canvas.before.add(self._plate)
        self._picture = InstructionGroup()
        self.canvas.before.add(self._picture)
        ground = "surface"
        self._chip = (
            Chip(look, state, tone, icon=icon, role="second", ground=ground) if state else None
        )
        if self._chip:
            self.add_widget(self._chip)

    def natural_height(self, width: float) -> float:
        return self.look.px(self._least)

    def place(self, x: float, y: float, width: float, height: float) -> None:
        used = min(height, self.look.px(self._most))
        super().place(x, y + height - used, width, used)

    def arrange(self) -> None:
        px, look = self.look.px, self.look
        self._plate.put(self.x, self.y, self.width, self.height)
        chip_high = 0.0
        if self._chip:
            wide = self._chip.natural_width()
            chip_high = self._chip.natural_height(wide)
            self._chip.place(
                self.center_x - wide / 2, self.top - px(40) - chip_high, wide, chip_high
            )
            chip_high += px(40)
        wide, high = SCENES[self.scene]
        room = self.height - chip_high - px(72)
        height = round(min(room, (self.width - px(96)) * high / wide, px(high * 1.5)))
        self._picture.clear()
        if height < px(80):
            return
        width = round(height * wide / high)
        texture = _scene(
            self.scene,
            height,
            ground=look.colour(GROUND),
            ink=look.colour("accent"),
            paper=look.colour("surface"),
            soft=look.colour("second" if look.contrast else "accent_soft"),
        )
        self._picture.add(Color(1, 1, 1, 1))
        self._picture.add(
            Rectangle(
                texture=texture,
                pos=(
                    round(self.center_x - width / 2),
                    round(self.y + px(36) + (room - height) / 2),
                ),
                size=(width, height),
            )
        )
