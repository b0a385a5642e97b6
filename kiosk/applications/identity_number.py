"""The citizen identity number (公民身份号码, GB 11643): 18 characters, the last one a check.

Only the check character and the date decide. The first six digits are the region of first
registration: many such codes no longer exist, so an unknown one is never refused.
"""

from __future__ import annotations

from datetime import date

LENGTH = 18
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"


def is_valid(number: str) -> bool:
    """Shape, date and check character are right. Lower-case x is not: the chip has capitals."""
    return (
        _has_shape(number)
        and birth_of(number) is not None
        and number[-1] == check_character(number[:-1])
    )


def check_character(body: str) -> str:
    """ISO 7064 MOD 11-2 over the first seventeen digits. Raises `ValueError` on other shapes."""
    if not _are_digits(body) or len(body) != LENGTH - 1:
        raise ValueError("seventeen digits are needed")
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def birth_of(number: str) -> date | None:
    """The date in the number, or None when there is no such day."""
    if not _has_shape(number):
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def age_on(birth: date, day: date) -> int:
    """Full years (周岁). Who was born on 29 February comes of age on 1 March in other years."""
    had_birthday = (day.month, day.day) >= (birth.month, birth.day)
    return day.year - birth.year - (not had_birthday)


def _has_shape(number: str) -> bool:
    return (
        len(number) == LENGTH
        and _are_digits(number[:-1])
        and (number[-1] == "X" or _are_digits(number[-1]))
    )


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
