"""The number, what happens next in both places and by when, and what to take along."""

from __future__ import annotations

from kiosk.journey.views import Lane, LaneStep, PrintStage, ShowReceipt, Tone
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.cards import Card, IconTile
from screens.widgets.clauses import Clauses
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.filling import Filling
from screens.widgets.icons import Icon
from screens.widgets.one_line import OneLine
from screens.widgets.pager import Pager
from screens.widgets.qr import QrCode
from screens.widgets.words import Title, Words

TONE_ICONS = {Tone.GOOD: "check", Tone.WARN: "store", Tone.BAD: "warning"}
PRINT_ICONS = {
    PrintStage.NOT_ASKED: "phone",
    PrintStage.PRINTING: "printer",
    PrintStage.PRINTED: "check",
    PrintStage.WITHOUT: "phone",
}
HEAD = 116
QR = 264
QR_SMALL = 200


class LineIcon(Icon):
    """An icon in the height of a line of text."""

    def __init__(self, look: Look, name: str, role: str, *, colour: str) -> None:
        super().__init__(look, name, side=40, colour=colour, stroke=5)
        self._role = role

    def natural_height(self, width: float) -> float:
        return self.look.line(self._role)


class ReceiptScreen(Screen[ShowReceipt]):
    def build(self, body: ShowReceipt) -> Element:
        look = self.look
        tile = IconTile(
            look,
            TONE_ICONS[body.tone],
            side=HEAD,
            icon=72,
            radius=999,
            fill=body.tone if not look.contrast else f"{body.tone}_soft",
            colour="on_accent" if not look.contrast else body.tone,
            drop=1,
        )
        headline = Column(
            look,
            [
                Title(look, self.speak(body.headline)),
                Clauses(look, self.speak(body.explanation), "second", colour="second"),
            ],
            grow=1,
        )
        if look.large:
            return self._large(body, headline)
        head = Row(look, [tile, headline], gap=tokens.GAP)
        number, lanes = self._number(body), self._lanes(body)
        print_line, take = self._printing(body), self._take(body)
        if look.portrait:
            return Column(
                look,
                [
                    head,
                    number,
                    *([Card(look, lanes, padding_y=28)] if lanes else []),
                    print_line,
                    take,
                ],
                gap=tokens.GAP,
            )
        middle: list[Element] = [number]
        if lanes:
            middle.append(Card(look, lanes, padding_y=24, grow=1))
        number.grow = print_line.grow = take.grow = 1
        across = Row(look, middle, gap=tokens.GAP, align="fill")
        foot = Row(look, [print_line, take], gap=tokens.GAP)
        return Column(look, [head, across, Space(look, grow=1), foot], gap=tokens.GAP)

    def _large(self, body: ShowReceipt, headline: Element) -> Element:
        """Large type: the number and the lanes are turned like pages, the rest stays."""
        look = self.look
        leaves: list[Element] = [self._number(body)]
        leaves += [Card(look, self._lane(lane), padding_y=24) for lane in body.lanes]
        pages = Filling(look, Pager(look, self.bridge, leaves, test_id="receipt"))
        print_line, take = self._printing(body), self._take(body)
        headline.grow = 0
        if look.portrait:
            return Column(look, [headline, pages, print_line, take], gap=tokens.GAP)
        print_line.drop = 1
        left = Column(look, [headline, Space(look, grow=1), print_line, take], gap=tokens.GAP)
        return self.sides(left, pages, ratio=1.0)

    def _number(self, body: ShowReceipt) -> Element:
        look = self.look
        upright = look.portrait
        code = QrCode(look, side=QR if upright and not look.large else QR_SMALL, content=body.qr)
        label = Words(look, self.text("receipt.number_photo"), "second", colour="second")
        number = OneLine(
            look, body.local_number, ("huge", "title", "number", "body", "second"), bold=True
        )
        platform: list[Element] = []
        if body.platform_number:
            platform = [
                Words(look, self.text("receipt.platform_number"), "second", colour="second"),
                Words(look, body.platform_number, "second", bold=True),
            ]
            if not look.large:
                platform = [Row(look, platform, gap=tokens.SMALL_GAP)]
        scan = Row(
            look,
            [
                Icon(look, "phone", side=tokens.ICON_SMALL, colour="second"),
                Words(look, self.text("receipt.scan"), "second", colour="second", grow=1),
            ],
            gap=tokens.SMALL_GAP,
        )
        if upright or look.large:
            beside = Column(look, [*platform, Space(look, tokens.SMALL_GAP), scan], grow=1)
            told = Row(look, [beside, code], gap=tokens.GAP)
            parts = Column(look, [label, number, told], gap=tokens.SMALL_GAP)
            return Card(look, parts, padding_y=24)
        words = Column(look, [label, number, *platform, scan], gap=4, grow=1)
        return Card(look, Row(look, [words, code], gap=tokens.GAP), padding_y=24)

    def _lanes(self, body: ShowReceipt) -> Element | None:
        if not body.lanes:
            return None
        look = self.look
        lanes: list[Element] = [self._lane(lane) for lane in body.lanes]
        if look.portrait:
            return Column(look, lanes, gap=tokens.GAP)
        for lane in lanes:
            lane.grow = 1
        return Row(look, lanes, gap=tokens.BIG_GAP, align="top")

    def _lane(self, lane: Lane) -> Element:
        look = self.look
        title = Words(look, f"{lane.place}{self.speak(lane.role)}", "body", bold=True)
        return Column(look, [title, *(self._step(step) for step in lane.steps)], gap=8)

    def _step(self, step: LaneStep) -> Element:
        look = self.look
        tone = "good" if step.done else "second"
        role = "second" if look.large or not look.portrait else "body"
        icon = LineIcon(look, "check" if step.done else "clock", role, colour=tone)
        words = Words(
            look, self.speak(step.phrase), role, colour="ink" if step.done else "second", grow=1
        )
        return Row(look, [icon, words], gap=tokens.SMALL_GAP, align="top")

    def _printing(self, body: ShowReceipt) -> Element:
        look = self.look
        busy = body.printing is PrintStage.PRINTING
        colour = "accent" if busy else "second"
        return Row(
            look,
            [
                Icon(look, PRINT_ICONS[body.printing], side=tokens.ICON, colour=colour),
                Words(
                    look,
                    self.text(f"receipt.printing.{body.printing}"),
                    "second" if look.large else "body",
                    colour=colour,
                    bold=busy,
                    grow=1,
                ),
            ],
            gap=tokens.SMALL_GAP,
        )

    def _take(self, body: ShowReceipt) -> Element:
        look = self.look
        row = Row(
            look,
            [
                Icon(look, "hand", side=64, colour="warn"),
                Clauses(
                    look,
                    self.speak(body.take),
                    "body" if look.large else "button",
                    colour="warn",
                    bold=True,
                    grow=1,
                ),
            ],
            gap=tokens.GAP,
        )
        return Card(look, row, fill="warn_soft", line=None, padding_y=24)


