"""The outbox on disk: one SQLite connection, sealed rows, sealed page files.

One connection and one lock serve every thread. The lock is held for a transaction, never for a
network call and never while pages are written, so `keep` waits for a few syncs at most. The
database is opened exclusively (a second process is told STORE_LOCKED), in WAL mode, with a sync
at every commit: what `keep` returned for is on the disk.

At the start: a damaged database is put aside whole and an empty one serves on (`opening_faults`
says so); files that no row names are removed; what was SENDING becomes UNSURE.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast

from kiosk.applications.model import Application, Rating
from kiosk.faults import Fault, FaultCode
from kiosk.outbox import sealing
from kiosk.outbox.admission import Admitted, admit, admit_rating
from kiosk.outbox.contract import (
    Board,
    Delivered,
    Entry,
    EntryKind,
    EntryState,
    Held,
    Kept,
    Outcome,
    Postponed,
    Refused,
    StoreFault,
    Unsure,
)
from kiosk.outbox.database import Connection, Database, connect, migrate, quarantine
from kiosk.outbox.page_files import Ballast, PageFiles, store_fault
from kiosk.outbox.schedule import LONGEST

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MIB = 1024 * 1024

_STATES: dict[type[Outcome], EntryState] = {
    Delivered: EntryState.DELIVERED,
    Refused: EntryState.REFUSED,
    Postponed: EntryState.KEPT,
    Unsure: EntryState.UNSURE,
    Held: EntryState.HELD,
}

# A rating waits until its application has been settled.
_CLAIMABLE = """
    state IN ('kept', 'unsure') AND (kind = 'application' OR NOT EXISTS (
        SELECT 1 FROM entry AS application WHERE application.id = entry.application_id
        AND application.state NOT IN ('delivered', 'refused')))
