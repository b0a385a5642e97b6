"""Everything that survives: one SQLite file, one writer, many writes in one commit.

Jobs of several requests share a transaction (group commit), each in its own savepoint, and no
request is answered before the commit is on the disk. A job that raises undoes itself alone.
Jobs run in the event loop, one after the other, so nothing is ever locked; only the commit waits
for the disk in a thread, and what arrives meanwhile is the next batch.
Readers have a connection of their own and see what is committed (WAL).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from kiosk.sandbox.problems import Code, Problem

_T = TypeVar("_T")
Job = Callable[[sqlite3.Connection], _T]

SCHEMA = """
CREATE TABLE IF NOT EXISTS terminals (
    terminal_id TEXT PRIMARY KEY,
    public_key TEXT NOT NULL,
    requested_key TEXT,
    site TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('approved', 'pending', 'revoked')),
    enrolled_at REAL NOT NULL,
    last_seen REAL,
    heartbeat BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS uploads (
    digest TEXT PRIMARY KEY,
    length INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    complete INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS applications (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    body BLOB NOT NULL,
    answer BLOB NOT NULL,
    platform_number TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL,
    serial INTEGER NOT NULL,
    sent_by TEXT NOT NULL,
    received_at REAL NOT NULL,
    state TEXT NOT NULL CHECK
        (state IN ('received', 'accepted', 'refused', 'correction', 'withdrawn')),
    note TEXT NOT NULL DEFAULT '',
    UNIQUE (day, serial)
) STRICT;
CREATE INDEX IF NOT EXISTS applications_by_state ON applications (state, received_at);
CREATE INDEX IF NOT EXISTS applications_by_sender ON applications (sent_by, day);
CREATE TABLE IF NOT EXISTS history (
    application_id TEXT NOT NULL REFERENCES applications (id),
    at REAL NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS history_by_application ON history (application_id, at);
CREATE TABLE IF NOT EXISTS ratings (
    application_id TEXT PRIMARY KEY REFERENCES applications (id),
    digest TEXT NOT NULL,
    body BLOB NOT NULL,
    answer BLOB NOT NULL,
    received_at REAL NOT NULL
) STRICT;
"""


class Store:
    """To be opened, used and closed in one event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._batch: asyncio.Task[None] | None = None  # the commit that open jobs wait for
        self._committing = False

    def open(self) -> None:
        """Raises `sqlite3.Error` when the file is not ours or cannot be made."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = self._connect()
        self._writer.executescript(SCHEMA)
        self._reader = self._connect()
        self._reader.execute("PRAGMA query_only = ON")

    async def close(self) -> None:
        """Finishes the open batch first."""
        if self._batch is not None:
            await asyncio.wait((self._batch,))
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._reader = self._writer = None

    async def write(self, job: Job[_T]) -> _T:
        """What the job returned, when its effect is durable.

        Raises what the job raised, its effect undone; `Problem(STORE_FULL)`; `sqlite3.Error`.
        """
        while self._committing and self._batch is not None:
            await asyncio.wait((self._batch,))
        connection = self._open(self._writer)
        if self._batch is None:
            connection.execute("BEGIN IMMEDIATE")
            self._batch = asyncio.create_task(self._commit(connection))
        batch = self._batch
        with _full_disk(), _savepoint(connection):
            result = job(connection)
        await asyncio.shield(batch)
        return result

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """What is committed now."""
        return self._open(self._reader).execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Row | None:
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    async def _commit(self, connection: sqlite3.Connection) -> None:
        await asyncio.sleep(0)  # whoever is ready in this turn of the loop comes along
        self._committing = True
        try:
            with _full_disk():
                await asyncio.to_thread(connection.execute, "COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._batch, self._committing = None, False

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    @staticmethod
    def _open(connection: sqlite3.Connection | None) -> sqlite3.Connection:
        if connection is None:
            raise Problem(Code.INTERNAL, "closed")
        return connection


@contextmanager
def _savepoint(connection: sqlite3.Connection) -> Generator[None]:
    connection.execute("SAVEPOINT job")
    whole = False
    try:
        yield
        whole = True
    finally:
        # After a full disk SQLite may have ended the whole transaction by itself.
        if connection.in_transaction:
            if not whole:
                connection.execute("ROLLBACK TO job")
            connection.execute("RELEASE job")


@contextmanager
def _full_disk() -> Generator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise Problem(Code.STORE_FULL, retry_after=60) from None
        raise
