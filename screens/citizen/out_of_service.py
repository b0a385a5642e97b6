"""The terminal cannot serve: why, in plain words, and where to go instead."""

from __future__ import annotations

from kiosk.journey.views import OutOfService
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.cards import Card, IconTile
from screens.widgets.clauses import Clauses
from screens.widgets.elements import Element, Row
from screens.widgets.icons import Icon
from screens.widgets.words import Title, Words

WIDE = 1300  # of the middle when lying


class OutOfServiceScreen(Screen[OutOfService]):
    def build(self, body: OutOfService) -> Element:
        look = self.look
        tile = IconTile(look, "warning", side=220, icon=128, fill="warn_soft", colour="warn")
        way = Row(
            look,
            [
                Icon(look, "arrow_right", side=64, colour="accent"),
                Clauses(look, self.speak(body.reason), "button", bold=True, grow=1),
            ],
            gap=tokens.GAP,
        )
        kept = Row(
            look,
            [
                Icon(look, "check", side=tokens.ICON, colour="good", stroke=6),
                Clauses(
                    look, self.text("out_of_service.nothing_lost"), colour="good", bold=True, grow=1
                ),
            ],
            gap=tokens.SMALL_GAP,
        )
        code = Words(
            look,
            self.text("out_of_service.code", code=body.code),
            "least",
            colour="second",
            align="centre",
        )
        parts: list[Element] = [
            Title(look, self.text("out_of_service.title"), "huge", align="centre"),
            Card(look, way),
            Card(look, kept, fill="good_soft", line=None, padding_y=28),
            code,
        ]
        return self.centred(tile, parts, wide=WIDE)


SCREEN = OutOfServiceScreen
PREVIEWS = {
    "settings": OutOfService(reason=Phrase("faults.SETTINGS_INVALID.citizen"), code=401),
    "store": OutOfService(reason=Phrase("faults.STORE_DAMAGED.citizen"), code=302),
}
