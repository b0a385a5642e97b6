"""One question of the form: choices to touch, or digits from a keypad."""

from __future__ import annotations

from kiosk.journey.events import AnswerGiven
from kiosk.journey.views import AnswerChoice, AskQuestion
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.cards import Card
from screens.widgets.choice import ChoiceCard
from screens.widgets.clauses import Clauses
from screens.widgets.date_entry import DateBoxes, DateDigits
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.filling import Filling
from screens.widgets.icons import Icon
from screens.widgets.keypad import BACKSPACE, CLEAR, Keypad
from screens.widgets.pager import Pager
from screens.widgets.words import Title, Words

PHONE_DIGITS = 11
PHONE_GROUPS = ((0, 3), (3, 7), (7, PHONE_DIGITS))
NUMBER_DIGITS = 12
FEW = 6  # choices that may be taller


class Entered(Words):
    """What was entered, or in small type what to enter; as high as ever."""

    def natural_height(self, width: float) -> float:
        return self.look.line("huge")


class Complaint(Row):
    """What is wrong, or an empty line: the keys below do not move when it comes and goes."""

    def natural_height(self, width: float) -> float:
        return max(super().natural_height(width), self.look.line("body"))


class QuestionScreen(Screen[AskQuestion]):
    """What the keys have entered is held here only until the journey has it in its view."""

    def shape(self, body: AskQuestion) -> object:
        return (body.key, body.number, body.count, body.text, body.help, body.kind, body.choices)

    def build(self, body: AskQuestion) -> Element:
        look = self.look
        self._value = body.value
        self._choices: dict[str, ChoiceCard] = {}
        self._boxes: DateBoxes | None = None
        self._digits: Entered | None = None
        self._error = Clauses(look, "", "body", colour="bad", bold=True, grow=1)
        self._error_mark = Icon(look, "warning", colour="bad")
        self._error_row = Complaint(look, [], gap=tokens.SMALL_GAP, align="top")
        progress = self.text("question.progress", number=body.number, count=body.count)
        head: list[Element] = [
            Words(look, progress, "second", colour="second", drop=2),
            Title(look, body.text),
        ]
        if body.help:
            head.append(Words(look, body.help, colour="second", drop=1))
        if body.kind == "choice":
            return self._choosing(head, body)
        return self._keying(head, body)

    def _choosing(self, head: list[Element], body: AskQuestion) -> Element:
        look = self.look
        columns = 3 if not look.portrait and len(body.choices) >= FEW else 1
        for choice in body.choices:
            self._choices[choice.value] = ChoiceCard(
                look,
                choice.label,
                on_press=lambda value=choice.value: self._give(value),
                test_id=f"choice:{choice.value}",
                role="body" if columns > 1 and look.large else "button",
                padding_y=44 if look.portrait and len(body.choices) <= FEW else 24,
            )
        cards = Pager(look, self.bridge, list(self._choices.values()), columns=columns)
        top = Column(look, [*head, self._error_row], gap=tokens.SMALL_GAP)
        if look.portrait or columns > 1:
            low = Filling(look, cards, snug=True, low=look.portrait)
            return Column(look, [top, low], gap=tokens.BIG_GAP)
        return self.sides(top, Column(look, [Filling(look, cards, snug=True)]))

    def _keying(self, head: list[Element], body: AskQuestion) -> Element:
        look = self.look
        if body.kind == "date":
            labels = (
                self.text("question.year"),
                self.text("question.month"),
                self.text("question.day"),
            )
            self._date = DateDigits.of(body.value)
            self._boxes = DateBoxes(look, labels, self._touch_part)
            entry: Element = self._boxes
        else:
            self._digits = Entered(look, " ", "huge", bold=True, align="centre")
            entry = Card(look, self._digits, line="accent", stroke=tokens.EMPHASIS, padding_y=16)
        high = 112 if look.large or not look.portrait else 136
        keys = Keypad(look, self._key, clear=self.text("question.clear"), high=high)
        if not look.portrait:
            left = Column(
                look, [*head, entry, self._error_row, Space(look, grow=1)], gap=tokens.TARGET_GAP
            )
            right = Column(look, [Space(look, grow=1), keys, Space(look, grow=1)])
            return self.sides(left, right, ratio=1.25)
        space = Space(look, grow=1)
        return Column(look, [*head, space, entry, self._error_row, keys], gap=tokens.TARGET_GAP)

    # --- what hands do -------------------------------------------------------------------------

    def _give(self, value: str) -> None:
        assert self.body is not None
        self._value = value
        self._paint()
        self.say(AnswerGiven(self.body.key, value))

    def _key(self, key: str) -> None:
        if self._boxes is not None:
            self._date = self._date.pressed(key)
            self._give(self._date.value)
            return
        value = self._value
        if key == CLEAR:
            value = ""
        elif key == BACKSPACE:
            value = value[:-1]
        elif len(value) < self._most_digits():
            value += key
        if value != self._value:
            self._give(value)

    def _touch_part(self, at: int) -> None:
        self._date = self._date.touched(at)
        self._paint()

    def _most_digits(self) -> int:
        assert self.body is not None
        return PHONE_DIGITS if self.body.kind == "phone" else NUMBER_DIGITS

    # --- what is shown ---------------------------------------------------------------------------

    def update(self, body: AskQuestion) -> None:
        if body.value != self._value:
            self._value = body.value
        if self._boxes is not None and body.value != self._date.value:
            self._date = DateDigits.of(body.value)
        self._show_error(body.error)
        self._paint()

    def _paint(self) -> None:
        for value, card in self._choices.items():
            card.choose(value == self._value)
        if self._boxes is not None:
            self._boxes.show(self._date)
        if self._digits is not None and self.body is not None:
            words = grouped(self._value) if self.body.kind == "phone" else self._value
            hint = self.text(f"question.{self.body.kind}")
            self._digits.role = "huge" if words else "body"
            self._digits.bold = bool(words)
            self._digits.set(words or hint, colour="ink" if words else "second")

    def _show_error(self, error: Phrase | None) -> None:
        words = self.speak(error) if error else ""
        if words == self._error.text:
            return
        self._error.text = words
        self._error_row.hold([self._error_mark, self._error] if words else [])
        self.arrange()


