"""A receipt as a picture: elements → one bit a dot, at the width of the paper.

Everything that a citizen's name may hold is drawn by our own fonts: first Noto Sans SC, then
HanaMinB for the rest of the planes. A character that neither has raises `CharacterNotPrintable`
before a byte leaves; nothing is ever replaced by a box or a question mark.

Units are dots (8 a millimetre at 203 dpi).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import segno
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from kiosk.devices.values import Blank, Element, KeyValue, QrCode, Receipt, Rule, Text
from kiosk.faults import DeviceFault, FaultCode
from kiosk.receipts.receipt import Align, Size

MARGIN = 8  # white on both sides; also the room that a picture may be shifted in
KEY_GAP = 12
KEY_SHARE = 0.42  # of the width, at most, for the labels
QUIET_ZONE = 4  # modules (ISO/IEC 18004)
SMALLEST_MODULE = 3

DOTS = {Size.SMALL: 20, Size.BODY: 24, Size.LARGE: 36, Size.TITLE: 48}
PITCH = {Size.SMALL: 28, Size.BODY: 32, Size.LARGE: 46, Size.TITLE: 62}

BLACK_OR_WHITE = [255 if grey > 140 else 0 for grey in range(256)]

NOT_AT_START = frozenset("，。、；：！？）》」』】〕〉”’…—·,.;:!?)]}%％")
NOT_AT_END = frozenset("（《「『【〔〈“‘([{￥¥$")


class CharacterNotPrintable(Exception):
    """Something in the receipt cannot be drawn. Says how many characters, never which."""


@lru_cache(maxsize=8)
def _coverage(path: Path) -> frozenset[int]:
    with TTFont(str(path), lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """The font files, in the order in which they are asked for a character."""

    regular: tuple[Path, ...]
    bold: tuple[Path, ...]

    @classmethod
    def in_folder(cls, folder: Path) -> Fonts:
        """Raises SETTINGS_INVALID when a file is missing."""
        regular = folder / "NotoSansSC-Regular.otf"
        bold = folder / "NotoSansSC-Bold.otf"
        rest = folder / "HanaMinB.ttf"
        for path in (regular, bold, rest):
            if not path.is_file():
                raise DeviceFault(FaultCode.SETTINGS_INVALID, detail=f"no font file {path.name}")
        return cls(regular=(regular, rest), bold=(bold, regular, rest))

    def load(self) -> None:
        """Reads what is slow to read."""
        for path in self.bold:
            _coverage(path)

    def face(self, character: str, dots: int, bold: bool = False) -> ImageFont.FreeTypeFont:
        """Raises `CharacterNotPrintable`."""
        for path in self.bold if bold else self.regular:
            if ord(character) in _coverage(path):
                return _face(path, dots)
        raise CharacterNotPrintable("1 character has no glyph")

    def width(self, character: str, dots: int, bold: bool = False) -> float:
        return self.face(character, dots, bold).getlength(character)


@lru_cache(maxsize=16)
def _face(path: Path, dots: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, dots, layout_engine=ImageFont.Layout.BASIC)


def clean(text: str) -> str:
    """Without control characters (C0, C1) and invisible format characters; lines stay lines.

    A printer obeys control characters: a name that holds GS V would cut the paper.
    """
    lines = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        c for c in lines if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp")
    )


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Lines no wider than `width`, as `measure` weighs single characters.

    Chinese breaks anywhere, but not before closing or after opening punctuation; Latin words and
    numbers stay whole when they fit on a line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph, width, measure):
            if line and sum(map(measure, line + piece.rstrip())) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return lines


def _pieces(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """What must not be broken: a Latin word, or a character with its punctuation."""
    piece = ""
    for character in text:
        sticks = piece and (_sticks(piece[-1], character) or character in NOT_AT_START)
        if sticks and sum(map(measure, piece + character)) <= width:
            piece += character
            continue
        if piece:
            yield piece
        piece = character
    if piece:
        yield piece


def _sticks(before: str, after: str) -> bool:
    if before in NOT_AT_END:
        return True
    return before.isascii() and after.isascii() and not before.isspace() and not after.isspace()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Draws on a long white sheet."""

    image: Image.Image
    pen: ImageDraw.ImageDraw
    fonts: Fonts

    def line(self, text: str, left: float, top: int, size: Size, bold: bool = False) -> None:
        baseline = top + (PITCH[size] - DOTS[size]) // 2 + round(DOTS[size] * 0.88)
        for character in text:
            face = self.fonts.face(character, DOTS[size], bold)
            self.pen.text((round(left), baseline), character, fill=0, font=face, anchor="ls")
            left += face.getlength(character)


def picture(receipt: Receipt, dots: int, fonts: Fonts) -> Image.Image:
    """The receipt, `dots` wide, mode "1" (0 is black). Raises `CharacterNotPrintable`."""
    return draw(receipt.elements, dots, fonts)


