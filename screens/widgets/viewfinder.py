"""What the camera sees, in a dark frame, with one sentence across its foot."""

from __future__ import annotations

from collections.abc import Callable

from kivy.graphics import Color, Line

from screens.bridge import Preview
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.camera_view import CameraView
from screens.widgets.cards import Card
from screens.widgets.clauses import Clauses
from screens.widgets.elements import Column, Element, Row
from screens.widgets.icons import Icon
from screens.widgets.picture import Picture
from screens.widgets.shapes import Plate
from screens.widgets.words import Words

CORNER = 90  # length of the marks at the corners
INSET = 36
BAR_INSET = 24


class Viewfinder(Element):
    """`look_at` a camera, or `judge` a photograph; `say` the sentence. While the camera gives no
    picture, a calm notice stands in its place; `on_live` is told of every turn."""

    def __init__(self, look: Look, starting: str, on_live: Callable[[bool], None]) -> None:
        super().__init__(look)
        self._on_live = on_live
        dark = "ground" if look.contrast else "ink"
        self._light = "ink" if look.contrast else "on_accent"
        self._camera = CameraView(look, self._turned)
        self._photograph = Picture(look)
        self._notice = Column(
            look,
            [
                Icon(look, "camera", side=120, colour=self._light, stroke=3),
                Words(look, starting, colour=self._light, align="centre", balanced=True),
            ],
            gap=tokens.GAP,
            align="centre",
        )
        self._mark = Icon(look, "camera", side=52, colour=self._light)
        self._words = Clauses(
            look, " ", "second" if look.large else "body", colour=self._light, grow=1
        )
        row = Row(look, [self._mark, self._words], gap=tokens.GAP)
        self._bar = Card(look, row, fill="scrim", line=None, padding=28, padding_y=18)
        self._corners = [Line(width=max(look.px(4), 1.5), cap="round") for _ in range(4)]
        self._frame = Line(width=max(look.px(1), 1))
        self._corner_colour = Color(0, 0, 0, 0)
        self._bar_shown = False
        self._judging = False
        self.add_widget(self._camera)
        self.add_widget(self._notice)
        self.canvas.after.add(Color(*look.colour("hairline")))
        self.canvas.after.add(self._frame)
        self.canvas.after.add(self._corner_colour)
        for line in self._corners:
            self.canvas.after.add(line)
        self._ground = Plate(look, fill=dark, radius=tokens.CARD_RADIUS)
        self.canvas.before.add(self._ground)

    @property
    def live(self) -> bool:
        return self._camera.live

    def natural_height(self, width: float) -> float:
        return width * 0.75

    def look_at(self, preview: Preview | None) -> None:
        """The live picture of a camera; None while there is none."""
        self._photograph.show_bytes(None)
        self._judging = False
        if self._photograph.parent:
            self.remove_widget(self._photograph)
        if not self._camera.parent:
            self.add_widget(self._camera, index=len(self.children))
        self._camera.start(preview)
        self._turned(self._camera.live)

    def judge(self, photograph: bytes | None) -> None:
        """One photograph, still; the camera is not watched meanwhile."""
        self._judging = True
        self._camera.stop()
        if self._camera.parent:
            self.remove_widget(self._camera)
        if self._notice.parent:
            self.remove_widget(self._notice)
        if not self._photograph.parent:
            self.add_widget(self._photograph, index=len(self.children))
        self._photograph.show_bytes(photograph, 1600)
        self._corner_colour.rgba = (0, 0, 0, 0)
        self.arrange()

    def stop(self) -> None:
        self._camera.stop()
        self._photograph.show_bytes(None)

    def say(self, words: str, icon: str) -> None:
        """The sentence across the foot; "" takes it away."""
        self._bar_shown = bool(words)
        if words:
            self._words.text = words
            self._mark.name = icon
            if not self._bar.parent:
                self.add_widget(self._bar)
        elif self._bar.parent:
            self.remove_widget(self._bar)
        self.arrange()

    def _turned(self, live: bool) -> None:
        if self._judging:
            return
        self._on_live(live)
        if live and self._notice.parent:
            self.remove_widget(self._notice)
        elif not live and not self._notice.parent:
            self.add_widget(self._notice)
        colour = self.look.colour("accent" if self.look.contrast else "on_accent")
        self._corner_colour.rgba = colour if live else (0, 0, 0, 0)
        self.arrange()

    def arrange(self) -> None:
        if self.width <= 0:
            return
        px = self.look.px
        self._ground.put(self.x, self.y, self.width, self.height)
        self._frame.rounded_rectangle = (*self.pos, *self.size, px(tokens.CARD_RADIUS))
        bar = 0.0
        if self._bar_shown:
            inset = px(BAR_INSET)
            wide = self.width - 2 * inset
            high = self._bar.natural_height(wide)
            self._bar.place(self.x + inset, self.y + inset, wide, high)
            bar = high + inset
        for picture in (self._camera, self._photograph):
            if picture.parent:
                picture.place(self.x, self.y + bar, self.width, self.height - bar)
        if self._notice.parent:
            wide = self.width - 2 * px(tokens.MARGIN)
            high = self._notice.natural_height(wide)
            middle = self.center_y + bar / 2
            self._notice.place(self.x + px(tokens.MARGIN), middle - high / 2, wide, high)
        self._mark_corners()

    def _mark_corners(self) -> None:
        x, y, width, height = self._camera.extent if self._camera.live else (0, 0, 0, 0)
        inset, length = self.look.px(INSET), self.look.px(CORNER)
        left, right = x + inset, x + width - inset
        low, high = y + inset, y + height - inset
        for line, (cx, cy, dx, dy) in zip(
            self._corners,
            ((left, low, 1, 1), (right, low, -1, 1), (right, high, -1, -1), (left, high, 1, -1)),
            strict=True,
        ):
            line.points = [cx + dx * length, cy, cx, cy, cx, cy + dy * length]
