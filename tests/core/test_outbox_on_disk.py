"""The store on disk: what a restart, a damaged file, a full disk and a curious reader find."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.faults import Fault, FaultCode
from kiosk.outbox.contract import Delivered, EntryState, Postponed, StoreFault
from kiosk.outbox.sealing import KeyFile
from kiosk.outbox.sqlite_store import SqliteOutbox
from tests.sample_applications import MARKERS, NOW, sample_application, sample_rating

ROOT = Path(__file__).parents[2]
DELIVERED = Delivered(platform_number="2026030200017", received_at=NOW)
FAR = NOW + timedelta(days=9999)


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    file = KeyFile(tmp_path / "key")
    file.create()
    return file


def open_at(directory: Path, key: KeyFile, ballast: int = 4096) -> SqliteOutbox:
    return SqliteOutbox.open(directory, key, ballast_bytes=ballast)


def keep(store: SqliteOutbox, number: int = 1) -> str:
    application, pages = sample_application(number)
    return store.keep(application, pages, NOW).id


def code_of(failure: pytest.ExceptionInfo[StoreFault]) -> FaultCode:
    return failure.value.fault.code


def test_what_was_being_sent_when_the_power_went_is_unsure(tmp_path: Path, key: KeyFile) -> None:
    store = open_at(tmp_path / "outbox", key)
    entry_id = keep(store)
    assert store.claim(NOW)
    store.close()

    store = open_at(tmp_path / "outbox", key)
    assert store.opening_faults == ()
    entry = store.claim(NOW)
    assert entry is not None and (entry.id, entry.unsure, entry.attempts) == (entry_id, True, 2)
    _, pages = sample_application()
    assert {digest: store.page(entry_id, digest) for digest in entry.page_digests} == pages
    store.close()


def test_a_plan_survives_a_restart(tmp_path: Path, key: KeyFile) -> None:
    store = open_at(tmp_path / "outbox", key)
    entry_id = keep(store)
    store.claim(NOW)
    again = NOW + timedelta(minutes=7, microseconds=1)
    busy = Fault(code=FaultCode.PLATFORM_BUSY)
    store.settle(entry_id, Postponed(fault=busy, next_attempt=again), NOW)
    store.close()
    store = open_at(tmp_path / "outbox", key)
    assert store.next_due() == again
    store.close()


def test_a_second_process_is_told_that_the_store_is_taken(tmp_path: Path, key: KeyFile) -> None:
    store = open_at(tmp_path / "outbox", key)
    second = f"""
        from pathlib import Path
        from kiosk.outbox.contract import StoreFault
        from kiosk.outbox.sealing import KeyFile
        from kiosk.outbox.sqlite_store import SqliteOutbox
        try:
            SqliteOutbox.open(Path({str(tmp_path / "outbox")!r}), KeyFile(Path({str(key.path)!r})))
        except StoreFault as error:
            print(error.fault.code.name)
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(second)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert told.stdout.strip() == "STORE_LOCKED"
    keep(store)  # and the first is not disturbed
    store.close()


def test_another_key_opens_nothing_and_harms_nothing(tmp_path: Path, key: KeyFile) -> None:
    store = open_at(tmp_path / "outbox", key)
    keep(store)
    store.close()
    other = KeyFile(tmp_path / "other")
    other.create()
    with pytest.raises(StoreFault) as failure:
        open_at(tmp_path / "outbox", other)
    assert code_of(failure) is FaultCode.STORE_KEY
    store = open_at(tmp_path / "outbox", key)
    assert store.claim(NOW)
    store.close()


