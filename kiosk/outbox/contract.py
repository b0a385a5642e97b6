"""What any outbox promises. SQLite in the terminal, memory in tests: both sit the same examination.

KEPT → SENDING → DELIVERED | REFUSED
SENDING → KEPT (postponed)      SENDING → UNSURE → (ask the platform) → DELIVERED | KEPT
any → HELD (a person must look)

At start-up every SENDING becomes UNSURE: the process died between a byte and its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kiosk.applications.model import Application, Rating
from kiosk.faults import Fault, KioskError


class StoreFault(KioskError):
    """Nothing was kept. The citizen is told before any number is shown; what was kept before is
    untouched."""


class EntryState(StrEnum):
    KEPT = "kept"
    SENDING = "sending"
    UNSURE = "unsure"
    DELIVERED = "delivered"
    REFUSED = "refused"
    HELD = "held"


class EntryKind(StrEnum):
    APPLICATION = "application"
    RATING = "rating"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Durable: file and directory synced, row committed."""

    id: str
    body_digest: str  # SHA-256 of the exact bytes that will be sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry claimed for sending. `body` and page bytes are the stored bytes, verbatim."""

    id: str
    kind: EntryKind
    body: bytes = field(repr=False)
    body_digest: str
    page_digests: tuple[str, ...]
    attempts: int
    unsure: bool  # ask the platform before sending again


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    platform_number: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    fault: Fault
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """Known not to have been stored, or safe to repeat with the same id."""

    fault: Fault
    next_attempt: datetime
    not_before: datetime | None = None  # the platform asked that nothing be sent before


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """The platform may or may not have it. Asked first, next time."""

    fault: Fault
    next_attempt: datetime
    not_before: datetime | None = None  # the platform asked that nothing be sent before


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    fault: Fault


Outcome = Delivered | Refused | Postponed | Unsure | Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Counts and ages only; never content."""

    counts: Mapping[EntryState, int]
    oldest_waiting: datetime | None

    @property
    def waiting(self) -> int:
        states = (EntryState.KEPT, EntryState.SENDING, EntryState.UNSURE)
        return sum(self.counts.get(state, 0) for state in states)


class Outbox(Protocol):
    def keep(self, application: Application, pages: Mapping[str, bytes], now: datetime) -> Kept:
        """Makes `application` and `pages` (by digest; the signature among them) durable.

        Keeping the same id twice with the same bytes is one entry. Raises `StoreFault`.
        """
        ...

    def keep_rating(self, rating: Rating, now: datetime) -> Kept:
        """A rating goes after its application; at most one for each application."""
        ...

    def claim(self, now: datetime) -> Entry | None:
        """A new entry first (its citizen still stands at the glass), else the one due longest.

        Recorded SENDING before it is given.
        """
        ...

    def page(self, entry_id: str, digest: str) -> bytes:
        """The unsealed bytes of a page of an entry. Raises `StoreFault`."""
        ...

    def settle(self, entry_id: str, outcome: Outcome, now: datetime) -> None: ...

    def hasten(self, now: datetime, *, held: bool = False) -> int:
        """Makes everything that waits due: the platform is back. `held`: what was HELD too, asked
        about first; for the technician, after the cause has been mended."""
        ...

    def next_due(self) -> datetime | None:
        """When `claim` may next give something; None while nothing waits."""
        ...

    def board(self) -> Board: ...

    def erase(self, older_than: datetime) -> int:
        """Shreds DELIVERED and REFUSED entries settled before `older_than`: key, rows, files."""
        ...

    def close(self) -> None: ...
