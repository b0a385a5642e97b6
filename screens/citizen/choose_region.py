"""Which place decides the matter: provinces, then the cities of one."""

from __future__ import annotations

from kiosk.journey.events import RegionChosen
from kiosk.journey.views import ChooseRegion, RegionChoice
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.cards import PressCard
from screens.widgets.elements import Column, Element, Space
from screens.widgets.pager import Pager
from screens.widgets.words import Title, Words


class ChooseRegionScreen(Screen[ChooseRegion]):
    def build(self, body: ChooseRegion) -> Element:
        look = self.look
        if body.within:
            title = self.text("choose_region.title_city", province=body.within)
            subtitle = self.text("choose_region.subtitle_city")
        else:
            title = self.text("choose_region.title")
            subtitle = self.text("choose_region.subtitle")
        head: list[Element] = [
            Title(look, title),
            Words(look, subtitle, "body", colour="second", balanced=True, drop=1),
            Words(
                look,
                self.text("choose_region.here", place=body.here),
                "second",
                colour="accent",
                bold=True,
                drop=2,
            ),
        ]
        few = len(body.regions) <= 16  # room for larger targets
        places = Pager(
            look,
            self.bridge,
            [self._place(region, few=few) for region in body.regions],
            columns=self._columns(few=few),
            gap=tokens.TARGET_GAP if few else tokens.SMALL_GAP,
            grow=1,
        )
        if look.portrait:
            return Column(look, [Column(look, head, gap=tokens.SMALL_GAP), places], gap=tokens.GAP)
        left = Column(look, [*head, Space(look, grow=1)], gap=tokens.SMALL_GAP)
        return self.sides(left, places, ratio=0.5, gap=tokens.MARGIN)

    def _columns(self, *, few: bool) -> int:
        if self.look.large:
            return 2 if self.look.portrait else 3
        if self.look.language != "zh_CN" or few:
            return 2 if self.look.portrait else 4
        return 3 if self.look.portrait else 5

    def _target(self, *, few: bool) -> float:
        """Height of a place's target, in design pixels: as high as the page allows."""
        if few:
            return 124 if self.look.portrait else 104
        return 90 if self.look.portrait else tokens.TARGET

    def _place(self, region: RegionChoice, *, few: bool) -> PressCard:
        look = self.look
        name = Words(
            look, region.name, "body" if few else "second", bold=True, align="centre", balanced=True
        )
        return PressCard(
            look,
            name,
            on_press=lambda: self.say(RegionChosen(region.code)),
            test_id=f"region:{region.code}",
            padding=tokens.SMALL_GAP,
            padding_y=10,
            least=self._target(few=few),
            radius=tokens.BUTTON_RADIUS,
        )


SCREEN = ChooseRegionScreen

_PROVINCES = [
    "北京市",
    "天津市",
    "河北省",
    "山西省",
    "内蒙古自治区",
    "辽宁省",
    "吉林省",
    "黑龙江省",
    "上海市",
    "江苏省",
    "浙江省",
    "安徽省",
    "福建省",
    "江西省",
    "山东省",
    "河南省",
    "湖北省",
    "湖南省",
    "广东省",
    "广西壮族自治区",
    "海南省",
    "重庆市",
    "四川省",
    "贵州省",
    "云南省",
    "西藏自治区",
    "陕西省",
    "甘肃省",
    "青海省",
    "宁夏回族自治区",
    "新疆维吾尔自治区",
    "台湾省",
    "香港特别行政区",
    "澳门特别行政区",
]
_CITIES = [
    "兰州市",
    "嘉峪关市",
    "金昌市",
    "白银市",
    "天水市",
    "武威市",
    "张掖市",
    "平凉市",
    "酒泉市",
    "庆阳市",
    "定西市",
    "陇南市",
    "临夏回族自治州",
    "甘南藏族自治州",
]


def _choices(names: list[str], first: int) -> tuple[RegionChoice, ...]:
    return tuple(RegionChoice(code=str(first + i), name=name) for i, name in enumerate(names))


PREVIEWS = {
    "provinces": ChooseRegion(within=None, regions=_choices(_PROVINCES, 900000), here="示例县"),
    "cities": ChooseRegion(within="甘肃省", regions=_choices(_CITIES, 620100), here="示例县"),
}
