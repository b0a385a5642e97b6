"""The database under the outbox: opened exclusively, checked, put aside when damaged, migrated.

The only `import sqlite3` of this room. One connection, one lock: two connections of one process
could meet the WAL-reset race of SQLite before 3.51.3, one connection cannot.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TypeVar, cast

from kiosk.faults import FaultCode
from kiosk.outbox.contract import StoreFault
from kiosk.outbox.page_files import Ballast
from kiosk.outbox.sealing import sync_directory

_T = TypeVar("_T")
Connection = sqlite3.Connection
NAME = "outbox.db"


class Database:
    """Runs one transaction at a time for any thread."""

    def __init__(self, connection: Connection, ballast: Ballast) -> None:
        self._connection = connection
        self._ballast = ballast
        self._lock = threading.Lock()

    def run(self, work: Callable[[Connection], _T], *, essential: bool = False) -> _T:
        """`work` in one transaction, committed and synced when this returns.

        On a full disk essential work (marking, erasing) is given the room of the ballast.
        Raises `StoreFault`.
        """
        with self._lock:
            try:
                return self._transaction(work)
            except sqlite3.Error as error:
                if not (essential and _is_full(error) and self._ballast.drop()):
                    raise _store_fault(error) from error
            try:
                return self._transaction(work)
            except sqlite3.Error as error:
                raise _store_fault(error) from error

    def _transaction(self, work: Callable[[Connection], _T]) -> _T:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    def shrink(self) -> bool:
        """Empties the write-ahead log, which else keeps copies of rows that are gone.

        False when that could not be done now; the next call does it.
        """
        with self._lock:
            try:
                row = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.Error:
                return False
            return row[0] == 0

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def connect(directory: Path) -> Connection | None:
    """A sound database that no other process has; None when what is there is damaged.

    Raises `StoreFault` (STORE_LOCKED, STORE_FULL, STORE_FAILED).
    """
    connection = sqlite3.connect(
        directory / NAME, isolation_level=None, check_same_thread=False, timeout=0
    )
    try:
        for pragma in (
            "locking_mode = EXCLUSIVE",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        if connection.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]:
            (directory / NAME).chmod(0o600)
            return connection
    except sqlite3.Error as error:
        fault = _store_fault(error)
        if fault.fault.code is not FaultCode.STORE_DAMAGED:
            connection.close()
            raise fault from error
    connection.close()
    return None


def quarantine(directory: Path) -> None:
    """Puts database and pages aside, unread and complete, for a technician."""
    number = 1
    while (aside := directory / f"damaged-{number}").exists():
        number += 1
    aside.mkdir(mode=0o700)
    for name in (NAME, f"{NAME}-wal", f"{NAME}-shm", "pages"):
        if (directory / name).exists():
            (directory / name).rename(aside / name)
    sync_directory(aside)
    sync_directory(directory)


def migrate(connection: Connection) -> None:
    """Runs schema/NNNN_*.sql beyond `user_version`, each in one transaction."""
    version = cast(int, connection.execute("PRAGMA user_version").fetchone()[0])
    scripts = sorted(
        (
            file
            for file in resources.files("kiosk.outbox").joinpath("schema").iterdir()
            if file.name.endswith(".sql")
        ),
        key=lambda file: file.name,
    )
    if version > len(scripts):
        raise StoreFault(FaultCode.STORE_FAILED, "outbox", f"schema {version} is newer")
    try:
        for number, script in enumerate(scripts[version:], start=version + 1):
            text = script.read_text(encoding="utf-8")
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{text}\nPRAGMA user_version = {number};\nCOMMIT;"
            )
    except sqlite3.Error as error:
        raise _store_fault(error) from error


def _primary(error: sqlite3.Error) -> int:
    """The primary result code (sqlite.org/rescode.html); 0 for errors of the binding."""
    return cast(int, getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_full(error: sqlite3.Error) -> bool:
    return _primary(error) == sqlite3.SQLITE_FULL


def _store_fault(error: sqlite3.Error) -> StoreFault:
    code = {
        sqlite3.SQLITE_FULL: FaultCode.STORE_FULL,
        sqlite3.SQLITE_BUSY: FaultCode.STORE_LOCKED,
        sqlite3.SQLITE_LOCKED: FaultCode.STORE_LOCKED,
        sqlite3.SQLITE_CORRUPT: FaultCode.STORE_DAMAGED,
        sqlite3.SQLITE_NOTADB: FaultCode.STORE_DAMAGED,
    }.get(_primary(error), FaultCode.STORE_FAILED)
    return StoreFault(code, "outbox", f"sqlite {_primary(error)}")
