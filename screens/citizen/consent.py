"""Before anything personal is read: what, why, how long, and that one may refuse."""

from __future__ import annotations

from kiosk.journey.events import ConsentToggled
from kiosk.journey.views import AskConsent
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.cards import Card, PressCard
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.icons import Icon
from screens.widgets.pager import Pager
from screens.widgets.shapes import Plate
from screens.widgets.words import Title, Words

COLONS = ("：", ": ")
LEAD = 200  # width of the words before the colon


class TickBox(Icon):
    """A box to tick, 60 design pixels."""

    def __init__(self, screen: ConsentScreen) -> None:
        super().__init__(screen.look, "check", side=60, colour="surface", stroke=6)
        self._plate = Plate(screen.look, fill="surface", line="ink", radius=12, stroke=4)
        self.canvas.before.add(self._plate)

    def tick(self, ticked: bool) -> None:
        self._plate.paint(
            fill="accent" if ticked else "surface", line="accent" if ticked else "ink", stroke=4
        )
        self.set(colour="on_accent" if ticked else "surface")

    def arrange(self) -> None:
        side = self.look.px(self.side)
        self._plate.put(self.center_x - side / 2, self.center_y - side / 2, side, side)
        super().arrange()


class ConsentScreen(Screen[AskConsent]):
    def shape(self, body: AskConsent) -> object:
        return (body.version, body.paragraphs)

    def build(self, body: AskConsent) -> Element:
        look = self.look
        head: list[Element] = [
            Title(look, self.text("consent.title")),
            Words(
                look,
                self.text("consent.version", version=body.version),
                "second",
                colour="second",
                balanced=True,
                drop=1,
            ),
        ]
        pages = Pager(look, self.bridge, self._paragraphs(body), gap=tokens.TARGET_GAP, grow=1)
        self._box = TickBox(self)
        role = "button" if look.language == "zh_CN" or not look.large else "body"
        self._words = Words(look, self._answer(body), role, bold=True, grow=1)
        self._agree = PressCard(
            look,
            Row(look, [self._box, self._words], gap=tokens.GAP),
            on_press=lambda: self.say(ConsentToggled()),
            test_id="agree",
            padding=36,
            padding_y=28,
        )
        refuse = Words(
            look, self.text("consent.disagree"), "second", colour="second", balanced=True, drop=2
        )
        if look.portrait:
            return Column(
                look,
                [Column(look, head, gap=4), pages, self._agree, refuse],
                gap=tokens.GAP,
            )
        left = Column(
            look, [*head, Space(look, grow=1), self._agree, refuse], gap=tokens.TARGET_GAP
        )
        return self.sides(left, pages, ratio=0.5)

    def update(self, body: AskConsent) -> None:
        self._box.tick(body.agreed)
        self._words.set(self._answer(body))
        self._agree.choose(body.agreed)

    def _answer(self, body: AskConsent) -> str:
        return self.text("consent.agreed" if body.agreed else "consent.agree")

    def _paragraphs(self, body: AskConsent) -> list[Element]:
        """A card a paragraph, so that pages can be turned."""
        return [
            Card(self.look, self._paragraph(phrase), padding=32, padding_y=22)
            for phrase in body.paragraphs
        ]

    def _paragraph(self, phrase: Phrase) -> Element:
        look = self.look
        lead, text = _split(self.speak(phrase))
        role = "body" if look.large and look.language == "zh_CN" else "second"
        words = Words(look, text, role)
        if not lead:
            return words
        heading = Words(look, lead, role, bold=True, colour="accent")
        if look.large:
            return Column(look, [heading, words], gap=4)
        heading.wide, words.grow = LEAD, 1
        return Row(look, [heading, words], gap=tokens.GAP, align="top")


def _split(text: str) -> tuple[str, str]:
    """“What: …” as its two halves; no lead when there is no short one."""
    for colon in COLONS:
        lead, found, rest = text.partition(colon)
        if found and len(lead) <= 24:
            return lead, rest[:1].upper() + rest[1:]
    return "", text


SCREEN = ConsentScreen

_PARAGRAPHS = tuple(
    Phrase(f"consent_text.{name}", {"place": "示例县政务服务中心"})
    for name in ("what", "why", "how_long", "sensitive", "refuse")
)
PREVIEWS = {
    "asking": AskConsent(version="1", paragraphs=_PARAGRAPHS, agreed=False),
    "agreed": AskConsent(version="1", paragraphs=_PARAGRAPHS, agreed=True),
}
