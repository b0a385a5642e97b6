"""Numbers with check characters, times as the platform writes them, and what may be shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
_MOD_11_2 = "10X98765432"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number_is_valid(number: str) -> bool:
    """Eighteen characters whose last one checks the others (GB 11643-1999)."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return number[17] == _MOD_11_2[total % 11]


def platform_number(day: str, serial: int) -> str:
    """`PT` + date + serial of that day + check character: PT202611220000177.

    A case number is read aloud and typed by people, so it is not the long implementation code.
    The check character is ISO 7064 MOD 11-2 over all digits, as on the resident identity card.
    """
    digits = day.replace("-", "") + f"{serial:06d}"
    remainder = 0
    for digit in digits:
        remainder = (remainder + int(digit)) * 2 % 11
    return f"PT{digits}{_MOD_11_2[remainder]}"


def china_time(unix: float) -> datetime:
    """Milliseconds, with the offset of the platform's office (UTC+8)."""
    moment = datetime.fromtimestamp(int(unix * 1000) / 1000, UTC)
    return moment.astimezone(CHINA)


def iso(unix: float) -> str:
    return china_time(unix).isoformat(timespec="milliseconds")


def mask_name(name: str) -> str:
    """The family name stays: 张示范 → 张**."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def mask_number(number: str) -> str:
    """First four and last four characters; short numbers are hidden whole."""
    if len(number) <= 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def mask_text(text: str) -> str:
    """First six characters of an address: the province or city, not the house."""
    return text[:6] + "*" * max(0, len(text) - 6) if len(text) > 6 else "*" * len(text)
