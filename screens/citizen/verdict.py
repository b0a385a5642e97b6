"""Can it be done here: the verdict, its reasons drawn, what it takes, what to bring."""

from __future__ import annotations

from kiosk.journey.events import GuidePressed
from kiosk.journey.views import Figure, MaterialRow, PathStop, ShowVerdict, Tone
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.buttons import Button
from screens.widgets.cards import Card, Chip
from screens.widgets.elements import Column, Element, Grid, Row, Space
from screens.widgets.icons import Icon
from screens.widgets.pager import Pager
from screens.widgets.path import Path
from screens.widgets.words import Title, Words

TONE_ICONS = {Tone.GOOD: "check", Tone.WARN: "info", Tone.BAD: "close"}
A_CARD = 4  # materials on one card, so that a card fits a page
LONG_NAME = 18  # characters; longer names are set smaller


class VerdictScreen(Screen[ShowVerdict]):
    def build(self, body: ShowVerdict) -> Element:
        look = self.look
        parts: list[Element] = []
        if body.path:
            parts.append(self._why(body))
        parts += self._next_steps(body)
        head = self._head(body)
        if body.figures:
            # Lying, the figures stand under a name of one line, where there is room for them.
            one_line = len(self._title(body).lines(self.width * 0.47)) == 1
            beside = one_line and not (look.portrait or look.large)
            (head if beside else parts).append(self._figures(body.figures))
        parts += self._materials(body)
        pages = Pager(look, self.bridge, parts, gap=tokens.GAP, grow=1)
        guide: list[Element] = [self._guide()] if body.has_guide else []
        if look.portrait:
            return Column(
                look, [Column(look, head, gap=tokens.SMALL_GAP), pages, *guide], gap=tokens.GAP
            )
        left = Column(look, [*head, Space(look, grow=1), *guide], gap=tokens.SMALL_GAP)
        return self.sides(left, pages)

    def _head(self, body: ShowVerdict) -> list[Element]:
        look = self.look
        chips: list[Element] = [
            Chip(
                look,
                self.speak(body.headline),
                body.tone.value,
                icon=TONE_ICONS[body.tone],
                role="second" if look.large else "body",
            )
        ]
        if body.demonstration:
            chips.append(Chip(look, self.text("verdict.demonstration"), "warn", role="least"))
        stacked = look.large or look.language != "zh_CN"
        lined = chips if stacked else [Row(look, chips, gap=tokens.TARGET_GAP)]
        return [
            Column(look, lined, align="left", gap=8),
            self._title(body),
            Words(look, self.speak(body.explanation), colour="second", drop=3),
        ]

    def _title(self, body: ShowVerdict) -> Title:
        return Title(self.look, body.item, "title" if len(body.item) <= LONG_NAME else "number")

    def _why(self, body: ShowVerdict) -> Card:
        look = self.look
        stops = [(stop.title, self.speak(stop.note)) for stop in body.path]
        heading = Words(look, self.text("verdict.why"), "second", bold=True)
        return Card(look, Column(look, [heading, Path(look, stops)], gap=20), padding_y=32)

    def _next_steps(self, body: ShowVerdict) -> list[Element]:
        """One card; in large type a card a step, so that pages can be turned."""
        look = self.look
        lines: list[Element] = [
            Row(
                look,
                [
                    Icon(look, "arrow_right", side=tokens.ICON_SMALL, colour="accent"),
                    Words(look, self.speak(step), "body", grow=1),
                ],
                gap=tokens.GAP,
                align="top",
            )
            for step in body.next_steps
        ]
        if not lines:
            return []
        heading = Words(look, self.text("verdict.next_steps"), "second", bold=True)
        groups = [[heading, lines[0]], *([line] for line in lines[1:])]
        if not look.large:
            groups = [[heading, *lines]]
        return [Card(look, Column(look, group, gap=20), padding_y=32) for group in groups]

    def _figures(self, figures: tuple[Figure, ...]) -> Grid:
        columns = 2 if self.look.large else len(figures)
        return Grid(
            self.look,
            [self._figure(figure) for figure in figures],
            columns=columns,
            gap=tokens.TARGET_GAP,
        )

    def _figure(self, figure: Figure) -> Card:
        look = self.look
        parts: list[Element] = [
            Icon(look, figure.icon, colour="accent"),
            Words(look, self.speak(figure.big), "number", bold=True, align="centre"),
            Words(look, self.speak(figure.small), "least", colour="second", align="centre"),
        ]
        return Card(look, Column(look, parts, gap=6), padding=16, padding_y=28)

    def _materials(self, body: ShowVerdict) -> list[Element]:
        look = self.look
        if not body.materials:
            return []
        rows = body.materials
        size = A_CARD if look.large or len(rows) > A_CARD + 2 else len(rows)
        cards: list[Element] = []
        for i in range(0, len(rows), size):
            lines: list[Element] = [self._material(row) for row in rows[i : i + size]]
            if i == 0:
                lines.insert(0, Words(look, self.text("verdict.materials"), "body", bold=True))
            cards.append(Card(look, Column(look, lines, gap=18), padding_y=32))
        return cards

    def _material(self, row: MaterialRow) -> Element:
        look = self.look
        tone = "good" if row.tone is Tone.GOOD else "accent"
        icon = Icon(look, "paper", side=tokens.ICON_SMALL)
        name = Words(look, row.name, grow=1)
        chip = Chip(look, self.speak(row.how), tone)
        if look.large:
            words = Column(look, [name, Column(look, [chip], align="left")], gap=8, grow=1)
            return Row(look, [icon, words], gap=tokens.GAP, align="top")
        return Row(look, [icon, name, chip], gap=tokens.GAP)

    def _guide(self) -> Button:
        return Button(
            self.look,
            self.text("verdict.guide"),
            icon="paper",
            role="body",
            high=100,
            on_press=lambda: self.say(GuidePressed()),
            test_id="guide",
        )


