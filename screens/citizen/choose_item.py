"""What the citizen wants: themes, and a list that says at once whether it can be done here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kiosk.journey.events import ItemChosen, ThemeChosen
from kiosk.journey.views import Chip as ChipKind
from kiosk.journey.views import ChooseItem, ItemRow, ThemeChoice
from screens.base import Screen
from screens.bridge import Bridge
from screens.theme import tokens, typeset
from screens.theme.look import Look
from screens.widgets.cards import Chip, PressCard
from screens.widgets.elements import Column, Element, Grid, Row, Space
from screens.widgets.pager import Later, Pager
from screens.widgets.words import Title, Words

TONES = {ChipKind.HERE: "good", ChipKind.GUIDED: "warn", ChipKind.CLOSED: "bad"}
CHIP_ICONS = {ChipKind.HERE: "check", ChipKind.GUIDED: "info", ChipKind.CLOSED: "close"}
LIST_SHARE = 0.56  # of the width, lying


class ChooseItemScreen(Screen[ChooseItem]):
    def __init__(self, look: Look, bridge: Bridge) -> None:
        super().__init__(look, bridge)
        self._chip_widths: dict[ChipKind, float] = {}

    def build(self, body: ChooseItem) -> Element:
        look = self.look
        head: list[Element] = [
            Title(look, self.text("choose_item.title")),
        ]
        if not look.large:
            subtitle = self.text("choose_item.subtitle", region=body.region)
            head.append(Words(look, subtitle, colour="second", drop=1))
        themes = [ThemeChoice(key="", name=self.text("choose_item.all")), *body.themes]
        chooser = Grid(
            look,
            [self._theme(theme, chosen=theme.key == body.theme) for theme in themes],
            columns=self._columns(),
            gap=tokens.SMALL_GAP,
        )
        rows: Element
        if body.items:
            rows = Pager(look, self.bridge, self._rows(body.items), grow=1)
        else:
            rows = Words(look, self.text("choose_item.none"), colour="second", valign="top", grow=1)
        if look.portrait:
            return Column(
                look, [Column(look, head, gap=tokens.SMALL_GAP), chooser, rows], gap=tokens.GAP
            )
        left = Column(look, [*head, chooser, Space(look, grow=1)], gap=tokens.SMALL_GAP)
        return self.sides(left, rows, ratio=1 / LIST_SHARE - 1, gap=tokens.MARGIN)

    def _columns(self) -> int:
        return 3 if self.look.large or not self.look.portrait else 4

    def _theme(self, theme: ThemeChoice, *, chosen: bool) -> PressCard:
        look = self.look
        return PressCard(
            look,
            Words(
                look,
                theme.name,
                "second",
                bold=chosen,
                colour="accent" if chosen else "ink",
                align="centre",
                balanced=True,
            ),
            chosen=chosen,
            on_press=lambda: self.say(ThemeChosen(theme.key)),
            test_id=f"theme:{theme.key}",
            padding=tokens.SMALL_GAP,
            padding_y=8,
            radius=tokens.BUTTON_RADIUS,
        )

    def _rows(self, items: Sequence[ItemRow]) -> list[Later]:
        """Of a hundred cards a page shows eight: the others are measured on one that is made."""
        measures: dict[tuple[ChipKind, bool], ItemCard] = {}

        def height(item: ItemRow, width: float) -> float:
            kind = (item.chip, self._beside(item))
            card = measures.get(kind)
            if card is None:
                card = measures[kind] = self._row(item)
            card.name.text, card.about.text = item.name, self._about(item)
            return card.natural_height(width)

        return [Later(partial(self._row, item), partial(height, item)) for item in items]

    def _row(self, item: ItemRow) -> ItemCard:
        look = self.look
        chip = self._chip(item.chip)
        name = Words(look, item.name, "body", bold=True)
        about = Words(look, self._about(item), "least", colour="second")
        content: Element
        if not look.large:
            content = Row(look, [Column(look, [name, about], gap=2, grow=1), chip], gap=tokens.GAP)
        elif self._beside(item):
            name.grow = 1
            content = Row(look, [name, chip], gap=tokens.GAP)
        else:
            content = Column(look, [name, Column(look, [chip], align="left")], gap=8)
        card = ItemCard(
            look,
            content,
            on_press=lambda: self.say(ItemChosen(item.code)),
            test_id=f"item:{item.code}",
            padding=32,
            padding_y=20,
        )
        card.name, card.about = name, about
        return card

    def _chip(self, kind: ChipKind) -> Chip:
        words = self.text(f"chip.{kind}")
        return Chip(self.look, words, TONES[kind], icon=CHIP_ICONS[kind])

    def _about(self, item: ItemRow) -> str:
        return f"{item.department} · {self.text(f'mode.{item.mode}')}"

    def _beside(self, item: ItemRow) -> bool:
        """Name and chip fit on one line."""
        look = self.look
        if item.chip not in self._chip_widths:
            self._chip_widths[item.chip] = self._chip(item.chip).natural_width()
        share = 1 if look.portrait else LIST_SHARE
        room = self.width * share - look.px(2 * 32 + tokens.GAP)
        name = typeset.width(item.name, size=look.em("body"), bold=True) + 1
        return name + self._chip_widths[item.chip] <= room


class ItemCard(PressCard):
    """One matter of the list, its words at hand."""

    name: Words
    about: Words


SCREEN = ChooseItemScreen

_THEMES = tuple(
    ThemeChoice(key=key, name=name)
    for key, name in (
        ("household", "户籍身份"),
        ("employment", "社保就业"),
        ("medical", "医保卫生"),
        ("housing", "住房不动产"),
        ("welfare", "民政助残"),
        ("family", "婚姻生育"),
        ("transport", "驾驶运输"),
        ("education", "教育资格"),
        ("proofs", "公证证明"),
        ("enterprise", "企业经营"),
    )
)


def _item(number: int, name: str, department: str, mode: int, chip: ChipKind) -> ItemRow:
    return ItemRow(code=f"DEMO-{number:03}", name=name, department=department, mode=mode, chip=chip)


_ITEMS = (
    _item(1, "夫妻投靠户口迁移", "公安部", 3, ChipKind.HERE),
    _item(2, "工作调动户口迁移", "公安部", 3, ChipKind.HERE),
    _item(3, "大中专学生毕业户口迁移", "公安部", 1, ChipKind.HERE),
    _item(4, "失业登记", "人力资源社会保障部", 0, ChipKind.HERE),
    _item(
        5,
        "城镇职工基本养老保险与城乡居民基本养老保险制度衔接",
        "人力资源社会保障部",
        1,
        ChipKind.HERE,
    ),
    _item(6, "父母投靠子女户口迁移", "公安部", 3, ChipKind.GUIDED),
    _item(7, "住房公积金单位登记开户", "住房城乡建设部", 0, ChipKind.GUIDED),
    _item(8, "普通护照签发", "国家移民局", 1, ChipKind.CLOSED),
    _item(9, "开具有无犯罪记录证明", "公安部", 0, ChipKind.GUIDED),
    _item(10, "残疾人证新办", "中国残联", 1, ChipKind.GUIDED),
)
PREVIEWS = {
    "all": ChooseItem(region="示范省示范市", themes=_THEMES, theme="", items=_ITEMS),
    "theme": ChooseItem(region="示范省示范市", themes=_THEMES, theme="household", items=_ITEMS[:3]),
    "none": ChooseItem(region="示范省示范市", themes=_THEMES, theme="proofs", items=()),
}
