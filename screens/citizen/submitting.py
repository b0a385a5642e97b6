"""Kept first, then sent: two lines that are ticked off, nothing to press."""

from __future__ import annotations

from kivy.clock import Clock
from kivy.graphics import Color, RoundedRectangle

from kiosk.journey.views import Submitting
from screens.base import Screen
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.cards import Card, IconTile
from screens.widgets.clauses import Clauses
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.icons import Icon
from screens.widgets.one_line import OneLine
from screens.widgets.words import Title, Words

BAR = 16
PIECE = 0.3  # of the bar
ROUND = 2.4  # seconds
STEPS = 12  # redraws a second: enough to see that the machine is alive


class Moving(Element):
    """A piece that travels along a bar while something is under way."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        radius = [look.px(BAR) / 2]
        with self.canvas:
            Color(*look.colour("hairline"))
            self._bar = RoundedRectangle(radius=radius)
            Color(*look.colour("accent"))
            self._piece = RoundedRectangle(radius=radius)
        self._clock = Clock.schedule_interval(lambda _: self._move(), 1 / STEPS)

    def stop(self) -> None:
        self._clock.cancel()

    def natural_height(self, width: float) -> float:
        return self.look.px(BAR)

    def arrange(self) -> None:
        self._bar.pos, self._bar.size = self.pos, self.size
        self._move()

    def _move(self) -> None:
        at = abs(Clock.get_time() % (2 * ROUND) - ROUND) / ROUND
        length = self.width * PIECE
        self._piece.pos = (self.x + (self.width - length) * at, self.y)
        self._piece.size = (length, self.height)


class SubmittingScreen(Screen[Submitting]):
    _moving: Moving | None = None

    def build(self, body: Submitting) -> Element:
        look = self.look
        self.hide()
        self._moving = Moving(look)
        now = "sending" if body.kept else "keeping"
        words = [
            Column(
                look,
                [
                    Title(look, self.text(f"submitting.{now}"), align="centre"),
                    Clauses(
                        look, self.text(f"submitting.{now}_hint"), colour="second", align="centre"
                    ),
                ],
                gap=tokens.SMALL_GAP,
            )
        ]
        parts: list[Element] = [*words, self._moving]
        if body.kept:
            parts.append(self._kept(body))
        if look.portrait:
            tile = IconTile(look, "network" if body.kept else "store", side=200, icon=112)
            icon = Column(look, [tile], align="centre", drop=1)
            return Column(
                look, [Space(look, grow=1), icon, *parts, Space(look, grow=2)], gap=tokens.BIG_GAP
            )
        middle = Column(look, parts, gap=tokens.GAP if look.large else tokens.BIG_GAP, wide=1300)
        return Column(look, [Space(look, grow=1), middle, Space(look, grow=1)], align="centre")

    def _kept(self, body: Submitting) -> Element:
        look = self.look
        done = Row(
            look,
            [
                Icon(look, "check", colour="good", stroke=6),
                Words(look, self.text("submitting.kept"), colour="good", bold=True, grow=1),
            ],
            gap=tokens.SMALL_GAP,
            grow=1,
        )
        number = Column(
            look,
            [
                Words(look, self.text("submitting.number"), "second", colour="second"),
                OneLine(look, body.local_number, ("number", "body", "second"), bold=True),
            ],
            grow=1,
        )
        if look.portrait:
            told: Element = Column(look, [done, number], gap=tokens.GAP)
        else:
            told = Row(look, [done, number], gap=tokens.GAP)
        return Card(look, told, padding_y=28)

    def hide(self) -> None:
        if self._moving is not None:
            self._moving.stop()
            self._moving = None


SCREEN = SubmittingScreen
PREVIEWS = {
    "keeping": Submitting(kept=False, local_number=""),
    "sending": Submitting(kept=True, local_number="HM-261122-7K4D-92FK"),
}
