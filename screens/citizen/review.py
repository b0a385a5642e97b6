"""Check your answers: every line with its way back."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle

from kiosk.journey.events import ChangePressed
from kiosk.journey.views import Review, ReviewRow
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.buttons import Button
from screens.widgets.cards import Card
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.filling import Filling
from screens.widgets.pager import Pager
from screens.widgets.words import Title, Words

LABEL = 230  # design pixels
CHANGE_HIGH = 88


class Line(Element):
    """Label, value and the way to change it, over a hairline."""

    def __init__(self, look: Look, label: str, value: str, change: Button | None) -> None:
        super().__init__(look)
        name = Words(look, label, "second", colour="second")
        said = Words(look, value, "body", bold=True, grow=1)
        if look.large:
            told: Element = Column(look, [name, said], grow=1)
            parts: list[Element] = [told]
        else:
            name.wide = LABEL
            parts = [name, said]
        if change is not None:
            parts.append(change)
        if not look.portrait:
            parts.append(Space(look, tokens.SMALL_GAP))
        self._row = Row(look, parts, gap=tokens.GAP)
        self.add_widget(self._row)
        with self.canvas.before:
            Color(*look.colour("hairline"))
            self._hairline = Rectangle()

    def natural_height(self, width: float) -> float:
        least = self.look.px(CHANGE_HIGH)
        return max(self._row.natural_height(width), least) + self.look.px(tokens.SMALL_GAP)

    def arrange(self) -> None:
        self._row.place(self.x, self.y, self.width, self.height)
        self._hairline.pos = (self.x, self.y - self.look.px(4))
        self._hairline.size = (self.width, max(self.look.px(tokens.HAIRLINE), 1))


class ReviewScreen(Screen[Review]):
    def build(self, body: Review) -> Element:
        look = self.look
        title = Title(look, self.text("review.title"))
        subtitle = Words(look, self.text("review.subtitle"), colour="second", drop=1)
        if look.portrait:
            head: Element = Column(look, [title, subtitle], gap=tokens.SMALL_GAP)
        else:
            subtitle.grow = 1
            subtitle.align = "right"
            head = Row(look, [title, subtitle], gap=tokens.GAP)
        lines = Pager(
            look,
            self.bridge,
            [self._line(row) for row in body.rows],
            columns=1 if look.portrait else 2,
            gap=tokens.SMALL_GAP,
        )
        card = Card(look, lines, padding_y=tokens.GAP if look.portrait else tokens.SMALL_GAP)
        return Column(look, [head, Filling(look, card, snug=True)], gap=tokens.GAP)

    def _line(self, row: ReviewRow) -> Line:
        target = row.target
        change = None
        if target is not None:
            change = Button(
                self.look,
                self.text("review.change"),
                kind="quiet",
                role="body",
                high=CHANGE_HIGH,
                padding=16,
                on_press=lambda: self.say(ChangePressed(target)),
                test_id=f"change:{target}",
            )
        return Line(self.look, self.speak(row.label), self.speak(row.value), change)


SCREEN = ReviewScreen


def _row(label: str, value: str, target: str | None) -> ReviewRow:
    name = Phrase(label) if "." in label else Phrase("review.as_is", {"words": label})
    return ReviewRow(label=name, value=Phrase("review.as_is", {"words": value}), target=target)


_ROWS = (
    _row("review.item", "夫妻投靠户口迁移", "choose_item"),
    _row("review.decided_in", "江西省九江市", None),
    _row("review.applicant", "张*范 1101**********002X", None),
    _row("迁移原因", "夫妻投靠", "form:reason"),
    _row("联系电话", "138****0000", "form:phone"),
    _row("户口簿", "2 页", "materials:register"),
    _row("结婚证", "1 页", "materials:marriage"),
)
PREVIEWS = {
    "usual": Review(rows=_ROWS),
    "many": Review(
        rows=(
            *_ROWS,
            _row(
                "迁入地址",
                "示例省样例市演示区虚构街道样本社区虚构路123号院4号楼5单元606室",
                "form:address",
            ),
            *(_row(f"问题 {i}", f"回答 {i}", f"form:q{i}") for i in range(1, 9)),
        )
    ),
}
