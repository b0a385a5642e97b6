"""Breaking text into lines, Chinese and Latin mixed.

Rules after "Requirements for Chinese Text Layout" (W3C clreq, §3.1.4): closing punctuation never
begins a line, opening punctuation never ends one, Latin words and numbers stay whole; a line may
break between any two hanzi. Kivy's own wrapper knows none of this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

NOT_AT_START = frozenset("，。、；：？！）】》〉」』”’…—～·％‰℃,.;:?!)]}%ー々")
NOT_AT_END = frozenset("（【《〈「『“‘([{¥￥$")

Advance = Callable[[str], float]


_QUOTED = re.compile("“([^“”]*)”")


def latin_marks(text: str) -> str:
    """Straight quotation marks around Latin words: a Chinese face draws curly ones wide."""

    def straight(match: re.Match[str]) -> str:
        inner = match[1]
        return match[0] if any(is_wide(character) for character in inner) else f'"{inner}"'

    return re.sub("(?<=[A-Za-z])’", "'", _QUOTED.sub(straight, text))


def wrap(text: str, width: float, advance: Advance, *, balanced: bool = False) -> list[str]:
    """Lines of `text`, each at most `width` by `advance` wherever a break is possible.

    `balanced` evens the lines out (for headings): as many lines as needed, no word left alone.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        filled = _fill(paragraph, width, advance)
        if balanced and len(filled) > 1:
            filled = _even(paragraph, width, advance, len(filled))
        lines.extend(filled)
    return lines


def _even(paragraph: str, width: float, advance: Advance, count: int) -> list[str]:
    narrow, wide = width / (count + 1), width
    best = _fill(paragraph, width, advance)
    for _ in range(6):
        middle = (narrow + wide) / 2
        lines = _fill(paragraph, middle, advance)
        if len(lines) <= count and all(advance(line) <= middle for line in lines):
            best, wide = lines, middle
        else:
            narrow = middle
    return best


def _fill(paragraph: str, width: float, advance: Advance) -> list[str]:
    if advance(paragraph) <= width:
        return [paragraph.rstrip()]
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _pieces(paragraph):
        size = advance(piece)
        if line and used + advance(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
            piece = piece.lstrip()  # noqa: PLW2901 - a blank never begins a line
            size = advance(piece)
        if not line and size > width:
            *full, piece = _cut(piece, width, advance)  # noqa: PLW2901
            lines.extend(full)
            size = advance(piece)
        line += piece
        used += size
    lines.append(line.rstrip())
    return lines


def _cut(piece: str, width: float, advance: Advance) -> list[str]:
    """A piece wider than the line: broken where it must be."""
    parts, part = [], ""
    for character in piece:
        if part and advance(part + character) > width:
            parts.append(part)
            part = ""
        part += character
    parts.append(part)
    return parts


def _pieces(paragraph: str) -> Iterator[str]:
    """Unbreakable pieces in order; a blank belongs to the piece before it."""
    piece = ""
    for character in paragraph:
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in NOT_AT_START or before in NOT_AT_END:
        return False
    if before == " ":
        return True
    return is_wide(before) or is_wide(after)


def is_wide(character: str) -> bool:
    """Hanzi, kana and full-width marks: characters between which a line may break."""
    code = ord(character)
    return (
        0x2E80 <= code <= 0xA4CF
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFFEF
        or (0x20000 <= code <= 0x3FFFF)
    )
