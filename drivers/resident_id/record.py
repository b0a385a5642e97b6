"""The 256-byte text block of a resident identity card → `IdCard` (GA/T 490).

UTF-16LE in fixed places, filled up with spaces. Character 124 (byte 248) tells the layout on every
kind of card: J, I and Y are residence permits, which are refused by name; anything else is the
resident card.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from drivers.resident_id.nations import nation_word
from kiosk.devices.values import IdCard
from kiosk.faults import FaultCode, MediaFault

TEXT_SIZE = 256
LAYOUT_AT = 124  # character
LONG_TERM = "长期"

OTHER_LAYOUTS = {
    "J": "J: residence permit for Hong Kong, Macao and Taiwan residents",
    "I": "I: foreign permanent resident card, 2017",
    "Y": "Y: foreign permanent resident card, 2023",
}

# field: first byte and size in bytes; 36 spare bytes follow
PLACES = {
    "name": (0, 30),
    "sex": (30, 2),
    "nation": (32, 4),
    "birth": (36, 16),
    "address": (52, 70),
    "id_number": (122, 36),
    "authority": (158, 30),
    "valid_from": (188, 16),
    "valid_until": (204, 16),
}

_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_FILLING = " \0"


def id_card(text: bytes, photo: bytes, sam_id: str = "") -> IdCard:
    """Raises `MediaFault`: CARD_LAYOUT_UNSUPPORTED, or CARD_CONTENT naming the field only.

    Whether the ID number's check digit is right and whether the card is still valid are
    questions for whoever asked for the card.
    """
    if len(text) != TEXT_SIZE:
        raise _senseless(f"text block of {len(text)} bytes")
    layout = OTHER_LAYOUTS.get(
        chr(int.from_bytes(text[2 * LAYOUT_AT : 2 * LAYOUT_AT + 2], "little"))
    )
    if layout is not None:
        raise MediaFault(FaultCode.CARD_LAYOUT_UNSUPPORTED, detail=f"layout {layout}")
    words = {field: _words(text, field) for field in PLACES}
    _demand("name", bool(words["name"]))
    _demand("sex", words["sex"] in ("0", "1", "2", "9"))
    _demand("nation", len(words["nation"]) == 2 and _is_number(words["nation"]))
    _demand("id_number", _ID_NUMBER.fullmatch(words["id_number"]) is not None)
    until = words["valid_until"]
    return IdCard(
        name=words["name"],
        sex=words["sex"],
        nation_code=words["nation"],
        nation=nation_word(words["nation"]),
        birth=_day("birth", words["birth"]),
        address=words["address"],
        id_number=words["id_number"],
        authority=words["authority"],
        valid_from=_day("valid_from", words["valid_from"]),
        valid_until=None if until == LONG_TERM else _day("valid_until", until),
        photo=photo,
        sam_id=sam_id,
    )


def _words(text: bytes, field: str) -> str:
    """A field without its filling. Spaces inside are part of the name."""
    start, size = PLACES[field]
    try:
        words = text[start : start + size].decode("utf-16-le").strip(_FILLING)
    except UnicodeDecodeError:
        raise _senseless(field) from None
    _demand(field, not any(unicodedata.category(character) == "Cc" for character in words))
    return words


def _day(field: str, words: str) -> date:
    """YYYYMMDD."""
    _demand(field, len(words) == 8 and _is_number(words))
    try:
        return date(int(words[:4]), int(words[4:6]), int(words[6:]))
    except ValueError:
        raise _senseless(field) from None


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit()


def _demand(field: str, holds: bool) -> None:
    if not holds:
        raise _senseless(field)


def _senseless(what: str) -> MediaFault:
    return MediaFault(FaultCode.CARD_CONTENT, detail=what)
