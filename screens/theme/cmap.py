"""Which characters a font file can draw, read from its `cmap` table in a few milliseconds.

OpenType 1.9, `cmap`: subtable format 12 (segmented coverage) or format 4 for the basic plane.
fontTools reads the same in 100 ms a face, which the first frame cannot wait for.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from pathlib import Path


class UnreadableFont(ValueError):
    """The file is not an OpenType font with a Unicode cmap."""


class Coverage:
    """`character in coverage`, by a search in the sorted ranges."""

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        ranges.sort()
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def __contains__(self, character: str) -> bool:
        code = ord(character)
        i = bisect_right(self._starts, code) - 1
        return i >= 0 and code <= self._ends[i]


def read(path: Path) -> Coverage:
    """Reads the Unicode coverage of a .ttf or .otf. Raises `UnreadableFont`, `OSError`."""
    with path.open("rb") as file:
        head = file.read(12)
        if len(head) < 12:
            raise UnreadableFont(path.name)
        directory = file.read(16 * struct.unpack(">H", head[4:6])[0])
        for tag, _, offset, length in struct.iter_unpack(">4sLLL", directory):
            if tag == b"cmap":
                file.seek(offset)
                return _unicode(file.read(length), path.name)
    raise UnreadableFont(path.name)


def _unicode(table: bytes, name: str) -> Coverage:
    subtables: dict[int, int] = {}
    for platform, encoding, offset in struct.iter_unpack(
        ">HHL", table[4 : 4 + 8 * struct.unpack(">H", table[2:4])[0]]
    ):
        if (platform, encoding) in ((3, 10), (3, 1), (0, 3), (0, 4), (0, 6)):
            subtables[struct.unpack_from(">H", table, offset)[0]] = offset
    if 12 in subtables:
        return Coverage(_format_12(table, subtables[12]))
    if 4 in subtables:
        return Coverage(_format_4(table, subtables[4]))
    raise UnreadableFont(name)


def _format_12(table: bytes, at: int) -> list[tuple[int, int]]:
    (groups,) = struct.unpack_from(">L", table, at + 12)
    body = table[at + 16 : at + 16 + 12 * groups]
    return [(start, end) for start, end, _ in struct.iter_unpack(">LLL", body)]


def _format_4(table: bytes, at: int) -> list[tuple[int, int]]:
    (double,) = struct.unpack_from(">H", table, at + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", table, at + 14)
    starts = struct.unpack_from(f">{count}H", table, at + 16 + double)
    return [(s, e) for s, e in zip(starts, ends, strict=True) if s != 0xFFFF]
