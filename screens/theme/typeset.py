"""Text as textures: measured, cut into runs by face, drawn once and kept while it is used.

Kivy's Label would wrap and rasterise a paragraph as one; here a line is the unit, so that our own
line breaks, the fallback face and a cache come together.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kivy.core.text import Label as CoreLabel

from screens.theme import fonts
from screens.theme.tokens import Rgba
from screens.theme.wrap import is_wide

if TYPE_CHECKING:
    from kivy.graphics.texture import Texture

KEPT_PIXELS = 6_000_000  # about 24 MB of textures


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A texture, `left` pixels from the line's start."""

    texture: Texture
    left: float
    baseline: float  # height of the baseline above the texture's lower edge


class _Kept:
    """The textures drawn lately, by what they show."""

    def __init__(self) -> None:
        self._textures: OrderedDict[tuple[object, ...], Texture] = OrderedDict()
        self._pixels = 0

    def get(self, face: str, size: int, colour: Rgba, text: str) -> Texture:
        key = (face, size, colour, text)
        texture = self._textures.get(key)
        if texture is not None:
            self._textures.move_to_end(key)
            return texture
        label = CoreLabel(text=text, font_name=face, font_size=size, color=colour, strip=False)
        label.refresh()
        texture = label.texture
        # drawn at its own size on whole pixels: smoothing would only cost
        texture.min_filter = texture.mag_filter = "nearest"
        self._textures[key] = texture
        self._pixels += texture.width * texture.height
        while self._pixels > KEPT_PIXELS and len(self._textures) > 1:
            _, old = self._textures.popitem(last=False)
            self._pixels -= old.width * old.height
        return texture

    def clear(self) -> None:
        self._textures.clear()
        self._pixels = 0


_kept = _Kept()


def forget() -> None:
    """Drops every cached texture and measure: nothing of the last citizen stays."""
    _kept.clear()
    _extent.cache_clear()
    width.cache_clear()


@lru_cache(maxsize=64)
def _font(face: str, size: int) -> CoreLabel:
    return CoreLabel(font_name=face, font_size=size)


@lru_cache(maxsize=4096)
def _extent(face: str, size: int, text: str) -> float:
    return float(_font(face, size).get_extents(text)[0])


@lru_cache(maxsize=64)
def descent(face: str, size: int) -> float:
    return abs(float(_font(face, size).get_descent()))


@lru_cache(maxsize=8192)
def width(text: str, *, size: int, bold: bool = False) -> float:
    """Width of a line in pixels: hanzi by their common advance, the rest as it is drawn."""
    total = 0.0
    for face, run in fonts.runs(text, bold=bold):
        total += _run_width(face, size, run)
    return total


def _run_width(face: str, size: int, run: str) -> float:
    if all(is_wide(character) for character in run):
        return sum(_advance(face, size, character) for character in run)
    return _extent(face, size, run)


def _advance(face: str, size: int, character: str) -> float:
    """Every hanzi of Noto Sans takes one em: it need not be asked for."""
    if "\u4e00" <= character <= "\u9fff" and face != fonts.RARE:
        return size
    return _extent(face, size, character)


def line(text: str, *, size: int, bold: bool, colour: Rgba) -> tuple[list[Run], float]:
    """The runs of one line and its width in pixels."""
    drawn: list[Run] = []
    left = 0.0
    for face, run in fonts.runs(text, bold=bold):
        texture = _kept.get(face, size, colour, run)
        drawn.append(Run(texture=texture, left=left, baseline=descent(face, size)))
        left += texture.width
    return drawn, left
