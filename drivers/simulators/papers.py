"""Papers as a citizen might lay them under the camera: drawn, invented, and marked 样例.

Layouts follow the look of the real forms (户口簿, 结婚证, a letter of proof, a printed receipt)
closely enough for page finding and reading; no real seal, number or person is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

INK = (34, 32, 36)
GREEN = (66, 110, 84)  # the register's printed lines
SEAL = (190, 40, 38)
SPECIMEN = "样例"

PERSON: Mapping[str, str] = {
    "name": "张示范",
    "sex": "女",
    "nation": "汉",
    "birth": "1949年12月31日",
    "id_number": "11010519491231002X",
    "address": "示例省样例市演示区虚构路1号",
    "native_place": "示例省样例市",
    "household": "000000001",
    "spouse": "李样本",
    "spouse_id_number": "990000199001010025",
}
"""Whom the papers speak of, unless told otherwise. 11010519491231002X is the example number."""

Person = Mapping[str, str]


class Press:
    """Draws papers with one font file (any with simplified Chinese)."""

    def __init__(self, font: Path) -> None:
        self._font = font
        self._sizes: dict[int, ImageFont.FreeTypeFont] = {}

    @property
    def papers(self) -> tuple[str, ...]:
        return tuple(self._layouts())

    def draw(self, paper: str, person: Person | None = None) -> Image.Image:
        """The flat paper as RGB; raises `ValueError` for one that there is not."""
        layout = self._layouts().get(paper)
        if layout is None:
            raise ValueError(f"no paper {paper!r}; there are: {', '.join(self.papers)}")
        sheet = layout({**PERSON, **(person or {})})
        self._specimen(sheet)
        return sheet

    def _layouts(self) -> dict[str, Callable[[Person], Image.Image]]:
        return {
            "household_register_first": self._register_first,
            "household_register_person": self._register_person,
            "marriage_certificate": self._marriage,
            "proof_letter": self._letter,
            "receipt": self._receipt,
        }

    # 户口簿, 143 × 105 mm

    def _register_first(self, person: Person) -> Image.Image:
        sheet = Image.new("RGB", (1230, 900), (238, 240, 226))
        pen = ImageDraw.Draw(sheet)
        self._centred(pen, (615, 90), "居民户口簿", 62, GREEN)
        self._table(
            pen,
            (90, 190),
            1050,
            [
                [("户别", 210), ("家庭户", 315), ("户主姓名", 210), (person["name"], 315)],
                [("户号", 210), (person["household"], 315), ("编号", 210), ("样0001", 315)],
                [("住址", 210), (person["address"], 840)],
            ],
            row=92,
        )
        pen.text((120, 520), "省级公安机关户口专用章", fill=INK, font=self._type(30))
        pen.text((640, 520), "户口登记机关户口专用章", fill=INK, font=self._type(30))
        self._seal(pen, (300, 670), "示例省公安厅")
        self._seal(pen, (830, 670), "演示派出所")
        pen.text((120, 830), "承办人签章：示范", fill=INK, font=self._type(28))
        pen.text((700, 830), "签发日期：2020年01月01日", fill=INK, font=self._type(28))
        return sheet

    def _register_person(self, person: Person) -> Image.Image:
        sheet = Image.new("RGB", (1230, 900), (238, 240, 226))
        pen = ImageDraw.Draw(sheet)
        self._centred(pen, (615, 66), "常住人口登记卡", 50, GREEN)
        self._table(
            pen,
            (60, 120),
            1110,
            [
                [("姓名", 200), (person["name"], 355), ("户主或与户主关系", 300), ("户主", 255)],
                [("曾用名", 200), ("", 355), ("性别", 300), (person["sex"], 255)],
                [("出生地", 200), (person["native_place"], 355), ("民族", 300),
                 (person["nation"], 255)],
                [("籍贯", 200), (person["native_place"], 355), ("出生日期", 220),
                 (person["birth"], 335)],
                [("住址", 200), (person["address"], 910)],
                [("公民身份号码", 260), (person["id_number"], 850)],
                [("文化程度", 200), ("样例", 355), ("婚姻状况", 220), ("已婚", 335)],
                [("服务处所", 200), ("示例市虚构单位", 355), ("职业", 220), ("职员", 335)],
            ],
            row=80,
        )  # fmt: skip
        pen.text((80, 810), "承办人签章：示范", fill=INK, font=self._type(28))
        pen.text((640, 810), "登记日期：2020年01月01日", fill=INK, font=self._type(28))
        self._seal(pen, (1050, 780), "演示派出所")
        return sheet

    def _marriage(self, person: Person) -> Image.Image:
        sheet = Image.new("RGB", (1250, 880), (246, 232, 224))
        pen = ImageDraw.Draw(sheet)
        pen.line((625, 30, 625, 850), fill=(214, 190, 182), width=3)  # the fold
        self._centred(pen, (310, 110), "结婚证", 72, SEAL)
        pen.rectangle((120, 200, 500, 470), outline=(170, 120, 110), width=3)
        self._centred(pen, (310, 335), "双方照片", 40, (170, 120, 110))
        for line, text in enumerate(
            (
                f"持证人 {person['name']}",
                "登记日期 2018年08月08日",
                "结婚证字号 J000000-2018-000001",
            )
        ):
            pen.text((80, 530 + 62 * line), text, fill=INK, font=self._type(32))
        self._seal(pen, (480, 760), "示例民政局")
        for top, who in ((90, "name"), (470, "spouse")):
            number = person["id_number" if who == "name" else "spouse_id_number"]
            for line, text in enumerate(
                (f"姓名  {person[who]}", "国籍  中国", "身份证件号", f"  {number}")
            ):
                pen.text((690, top + 74 * line), text, fill=INK, font=self._type(36))
        return sheet

    def _letter(self, person: Person) -> Image.Image:
        sheet = Image.new("RGB", (740, 1020), (250, 250, 247))
        pen = ImageDraw.Draw(sheet)
        self._centred(pen, (370, 110), "居住证明", 54, INK)
        body = (
            f"    兹证明{person['name']}，公民身份号码{person['id_number']}，"
            f"自2020年01月01日起居住在{person['address']}，情况属实。"
        )
        top = 220
        for line in _wrapped(body + "\n    特此证明。", 22):
            pen.text((80, top), line, fill=INK, font=self._type(27))
            top += 52
        pen.text((380, 780), "虚构社区居民委员会", fill=INK, font=self._type(28))
        pen.text((420, 840), "2025年01月01日", fill=INK, font=self._type(28))
        self._seal(pen, (540, 800), "虚构社区")
        return sheet

    def _receipt(self, person: Person) -> Image.Image:
        sheet = Image.new("RGB", (430, 980), (244, 244, 242))
        pen = ImageDraw.Draw(sheet)
        self._centred(pen, (215, 70), "受理回执", 46, INK)
        rows = ("编号 SAMPLE-0001", f"申请人 {person['name'][:1]}**", "事项 户口迁移", "份数 3")
        for line, text in enumerate((*rows, "受理时间 2025-01-01 09:00", "-" * 30, "请妥善保管")):
            pen.text((30, 150 + 60 * line), text, fill=INK, font=self._type(27))
        return sheet

    # pieces

    def _type(self, size: int) -> ImageFont.FreeTypeFont:
        if size not in self._sizes:
            self._sizes[size] = ImageFont.truetype(str(self._font), size)
        return self._sizes[size]

    def _centred(
        self,
        pen: ImageDraw.ImageDraw,
        middle: tuple[int, int],
        text: str,
        size: int,
        colour: tuple[int, int, int],
    ) -> None:
        pen.text(middle, text, fill=colour, font=self._type(size), anchor="mm")

    def _table(
        self,
        pen: ImageDraw.ImageDraw,
        corner: tuple[int, int],
        width: int,
        rows: list[list[tuple[str, int]]],
        row: int,
    ) -> None:
        left, top = corner
        for cells in rows:
            x = left
            for place, (text, cell) in enumerate(cells):
                pen.rectangle((x, top, x + cell, top + row), outline=GREEN, width=2)
                colour = GREEN if place % 2 == 0 else INK  # label, value, label, value
                size = 32 if place % 2 else 29
                start = (x + 16, top + row // 2)
                pen.text(start, text, fill=colour, font=self._type(size), anchor="lm")
                x += cell
            top += row
        pen.rectangle((left, corner[1], left + width, top), outline=GREEN, width=4)

    def _seal(self, pen: ImageDraw.ImageDraw, centre: tuple[int, int], text: str) -> None:
        x, y = centre
        pen.ellipse((x - 92, y - 92, x + 92, y + 92), outline=SEAL, width=6)
        self._centred(pen, (x, y - 30), SPECIMEN, 44, SEAL)
        self._centred(pen, (x, y + 30), text, 24, SEAL)

    def _specimen(self, sheet: Image.Image) -> None:
        """样例 across the paper, pale, so that the print stays readable."""
        mark = Image.new("L", sheet.size, 0)
        pen = ImageDraw.Draw(mark)
        step = 300
        for top in range(step // 3, sheet.height, step):
            for left in range(step // 3, sheet.width, step + 60):
                pen.text((left, top), SPECIMEN, fill=46, font=self._type(78))
        sheet.paste((150, 90, 90), (0, 0), mark.rotate(18))


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` full-width characters; a half-width one counts half."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for character in paragraph:
            size = 0.5 if ord(character) < 0x2E80 else 1.0
            if used + size > width:
                lines.append(line)
                line, used = "", 0.0
            line += character
            used += size
        lines.append(line)
    return lines
