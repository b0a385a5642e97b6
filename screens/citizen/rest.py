"""The attract screen: what can be done here, in large choices; nothing burns in."""

from __future__ import annotations

from kiosk.journey.events import LanguageChosen, StartPressed
from kiosk.journey.views import Rest
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.buttons import Button
from screens.widgets.cards import Card, Chip, IconTile, PressCard
from screens.widgets.elements import Column, Element, Grid, Row, Rule, Space
from screens.widgets.footbar import mode_buttons
from screens.widgets.icons import Icon
from screens.widgets.words import Title, Words

MOST_LYING = 6  # examples on a screen that lies on its side
ICONS = {"apply": "search", "print": "printer", "progress": "clock"}


class RestScreen(Screen[Rest]):
    bleeds = True

    def build(self, body: Rest) -> Element:
        look = self.look
        greeting, choices = self._greeting(body), self._choices(body)
        middle: Element
        if look.portrait:
            shown = [*greeting, Space(look, grow=1), *self._examples(body), *choices]
            middle = Column(look, shown, gap=28)
        else:
            middle = Row(
                look,
                [
                    Column(look, greeting, gap=36, grow=0.85),
                    Column(look, [*self._examples(body), *choices], gap=28, grow=1),
                ],
                gap=2 * tokens.MARGIN,
            )
        middle.grow = 1
        inner = Row(
            look,
            [Space(look, tokens.MARGIN), middle, Space(look, tokens.MARGIN)],
            align="fill",
            grow=1,
        )
        return Column(
            look,
            [Space(look, tokens.BIG_GAP), inner, Space(look, tokens.GAP), self._foot(body)],
        )

    def _greeting(self, body: Rest) -> list[Element]:
        look = self.look
        promise = Chip(look, self.text("rest.promise", count=f"{body.open_items:,}"), icon="check")
        return [
            Column(look, [promise], align="left", drop=2),
            Title(look, self.text("rest.headline"), "attract"),
            Words(
                look,
                self.text("rest.subtitle"),
                "body" if look.large else "button",
                colour="second",
                drop=1,
            ),
        ]

    def _choices(self, body: Rest) -> list[Element]:
        look = self.look
        cards: list[Element] = [
            self._choice(what, first=i == 0) for i, what in enumerate(body.choices)
        ]
        if body.notice:
            cards.append(self._notice(self.speak(body.notice)))
        cards.append(Words(look, self.text("rest.staff"), "second", colour="second", drop=3))
        return cards

    def _examples(self, body: Rest) -> list[Element]:
        """What can be done here, by name; the first to give way when there is little room."""
        look = self.look
        crowded = len(body.choices) > 1 or look.large or (body.notice and not look.portrait)
        if not body.examples or crowded:
            return []
        most = len(body.examples) if look.portrait else MOST_LYING
        names: list[Element] = [
            Row(
                look,
                [
                    Icon(look, "check", colour="good"),
                    Words(look, name, "second", grow=1),
                ],
                gap=16,
            )
            for name in body.examples[:most]
        ]
        heading = Words(look, self.text("rest.examples"), "body", bold=True)
        grid = Grid(look, names, columns=2, gap=20)
        return [Card(look, Column(look, [heading, grid], gap=24), drop=4)]

    def _choice(self, what: str, *, first: bool) -> PressCard:
        look = self.look
        lines: list[Element] = [
            Words(
                look,
                self.text(f"rest.start.{what}"),
                "number",
                bold=True,
                colour="on_accent" if first else "ink",
            )
        ]
        if not look.large:
            lines.append(
                Words(
                    look,
                    self.text(f"rest.hint.{what}"),
                    "second",
                    colour="on_accent_second" if first else "second",
                )
            )
        words = Column(look, lines, gap=4, grow=1)
        tile = IconTile(
            look,
            ICONS[what],
            fill="accent_tile" if first else "accent_soft",
            colour="on_accent" if first else "accent",
        )
        chevron = Icon(look, "chevron_right", colour="on_accent" if first else "ink")
        return PressCard(
            look,
            Row(look, [tile, words, chevron], gap=40),
            kind="accent" if first else "plain",
            on_press=lambda: self.say(StartPressed(what)),
            test_id=f"start:{what}",
            padding_y=36 if look.large else 54 if look.portrait else 44,
        )

    def _notice(self, text: str) -> Card:
        look = self.look
        row = Row(
            look,
            [Icon(look, "info", colour="warn"), Words(look, text, "second", colour="warn", grow=1)],
            gap=20,
        )
        return Card(look, row, fill="warn_soft", line=None, padding=28, padding_y=20)

    def _foot(self, body: Rest) -> Element:
        look = self.look
        others = [each for each in body.languages if each != look.language]
        languages: list[Element] = [
            Button(
                look,
                self.bridge.texts.say("header.name", language),
                on_press=lambda language=language: self.say(LanguageChosen(language)),
                test_id=f"language:{language}",
            )
            for language in others
        ]
        modes = mode_buttons(look, self.bridge, leave=False)
        row = Row(
            look,
            [*languages, Space(look, grow=1), *modes],
            gap=tokens.TARGET_GAP if look.large and look.portrait else 32,
        )
        room = look.foot_room / look.scale / 2
        bar = Card(look, row, line=None, padding=40, padding_y=room, radius=0)
        return Column(look, [Rule(look), bar])


SCREEN = RestScreen

PREVIEWS = {
    "standard": Rest(
        open_items=133,
        choices=("apply", "print", "progress"),
        languages=("zh_CN", "en"),
    ),
    "apply-only": Rest(
        open_items=133,
        choices=("apply",),
        languages=("zh_CN", "en"),
        examples=(
            "失业登记",
            "开具无犯罪记录证明",
            "夫妻投靠户口迁移",
            "残疾人证换领",
            "社会保障卡补领、换领",
            "异地就医结算备案",
            "购房提取住房公积金",
            "道路客货运输驾驶员从业资格证换发",
        ),
    ),
    "without-paper": Rest(
        open_items=133,
        choices=("apply",),
        languages=("zh_CN", "en"),
        notice=Phrase("notice.no_receipts"),
    ),
}
