"""Everything was wiped; take your things."""

from __future__ import annotations

from kiosk.journey.views import Goodbye
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.cards import Card, IconTile
from screens.widgets.clauses import Clauses
from screens.widgets.elements import Element, Row
from screens.widgets.icons import Icon
from screens.widgets.words import Title, Words

WIDE = 1300  # of the middle when lying


class GoodbyeScreen(Screen[Goodbye]):
    """The foot's one button leads back to the start; so does waiting."""

    def shape(self, body: Goodbye) -> object:
        return body.take

    def build(self, body: Goodbye) -> Element:
        look = self.look
        self._seconds = Words(look, " ", "second", colour="second", align="centre")
        tile = IconTile(
            look, "check", side=200, icon=120, fill="good_soft", colour="good", radius=999
        )
        wiped = Row(
            look,
            [
                Icon(look, "shield", side=tokens.ICON, colour="good"),
                Words(look, self.text("goodbye.wiped"), colour="good", bold=True, grow=1),
            ],
            gap=tokens.SMALL_GAP,
        )
        take = Row(
            look,
            [
                Icon(look, "hand", side=72, colour="warn"),
                Clauses(look, self.speak(body.take), "button", colour="warn", bold=True, grow=1),
            ],
            gap=tokens.GAP,
        )
        parts: list[Element] = [
            Title(look, self.text("goodbye.title"), "huge", align="centre"),
            Card(look, take, fill="warn_soft", line=None),
            Card(look, wiped, fill="good_soft", line=None, padding_y=28),
            self._seconds,
        ]
        return self.centred(tile, parts, wide=WIDE)

    def update(self, body: Goodbye) -> None:
        self._seconds.set(self.text("goodbye.seconds", seconds=body.seconds_left))


SCREEN = GoodbyeScreen
PREVIEWS = {"usual": Goodbye(take=Phrase("goodbye.take"), seconds_left=8)}