"""


class SqliteOutbox:
    """Made by `open`; keeps the contract of `kiosk.outbox.contract.Outbox`."""

    def __init__(
        self,
        database: Database,
        terminal_key: bytes,
        pages: PageFiles,
        ballast: Ballast,
        opening_faults: tuple[Fault, ...],
    ) -> None:
        self._database = database
        self._terminal_key = terminal_key
        self._pages = pages
        self._ballast = ballast
        self.opening_faults = opening_faults

    @classmethod
    def open(
        cls, directory: Path, keys: sealing.KeyProvider, *, ballast_bytes: int = 64 * _MIB
    ) -> SqliteOutbox:
        """Raises `StoreFault`: STORE_LOCKED, STORE_KEY, STORE_FULL, STORE_FAILED."""
        terminal_key = keys.key()
        pages = PageFiles(directory / "pages")
        ballast = Ballast(directory / "ballast", ballast_bytes)
        faults: list[Fault] = []
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            connection = connect(directory)
            if connection is None:
                quarantine(directory)
                faults.append(_fault(FaultCode.STORE_DAMAGED, "put aside, an empty one serves"))
                connection = connect(directory)
            if connection is None:
                raise StoreFault(FaultCode.STORE_FAILED, "outbox", "cannot begin anew")
            database = Database(connection, ballast)
            try:
                migrate(connection)
                database.run(partial(_check_terminal_key, terminal_key))
                database.run(_interrupted_become_unsure, essential=True)
                pages.directory.mkdir(mode=0o700, exist_ok=True)
                pages.sweep(database.run(_referenced_files))
                sealing.sync_directory(directory)
            except BaseException:
                database.close()
                raise
        except OSError as error:
            raise store_fault(error) from error
        if not ballast.load():
            faults.append(_fault(FaultCode.STORE_FULL, "no room for the ballast"))
        return cls(database, terminal_key, pages, ballast, tuple(faults))

    # -- keeping ---------------------------------------------------------------------------

    def keep(self, application: Application, pages: Mapping[str, bytes], now: datetime) -> Kept:
        return self._keep(admit(application, pages), now)

    def keep_rating(self, rating: Rating, now: datetime) -> Kept:
        return self._keep(admit_rating(rating), now)

    def _keep(self, admitted: Admitted, now: datetime) -> Kept:
        kept = Kept(id=admitted.id, body_digest=admitted.body_digest)
        if self._database.run(partial(_already_kept, admitted)):
            return kept
        key = sealing.new_key()
        files = self._pages.write(
            sealing.seal(key, admitted.id, f"page {digest}", content)
            for digest, content in admitted.pages.items()
        )
        insert = partial(
            _insert,
            admitted,
            (
                sealing.seal(key, admitted.id, "body", admitted.body),
                sealing.wrap(self._terminal_key, admitted.id, key),
            ),
            files,
            _micros(now),
        )
        try:
            inserted = self._database.run(insert)
        except StoreFault:
            self._pages.remove(files)
            raise
        if not inserted:  # another thread kept the same entry meanwhile
            self._pages.remove(files)
        return kept

    # -- sending ---------------------------------------------------------------------------

    def claim(self, now: datetime) -> Entry | None:
        while True:
            row = self._database.run(partial(_take, _micros(now)), essential=True)
            if row is None:
                return None
            entry_id, kind, state, attempts, body_digest, sealed, wrapped, digests = row
            try:
                key = sealing.unwrap(self._terminal_key, entry_id, wrapped)
                body = sealing.unseal(key, entry_id, "body", sealed)
            except StoreFault as error:
                self.settle(entry_id, Held(fault=error.fault), now)
                continue  # one damaged entry never blocks the queue
            return Entry(
                id=entry_id,
                kind=EntryKind(kind),
                body=body,
                body_digest=body_digest,
                page_digests=digests,
                attempts=attempts,
                unsure=state == EntryState.UNSURE,
            )

    def page(self, entry_id: str, digest: str) -> bytes:
        wrapped, file = self._database.run(partial(_page_row, entry_id, digest))
        key = sealing.unwrap(self._terminal_key, entry_id, wrapped)
        return sealing.unseal(key, entry_id, f"page {digest}", self._pages.read(file))

    def settle(self, entry_id: str, outcome: Outcome, now: datetime) -> None:
        idle = self._database.run(partial(_settle, entry_id, outcome, _micros(now)), essential=True)
        if idle:
            self._database.shrink()

    def next_due(self) -> datetime | None:
        due = self._database.run(_next_due)
        return None if due is None else _moment(due)

    def board(self) -> Board:
        return self._database.run(_board)

    # -- looking after ---------------------------------------------------------------------

    def hasten(self, now: datetime, *, held: bool = False) -> int:
        return self._database.run(partial(_hasten, _micros(now), held), essential=True)

    def erase(self, older_than: datetime) -> int:
        count, files = self._database.run(partial(_erase, _micros(older_than)), essential=True)
        self._pages.remove(files)
        self._database.shrink()
        self._ballast.load()
        return count

    def close(self) -> None:
        self._database.close()


# -- transactions ------------------------------------------------------------------------------


def _check_terminal_key(terminal_key: bytes, connection: Connection) -> None:
    row = connection.execute("SELECT sealed FROM terminal_key").fetchone()
    if row is None:
        sealed = sealing.wrap(terminal_key, "terminal", b"")
        connection.execute("INSERT INTO terminal_key VALUES (1, ?)", (sealed,))
    else:
        sealing.unwrap(terminal_key, "terminal", cast(bytes, row[0]))


def _interrupted_become_unsure(connection: Connection) -> None:
    connection.execute("UPDATE entry SET state = 'unsure' WHERE state = 'sending'")


def _referenced_files(connection: Connection) -> set[str]:
    return {cast(str, row[0]) for row in connection.execute("SELECT file FROM page")}


def _already_kept(admitted: Admitted, connection: Connection) -> bool:
    """Raises `StoreFault` (DEFECT) when the same id was kept with other bytes."""
    row = connection.execute(
        "SELECT body_digest FROM entry WHERE id = ?", (admitted.id,)
    ).fetchone()
    if row is not None and row[0] != admitted.body_digest:
        raise StoreFault(FaultCode.DEFECT, "outbox", "same id, other bytes")
    return row is not None


def _insert(
    admitted: Admitted,
    body_and_key: tuple[bytes, bytes],  # sealed, wrapped
    files: tuple[str, ...],
    now: int,
    connection: Connection,
) -> bool:
    if _already_kept(admitted, connection):
        return False
    connection.execute(
        "INSERT INTO entry (id, kind, application_id, state, kept_at, next_attempt, body_digest,"
        " body, wrapped_key) VALUES (?, ?, ?, 'kept', ?, ?, ?, ?, ?)",
        (
            admitted.id,
            admitted.kind.value,
            admitted.application_id,
            now,
            now,
            admitted.body_digest,
            *body_and_key,
        ),
    )
    connection.executemany(
        "INSERT INTO page VALUES (?, ?, ?, ?, ?)",
        [
            (admitted.id, position, digest, len(content), file)
            for position, ((digest, content), file) in enumerate(
                zip(admitted.pages.items(), files, strict=True)
            )
        ],
    )
    return True


_Row = tuple[str, str, str, int, str, bytes, bytes, tuple[str, ...]]


def _take(now: int, connection: Connection) -> _Row | None:
    """A new entry first, for its citizen still stands there; else the one that has been due for
    longest. Marked SENDING with one attempt more.

    What is planned beyond the longest delay was planned by a clock that ran ahead: it is due.
    """
    row = connection.execute(
        "SELECT id, kind, state, attempts + 1, body_digest, body, wrapped_key FROM entry"
        f" WHERE {_CLAIMABLE} AND (next_attempt <= :now OR next_attempt > :absurd)"
        " ORDER BY attempts > 0, next_attempt, sequence LIMIT 1",
        {"now": now, "absurd": now + LONGEST // _MICROSECOND},
    ).fetchone()
    if row is None:
        return None
    connection.execute(
        "UPDATE entry SET state = 'sending', attempts = ? WHERE id = ?", (row[3], row[0])
    )
    digests = connection.execute(
        "SELECT digest FROM page WHERE entry_id = ? ORDER BY position", (row[0],)
    )
    return cast(_Row, (*row, tuple(digest for (digest,) in digests)))


def _page_row(entry_id: str, digest: str, connection: Connection) -> tuple[bytes, str]:
    row = connection.execute(
        "SELECT wrapped_key, file FROM page JOIN entry ON entry.id = page.entry_id"
        " WHERE entry_id = ? AND digest = ?",
        (entry_id, digest),
    ).fetchone()
    if row is None:
        raise StoreFault(FaultCode.STORE_DAMAGED, "outbox", "no such page")
    return cast(tuple[bytes, str], row)


def _settle(entry_id: str, outcome: Outcome, now: int, connection: Connection) -> bool:
    """True when nothing waits any more."""
    again = outcome.next_attempt if isinstance(outcome, Postponed | Unsure) else None
    fault = None if isinstance(outcome, Delivered) else outcome.fault.code.value
    number = outcome.platform_number if isinstance(outcome, Delivered) else None
    changed = connection.execute(
        "UPDATE entry SET state = ?, fault = ?, platform_number = ?, settled_at = ?,"
        " next_attempt = coalesce(?, next_attempt) WHERE id = ? AND state = 'sending'",
        (
            _STATES[type(outcome)].value,
            fault,
            number,
            now if again is None else None,
            None if again is None else _micros(again),
            entry_id,
        ),
    ).rowcount
    if changed != 1:
        raise StoreFault(FaultCode.DEFECT, "outbox", "settled what was not being sent")
    return (
        connection.execute(
            "SELECT 1 FROM entry WHERE state IN ('kept', 'sending', 'unsure') LIMIT 1"
        ).fetchone()
        is None
    )


def _next_due(connection: Connection) -> int | None:
    row = connection.execute(f"SELECT min(next_attempt) FROM entry WHERE {_CLAIMABLE}").fetchone()
    return cast(int | None, row[0])


def _board(connection: Connection) -> Board:
    counts = connection.execute("SELECT state, count(*) FROM entry GROUP BY state").fetchall()
    (oldest,) = connection.execute(
        "SELECT min(kept_at) FROM entry WHERE state IN ('kept', 'sending', 'unsure')"
    ).fetchone()
    return Board(
        counts={EntryState(state): count for state, count in counts},
        oldest_waiting=None if oldest is None else _moment(oldest),
    )


def _hasten(now: int, held: bool, connection: Connection) -> int:
    return connection.execute(
        "UPDATE entry SET next_attempt = min(next_attempt, :now), settled_at = NULL,"
        " state = CASE state WHEN 'held' THEN 'unsure' ELSE state END"
        " WHERE state IN ('kept', 'unsure') OR (state = 'held' AND :held)",
        {"now": now, "held": held},
    ).rowcount


def _erase(older_than: int, connection: Connection) -> tuple[int, list[str]]:
    gone = "SELECT id FROM entry WHERE state IN ('delivered', 'refused') AND settled_at < ?"
    files = connection.execute(
        f"SELECT file FROM page WHERE entry_id IN ({gone})", (older_than,)
    ).fetchall()
    count = connection.execute(f"DELETE FROM entry WHERE id IN ({gone})", (older_than,)).rowcount
    return count, [cast(str, file) for (file,) in files]


# -- small change ------------------------------------------------------------------------------


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND


def _fault(code: FaultCode, detail: str) -> Fault:
    return Fault(code=code, about="outbox", detail=detail)
