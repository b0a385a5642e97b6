"""Trouble: what is safe, what happened, and the ways on."""

from __future__ import annotations

from kiosk.journey.events import ActionChosen
from kiosk.journey.views import Action, Trouble
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.buttons import Button
from screens.widgets.cards import Card, IconTile
from screens.widgets.clauses import Clauses
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.icons import Icon
from screens.widgets.one_line import OneLine
from screens.widgets.words import Title, Words

ACTION_ICONS = {
    "retry": "retake",
    "ask_staff": "people",
    "leave": "exit",
    "print_again": "printer",
    "other_way": "arrow_right",
    "finish": "check",
}
HIGH = 136


class TroubleScreen(Screen[Trouble]):
    def build(self, body: Trouble) -> Element:
        look = self.look
        align = "centre" if look.portrait else "left"
        # Large type with a number to show is the fullest of all: the sentences step down one size.
        self._role = "second" if look.large and body.number else "body"
        tile = IconTile(look, body.icon, side=200, icon=112, fill="warn_soft", colour="warn")
        told: list[Element] = [
            Column(look, [tile], align=align, drop=1),
            Title(look, self.speak(body.headline), align=align),
            self._safe(body),
            Clauses(look, self.speak(body.advice), self._role, align=align, colour="second"),
        ]
        if body.number:
            told.append(self._number(body, align))
        ways: list[Element] = [self._button(action) for action in body.actions]
        code = Words(
            look,
            self.text("trouble.code", code=body.code),
            "least",
            colour="second",
            align="centre",
            drop=2,
        )
        if look.portrait:
            return Column(
                look,
                [*told, Space(look, grow=1), Column(look, ways, gap=20), code],
                gap=tokens.GAP,
            )
        gap = tokens.TARGET_GAP if look.large else tokens.GAP
        left = Column(look, [*told, Space(look, grow=1)], gap=gap)
        right = Column(look, [Space(look, grow=1), *ways, code, Space(look, grow=1)], gap=gap)
        return self.sides(left, right, ratio=1.6 if look.large else 1.15)

    def _safe(self, body: Trouble) -> Element:
        look = self.look
        row = Row(
            look,
            [
                Icon(look, "check", side=tokens.ICON, colour="good", stroke=6),
                Clauses(look, self.speak(body.safe), self._role, colour="good", bold=True, grow=1),
            ],
            gap=tokens.SMALL_GAP,
        )
        return Card(look, row, fill="good_soft", line=None, padding=32, padding_y=24)

    def _number(self, body: Trouble, align: str) -> Element:
        look = self.look
        label = Words(look, self.text("trouble.number"), "second", colour="second", align=align)
        number = OneLine(
            look, body.number, ("title", "number", "body", "second"), bold=True, align=align
        )
        cramped = look.large and not look.portrait
        return Card(look, Column(look, [number] if cramped else [label, number]), padding_y=16)

    def _button(self, action: Action) -> Button:
        return Button(
            self.look,
            self.text(f"action.{action.id}"),
            kind="primary" if action.primary else "secondary",
            icon=ACTION_ICONS.get(action.id),
            role="body" if self.look.large else "button",
            high=HIGH if self.look.portrait and not self.look.large else 0,
            on_press=lambda: self.say(ActionChosen(action.id)),
            test_id=f"action:{action.id}",
        )


SCREEN = TroubleScreen


def _trouble(name: str, icon: str, safe: str, ways: tuple[str, ...], number: str = "") -> Trouble:
    return Trouble(
        icon=icon,
        headline=Phrase(f"faults.{name}.headline"),
        advice=Phrase(f"faults.{name}.citizen"),
        safe=Phrase(f"trouble.safe.{safe}"),
        number=number,
        actions=tuple(Action(id=way, primary=i == 0) for i, way in enumerate(ways)),
        code=_CODES[name],
    )


_CODES = {
    "CARD_REMOVED": 122,
    "CARD_UNREADABLE": 124,
    "CAMERA_NO_PICTURE": 141,
    "PAPER_OUT": 161,
    "PRINT_UNCERTAIN": 166,
    "STORE_FULL": 301,
}
_AGAIN = ("retry", "ask_staff", "leave")
_PAPER = ("go_on_without_paper", "print_again", "ask_staff")
PREVIEWS = {
    "card": _trouble("CARD_REMOVED", "card", "nothing_lost", _AGAIN),
    "unreadable": _trouble("CARD_UNREADABLE", "card", "nothing_lost", _AGAIN),
    "camera": _trouble("CAMERA_NO_PICTURE", "camera", "pages_kept", _AGAIN),
    "paper": _trouble("PAPER_OUT", "printer", "received", _PAPER, "HM-261122-7K4D-92FK"),
    "uncertain": _trouble(
        "PRINT_UNCERTAIN",
        "printer",
        "stored",
        ("finish", "print_again", "ask_staff"),
        "HM-261122-7K4D-92FK",
    ),
    "store": _trouble("STORE_FULL", "store", "not_kept", _AGAIN),
}
