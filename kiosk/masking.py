"""What others behind the citizen may see of a name, a number, a telephone."""

from __future__ import annotations


def mask_id_number(id_number: str) -> str:
    """First four and last four characters: 4211**********0020. Shorter than nine: all hidden."""
    return _mask(id_number, head=4, tail=4)


def mask_phone(phone: str) -> str:
    """First three and last four digits: 138****2046."""
    return _mask(phone, head=3, tail=4)


def mask_name(name: str) -> str:
    """The family name stays: 欧阳龑 → 欧**. A name of one character is hidden whole."""
    characters = list(name.strip())
    if len(characters) < 2:
        return "*" * len(characters)
    return characters[0] + "*" * (len(characters) - 1)


def _mask(text: str, *, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden <= 0:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]
