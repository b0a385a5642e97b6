"""How long a citizen waits for the disk, against the same bytes as plain synced files."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from kiosk.cli.measures.figures import percentile, spread, timed
from kiosk.cli.measures.samples import application
from kiosk.outbox.contract import Delivered, Outbox
from kiosk.outbox.sealing import KeyFile
from kiosk.outbox.sqlite_store import SqliteOutbox

PAGES = 3
PAGE_SIZE = 500_000  # bytes
WITHIN = 4.0  # seconds
MOST = 40


def keep() -> dict[str, object]:
    """Keeping an application with three pages; claiming and settling; the disk by itself."""
    kept: list[float] = []
    sent: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory(prefix="tongban-bench-") as folder:
        key = KeyFile(Path(folder) / "key")
        key.create()
        outbox = SqliteOutbox.open(Path(folder) / "outbox", key)

        end = time.monotonic() + WITHIN
        while len(kept) < MOST and time.monotonic() < end:
            made, pages = application(PAGES, PAGE_SIZE)
            plain.append(timed(partial(_plain, Path(folder), list(pages.values()))))
            kept.append(timed(partial(outbox.keep, made, pages, datetime.now(UTC))))
            sent.append(timed(partial(_claim_and_settle, outbox)))
        outbox.close()
    return {
        "applications": len(kept),
        "megabytes_each": round(PAGES * PAGE_SIZE / 1e6, 1),
        **spread("keep", kept, 50, 95),
        **spread("plain_files", plain, 50),
        "keep_to_plain": round(percentile(kept, 0.5) / percentile(plain, 0.5), 2),
        **spread("claim_and_settle", sent, 50, 95),
    }


def _claim_and_settle(outbox: Outbox) -> None:
    now = datetime.now(UTC)
    entry = outbox.claim(now)
    if entry is None:
        raise RuntimeError("nothing to claim")
    outbox.settle(entry.id, Delivered(platform_number="BENCH", received_at=now), now)


def _plain(folder: Path, pages: list[bytes]) -> None:
    """The peer: each page a file, synced, then the folder."""
    for number, content in enumerate(pages):
        with (folder / f"plain-{number}").open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
