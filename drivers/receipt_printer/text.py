"""A receipt as GBK text: for slow serial lines, where a picture takes half a minute.

Letters come from the printer's own ROM; a character outside its set is drawn by us, as an inline
24×24 picture (ESC * 33) that sits on the text line, or, in an enlarged line, by sending the whole
paragraph as a picture. Nothing is ever printed as a question mark.

A column is 12 dots: 48 columns at 576 dots, 32 at 384; a Chinese character takes two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from drivers.receipt_printer import encode
from drivers.receipt_printer.layout import BLACK_OR_WHITE, Fonts, clean, draw, qr_code, wrap
from kiosk.devices.values import Blank, Element, KeyValue, QrCode, Receipt, Rule, Text
from kiosk.receipts.receipt import Align, Size

COLUMN = 12
CELL = 24
KEY_SHARE = 0.42

HANZI_ON = b"\x1c&"  # FS &
INLINE = b"\x1b*\x21\x18\x00"  # ESC * 33, 24 columns of 24 dots

_SCALE = {Size.LARGE: (1, 2), Size.TITLE: (2, 2)}  # width, height
_YEN = str.maketrans({"¥": "￥"})  # U+00A5 is four bytes in GB 18030; U+FFE5 is two


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPrinter:
    """What the printer at hand can show: its width and the character set of its ROM."""

    dots: int
    charset: str  # "gbk" or "gb2312"
    fonts: Fonts

    def commands(self, receipt: Receipt) -> tuple[bytes, ...]:
        """Raises `CharacterNotPrintable`."""
        keys = self._key_column(receipt)
        lines = [line for element in receipt.elements for line in self._element(element, keys)]
        return (HANZI_ON, *lines)

    def _element(self, element: Element, keys: int) -> Iterator[bytes]:
        match element:
            case Text():
                yield from self._text(element)
            case KeyValue():
                yield from self._key_value(element, keys)
            case Rule():
                yield b"-" * (self.dots // COLUMN) + b"\n"
            case Blank():
                yield encode.feed(element.dots)
            case QrCode():
                yield from encode.raster(qr_code(element.content, self.dots))

    def _text(self, element: Text) -> Iterator[bytes]:
        text = clean(element.text).translate(_YEN)
        wide, high = _SCALE.get(element.size, (1, 1))
        if (wide, high) != (1, 1) and not all(c == "\n" or self._in_rom(c) for c in text):
            yield from encode.raster(draw((element,), self.dots, self.fonts))
            return
        before = b"\x1ba\x01" if element.align is Align.CENTRE else b""
        after = b"\x1ba\x00" if before else b""
        if element.bold:
            before, after = before + b"\x1bE\x01", after + b"\x1bE\x00"
        if (wide, high) != (1, 1):
            before, after = before + _magnify(wide, high), after + _magnify(1, 1)
        for line in wrap(text, self.dots, lambda c: wide * self._width(c)):
            yield before + self._line(line) + b"\n" + after

    def _key_value(self, element: KeyValue, keys: int) -> Iterator[bytes]:
        value_room = self.dots - (keys + 1) * COLUMN
        labels = wrap(clean(element.key).translate(_YEN), keys * COLUMN, self._width)
        values = wrap(clean(element.value).translate(_YEN), value_room, self._width)
        for number in range(max(len(labels), len(values))):
            label = labels[number] if number < len(labels) else ""
            value = values[number] if number < len(values) else ""
            used = sum(map(self._width, label)) // COLUMN
            padding = b" " * (keys + 1 - used)
            yield self._line(label) + padding + self._line(value) + b"\n"

    def _key_column(self, receipt: Receipt) -> int:
        widths = [
            sum(map(self._width, clean(element.key))) // COLUMN
            for element in receipt.elements
            if isinstance(element, KeyValue)
        ]
        return min(max(widths, default=0), int(self.dots / COLUMN * KEY_SHARE))

    def _width(self, character: str) -> int:
        return COLUMN if " " <= character <= "~" else CELL

    def _in_rom(self, character: str) -> bool:
        return _code(character, self.charset) is not None

    def _line(self, text: str) -> bytes:
        return b"".join(_code(c, self.charset) or self._glyph(c) for c in text)

    def _glyph(self, character: str) -> bytes:
        """77 bytes: the character drawn by our own font. Moved a little if a move hides a code."""
        for left in (0, 1, -1, 2, -2):
            data = INLINE + self._columns(character, left)
            if not encode.holds_real_time_code(data):
                return data
        return encode.mended(INLINE + self._columns(character, 0))

    def _columns(self, character: str, left: int) -> bytes:
        cell = Image.new("L", (CELL, CELL), 255)
        face = self.fonts.face(character, CELL)
        ImageDraw.Draw(cell).text((left, 21), character, fill=0, font=face, anchor="ls")
        ink = ImageChops.invert(cell.point(BLACK_OR_WHITE))
        return ink.transpose(Image.Transpose.TRANSPOSE).convert("1").tobytes()


def _code(character: str, charset: str) -> bytes | None:
    """The bytes of a character in the printer's ROM, or None."""
    if " " <= character <= "~":
        return character.encode("ascii")
    try:
        data = character.encode(charset)
    except UnicodeEncodeError:
        return None
    return data if len(data) == 2 and data[0] >= 0x81 and data[1] >= 0x40 else None


def _magnify(wide: int, high: int) -> bytes:
    """GS ! for letters, FS ! for Chinese characters: older boards keep the two apart."""
    letters = (wide - 1) << 4 | (high - 1)
    chinese = 0x04 * (wide - 1) | 0x08 * (high - 1)
    return b"\x1d!" + bytes((letters,)) + b"\x1c!" + bytes((chinese,))
