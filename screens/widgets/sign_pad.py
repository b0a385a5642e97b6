"""A frame to sign in with a finger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.graphics import Color, InstructionGroup, Line, RoundedRectangle

from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets import strokes
from screens.widgets.elements import Element

LEAST_STEP = 0.004  # of the pad's height: nearer points are the panel's tremble


class SignPad(Element):
    """Calls `on_signed(png)` when a finger lifts. `strokes` outlive the widget: a screen that is
    built anew gives them back by `restore`."""

    def __init__(self, look: Look, on_signed: Callable[[bytes], None], **kw: float) -> None:
        super().__init__(look, test_id="sign-pad", **kw)  # type: ignore[arg-type]
        self.strokes: list[list[strokes.Point]] = []
        self._lines: list[Line] = []
        self._on_signed = on_signed
        self._finger: object | None = None
        with self.canvas:
            Color(*look.colour("surface"))
            self._paper = RoundedRectangle(radius=[look.px(16)])
            Color(*look.colour("second"))
            self._rim = Line(width=look.px(1.5), joint="round")
            Color(*look.colour("hairline"))
            self._base = Line(width=max(look.px(1), 1))
            Color(*look.colour("ink"))
        self._ink = InstructionGroup()
        self.canvas.add(self._ink)

    def natural_height(self, width: float) -> float:
        return width * 0.36

    @property
    def busy(self) -> bool:
        """A finger is writing just now."""
        return self._finger is not None

    @property
    def empty(self) -> bool:
        return not self.strokes

    def png(self) -> bytes:
        return strokes.png(self.strokes, self.width / self.height) if self.height else b""

    def clear(self) -> None:
        self.strokes = []
        self._redraw()

    def restore(self, kept: Sequence[Sequence[strokes.Point]]) -> None:
        self.strokes = [list(stroke) for stroke in kept]
        self._redraw()

    def on_touch_down(self, touch: Any) -> bool:
        if self._finger is not None or not self.collide_point(*touch.pos) or self.disabled:
            return False
        touch.grab(self)
        self._finger = touch.uid
        self.strokes.append([self._point(touch)])
        self._lines.append(self._draw(self.strokes[-1]))
        return True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        stroke, point = self.strokes[-1], self._point(touch)
        if abs(point[0] - stroke[-1][0]) + abs(point[1] - stroke[-1][1]) >= LEAST_STEP:
            stroke.append(point)
            self._lines[-1].points = self._path(stroke)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self._finger = None
        self._on_signed(self.png())
        return True

    def _point(self, touch: Any) -> strokes.Point:
        """The touched point in heights of the pad, kept inside the frame."""
        x = min(max(touch.x - self.x, 0), self.width) / self.height
        y = min(max(touch.y - self.y, 0), self.height) / self.height
        return (x, y)

    def arrange(self) -> None:
        if self.height <= 1:
            return
        self._paper.pos, self._paper.size = self.pos, self.size
        self._rim.rounded_rectangle = (*self.pos, *self.size, self.look.px(16))
        inset, foot = self.look.px(tokens.CARD_PADDING), self.y + 0.2 * self.height
        self._base.points = [self.x + inset, foot, self.right - inset, foot]
        self._fit()
        self._redraw()

    def _fit(self) -> None:
        """A signature written on a wider pad is made smaller, as a whole."""
        widest = max((x for stroke in self.strokes for x, _ in stroke), default=0.0)
        room = self.width / self.height
        if widest > room:
            scale = room / widest
            self.strokes = [[(x * scale, y * scale) for x, y in each] for each in self.strokes]

    def _redraw(self) -> None:
        self._ink.clear()
        self._lines = [self._draw(stroke) for stroke in self.strokes]

    def _draw(self, stroke: list[strokes.Point]) -> Line:
        line = Line(
            points=self._path(stroke),
            width=max(strokes.PEN * self.height / 2, 1.5),
            cap="round",
            joint="round",
        )
        self._ink.add(line)
        return line

    def _path(self, stroke: list[strokes.Point]) -> list[float]:
        path = strokes.smooth(stroke)
        if len(path) == 1:  # a dot: a line as short as the pen is thick draws as a round
            path = [path[0], (path[0][0] + strokes.PEN / 10, path[0][1])]
        return [c for x, y in path for c in (self.x + x * self.height, self.y + y * self.height)]
