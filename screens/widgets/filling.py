"""Room-taking: an element that asks for little and takes whatever its column has left."""

from __future__ import annotations

from screens.theme.look import Look
from screens.widgets.elements import Element


class Filling(Element):
    """Gives `child` the room that is left, at least `least` design pixels. `snug`: no more than the
    child needs, at the top (`low`: at the foot), so that a short list has a short card."""

    def __init__(
        self,
        look: Look,
        child: Element,
        *,
        least: float = 0.0,
        snug: bool = False,
        low: bool = False,
    ) -> None:
        super().__init__(look, grow=1)
        self.child = child
        self._least = look.px(least)
        self._snug = snug
        self._low = low
        self.add_widget(child)

    def natural_width(self) -> float:
        return self.child.natural_width()

    def natural_height(self, width: float) -> float:
        return self._least

    def arrange(self) -> None:
        height = self.height
        if self._snug:
            height = min(height, self.child.natural_height(self.width))
        self.child.place(self.x, self.y if self._low else self.top - height, self.width, height)
