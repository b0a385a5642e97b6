"""Frames of the SAM protocol (GA/T 467): bytes in, replies out, no port anywhere.

A frame, either way::

    AA AA AA 96 69 | length, 2 bytes big-endian | … | check

`length` counts what follows it; `check` makes the XOR over length and everything after it zero.
A command carries CMD PARA DATA; a reply carries SW1 SW2 SW3 DATA, and SW3 is the status.
A reply does not say which command it answers, so each command knows what its answer looks like.
The check finds every single spoiled byte; two that cancel out pass it, so lengths inside the data
are compared too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from operator import xor
from struct import Struct

PREAMBLE = bytes.fromhex("aaaaaa9669")
HEADER = len(PREAMBLE) + 2  # preamble and length
SHORTEST_REPLY = 4  # SW1 SW2 SW3 check
LONGEST_REPLY = 4096  # the largest known is 2314 (text, photo and fingerprint)

DONE = 0x90
CARD_FOUND = 0x9F

SAM_ID_SIZE = 16

_SAM_ID = Struct("<HHIII")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole frame with a right check byte. `card_status` is SW1 SW2, the card's own word."""

    status: int
    card_status: bytes
    data: bytes = field(repr=False)


class Garbled(StrEnum):
    """Why bytes that began like a frame are not one."""

    LENGTH = "absurd length"
    CHECK = "wrong check byte"
    HALF = "frame cut short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is sent (CMD PARA), and what its good answer looks like."""

    name: str
    code: bytes
    good: int = DONE
    fits: Callable[[bytes], bool]  # is this the data of a good answer to me?

    def accepts(self, reply: Reply) -> bool:
        """Whether `reply` can be the answer to this command, good or bad."""
        if reply.status == self.good:
            return self.fits(reply.data)
        return reply.status not in (DONE, CARD_FOUND)


def _of(size: int) -> Callable[[bytes], bool]:
    return lambda data: len(data) == size


def _text_and_photo(data: bytes) -> bool:
    return split_reading(data) is not None


STATUS = Command(name="status", code=b"\x11\xff", fits=_of(0))
SAM_ID = Command(name="sam_id", code=b"\x12\xff", fits=_of(SAM_ID_SIZE))
FIND = Command(name="find", code=b"\x20\x01", good=CARD_FOUND, fits=_of(4))
SELECT = Command(name="select", code=b"\x20\x02", fits=_of(8))
READ = Command(name="read", code=b"\x30\x01", fits=_text_and_photo)


def encode(body: bytes) -> bytes:
    """The frame that carries `body` (CMD PARA DATA, or SW1 SW2 SW3 DATA)."""
    content = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + content + bytes([reduce(xor, content)])


def split_reading(data: bytes) -> tuple[bytes, bytes] | None:
    """The data of a good READ reply: text block and photo, by the lengths that it states.

    None when the stated lengths and the bytes do not agree: then it is no such reply.
    """
    if len(data) < 4:
        return None
    text_size = int.from_bytes(data[0:2], "big")
    photo_size = int.from_bytes(data[2:4], "big")
    if len(data) != 4 + text_size + photo_size:
        return None
    return data[4 : 4 + text_size], data[4 + text_size :]


def sam_id_text(data: bytes) -> str:
    """`05.01-20200101-0000123456-0987654321` from the 16 bytes of a SAM_ID reply."""
    kind, maker, day, low, high = _SAM_ID.unpack(data)
    return f"{kind:02d}.{maker:02d}-{day:08d}-{low:010d}-{high:010d}"


class FrameParser:
    """Takes bytes in any pieces; finds replies again behind rubbish, half and false frames."""

    def __init__(self) -> None:
        self._held = bytearray()
        self.skipped = 0  # bytes thrown away because they were of no frame

    @property
    def held(self) -> int:
        """Bytes of a frame that has begun."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Reply | Garbled]:
        """Everything that is complete with `data`, in order."""
        self._held += data
        found: list[Reply | Garbled] = []
        while self._at_frame():
            size = HEADER + int.from_bytes(self._held[HEADER - 2 : HEADER], "big")
            if not SHORTEST_REPLY <= size - HEADER <= LONGEST_REPLY:
                found.append(Garbled.LENGTH)
                self._skip(1)
            elif len(self._held) < size:
                break
            elif reduce(xor, self._held[HEADER - 2 : size]) != 0:
                found.append(Garbled.CHECK)
                self._skip(1)  # a true frame may have been swallowed by a false one
            else:
                body = bytes(self._held[HEADER : size - 1])
                del self._held[:size]
                found.append(Reply(status=body[2], card_status=body[:2], data=body[3:]))
        return found

    def flush(self) -> list[Reply | Garbled]:
        """The line fell quiet: gives up the frame that has begun, and looks inside it."""
        found: list[Reply | Garbled] = []
        while self._held:
            if len(self._held) >= HEADER:
                found.append(Garbled.HALF)
            self._skip(1)
            found += self.feed(b"")
        return found

    def reset(self) -> None:
        """Forgets everything."""
        self._held.clear()
        self.skipped = 0

    def _at_frame(self) -> bool:
        """Throws away what cannot begin a frame; True when a whole header is at hand."""
        start = self._held.find(PREAMBLE)
        if start < 0:
            start = len(self._held) - self._begun()
        self._skip(start)
        return len(self._held) >= HEADER

    def _begun(self) -> int:
        """How many last bytes could be the beginning of a preamble."""
        for size in range(len(PREAMBLE) - 1, 0, -1):
            if self._held.endswith(PREAMBLE[:size]):
                return size
        return 0

    def _skip(self, count: int) -> None:
        del self._held[:count]
        self.skipped += count
