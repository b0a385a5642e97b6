"""The outbox in memory: same contract, nothing durable. For tests and for training."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.applications.model import Application, Rating
from kiosk.faults import FaultCode
from kiosk.outbox.admission import Admitted, admit, admit_rating
from kiosk.outbox.contract import (
    Board,
    Delivered,
    Entry,
    EntryKind,
    EntryState,
    Kept,
    Outcome,
    Postponed,
    Refused,
    StoreFault,
    Unsure,
)
from kiosk.outbox.schedule import LONGEST

_WAITING = (EntryState.KEPT, EntryState.SENDING, EntryState.UNSURE)
_SETTLED = (EntryState.DELIVERED, EntryState.REFUSED)


@dataclass(slots=True)
class _Row:
    admitted: Admitted
    kept_at: datetime
    next_attempt: datetime
    state: EntryState = EntryState.KEPT
    attempts: int = 0
    settled_at: datetime | None = None


class MemoryOutbox:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, _Row] = {}  # in the order in which they were kept

    def keep(self, application: Application, pages: Mapping[str, bytes], now: datetime) -> Kept:
        return self._keep(admit(application, pages), now)

    def keep_rating(self, rating: Rating, now: datetime) -> Kept:
        return self._keep(admit_rating(rating), now)

    def _keep(self, admitted: Admitted, now: datetime) -> Kept:
        with self._lock:
            there = self._rows.setdefault(
                admitted.id, _Row(admitted=admitted, kept_at=now, next_attempt=now)
            )
        if there.admitted.body_digest != admitted.body_digest:
            raise StoreFault(FaultCode.DEFECT, "outbox", "same id, other bytes")
        return Kept(id=admitted.id, body_digest=admitted.body_digest)

    def claim(self, now: datetime) -> Entry | None:
        with self._lock:
            due = [
                row
                for row in self._claimable()
                if row.next_attempt <= now or row.next_attempt > now + LONGEST
            ]
            if not due:
                return None
            row = min(due, key=lambda each: (each.attempts > 0, each.next_attempt))
            unsure = row.state is EntryState.UNSURE
            row.state = EntryState.SENDING
            row.attempts += 1
            return Entry(
                id=row.admitted.id,
                kind=row.admitted.kind,
                body=row.admitted.body,
                body_digest=row.admitted.body_digest,
                page_digests=tuple(row.admitted.pages),
                attempts=row.attempts,
                unsure=unsure,
            )

    def _claimable(self) -> list[_Row]:
        return [
            row
            for row in self._rows.values()
            if row.state in (EntryState.KEPT, EntryState.UNSURE) and not self._waits(row)
        ]

    def _waits(self, row: _Row) -> bool:
        """A rating waits until its application has been settled."""
        if row.admitted.kind is EntryKind.APPLICATION:
            return False
        application = self._rows.get(row.admitted.application_id)
        return application is not None and application.state not in _SETTLED

    def page(self, entry_id: str, digest: str) -> bytes:
        with self._lock:
            row = self._rows.get(entry_id)
            if row is None or digest not in row.admitted.pages:
                raise StoreFault(FaultCode.STORE_DAMAGED, "outbox", "no such page")
            return row.admitted.pages[digest]

    def settle(self, entry_id: str, outcome: Outcome, now: datetime) -> None:
        with self._lock:
            row = self._rows.get(entry_id)
            if row is None or row.state is not EntryState.SENDING:
                raise StoreFault(FaultCode.DEFECT, "outbox", "settled what was not being sent")
            match outcome:
                case Postponed():
                    row.state, row.next_attempt = EntryState.KEPT, outcome.next_attempt
                case Unsure():
                    row.state, row.next_attempt = EntryState.UNSURE, outcome.next_attempt
                case Delivered():
                    row.state, row.settled_at = EntryState.DELIVERED, now
                case Refused():
                    row.state, row.settled_at = EntryState.REFUSED, now
                case _:
                    row.state, row.settled_at = EntryState.HELD, now

    def next_due(self) -> datetime | None:
        with self._lock:
            return min((row.next_attempt for row in self._claimable()), default=None)

    def board(self) -> Board:
        with self._lock:
            rows = list(self._rows.values())
            return Board(
                counts=Counter(row.state for row in rows),
                oldest_waiting=min(
                    (row.kept_at for row in rows if row.state in _WAITING), default=None
                ),
            )

    def hasten(self, now: datetime, *, held: bool = False) -> int:
        with self._lock:
            states = {EntryState.KEPT, EntryState.UNSURE}
            if held:
                states.add(EntryState.HELD)
            hastened = [row for row in self._rows.values() if row.state in states]
            for row in hastened:
                if row.state is EntryState.HELD:
                    row.state, row.settled_at = EntryState.UNSURE, None
                row.next_attempt = min(row.next_attempt, now)
            return len(hastened)

    def erase(self, older_than: datetime) -> int:
        with self._lock:
            gone = [
                entry_id
                for entry_id, row in self._rows.items()
                if row.state in _SETTLED and row.settled_at and row.settled_at < older_than
            ]
            for entry_id in gone:
                del self._rows[entry_id]
            return len(gone)

    def close(self) -> None:
        """Nothing to close."""
