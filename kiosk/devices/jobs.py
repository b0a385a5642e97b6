"""What may be asked of a device: small frozen values that run in the device's thread.

The worker knows only `Job`; a new kind of question is a new value here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from kiosk.devices.contract import CancelToken, Kind, Progress
from kiosk.devices.values import IdCard, Photograph, PrintOutcome
from kiosk.receipts.receipt import Receipt


class Job(Protocol):
    @property
    def kind(self) -> Kind:
        """The kind of device that this can be asked of."""
        ...

    def run(self, device: Any, cancel: CancelToken, progress: Progress) -> object:
        """Asks the open device; what it raises and returns is said at the device's contract."""
        ...


@dataclass(frozen=True, slots=True)
class ReadIdCard:
    """Answered by an `IdCard`."""

    @property
    def kind(self) -> Kind:
        return Kind.RESIDENT_ID

    def run(self, device: Any, cancel: CancelToken, progress: Progress) -> IdCard:
        return device.read(cancel, progress)


@dataclass(frozen=True, slots=True)
class CapturePage:
    """Answered by a `Photograph`."""

    @property
    def kind(self) -> Kind:
        return Kind.DOCUMENT_CAMERA

    def run(self, device: Any, cancel: CancelToken, progress: Progress) -> Photograph:
        return device.capture(cancel)


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Answered by a `PrintOutcome`, also when there is no paper."""

    receipt: Receipt = field(repr=False)

    @property
    def kind(self) -> Kind:
        return Kind.RECEIPT_PRINTER

    def run(self, device: Any, cancel: CancelToken, progress: Progress) -> PrintOutcome:
        return device.print(self.receipt, cancel, progress)
