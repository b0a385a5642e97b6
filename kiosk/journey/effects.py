"""What a step wants done in the world. The controller does it; an event brings the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.applications.model import Application, Rating
from kiosk.receipts.receipt import Receipt


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Answered by CardRead, StageReached or DeviceTrouble about the ID reader."""


@dataclass(frozen=True, slots=True)
class TakePhotograph:
    """Answered by PageTaken or DeviceTrouble about the tray camera."""


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Answered by ReceiptEnded or DeviceTrouble about the receipt printer."""

    receipt: Receipt = field(repr=False)


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Nobody waits any more for what this device was asked."""

    role: str


@dataclass(frozen=True, slots=True)
class Preview:
    role: str
    on: bool


@dataclass(frozen=True, slots=True)
class KeepApplication:
    """Answered by ApplicationKept or KeepFailed, then by what the platform says of it."""

    application: Application = field(repr=False)
    pages: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeepRating:
    rating: Rating


@dataclass(frozen=True, slots=True)
class CallAttendant:
    """Somebody should come: shown on the attendant's board and in the log, without any content."""

    about: str


Effect = (
    ReadCard
    | TakePhotograph
    | PrintReceipt
    | Withdraw
    | Preview
    | KeepApplication
    | KeepRating
    | CallAttendant
)
Effects = tuple[Effect, ...]
