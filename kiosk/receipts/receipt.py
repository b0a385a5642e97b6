"""A receipt (回执) as content: what it says, not how a printer draws it.

Printer drivers lay the elements out for their width, as raster or as text. All strings are final:
already in the citizen's language, already masked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "centre"


class Size(StrEnum):
    SMALL = "small"  # 20 dots at 203 dpi
    BODY = "body"  # 24 dots
    LARGE = "large"  # 36 dots
    TITLE = "title"  # 48 dots


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One paragraph; the driver wraps it."""

    text: str = field(repr=False)
    size: Size = Size.BODY
    align: Align = Align.LEFT
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValue:
    """A label and its value; the value wraps under itself."""

    key: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """Empty paper, in dots."""

    dots: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class QrCode:
    content: str = field(repr=False)


Element = Text | KeyValue | Rule | Blank | QrCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`reference` names the job in the printer's journal; it is not personal."""

    reference: str
    elements: tuple[Element, ...] = field(repr=False)
