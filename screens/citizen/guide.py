"""The whole guide of an item, page by page: plain words, the legal basis last."""

from __future__ import annotations

from kiosk.journey.views import GuideSection, ShowGuide
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.cards import Card
from screens.widgets.elements import Column, Element, Row
from screens.widgets.pager import Pager
from screens.widgets.words import Title, Words

A_CARD = 220  # characters on one card, so that a card fits a page
SENTENCE_ENDS = "。；！？\n"


class GuideScreen(Screen[ShowGuide]):
    def build(self, body: ShowGuide) -> Element:
        look = self.look
        label = Words(look, self.text("guide.title"), "second", colour="accent", bold=True)
        title = Title(look, body.item, grow=1)
        head = (
            Column(look, [label, title], gap=4)
            if look.portrait
            else Row(look, [title, label], gap=tokens.GAP)
        )
        cards = [card for section in body.sections for card in self._cards(section)]
        pages = Pager(
            look,
            self.bridge,
            cards,
            columns=1 if look.portrait or look.large else 2,
            gap=tokens.TARGET_GAP,
            grow=1,
        )
        return Column(look, [head, pages], gap=tokens.GAP)

    def _cards(self, section: GuideSection) -> list[Card]:
        look = self.look
        chunk = A_CARD // 2 if look.large else A_CARD
        return [
            self._card(self.text(section.key) if i == 0 else "", part)
            for i, part in enumerate(chunks(section.text, chunk))
        ]

    def _card(self, heading: str, text: str) -> Card:
        look = self.look
        label = Words(look, heading, "body", bold=True, colour="accent", valign="top")
        words = Words(look, text, "body")
        if look.large or not look.portrait:
            content: Element = Column(look, [label, words] if heading else [words], gap=8)
        else:
            label.wide, words.grow = 240, 1
            content = Row(look, [label, words], gap=tokens.GAP, align="top")
        return Card(look, content, padding=32, padding_y=24)


def chunks(text: str, most: int) -> list[str]:
    """Cuts a long text at sentence ends into parts of about `most` characters."""
    parts, part = [], ""
    for i, character in enumerate(text):
        part += character
        rest = len(text) - i - 1
        if character in SENTENCE_ENDS and len(part) >= most and rest > most // 4:
            parts.append(part.strip())
            part = ""
    if part.strip() or not parts:
        parts.append(part.strip())
    return parts


SCREEN = GuideScreen

PREVIEWS = {
    "standard": ShowGuide(
        item="失业登记",
        sections=(
            GuideSection(
                key="guide.conditions",
                text="您年满 16 周岁、未到退休年龄，有劳动能力，想找工作而现在没有工作。",
            ),
            GuideSection(
                key="guide.application",
                text="本人持身份证在本机申请，也可以在国家政务服务平台申请。",
            ),
            GuideSection(
                key="guide.acceptance",
                text="材料齐全的，办理地公共就业服务机构当天受理；缺材料的，一次说清。",
            ),
            GuideSection(key="guide.review", text="办理地核对社会保险和用工记录。"),
            GuideSection(
                key="guide.time_limit",
                text="法定 5 个工作日，承诺 1 个工作日。从受理的第二天起算，节假日不算。",
            ),
            GuideSection(
                key="guide.issue",
                text="登记结果发到您的手机，也可以在国家政务服务平台下载电子凭证。",
            ),
            GuideSection(key="guide.fees", text="不收费。"),
            GuideSection(
                key="guide.legal_basis",
                text="《中华人民共和国就业促进法》；《就业服务与就业管理规定》。",
            ),
        ),
    ),
}
