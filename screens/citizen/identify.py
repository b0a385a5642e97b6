"""Lay your card on the reader: one instruction, one picture, nothing to press meanwhile."""

from __future__ import annotations

from kiosk.journey.events import HelpPressed
from kiosk.journey.views import CardStage, Identify
from kiosk.journey.views import Row as IdRow
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.buttons import Button
from screens.widgets.cards import Card
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.illustration import Illustration
from screens.widgets.words import Title, Words

STATE_ICONS = {
    CardStage.WAITING: "reader",
    CardStage.CARD_LEFT: "hand",
    CardStage.CARD_SEEN: "card",
    CardStage.READING: "clock",
    CardStage.READ: "check",
}


class IdentifyScreen(Screen[Identify]):
    def build(self, body: Identify) -> Element:
        look = self.look
        stage = body.stage
        done = stage is CardStage.READ
        words: list[Element] = [
            Title(look, self.text(f"identify.title.{stage}")),
            Words(
                look, self.text(f"identify.subtitle.{stage}"), colour="second", balanced=look.large
            ),
        ]
        picture = Illustration(
            look,
            "card_taken" if done else "card",
            state=self.text(f"identify.state.{stage}"),
            icon=STATE_ICONS[stage],
            tone="good" if done else "warn" if stage is CardStage.CARD_LEFT else "accent",
            most=420 if done and look.portrait else 640,
            least=420 if done and look.portrait else 320,
            drop=3,
            grow=0 if done and look.portrait else 1,
        )
        below = [self._rows(body)] if done else self._other_ways()
        privacy = Words(look, self.text("identify.privacy"), "second", colour="second", drop=2)
        if look.portrait:
            return Column(
                look,
                [
                    Column(look, words, gap=tokens.SMALL_GAP),
                    picture,
                    Column(look, below, gap=20),
                    *([Space(look, grow=1)] if done else []),
                    privacy,
                ],
                gap=tokens.BIG_GAP,
            )
        if done and look.large:
            return self.sides(
                Column(look, [*words, Space(look, grow=1), privacy], gap=tokens.GAP),
                Column(look, [*below, Space(look, grow=1)]),
            )
        left = Column(look, [*words, Space(look, grow=1), *below, privacy], gap=tokens.GAP)
        return self.sides(left, picture, ratio=1.22)

    def _other_ways(self) -> list[Element]:
        look = self.look
        return [
            Words(look, self.text("identify.other"), "body", bold=True, drop=1),
            Button(
                look,
                self.text("identify.ask_staff"),
                icon="people",
                on_press=lambda: self.say(HelpPressed()),
                test_id="ask-staff",
            ),
        ]

    def _rows(self, body: Identify) -> Element:
        return Card(
            self.look, Column(self.look, [self._row(row) for row in body.rows], gap=tokens.GAP)
        )

    def _row(self, row: IdRow) -> Element:
        look = self.look
        label = Words(look, self.speak(row.label), "second", colour="second")
        value = Words(look, row.value, "body", bold=True, grow=1)
        if look.large:
            return Column(look, [label, value], gap=2)
        label.wide = 240
        return Row(look, [label, value], gap=tokens.GAP)


SCREEN = IdentifyScreen

_ROWS = (
    IdRow(label=Phrase("identify.row.name"), value="张*范"),
    IdRow(label=Phrase("identify.row.id_number"), value="1101**********002X"),
    IdRow(label=Phrase("identify.row.valid_until"), value="2036-01-05"),
)
PREVIEWS = {
    "waiting": Identify(stage=CardStage.WAITING),
    "card-left": Identify(stage=CardStage.CARD_LEFT),
    "reading": Identify(stage=CardStage.READING),
    "read": Identify(stage=CardStage.READ, rows=_ROWS),
    "read-rare-name": Identify(
        stage=CardStage.READ,
        rows=(IdRow(label=Phrase("identify.row.name"), value="*\U0002b5b9"), *_ROWS[1:]),
    ),
}
