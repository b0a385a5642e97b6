"""Plates: filled rounded rectangles with a hairline, antialiased without multisampling."""

from __future__ import annotations

from kivy.graphics import Color, InstructionGroup, SmoothRoundedRectangle

from screens.theme.look import Look


class Plate(InstructionGroup):
    """A border colour below, a fill inset by the line's width above. Lengths in design pixels."""

    def __init__(
        self, look: Look, *, fill: str, line: str | None = None, radius: float, stroke: float = 2
    ) -> None:
        super().__init__()
        self._look = look
        self._radius = radius
        self._stroke = stroke if line else 0
        self._line_colour = Color(*look.colour(line or fill))
        self._line_shape = SmoothRoundedRectangle()
        self._fill_colour = Color(*look.colour(fill))
        self._fill_shape = SmoothRoundedRectangle()
        for part in (self._line_colour, self._line_shape, self._fill_colour, self._fill_shape):
            self.add(part)

    def paint(self, *, fill: str, line: str | None = None, stroke: float = 2) -> None:
        self._fill_colour.rgba = self._look.colour(fill)
        self._line_colour.rgba = self._look.colour(line or fill)
        self._stroke = stroke if line else 0

    def put(self, x: float, y: float, width: float, height: float) -> None:
        edge = max(self._look.px(self._stroke), 1) if self._stroke else 0
        radius = min(self._look.px(self._radius), width / 2, height / 2)
        self._line_shape.pos, self._line_shape.size = (x, y), (width, height)
        self._line_shape.radius = [radius]
        self._fill_shape.pos = (x + edge, y + edge)
        self._fill_shape.size = (max(width - 2 * edge, 1), max(height - 2 * edge, 1))
        self._fill_shape.radius = [max(radius - edge, 1)]
