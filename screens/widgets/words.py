"""Text on the glass: broken by our own rules, every character drawn, never clipped in silence."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle

from screens.theme import typeset
from screens.theme.look import Look
from screens.theme.wrap import latin_marks, wrap
from screens.widgets.elements import Element


class Words(Element):
    """A paragraph. `role` is a type role, `colour` a colour role, `align` left, centre or right.

    `valign` is where the lines stand when the place is higher than they need.
    """

    def __init__(
        self,
        look: Look,
        text: str,
        role: str = "body",
        *,
        colour: str = "ink",
        bold: bool = False,
        align: str = "left",
        valign: str = "middle",
        balanced: bool = False,
        **kw: float,
    ) -> None:
        super().__init__(look, **kw)  # type: ignore[arg-type]
        self.text = text
        self.role = role
        self.colour = colour
        self.bold = bold
        self.align = align
        self.valign = valign
        self.balanced = balanced
        self._broken: tuple[str, float, list[str]] = ("", -1.0, [])
        self._drawn: tuple[object, ...] = ()

    def set(self, text: str | None = None, *, colour: str | None = None) -> None:
        """Says something else in the same place."""
        if text in (None, self.text) and colour in (None, self.colour):
            return
        self.text = self.text if text is None else text
        self.colour = colour or self.colour
        self.arrange()

    @property
    def em(self) -> int:
        return self.look.em(self.role)

    def _advance(self, text: str) -> float:
        return typeset.width(text, size=self.em, bold=self.bold)

    def lines(self, width: float) -> list[str]:
        text, at, lines = self._broken
        if text != self.text or at != width:
            lines = wrap(latin_marks(self.text), width, self._advance, balanced=self.balanced)
            self._broken = (self.text, width, lines)
        return lines

    def natural_width(self) -> float:
        if self.wide:
            return self.look.px(self.wide)
        return max(self._advance(line) for line in self.text.split("\n")) + 1

    def natural_height(self, width: float) -> float:
        return len(self.lines(width)) * self.look.line(self.role) if self.text else 0.0

    def arrange(self) -> None:
        lines = self.lines(self.width) if self.width > 0 and self.text else []
        style = (self.role, self.colour, self.bold, self.align, self.valign)
        wanted = (*lines, *style, *self.pos, *self.size)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        self.canvas.clear()
        if not lines:
            return
        pitch = self.look.line(self.role)
        spare = self.height - len(lines) * pitch
        top = self.top - {"top": 0.0, "bottom": spare}.get(self.valign, spare / 2)
        rgba = self.look.colour(self.colour)
        with self.canvas:
            Color(1, 1, 1, 1)
            for i, line in enumerate(lines):
                self._draw(line, top - i * pitch, pitch, rgba)

    def _draw(self, line: str, top: float, pitch: float, rgba: tuple[float, ...]) -> None:
        runs, width = typeset.line(line, size=self.em, bold=self.bold, colour=rgba)  # type: ignore[arg-type]
        spare = self.width - width
        left = self.x + {"centre": spare / 2, "right": spare}.get(self.align, 0.0)
        # The baseline that centres hanzi in the line: their middle is 0.38 em above it.
        baseline = top - pitch / 2 - 0.38 * self.em
        for run in runs:
            Rectangle(
                texture=run.texture,
                pos=(round(left + run.left), round(baseline - run.baseline)),
                size=run.texture.size,
            )

    @property
    def cut(self) -> bool:
        """Higher or wider than its place: a fault of the screen."""
        if not self.text:
            return False
        lines = self.lines(self.width)
        too_high = len(lines) * self.look.line(self.role) > self.height + 2
        return too_high or any(self._advance(line) > self.width + 2 for line in lines)


class Title(Words):
    """A heading: bold, its lines evened out."""

    def __init__(self, look: Look, text: str, role: str = "title", **kw: object) -> None:
        super().__init__(look, text, role, bold=True, balanced=True, **kw)  # type: ignore[arg-type]