def grouped(digits: str) -> str:
    """A mobile number as people say it: 3, 4 and 4 digits."""
    return " ".join(digits[start:end] for start, end in PHONE_GROUPS if digits[start:end])


SCREEN = QuestionScreen

_RELATION = AskQuestion(
    number=1,
    count=4,
    key="relation",
    text="您为谁申请？",
    help="户口迁移可以为自己，也可以为家里人申请。",
    kind="choice",
    choices=(
        AnswerChoice(value="self", label="我自己"),
        AnswerChoice(value="spouse", label="我的丈夫或妻子"),
        AnswerChoice(value="child", label="我的孩子"),
    ),
    value="",
)
_NATIONS = tuple(
    AnswerChoice(value=str(i), label=name)
    for i, name in enumerate(
        (
            "夫妻投靠",
            "父母投靠子女",
            "子女投靠父母",
            "购房落户",
            "工作调动",
            "大中专学生",
            "退休",
            "投资兴办实业",
            "其他",
        )
    )
)
PREVIEWS = {
    "choice": _RELATION,
    "choice-chosen": AskQuestion(
        number=1,
        count=4,
        key="relation",
        text=_RELATION.text,
        help=_RELATION.help,
        kind="choice",
        choices=_RELATION.choices,
        value="spouse",
    ),
    "choice-many": AskQuestion(
        number=2,
        count=4,
        key="reason",
        text="因为什么迁户口？",
        help="",
        kind="choice",
        choices=_NATIONS,
        value="3",
        error=Phrase("answer_error.choice"),
    ),
    "phone": AskQuestion(
        number=3,
        count=4,
        key="phone",
        text="办理结果打哪个电话通知您？",
        help="只用于这一次办理。",
        kind="phone",
        choices=(),
        value="",
    ),
    "phone-error": AskQuestion(
        number=3,
        count=4,
        key="phone",
        text="办理结果打哪个电话通知您？",
        help="只用于这一次办理。",
        kind="phone",
        choices=(),
        value="1380000",
        error=Phrase("answer_error.phone_length"),
    ),
    "number": AskQuestion(
        number=3,
        count=4,
        key="copies",
        text="要几份证明？",
        help="",
        kind="number",
        choices=(),
        value="2",
    ),
    "date": AskQuestion(
        number=4,
        count=4,
        key="since",
        text="您是哪一天结婚登记的？",
        help="结婚证上写着登记日期。",
        kind="date",
        choices=(),
        value="1978-05",
    ),
    "date-error": AskQuestion(
        number=4,
        count=4,
        key="since",
        text="您是哪一天结婚登记的？",
        help="结婚证上写着登记日期。",
        kind="date",
        choices=(),
        value="1978-02-30",
        error=Phrase("answer_error.date_form"),
    ),
}