def draw(elements: Sequence[Element], dots: int, fonts: Fonts) -> Image.Image:
    """Some elements as a picture, mode "1". Raises `CharacterNotPrintable`."""
    keys = key_column(elements, dots, fonts)
    blocks = [_block(element, dots, fonts, keys) for element in elements]
    sheet = Image.new("1", (dots, sum(block.height for block in blocks) or 1), 1)
    top = 0
    for block in blocks:
        sheet.paste(block, (0, top))
        top += block.height
    return sheet


def key_column(elements: Sequence[Element], dots: int, fonts: Fonts) -> int:
    """The width of the labels' column: as wide as the widest label, within reason."""
    widths = [
        sum(fonts.width(character, DOTS[Size.BODY]) for character in clean(element.key))
        for element in elements
        if isinstance(element, KeyValue)
    ]
    return round(min(max(widths, default=0), (dots - 2 * MARGIN) * KEY_SHARE))


def _block(element: Element, dots: int, fonts: Fonts, keys: int) -> Image.Image:
    match element:
        case Text():
            return _text(element, dots, fonts)
        case KeyValue():
            return _key_value(element, dots, fonts, keys)
        case Rule():
            image = Image.new("1", (dots, 17), 1)
            ImageDraw.Draw(image).line((MARGIN, 8, dots - MARGIN - 1, 8), fill=0, width=2)
            return image
        case Blank():
            return Image.new("1", (dots, max(element.dots, 1)), 1)
        case QrCode():
            return qr_code(element.content, dots)


def _text(element: Text, dots: int, fonts: Fonts) -> Image.Image:
    def measure(character: str) -> float:
        return fonts.width(character, DOTS[element.size], element.bold)

    room = dots - 2 * MARGIN
    lines = wrap(clean(element.text), room, measure)
    sheet = _sheet(dots, PITCH[element.size] * len(lines), fonts)
    for number, line in enumerate(lines):
        spare = room - sum(map(measure, line)) if element.align is Align.CENTRE else 0
        top = number * PITCH[element.size]
        sheet.line(line, MARGIN + spare / 2, top, element.size, element.bold)
    return _one_bit(sheet.image)


def _key_value(element: KeyValue, dots: int, fonts: Fonts, keys: int) -> Image.Image:
    def measure(character: str) -> float:
        return fonts.width(character, DOTS[Size.BODY])

    left = MARGIN + keys + KEY_GAP
    labels = wrap(clean(element.key), keys, measure)
    values = wrap(clean(element.value), dots - MARGIN - left, measure)
    sheet = _sheet(dots, PITCH[Size.BODY] * max(len(labels), len(values)), fonts)
    for number, line in enumerate(labels):
        sheet.line(line, MARGIN, number * PITCH[Size.BODY], Size.BODY)
    for number, line in enumerate(values):
        sheet.line(line, left, number * PITCH[Size.BODY], Size.BODY)
    return _one_bit(sheet.image)


def qr_code(content: str, dots: int) -> Image.Image:
    """A QR code in the middle of the width, with its quiet zone, about half as wide as the paper.

    Raises `CharacterNotPrintable` when the content is too long for the width.
    """
    try:
        code = segno.make(content, error="m", micro=False, mode="byte", encoding="utf-8")
    except segno.DataOverflowError:
        raise CharacterNotPrintable("a code with too much content") from None
    matrix = [bytes(row) for row in code.matrix]
    modules = len(matrix) + 2 * QUIET_ZONE
    module = max(SMALLEST_MODULE, min(8, dots // 2 // modules))
    side = modules * module
    if side > dots:
        raise CharacterNotPrintable("a code with too much content")
    small = Image.new("1", (modules, modules), 1)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                small.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), 0)
    image = Image.new("1", (dots, side), 1)
    image.paste(small.resize((side, side), Image.Resampling.NEAREST), ((dots - side) // 2, 0))
    return image


def hatching(dots: int, rows: int = 32) -> Image.Image:
    """Crossed bars over the whole width: what stands before it is waste, in every language."""
    image = Image.new("1", (dots, rows), 1)
    pen = ImageDraw.Draw(image)
    for x in range(-rows, dots, rows):
        pen.line((x, rows, x + rows, 0), fill=0, width=6)
        pen.line((x, 0, x + rows, rows), fill=0, width=6)
    return image


def _sheet(dots: int, rows: int, fonts: Fonts) -> _Sheet:
    image = Image.new("L", (dots, rows), 255)
    return _Sheet(image=image, pen=ImageDraw.Draw(image), fonts=fonts)


def _one_bit(image: Image.Image) -> Image.Image:
    return image.point(BLACK_OR_WHITE).convert("1", dither=Image.Dither.NONE)
