"""A choice: a card with a mark, empty or ticked, so that colour is not alone in saying so."""

from __future__ import annotations

from kivy.graphics import Color, Ellipse, Line

from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.cards import PressCard
from screens.widgets.elements import Element, Row
from screens.widgets.icons import Icon
from screens.widgets.press import Action
from screens.widgets.words import Words

MARK = 52


class Mark(Element):
    """A ring; ticked, a disc with a tick."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, wide=MARK * (1.25 if look.large else 1))
        with self.canvas:
            self._colour = Color(*look.colour("second"))
            self._ring = Line(width=look.px(2))
            self._disc_colour = Color(0, 0, 0, 0)
            self._disc = Ellipse()
        self._tick = Icon(look, "check", side=self.wide * 0.68, colour="on_accent", stroke=7)
        self.ticked = False

    def natural_height(self, width: float) -> float:
        return self.look.px(self.wide)

    def tick(self, ticked: bool) -> None:
        if ticked == self.ticked:
            return
        self.ticked = ticked
        self._colour.rgba = self.look.colour("accent" if ticked else "second")
        self._disc_colour.rgba = self.look.colour("accent") if ticked else (0, 0, 0, 0)
        if ticked:
            self.add_widget(self._tick)
        else:
            self.remove_widget(self._tick)

    def arrange(self) -> None:
        edge = self.look.px(3)
        side = min(self.width, self.height) - 2 * edge
        x, y = self.center_x - side / 2, self.center_y - side / 2
        self._ring.ellipse = (x, y, side, side)
        self._disc.pos, self._disc.size = (x, y), (side, side)
        self._tick.place(self.x, self.y, self.width, self.height)


class ChoiceCard(PressCard):
    """One answer to choose."""

    def __init__(
        self,
        look: Look,
        words: str,
        *,
        on_press: Action,
        test_id: str,
        role: str = "button",
        padding_y: float = 28,
    ) -> None:
        self.mark = Mark(look)
        self.words = Words(look, words, role, bold=True, grow=1)
        super().__init__(
            look,
            Row(look, [self.mark, self.words], gap=tokens.GAP),
            on_press=on_press,
            test_id=test_id,
            padding=32,
            padding_y=padding_y,
            least=tokens.TARGET + 16,
            repeats=True,
        )

    def choose(self, chosen: bool) -> None:
        self.mark.tick(chosen)
        super().choose(chosen)
