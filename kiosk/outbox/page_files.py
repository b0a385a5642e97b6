"""Sealed pages as files, and the ballast that keeps a full disk from being a dead end.

A file is written under a temporary name, synced, renamed, and the directory is synced: only then
may a row name it. Names are random, so no two attempts ever write the same file.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk.faults import FaultCode
from kiosk.outbox.contract import StoreFault
from kiosk.outbox.sealing import sync_directory

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_TEMPORARY = ".tmp"


def store_fault(error: OSError) -> StoreFault:
    code = FaultCode.STORE_FULL if error.errno in _FULL else FaultCode.STORE_FAILED
    return StoreFault(code, "outbox", f"errno {error.errno}")


@dataclass(frozen=True, slots=True)
class PageFiles:
    directory: Path

    def write(self, contents: Iterable[bytes]) -> tuple[str, ...]:
        """The names of the new files, durable. On a fault none of them is left behind.

        Raises `StoreFault` (STORE_FULL, STORE_FAILED).
        """
        names: list[str] = []
        try:
            for content in contents:
                name = secrets.token_hex(16)
                names.append(name)
                self._write_one(name, content)
            sync_directory(self.directory)
        except OSError as error:
            self.remove(names)
            raise store_fault(error) from error
        return tuple(names)

    def _write_one(self, name: str, content: bytes) -> None:
        temporary = self.directory / (name + _TEMPORARY)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.rename(self.directory / name)

    def read(self, name: str) -> bytes:
        """Raises `StoreFault`: STORE_DAMAGED when it is gone, STORE_FAILED otherwise."""
        try:
            return (self.directory / name).read_bytes()
        except FileNotFoundError:
            raise StoreFault(FaultCode.STORE_DAMAGED, "outbox", "page file gone") from None
        except OSError as error:
            raise store_fault(error) from error

    def remove(self, names: Iterable[str]) -> None:
        """What cannot be removed now is swept at the next start."""
        for name in names:
            for path in (self.directory / name, self.directory / (name + _TEMPORARY)):
                try:
                    path.unlink(missing_ok=True)
                except OSError:
                    continue

    def sweep(self, referenced: set[str]) -> int:
        """Removes what no row names: half-written files of a process that died."""
        strays = [path.name for path in self.directory.iterdir() if path.name not in referenced]
        for stray in strays:
            (self.directory / stray).unlink(missing_ok=True)
        return len(strays)


@dataclass(frozen=True, slots=True)
class Ballast:
    """Room held back: on a full disk not even a row can be marked as sent without it."""

    path: Path
    size: int  # bytes; 0: none

    def load(self) -> bool:
        """True when the room is held, now or already."""
        if self.size == 0:
            return True
        try:
            if self.path.exists() and self.path.stat().st_size == self.size:
                return True
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, self.size)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError:
            self.drop()
            return False
        return True

    def drop(self) -> bool:
        """True when there was room to give back."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True