SCREEN = VerdictScreen

_FIGURES = (
    Figure(
        icon="papers",
        big=Phrase("verdict.papers.big", {"count": 2}),
        small=Phrase("verdict.papers.small"),
    ),
    Figure(
        icon="clock",
        big=Phrase("verdict.days.big", {"count": 5}),
        small=Phrase("verdict.days.small"),
    ),
    Figure(
        icon="home",
        big=Phrase("verdict.visits.big", {"count": 0}),
        small=Phrase("verdict.visits.none"),
    ),
    Figure(icon="money", big=Phrase("verdict.fee.free"), small=Phrase("verdict.fee.free_small")),
)
_MATERIALS = (
    MaterialRow(name="居民身份证", how=Phrase("verdict.how.read_from_card"), tone=Tone.WARN),
    MaterialRow(name="结婚证", how=Phrase("verdict.how.exempt")),
    MaterialRow(name="户口簿（首页和本人页）", how=Phrase("verdict.how.captured"), tone=Tone.WARN),
)
PREVIEWS = {
    "covered": ShowVerdict(
        tone=Tone.GOOD,
        headline=Phrase("verdict.headline.covered"),
        item="夫妻投靠户口迁移",
        explanation=Phrase(
            "verdict.explanation.mode_1", {"decided_in": "示范市", "received_in": "示例县"}
        ),
        path=(
            PathStop(title="示范市", note=Phrase("verdict.path.decides")),
            PathStop(title="两地协议", note=Phrase("verdict.path.basis")),
            PathStop(title="示例县", note=Phrase("verdict.path.here")),
        ),
        figures=_FIGURES,
        materials=_MATERIALS,
        next_steps=(),
        has_guide=True,
        demonstration=True,
    ),
    "guided": ShowVerdict(
        tone=Tone.WARN,
        headline=Phrase("verdict.headline.guide_only"),
        item="城镇职工基本养老保险与城乡居民基本养老保险制度衔接",
        explanation=Phrase("reason.outside_list"),
        path=(),
        figures=_FIGURES,
        materials=(*_MATERIALS, *_MATERIALS[1:], _MATERIALS[1]),
        next_steps=(Phrase("next_step.hall_window"), Phrase("next_step.call_12345")),
        has_guide=True,
        demonstration=False,
    ),
    "closed": ShowVerdict(
        tone=Tone.BAD,
        headline=Phrase("verdict.headline.not_open"),
        item="普通护照签发",
        explanation=Phrase("reason.suspended"),
        path=(),
        figures=(),
        materials=(),
        next_steps=(Phrase("next_step.hall_window"),),
        has_guide=False,
        demonstration=False,
    ),
}
