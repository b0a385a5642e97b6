"""The terminal is killed at random moments: whatever was acknowledged is there, and nothing half.

30 kills by default; OUTBOX_KILLS=1000 for the long campaign.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kiosk.outbox.contract import Delivered, Entry
from kiosk.outbox.sealing import KeyFile
from kiosk.outbox.sqlite_store import SqliteOutbox
from kiosk.platform import wire
from tests.sample_applications import NOW, sample_application

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("OUTBOX_KILLS", "30"))

CHILD = """
import sys
from pathlib import Path
from kiosk.outbox.contract import Delivered
from kiosk.outbox.sealing import KeyFile
from kiosk.outbox.sqlite_store import SqliteOutbox
from tests.sample_applications import NOW, sample_application

directory, number = Path(sys.argv[1]), int(sys.argv[2])
store = SqliteOutbox.open(directory / "outbox", KeyFile(directory / "key"), ballast_bytes=4096)
print("open", flush=True)
while True:
    number += 1
    kept = store.keep(*sample_application(number, page_size=40_000), NOW)
    print("kept", number, kept.body_digest, flush=True)
    if number % 3 == 0:
        entry = store.claim(NOW)
        store.settle(entry.id, Delivered(platform_number="N", received_at=NOW), NOW)
        print("sent", entry.id, flush=True)
"""


@pytest.mark.endurance
@pytest.mark.timeout(60 + 10 * KILLS)
def test_killed_at_random_moments(tmp_path: Path) -> None:
    key = KeyFile(tmp_path / "key")
    key.create()
    dice = random.Random(20260302)
    kept: dict[int, str] = {}
    sent: set[str] = set()
    for _ in range(KILLS):
        lines = killed_child(tmp_path, max(kept, default=0) + 10, dice.uniform(0.0, 0.15))
        for words in (line.split() for line in lines):
            if words[0] == "kept":
                kept[int(words[1])] = words[2]
            elif words[0] == "sent":
                sent.add(words[1])
    assert len(kept) > KILLS, "the children did get somewhere"
    assert_everything_is_there(tmp_path, key, kept, sent)


def killed_child(directory: Path, number: int, after: float) -> list[str]:
    """The whole lines that a child wrote before SIGKILL, `after` seconds after it had opened."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(directory), str(number)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n", child.communicate()[1]
    timer = threading.Timer(after, child.send_signal, (signal.SIGKILL,))
    timer.start()
    said, complaints = child.communicate()
    timer.join()
    assert child.returncode == -signal.SIGKILL, complaints
    return said[: said.rfind("\n") + 1].splitlines()


def assert_everything_is_there(
    directory: Path, key: KeyFile, kept: dict[int, str], sent: set[str]
) -> None:
    store = SqliteOutbox.open(directory / "outbox", key, ballast_bytes=4096)
    assert store.opening_faults == ()
    waiting: dict[str, Entry] = {}
    while (entry := store.claim(NOW)) is not None:
        waiting[entry.id] = entry
        application = wire.application_from(entry.body)
        number = int(application.local_number.removeprefix("HM-"))
        expected, pages = sample_application(number, page_size=40_000)
        assert application == expected
        assert {digest: store.page(entry.id, digest) for digest in entry.page_digests} == pages
        store.settle(entry.id, Delivered(platform_number="N", received_at=NOW), NOW)
    assert not waiting.keys() & sent, "what was delivered is not sent again"
    for number, digest in kept.items():
        entry_id = sample_application(number)[0].id
        assert entry_id in waiting or entry_id in sent or _delivered(store, entry_id), number
        if entry_id in waiting:
            assert waiting[entry_id].body_digest == digest
    files = list((directory / "outbox" / "pages").iterdir())
    assert len(files) == 3 * sum(store.board().counts.values()), "nothing half, nothing forgotten"
    store.close()


def _delivered(store: SqliteOutbox, entry_id: str) -> bool:
    """Marked, and killed before it could say so: its pages are still there."""
    application, pages = sample_application(int(entry_id.rpartition("-")[2], 16), page_size=40_000)
    assert application.id == entry_id
    return all(store.page(entry_id, digest) == content for digest, content in pages.items())
