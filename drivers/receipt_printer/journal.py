"""One line on disk while a job is in the printer: it outlives us.

If the program or the power goes while a receipt is half printed, the next opening must know that
the printer may hold, or show, something of the citizen before. The line holds the job's reference
and nothing of its content.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from kiosk.faults import DeviceFault, FaultCode


class Journal:
    """`path` None keeps no memory: then every opening has to expect a job before it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @property
    def unfinished(self) -> bool:
        return self._path is None or self._path.exists()

    def begin(self, reference: str) -> None:
        """Durable when it returns. Raises `DeviceFault` STORE_FAILED: then nothing may be sent."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("w", encoding="utf-8") as file:
                file.write(f"{reference}\n")
                file.flush()
                os.fsync(file.fileno())
            _sync_folder(self._path.parent)
        except OSError:
            raise DeviceFault(FaultCode.STORE_FAILED, detail="the printer's journal") from None

    def end(self) -> None:
        """The printer is proved clean. If the line cannot be removed, the next opening cleans."""
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
                _sync_folder(self._path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
