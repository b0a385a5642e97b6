"""Why it can be done: the places as stops on a line."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.graphics import Color, Rectangle, SmoothEllipse

from screens.theme.look import Look
from screens.widgets.elements import Element
from screens.widgets.words import Words

DOT = 36
LINE = 6


class Path(Element):
    """`stops` are (title, note). Side by side while they fit, else one under the other."""

    def __init__(self, look: Look, stops: Sequence[tuple[str, str]]) -> None:
        super().__init__(look)
        self._stops: list[tuple[Words, Words]] = []
        with self.canvas.before:
            Color(*look.colour("accent"))
            self._line = Rectangle()
            self._dots = [SmoothEllipse() for _ in stops]
        for title, note in stops:
            pair = (
                Words(look, title, "body", bold=True, balanced=True),
                Words(look, note, "least", colour="second", balanced=True),
            )
            self._stops.append(pair)
            for words in pair:
                self.add_widget(words)

    def _across(self, width: float) -> bool:
        cell = width / max(len(self._stops), 1) - self.look.px(16)
        return all(
            len(title.lines(cell)) <= 2 and len(note.lines(cell)) <= 2
            for title, note in self._stops
        )

    def natural_height(self, width: float) -> float:
        px = self.look.px
        if self._across(width):
            return px(DOT) + px(16) + max(self._cell_heights(width))
        inner = width - px(DOT) - px(28)
        heights = [t.natural_height(inner) + n.natural_height(inner) for t, n in self._stops]
        return sum(heights) + px(20) * (len(heights) - 1)

    def _cell_heights(self, width: float) -> list[float]:
        cell = width / len(self._stops) - self.look.px(16)
        return [t.natural_height(cell) + n.natural_height(cell) for t, n in self._stops]

    def arrange(self) -> None:
        if not self._stops:
            return
        if self._across(self.width):
            self._arrange_across()
        else:
            self._arrange_down()

    def _arrange_across(self) -> None:
        px = self.look.px
        cell = self.width / len(self._stops)
        dot, line = px(DOT), px(LINE)
        y = self.top - dot
        self._line.pos = (self.x + cell / 2, y + (dot - line) / 2)
        self._line.size = (cell * (len(self._stops) - 1), line)
        for i, (title, note) in enumerate(self._stops):
            left = self.x + i * cell
            self._dots[i].pos, self._dots[i].size = (left + (cell - dot) / 2, y), (dot, dot)
            inner, top = cell - px(16), y - px(16)
            for words in (title, note):
                words.align = "centre"
                high = words.natural_height(inner)
                words.place(left + px(8), top - high, inner, high)
                top -= high

    def _arrange_down(self) -> None:
        px = self.look.px
        dot, line = px(DOT), px(LINE)
        inner = self.width - dot - px(28)
        top = self.top
        middles: list[float] = []
        for i, (title, note) in enumerate(self._stops):
            high = title.natural_height(inner)
            middle = top - self.look.line("body") / 2
            middles.append(middle)
            self._dots[i].pos, self._dots[i].size = (self.x, middle - dot / 2), (dot, dot)
            for words, its in ((title, high), (note, note.natural_height(inner))):
                words.align = "left"
                words.place(self.x + dot + px(28), top - its, inner, its)
                top -= its
            top -= px(20)
        self._line.pos = (self.x + (dot - line) / 2, middles[-1])
        self._line.size = (line, middles[0] - middles[-1])