SCREEN = ReceiptScreen


def _lanes(sent: bool) -> tuple[Lane, ...]:
    def step(text_id: str, done: bool, **values: object) -> LaneStep:
        return LaneStep(phrase=Phrase(text_id, values), done=done)

    return (
        Lane(
            place="示例县",
            role=Phrase("lane.collects"),
            steps=(
                step("lane.stored", True, time="10:29"),
                step("lane.sent" if sent else "lane.will_send", sent),
            ),
        ),
        Lane(
            place="样例市",
            role=Phrase("lane.decides"),
            steps=(
                *(
                    (
                        step("lane.accepts", False, day="11-27"),
                        step("lane.decided_by_provisional", False, day="12-11"),
                    )
                    if sent
                    else (
                        step("lane.accepts_after", False, days=5),
                        step("lane.decided_after", False, days=20),
                    )
                ),
                step("lane.delivery.post", False),
            ),
        ),
    )


def _receipt(state: str, tone: Tone, printing: PrintStage, **given: object) -> ShowReceipt:
    values = {"decided_in": "样例市", "reason": "结婚证照片看不清"}
    taken = "with_slip" if printing is PrintStage.PRINTED else "without_slip"
    fields: dict[str, object] = {
        "tone": tone,
        "headline": Phrase(f"receipt.headline.{state}", values),
        "explanation": Phrase(f"receipt.explanation.{state}", values),
        "local_number": "HM-261122-7K4D-92FK",
        "platform_number": "",
        "qr": "TB:HM-261122-7K4D-92FK",
        "lanes": _lanes(state == "received"),
        "printing": printing,
        "take": Phrase(f"receipt.take.{taken}"),
    }
    return ShowReceipt(**{**fields, **given})  # type: ignore[arg-type]


PREVIEWS = {
    "printing": _receipt(
        "received", Tone.GOOD, PrintStage.PRINTING, platform_number="PT202611220000177"
    ),
    "printed": _receipt(
        "received", Tone.GOOD, PrintStage.PRINTED, platform_number="PT202611220000177"
    ),
    "stored": _receipt("stored", Tone.WARN, PrintStage.WITHOUT),
    "refused": _receipt("refused", Tone.BAD, PrintStage.NOT_ASKED, lanes=()),
}
