"""Synthetic citizens and their cards: the fields of a card, and the bytes that its chip holds.

A citizen is a TOML file with a `[card]` table. Every name, address and number is invented.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

TEXT_SIZE = 256
PHOTO_SIZE = 1024
PHOTO_BEGINS = bytes.fromhex("574c66007e00320000ff85")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Fields as text, as they stand on the chip: dates YYYYMMDD or 长期, codes for sex and nation.

    `layout` is the letter at character 124: blank for a resident card, else J, I or Y. (Only the
    letter is true to those cards, the rest stays in the resident card's places.)
    """

    name: str
    sex: str
    nation: str
    birth: str
    address: str
    id_number: str
    authority: str
    valid_from: str
    valid_until: str
    layout: str = " "

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Card:
        """Dates may be dates, YYYY-MM-DD or YYYYMMDD. Raises `ValueError` naming the field."""
        known = {field.name for field in fields(cls)}
        if unknown := set(given) - known:
            raise ValueError(f"a card has no {', '.join(sorted(unknown))}")
        if missing := known - {"layout"} - set(given):
            raise ValueError(f"a card needs {', '.join(sorted(missing))}")
        words = {key: _text(value) for key, value in given.items()}
        for day in ("birth", "valid_from", "valid_until"):
            words[day] = words[day].replace("-", "")
        card = cls(**words)
        card.text_block()
        return card

    def text_block(self) -> bytes:
        """256 bytes UTF-16LE, space-padded. Raises `ValueError` when a field is too long."""
        characters = (
            self._fill("name", 15)
            + self._fill("sex", 1)
            + self._fill("nation", 2)
            + self._fill("birth", 8)
            + self._fill("address", 35)
            + self._fill("id_number", 18)
            + self._fill("authority", 15)
            + self._fill("valid_from", 8)
            + self._fill("valid_until", 8)
            + " ".encode("utf-16-le") * 14
            + self._fill("layout", 1)
            + " ".encode("utf-16-le") * 3
        )
        assert len(characters) == TEXT_SIZE
        return characters

    def photo(self) -> bytes:
        """1024 bytes that begin like a photo block and then hold, on purpose, what looks like
        a whole good answer: a reader of frames must not find one there.
        """
        trap = bytes.fromhex("aaaaaa9669000400009094")
        filling = bytes((7 * n + 13) % 256 for n in range(PHOTO_SIZE))
        return (PHOTO_BEGINS + trap + filling)[:PHOTO_SIZE]

    def _fill(self, field: str, units: int) -> bytes:
        encoded = str(getattr(self, field)).encode("utf-16-le")
        if len(encoded) > 2 * units:
            raise ValueError(f"{field} is longer than {units} characters")
        return encoded + b"\x20\x00" * (units - len(encoded) // 2)


def load_card(path: Path) -> Card:
    """The card of one synthetic citizen. Raises `ValueError`, also when there is no such file."""
    try:
        with path.open("rb") as file:
            return Card.of(tomllib.load(file)["card"])
    except FileNotFoundError:
        raise ValueError(f"no person {path.stem!r}") from None
    except KeyError:
        raise ValueError(f"{path.name} has no [card]") from None


def _text(value: object) -> str:
    return value.strftime("%Y%m%d") if isinstance(value, date) else str(value)