@pytest.mark.parametrize("damage", ["header", "middle", "rubbish"])
def test_a_damaged_database_is_put_aside_whole_and_an_empty_one_serves(
    tmp_path: Path, key: KeyFile, damage: str
) -> None:
    directory = tmp_path / "outbox"
    store = open_at(directory, key)
    for number in range(20):
        keep(store, number)
    store.close()
    database = directory / "outbox.db"
    content = bytearray(database.read_bytes())
    pages = sorted(path.name for path in (directory / "pages").iterdir())
    if damage == "header":
        content[:100] = bytes(100)
    elif damage == "middle":
        content[4096 : len(content) // 2] = os.urandom(len(content) // 2 - 4096)
    else:
        content = bytearray(b"this is not a database" * 500)
    database.write_bytes(content)

    store = open_at(directory, key)
    assert [fault.code for fault in store.opening_faults] == [FaultCode.STORE_DAMAGED]
    assert store.board().waiting == 0
    keep(store, 99)
    assert store.board().waiting == 1
    store.close()
    aside = directory / "damaged-1"
    assert (aside / "outbox.db").read_bytes() == bytes(content)
    assert sorted(path.name for path in (aside / "pages").iterdir()) == pages


def test_an_entry_whose_page_is_gone_is_found_out(tmp_path: Path, key: KeyFile) -> None:
    store = open_at(tmp_path / "outbox", key)
    entry_id = keep(store)
    shutil.rmtree(tmp_path / "outbox" / "pages")
    with pytest.raises(StoreFault) as failure:
        store.page(entry_id, sample_application()[0].signature.digest)
    assert code_of(failure) is FaultCode.STORE_DAMAGED
    store.close()


def test_page_files_cannot_change_places(tmp_path: Path, key: KeyFile) -> None:
    store = open_at(tmp_path / "outbox", key)
    entry_id = keep(store)
    first, second, *_ = sorted((tmp_path / "outbox" / "pages").iterdir())
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    failures = 0
    for digest in sample_application()[1]:
        try:
            store.page(entry_id, digest)
        except StoreFault:
            failures += 1
    assert failures == 2
    store.close()


def test_an_entry_that_does_not_unseal_is_held_and_the_next_one_goes(
    tmp_path: Path, key: KeyFile
) -> None:
    import sqlite3

    store = open_at(tmp_path / "outbox", key)
    spoilt, good = keep(store, 1), keep(store, 2)
    store.close()
    with sqlite3.connect(tmp_path / "outbox" / "outbox.db") as raw:
        raw.execute("UPDATE entry SET body = zeroblob(100) WHERE id = ?", (spoilt,))
    raw.close()
    store = open_at(tmp_path / "outbox", key)
    entry = store.claim(NOW)
    assert entry is not None and entry.id == good
    assert store.board().counts == {EntryState.HELD: 1, EntryState.SENDING: 1}
    store.close()


def test_half_written_and_forgotten_files_are_swept_at_the_start(
    tmp_path: Path, key: KeyFile
) -> None:
    store = open_at(tmp_path / "outbox", key)
    entry_id = keep(store)
    store.close()
    pages = tmp_path / "outbox" / "pages"
    (pages / "0123.tmp").write_bytes(b"half")
    (pages / "4567").write_bytes(b"no row names me")
    store = open_at(tmp_path / "outbox", key)
    assert len(list(pages.iterdir())) == 3
    assert all(store.page(entry_id, digest) for digest in sample_application()[1])
    store.close()


def test_a_newer_database_is_left_alone(tmp_path: Path, key: KeyFile) -> None:
    import sqlite3

    store = open_at(tmp_path / "outbox", key)
    store.close()
    with sqlite3.connect(tmp_path / "outbox" / "outbox.db") as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(StoreFault) as failure:
        open_at(tmp_path / "outbox", key)
    assert code_of(failure) is FaultCode.STORE_FAILED


def forms_of(word: str) -> list[bytes]:
    plain = [word.encode(encoding) for encoding in ("utf-8", "utf-16-le", "gb18030")]
    return plain + [base64.b64encode(form[: len(form) // 3 * 3]) for form in plain]


def everything_below(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


def test_nothing_of_a_person_is_in_clear_in_any_file(tmp_path: Path, key: KeyFile) -> None:
    directory = tmp_path / "outbox"
    store = open_at(directory, key)
    page_start = b""
    for number in range(20):
        entry_id = keep(store, number)
        store.keep_rating(sample_rating(entry_id), NOW)
        page_start = next(iter(sample_application(number)[1].values()))[:64]
    for _ in range(10):
        entry = store.claim(NOW)
        assert entry is not None
        store.settle(entry.id, DELIVERED, NOW)
    assert (directory / "outbox.db-wal").exists(), "looked at while it is open"
    stored = everything_below(directory)
    store.close()
    stored += everything_below(directory)

    assert len(stored) > 100_000
    for word in (*MARKERS, "HM-000001", "quick"):
        for form in forms_of(word):
            assert form not in stored
    assert page_start not in stored


def test_erasing_leaves_no_key_no_row_and_no_file(tmp_path: Path, key: KeyFile) -> None:
    directory = tmp_path / "outbox"
    store = open_at(directory, key)
    ids = [keep(store, number) for number in range(10)]
    for _ in ids:
        entry = store.claim(NOW)
        assert entry is not None
        store.settle(entry.id, DELIVERED, NOW)
    wrapped = _wrapped_keys(directory, key, store)
    assert len(wrapped) == 10

    store = open_at(directory, key)
    assert store.erase(FAR) == 10

    stored = everything_below(directory)
    assert not [each for each in wrapped if each in stored], "the key is gone, log and all"
    assert not [each for each in ids if each.encode() in stored]
    assert list((directory / "pages").iterdir()) == []
    assert (directory / "outbox.db-wal").stat().st_size == 0
    store.close()


def _wrapped_keys(directory: Path, key: KeyFile, store: SqliteOutbox) -> list[bytes]:
    import sqlite3

    store.close()
    with sqlite3.connect(directory / "outbox.db") as raw:
        rows = raw.execute("SELECT wrapped_key FROM entry").fetchall()
    raw.close()
    return [row[0] for row in rows]


def test_the_folder_is_for_its_owner_only(tmp_path: Path, key: KeyFile) -> None:
    directory = tmp_path / "outbox"
    store = open_at(directory, key)
    keep(store)
    assert directory.stat().st_mode & 0o077 == 0
    for path in directory.rglob("*"):
        if path.is_file() and not path.name.startswith("outbox.db"):
            assert path.stat().st_mode & 0o077 == 0, path.name
    store.close()


def test_a_file_larger_than_allowed_is_a_full_store_and_leaves_nothing(
    tmp_path: Path, key: KeyFile
) -> None:
    """A real limit of the operating system: RLIMIT_FSIZE, in a process of its own."""
    script = f"""
        import resource
        from pathlib import Path
        from kiosk.outbox.contract import StoreFault
        from kiosk.outbox.sealing import KeyFile
        from kiosk.outbox.sqlite_store import SqliteOutbox
        from tests.sample_applications import NOW, sample_application
        directory = Path({str(tmp_path / "outbox")!r})
        key = KeyFile(Path({str(key.path)!r}))
        store = SqliteOutbox.open(directory, key, ballast_bytes=0)
        store.keep(*sample_application(1), NOW)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        try:
            store.keep(*sample_application(2, page_size=500_000), NOW)
        except StoreFault as error:
            print(error.fault.code.name, len(list((directory / "pages").iterdir())))
        store.keep(*sample_application(3), NOW)
        print(store.board().waiting)
    """
    assert run(script) == ["STORE_FULL", "3", "2"]


DISK_FULL = """
    from pathlib import Path
    from kiosk.faults import FaultCode
    from kiosk.outbox.contract import Delivered, StoreFault
    from kiosk.outbox.sealing import KeyFile
    from kiosk.outbox.sqlite_store import SqliteOutbox
    from tests.sample_applications import NOW, sample_application
    disk = Path({disk!r})
    key = KeyFile(disk / "key")
    key.create()
    store = SqliteOutbox.open(disk / "outbox", key, ballast_bytes=1 << 20)
    kept = []
    try:
        for number in range(1000):
            kept.append(store.keep(*sample_application(number, page_size=60_000), NOW).id)
    except StoreFault as error:
        assert error.fault.code is FaultCode.STORE_FULL, error
    assert 10 < len(kept) < 1000
    (disk / "filler").open("wb", buffering=0)
    try:
        with (disk / "filler").open("wb", buffering=0) as filler:
            while filler.write(bytes(512)) == 512: pass
    except OSError:
        pass
    try:
        store.keep(*sample_application(2000, pages=0), NOW)
        assert False, "there was room"
    except StoreFault as error:
        assert error.fault.code is FaultCode.STORE_FULL, error
    sent = []
    while (entry := store.claim(NOW)) is not None:
        assert all(store.page(entry.id, digest) for digest in entry.page_digests)
        store.settle(entry.id, Delivered(platform_number="N", received_at=NOW), NOW)
        sent.append(entry.id)
    assert sent == kept, "nothing was lost, and everything could be marked"
    assert not (disk / "outbox" / "ballast").exists()
    (disk / "filler").unlink()
    from datetime import timedelta
    assert store.erase(NOW + timedelta(days=1)) == len(kept)
    assert (disk / "outbox" / "ballast").stat().st_size == 1 << 20
    store.keep(*sample_application(3000), NOW)
    store.close()
    assert SqliteOutbox.open(disk / "outbox", key, ballast_bytes=1 << 20).board().waiting == 1
    print("well")
"""


def test_on_a_full_disk_everything_kept_can_still_be_sent_and_marked(tmp_path: Path) -> None:
    """A real full disk: a small tmpfs in a mount namespace of its own, where that is allowed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=6m none {disk} && "
    try:
        allowed = subprocess.run(
            ["unshare", "-rm", "sh", "-c", mount + "true"], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if allowed.returncode != 0:
        pytest.skip("no mount namespace here")
    script = textwrap.dedent(DISK_FULL.format(disk=str(disk)))
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount + 'exec "$0" -c "$1"', sys.executable, script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert done.stdout.split() == ["well"], done.stderr


def run(script: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
