"""Values that devices give and take. Frozen; personal fields never appear in a repr."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kiosk.faults import Fault
from kiosk.receipts.receipt import (
    Blank,
    Element,
    KeyValue,
    QrCode,
    Receipt,
    Rule,
    Text,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "Blank",
    "Candidate",
    "Element",
    "Frame",
    "IdCard",
    "Identity",
    "KeyValue",
    "Photograph",
    "PrintOutcome",
    "Printed",
    "QrCode",
    "Readiness",
    "Receipt",
    "Rule",
    "Text",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place where a device may be: found by listing, never by opening."""

    driver: str
    port: str  # "/dev/serial/by-id/…", "tcp://host:9100", "http://host/stream.mjpg"
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the device says of itself; empty where it says nothing."""

    make: str = ""
    model: str = ""
    serial_number: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """The answer to a cheap check. `fault` is None when all is well.

    A fault with `usable` true is a warning (paper low); with `usable` false a person can mend it
    (paper out, cover open).
    """

    usable: bool = True
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdCard:
    """Second-generation resident identity card (居民身份证), GA/T 490 resident layout.

    `sex` is the GB/T 2261.1 code ("0" unknown, "1" 男, "2" 女, "9" not stated); `nation_code` the
    GB/T 3304 number as on the card; `nation` its word, or 其他(nn) for a code that the table lacks.
    `valid_until` is None for 长期. `photo` is the raw 1024-byte block, undecoded.
    """

    name: str = field(repr=False)
    sex: str = field(repr=False)
    nation_code: str = field(repr=False)
    nation: str = field(repr=False)
    birth: date = field(repr=False)
    address: str = field(repr=False)
    id_number: str = field(repr=False)
    authority: str = field(repr=False)
    valid_from: date = field(repr=False)
    valid_until: date | None = field(repr=False)
    photo: bytes = field(repr=False)
    sam_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One preview picture: H×W×4 uint8, RGBA, contiguous, top row first.

    `number` counts frames of this opening; `taken_at` is monotonic seconds.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    number: int
    taken_at: float

    @property
    def size(self) -> tuple[int, int]:
        """Width, height in pixels."""
        shape: Any = self.pixels.shape
        return int(shape[1]), int(shape[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """A page at full resolution, as the JPEG bytes that will be sent."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int


class Printed(StrEnum):
    """What can honestly be said of a print job."""

    CONFIRMED = "confirmed"  # the printer says that the printing itself ended
    PROCESSED = "processed"  # the printer read the job to its end and is well
    NOT_PRINTED = "not_printed"  # not one line of it can come out, now or later
    UNCERTAIN = "uncertain"  # some bytes left, and nothing proves the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintOutcome:
    printed: Printed
    fault: Fault | None = None  # why, for NOT_PRINTED and UNCERTAIN
