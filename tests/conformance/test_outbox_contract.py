"""One examination for every outbox: the store on disk and the one in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.faults import Fault, FaultCode
from kiosk.outbox.contract import (
    Delivered,
    EntryKind,
    EntryState,
    Held,
    Outbox,
    Postponed,
    Refused,
    StoreFault,
    Unsure,
)
from kiosk.outbox.memory_store import MemoryOutbox
from kiosk.outbox.sealing import KeyFile
from kiosk.outbox.sqlite_store import SqliteOutbox
from kiosk.platform import wire
from tests.sample_applications import NOW, sample_application, sample_rating

SECOND = timedelta(seconds=1)
DELIVERED = Delivered(platform_number="2026030200017", received_at=NOW)
BUSY = Fault(code=FaultCode.PLATFORM_BUSY, about="platform")


@pytest.fixture(params=["sqlite", "memory"])
def outbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Outbox]:
    store: Outbox
    if request.param == "memory":
        store = MemoryOutbox()
    else:
        key = KeyFile(tmp_path / "key")
        key.create()
        store = SqliteOutbox.open(tmp_path / "outbox", key, ballast_bytes=4096)
    yield store
    store.close()


def keep(outbox: Outbox, number: int = 1, after: float = 0.0) -> str:
    application, pages = sample_application(number)
    return outbox.keep(application, pages, NOW + after * SECOND).id


def test_what_was_kept_is_claimed_with_the_same_bytes(outbox: Outbox) -> None:
    application, pages = sample_application()
    kept = outbox.keep(application, pages, NOW)

    entry = outbox.claim(NOW)

    assert entry is not None
    assert (entry.id, entry.kind, entry.attempts) == (application.id, EntryKind.APPLICATION, 1)
    assert not entry.unsure
    assert entry.body == wire.encode(application)
    assert entry.body_digest == kept.body_digest == wire.digest(entry.body)
    assert {digest: outbox.page(entry.id, digest) for digest in entry.page_digests} == pages
    assert outbox.board().counts == {EntryState.SENDING: 1}


def test_an_entry_is_given_to_one_sender_only(outbox: Outbox) -> None:
    keep(outbox)
    assert outbox.claim(NOW) is not None
    assert outbox.claim(NOW) is None


def test_keeping_twice_is_one_entry(outbox: Outbox) -> None:
    application, pages = sample_application()
    assert outbox.keep(application, pages, NOW) == outbox.keep(application, pages, NOW + SECOND)
    assert outbox.board().waiting == 1


def test_the_same_id_with_other_bytes_is_a_defect_and_changes_nothing(outbox: Outbox) -> None:
    application, pages = sample_application()
    other, _ = sample_application(delivery="自取")
    outbox.keep(application, pages, NOW)
    with pytest.raises(StoreFault) as failure:
        outbox.keep(other, pages, NOW)
    assert failure.value.fault.code is FaultCode.DEFECT
    entry = outbox.claim(NOW)
    assert entry is not None and entry.body == wire.encode(application)


def test_an_application_without_one_of_its_pages_is_not_kept(outbox: Outbox) -> None:
    application, pages = sample_application()
    pages.pop(application.signature.digest)
    with pytest.raises(StoreFault):
        outbox.keep(application, pages, NOW)
    assert outbox.board().waiting == 0


def test_a_page_that_is_not_what_its_digest_says_is_not_kept(outbox: Outbox) -> None:
    application, pages = sample_application()
    pages[application.signature.digest] += b"!"
    with pytest.raises(StoreFault):
        outbox.keep(application, pages, NOW)
    assert outbox.board().waiting == 0


def test_the_oldest_goes_first(outbox: Outbox) -> None:
    ids = [keep(outbox, number, after=number) for number in (1, 2, 3)]
    later = NOW + timedelta(minutes=1)
    claimed = [outbox.claim(later) for _ in ids]
    assert [entry.id for entry in claimed if entry] == ids


def test_nothing_is_given_before_its_time(outbox: Outbox) -> None:
    entry_id = keep(outbox)
    outbox.claim(NOW)
    again = NOW + timedelta(minutes=5)
    outbox.settle(entry_id, Postponed(fault=BUSY, next_attempt=again), NOW)

    assert outbox.next_due() == again
    assert outbox.claim(again - SECOND) is None
    entry = outbox.claim(again)
    assert entry is not None and entry.attempts == 2 and not entry.unsure


def test_an_unsure_entry_says_so_when_it_is_claimed_again(outbox: Outbox) -> None:
    entry_id = keep(outbox)
    outbox.claim(NOW)
    outbox.settle(entry_id, Unsure(fault=BUSY, next_attempt=NOW + SECOND), NOW)
    assert outbox.board().counts == {EntryState.UNSURE: 1}
    entry = outbox.claim(NOW + SECOND)
    assert entry is not None and entry.unsure


def test_one_that_fails_again_and_again_does_not_stand_before_the_others(outbox: Outbox) -> None:
    stubborn = keep(outbox, 1)
    others = {keep(outbox, number) for number in (2, 3)}
    outbox.claim(NOW)
    again = NOW + timedelta(minutes=1)
    outbox.settle(stubborn, Unsure(fault=BUSY, next_attempt=again), NOW)
    first, second, third = (outbox.claim(again) for _ in range(3))
    assert first and second and {first.id, second.id} == others
    assert third and third.id == stubborn


def test_a_new_one_goes_before_one_that_waits_again(outbox: Outbox) -> None:
    """Its citizen still stands at the glass."""
    old = keep(outbox, 1)
    assert outbox.claim(NOW)
    outbox.settle(old, Unsure(fault=BUSY, next_attempt=NOW + SECOND), NOW)
    new = keep(outbox, 2, after=5)
    claimed = [outbox.claim(NOW + timedelta(seconds=10)) for _ in range(2)]
    assert [entry.id for entry in claimed if entry] == [new, old]


def test_a_clock_that_ran_ahead_does_not_make_an_entry_wait_for_years(outbox: Outbox) -> None:
    application, pages = sample_application()
    outbox.keep(application, pages, NOW + timedelta(days=3650))
    assert outbox.claim(NOW) is not None


@pytest.mark.parametrize(
    "outcome", [DELIVERED, Refused(fault=BUSY, reason="材料不符"), Held(fault=BUSY)], ids=str
)
def test_what_is_settled_is_never_given_again(
    outbox: Outbox, outcome: Delivered | Refused | Held
) -> None:
    entry_id = keep(outbox)
    outbox.claim(NOW)
    outbox.settle(entry_id, outcome, NOW)
    assert outbox.claim(NOW + timedelta(days=1)) is None
    assert outbox.next_due() is None
    assert outbox.board().waiting == 0


def test_only_what_is_being_sent_can_be_settled(outbox: Outbox) -> None:
    entry_id = keep(outbox)
    with pytest.raises(StoreFault):
        outbox.settle(entry_id, DELIVERED, NOW)
    outbox.claim(NOW)
    outbox.settle(entry_id, DELIVERED, NOW)
    with pytest.raises(StoreFault):
        outbox.settle(entry_id, Postponed(fault=BUSY, next_attempt=NOW), NOW)
    assert outbox.board().counts == {EntryState.DELIVERED: 1}


def test_a_held_entry_is_released_by_a_technician_and_asked_about_first(outbox: Outbox) -> None:
    entry_id = keep(outbox)
    outbox.claim(NOW)
    outbox.settle(entry_id, Held(fault=BUSY), NOW)
    assert outbox.hasten(NOW + SECOND) == 0
    assert outbox.hasten(NOW + SECOND, held=True) == 1
    entry = outbox.claim(NOW + SECOND)
    assert entry is not None and entry.unsure


def test_when_the_platform_is_back_nothing_waits_for_its_time(outbox: Outbox) -> None:
    entry_id = keep(outbox)
    outbox.claim(NOW)
    later = NOW + timedelta(minutes=30)
    outbox.settle(entry_id, Unsure(fault=BUSY, next_attempt=later), NOW)
    assert outbox.hasten(NOW + SECOND) == 1
    entry = outbox.claim(NOW + SECOND)
    assert entry is not None and entry.unsure


def test_a_rating_goes_after_its_application(outbox: Outbox) -> None:
    application_id = keep(outbox)
    rating = sample_rating(application_id)
    outbox.keep_rating(rating, NOW - SECOND)

    entry = outbox.claim(NOW)
    assert entry is not None and entry.kind is EntryKind.APPLICATION
    assert outbox.claim(NOW) is None, "the application is still under way"
    assert outbox.next_due() is None
    outbox.settle(entry.id, DELIVERED, NOW)

    entry = outbox.claim(NOW)
    assert entry is not None and entry.kind is EntryKind.RATING
    assert wire.rating_from(entry.body) == rating


def test_there_is_one_rating_for_each_application(outbox: Outbox) -> None:
    outbox.keep_rating(sample_rating("a"), NOW)
    outbox.keep_rating(sample_rating("a"), NOW)
    with pytest.raises(StoreFault):
        outbox.keep_rating(sample_rating("a", stars=1), NOW)
    assert outbox.board().waiting == 1


def test_erasing_takes_only_what_was_settled_long_ago(outbox: Outbox) -> None:
    def send(number: int, settled: timedelta) -> str:
        entry_id = keep(outbox, number)
        assert outbox.claim(NOW)
        outbox.settle(entry_id, DELIVERED, NOW + settled)
        return entry_id

    old, young = send(1, timedelta(0)), send(2, timedelta(days=2))
    waiting = keep(outbox, 3)

    assert outbox.erase(NOW + timedelta(days=1)) == 1

    with pytest.raises(StoreFault):
        outbox.page(old, sample_application(1)[0].signature.digest)
    assert outbox.page(young, sample_application(2)[0].signature.digest)
    assert outbox.page(waiting, sample_application(3)[0].signature.digest)


def test_the_board_counts_and_ages(outbox: Outbox) -> None:
    assert outbox.board().oldest_waiting is None
    keep(outbox, 1, after=1)
    keep(outbox, 2, after=2)
    board = outbox.board()
    assert (board.waiting, board.oldest_waiting) == (2, NOW + SECOND)


def test_two_threads_keep_while_a_third_sends(outbox: Outbox) -> None:
    failures: list[BaseException] = []
    sent: list[str] = []

    def run(work: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as failure:  # noqa: BLE001 - told by the test
                failures.append(failure)

        thread = threading.Thread(target=guarded)
        thread.start()
        return thread

    def keep_ten(first: int) -> None:
        for number in range(first, first + 10):
            keep(outbox, number)

    def send_twenty() -> None:
        while len(sent) < 20 and not failures:
            entry = outbox.claim(NOW)
            if entry is not None:
                sent.extend([entry.id])
                assert all(outbox.page(entry.id, digest) for digest in entry.page_digests)
                outbox.settle(entry.id, DELIVERED, NOW)

    threads = [run(lambda: keep_ten(0)), run(lambda: keep_ten(10)), run(send_twenty)]
    for thread in threads:
        thread.join(30)
    assert not failures
    assert len(sent) == len(set(sent)) == 20
