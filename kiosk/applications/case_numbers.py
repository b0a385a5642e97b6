"""The two names of an application: a UUID for machines, a local number for people.

`application_id` is a UUIDv7 (RFC 9562, 5.7): ordered by time, unique everywhere.

A local number, `HM-261122-7K4D-92FK`, can be read aloud and typed:

    HM       the terminal's prefix, of one to six characters
    261122   the day in China (YYMMDD)
    7K4D-92F seven characters: the second of the day and 19 random bits, so that a terminal repeats
             itself only in the same second of the same day, and then once in 524,288
    K        a check character, ISO 7064's hybrid system (as in MOD 37,36) over 34 characters: it
             finds every wrong character and nearly every swapped pair

The letters I and O never occur: what looks like them is 1 or 0. No counter is kept, so nothing is
lost with a disk; and the number cannot be guessed from the one before.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
BASE = len(ALPHABET)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))  # one official time in the whole country, no summer time

RANDOM_BYTES = 10  # for either number
RANDOM_BITS = 19
TAIL = 7  # 34 ** 7 > 86,400 * 2 ** 19

PREFIX = re.compile(rf"[{ALPHABET}]{{1,6}}")
NUMBER = re.compile(rf"[{ALPHABET}]{{1,6}}-[0-9]{{6}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")
_PARTS = re.compile(rf"([{ALPHABET}]{{1,6}})([0-9]{{6}})([{ALPHABET}]{{4}})([{ALPHABET}]{{4}})")
_READ_AS = str.maketrans({"I": "1", "O": "0"})


def application_id(now: datetime, random: bytes) -> str:
    """A UUIDv7 of an aware time and ten random bytes (74 bits of them are used)."""
    if len(random) != RANDOM_BYTES:
        raise ValueError("ten random bytes are needed")
    milliseconds = (now - EPOCH) // timedelta(milliseconds=1)
    bits = int.from_bytes(random, "big")
    value = milliseconds & (2**48 - 1)
    value = value << 4 | 0x7  # version
    value = value << 12 | bits >> 68
    value = value << 2 | 0b10  # variant
    value = value << 62 | bits & (2**62 - 1)
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def local_number(prefix: str, now: datetime, random: bytes) -> str:
    """Raises `ValueError` for a prefix that is not of one to six characters of `ALPHABET`."""
    if not PREFIX.fullmatch(prefix):
        raise ValueError("a prefix has one to six capital letters or digits, never I or O")
    local = now.astimezone(CHINA)
    second = local.hour * 3600 + local.minute * 60 + local.second
    chance = int.from_bytes(random, "big") % 2**RANDOM_BITS
    day = f"{local:%y%m%d}"
    tail = _in_base(second << RANDOM_BITS | chance, TAIL)
    tail += check_character(prefix + day + tail)
    return f"{prefix}-{day}-{tail[:4]}-{tail[4:]}"


def valid(number: str) -> bool:
    """As printed, with a right check character. What people typed goes through `as_printed`."""
    if not NUMBER.fullmatch(number):
        return False
    characters = number.replace("-", "")
    return characters[-1] == check_character(characters[:-1])


def as_printed(typed: str) -> str:
    """Small letters, blanks, missing dashes, I and O put right; not checked."""
    characters = re.sub(r"[\s\-‐-―－]", "", typed).upper().translate(_READ_AS)
    parts = _PARTS.fullmatch(characters)
    return "-".join(parts.groups()) if parts else characters


def check_character(characters: str) -> str:
    """Hybrid system of ISO/IEC 7064 (MOD n+1, n) with n = 34."""
    product = BASE
    for character in characters:
        total = (product + ALPHABET.index(character)) % BASE or BASE
        product = total * 2 % (BASE + 1)
    return ALPHABET[(BASE + 1 - product) % BASE]


def _in_base(value: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        value, digit = divmod(value, BASE)
        digits = ALPHABET[digit] + digits
    return digits
