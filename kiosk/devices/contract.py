"""The contract between the terminal and a device driver, version 1.

A driver is blocking and single-threaded: one worker thread opens the device, uses it and closes
it. A driver keeps no state; a device lives between `open` and `close` in that one thread.
`DeviceFault` means: drop me and open me again. `MediaFault` means: I am well, the card or the
paper is not. Every wait has a deadline and looks at the cancel token at least every 0.1 s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from threading import Event as Flag
from typing import Any, Protocol, runtime_checkable

from kiosk.devices.values import (
    Candidate,
    Frame,
    IdCard,
    Identity,
    Photograph,
    PrintOutcome,
    Readiness,
)
from kiosk.faults import Cancelled
from kiosk.receipts.receipt import Receipt

CONTRACT = 1
ENTRY_POINT_GROUP = "kiosk.drivers"


class Kind(StrEnum):
    RESIDENT_ID = "resident_id"
    DOCUMENT_CAMERA = "document_camera"
    RECEIPT_PRINTER = "receipt_printer"


class CancelToken:
    """Set by the asker, looked at by the driver between its short waits."""

    def __init__(self) -> None:
        self._flag = Flag()

    def cancel(self) -> None:
        self._flag.set()

    @property
    def cancelled(self) -> bool:
        return self._flag.is_set()

    def raise_if_cancelled(self) -> None:
        if self._flag.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Waits, but no longer than until the job is withdrawn, and then raises `Cancelled`."""
        if self._flag.wait(seconds):
            raise Cancelled


class Trace(Protocol):
    """The wire tap. Off by default; data fields are blanked by whoever writes it down."""

    def sent(self, data: bytes) -> None: ...
    def received(self, data: bytes) -> None: ...


class NoTrace:
    def sent(self, data: bytes) -> None: ...
    def received(self, data: bytes) -> None: ...


Progress = Callable[[str], None]
"""Called by a driver with a stage word: "waiting", "card_left", "card_seen", "reading"."""


@runtime_checkable
class Device(Protocol):
    """An open device. Lives and dies in one thread."""

    def identity(self) -> Identity: ...

    def check(self) -> Readiness:
        """Cheap (≤ 1 s), asked when idle. Raises `DeviceFault` when the device is gone."""
        ...

    def close(self) -> None:
        """Never raises; may be called after any fault."""
        ...


class ResidentIdReader(Device, Protocol):
    def read(self, cancel: CancelToken, progress: Progress) -> IdCard:
        """Waits until a card is laid, then reads it.

        A card is given once: one that still lies there from the reading before is not given
        again (`progress("card_left")`, and `progress("waiting")` when it was lifted), or the next
        citizen would go on with it. Raises `MediaFault` (CARD_*), `DeviceFault`, `Cancelled`. A
        card that was pulled or misread is an answer, not retried here: the journey decides.
        """
        ...


class DocumentCamera(Device, Protocol):
    def frame(self) -> Frame | None:
        """The newest preview frame, or None when none is newer than the last one given.

        Raises `DeviceFault` when no fresh frame has arrived for 2 s.
        """
        ...

    def capture(self, cancel: CancelToken) -> Photograph:
        """A fresh picture (taken after the call) at full resolution."""
        ...


class ReceiptPrinter(Device, Protocol):
    def print(self, receipt: Receipt, cancel: CancelToken, progress: Progress) -> PrintOutcome:
        """Never raises for paper: the outcome says it. `cancel` counts until a byte leaves."""
        ...


class Driver(Protocol):
    """One per make and protocol, found by the entry point group `kiosk.drivers`."""

    contract: int
    name: str
    kind: Kind
    title: str
    Settings: type[Any]
    """A closed `msgspec.Struct`: what `[devices.<role>.settings]` may say."""

    def candidates(self) -> Sequence[Candidate]:
        """Lists likely ports. Never opens, never claims."""
        ...

    def open(self, settings: Any, trace: Trace) -> Device:
        """Opens and standardises (resets modes, drains old bytes). Raises `DeviceFault`."""
        ...
