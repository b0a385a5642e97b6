"""What the threads tell the main thread: frozen values in one queue.

Only the main thread drains the queue. A worker posts and forgets.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.faults import Fault

if TYPE_CHECKING:  # names only: the arrow at run time points the other way
    from kiosk.devices.health import Health


@dataclass(frozen=True, slots=True)
class Ticket:
    """Names one job asked of one device. A late answer with an old ticket counts for nothing."""

    role: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChanged:
    role: str
    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProgressed:
    """Something a citizen may see while a job runs: "card_left", "card_seen", "reading"."""

    ticket: Ticket
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAnswered:
    ticket: Ticket
    value: object = field(repr=False)  # may be a person's card


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFailed:
    ticket: Ticket
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationKept:
    """The outbox has it on disk, synced. Only now may a number be shown."""

    application_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFailed:
    application_id: str
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDelivered:
    application_id: str
    platform_number: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRefused:
    application_id: str
    fault: Fault
    reason: str = field(default="", repr=False)  # the platform's own words for the citizen


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPostponed:
    """Not delivered this time; it stays kept and goes by itself later."""

    application_id: str
    fault: Fault
    next_attempt: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationHeld:
    """It stays kept and does not go by itself: a person has to look."""

    application_id: str
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueInstalled:
    """The platform pushed a new catalogue; it is checked and on disk."""

    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFailed:
    """An edge caught what it should never see. Recorded, shown on the board, worker restarted."""

    worker: str
    fault: Fault


Event = (
    HealthChanged
    | DeviceProgressed
    | DeviceAnswered
    | DeviceFailed
    | ApplicationKept
    | KeepFailed
    | ApplicationDelivered
    | ApplicationRefused
    | ApplicationPostponed
    | ApplicationHeld
    | CatalogueInstalled
    | WorkerFailed
)


class EventQueue:
    """Many threads post, one drains. Unbounded: events are few and small."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def post(self, event: Event) -> None:
        self._queue.put(event)

    def drain(self) -> Iterator[Event]:
        """Yields what is there now; never waits."""
        while True:
            try:
                yield self._queue.get_nowait()
            except queue.Empty:
                return
