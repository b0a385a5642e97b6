"""The sender: whatever the wire, the platform and the power do, nothing is lost or doubled."""

from __future__ import annotations

import shutil
import tempfile
import threading
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.events import (
    ApplicationDelivered,
    ApplicationPostponed,
    ApplicationRefused,
    EventQueue,
    WorkerFailed,
)
from kiosk.faults import FaultCode
from kiosk.outbox.contract import Entry, EntryState, Outbox, Outcome, StoreFault
from kiosk.outbox.memory_store import MemoryOutbox
from kiosk.outbox.sealing import KeyFile
from kiosk.outbox.sender import Sender
from kiosk.outbox.sqlite_store import SqliteOutbox
from kiosk.platform.client import PlatformClient
from kiosk.platform.contract import PageSource
from kiosk.platform.signing import RequestSigner, SigningKey
from kiosk.platform.transport import Transport
from tests.clocks import FakeClock
from tests.honest_platform import Crash, HonestPlatform
from tests.sample_applications import NOW, sample_application, sample_rating
from tests.waiting import eventually

SIGNER = RequestSigner(terminal_id="HM-TEST-01", key=SigningKey.generate())


class Hall:
    """One terminal without a screen, and the platform that it talks to."""

    def __init__(self, outbox: Outbox | None = None) -> None:
        self.clock = FakeClock(NOW)
        self.platform = HonestPlatform(self.clock)
        self.outbox: Outbox = outbox or MemoryOutbox()
        self.events = EventQueue()
        self.client = PlatformClient(
            transport=cast(Transport, self.platform),
            signer=SIGNER,
            clock=self.clock,
            rng=Random(1),
            chunk=1000,
        )
        self.sender = self.new_sender()

    def new_sender(self, **more: Any) -> Sender:
        parts: dict[str, Any] = {
            "outbox": self.outbox,
            "platform": self.client,
            "clock": self.clock,
            "events": self.events,
            "rng": Random(2),
        }
        return Sender(**(parts | more))

    def confirm(self, number: int = 1) -> str:
        application, pages = sample_application(number)
        entry_id = self.outbox.keep(application, pages, self.clock.now()).id
        self.sender.wake()
        return entry_id

    def run(self) -> int:
        """Until nothing is to be done now."""
        count = 0
        while self.sender.run_once(self.clock.now()):
            count += 1
            assert count < 100
        return count


def test_an_application_goes_with_its_pages_and_is_told() -> None:
    hall = Hall()
    entry_id = hall.confirm()
    assert hall.run() == 1
    (event,) = hall.events.drain()
    assert isinstance(event, ApplicationDelivered)
    assert event.application_id == entry_id
    assert event.platform_number == hall.platform.applications[entry_id][1]
    _, pages = sample_application(1)
    assert all(hall.platform.holds(digest) for digest in pages)
    assert hall.platform.requests[-1].startswith("PUT /v1/applications/"), "the commit goes last"


def test_a_lost_answer_is_asked_about_and_not_sent_twice() -> None:
    hall = Hall()
    entry_id = hall.confirm()
    steps = len(_requests_of_one_delivery()) - 1
    hall.platform.faults = ["", *[""] * (steps - 1), "response_lost"]
    hall.run()
    (event,) = hall.events.drain()
    assert isinstance(event, ApplicationPostponed)
    assert event.fault.code is FaultCode.PLATFORM_OUTCOME_UNKNOWN

    hall.clock.advance(10)
    hall.platform.requests.clear()
    hall.run()

    assert hall.platform.requests == [f"GET /v1/applications/{entry_id}"]
    (event,) = hall.events.drain()
    assert isinstance(event, ApplicationDelivered)


def _requests_of_one_delivery() -> list[str]:
    hall = Hall()
    hall.confirm()
    hall.run()
    return hall.platform.requests


def test_an_upload_goes_on_where_it_broke() -> None:
    hall = Hall()
    hall.confirm()
    hall.platform.faults = ["", "", "", "request_lost"]  # POST, HEAD, PATCH, and here it breaks
    hall.run()
    (_, held), *_ = hall.platform.uploads.values()
    assert len(held) == 1000
    hall.clock.advance(10)
    hall.platform.requests.clear()
    hall.run()
    assert [request.split()[0] for request in hall.platform.requests[:4]] == [
        "POST",
        "HEAD",
        "PATCH",
        "PATCH",
    ], "two chunks of three were left"
    assert len(hall.platform.applications) == 1


def test_a_fault_of_the_platform_stops_the_batch_and_a_new_application_does_not_wait() -> None:
    hall = Hall()
    for number in (1, 2, 3):
        hall.confirm(number)
    hall.platform.faults = ["request_lost"]
    assert hall.run() == 1
    assert len(hall.platform.requests) == 1, "the others were not tried"
    assert not hall.sender.run_once(hall.clock.now())

    fresh = hall.confirm(4)
    hall.run()
    assert fresh in hall.platform.applications


def test_the_rest_grows_while_the_platform_is_away() -> None:
    hall = Hall()
    hall.confirm()
    hall.platform.faults = ["request_lost"] * 1000
    tries: list[datetime] = []
    for _ in range(3600):
        hall.clock.advance(1)
        if hall.sender.run_once(hall.clock.now()):
            tries.append(hall.clock.now())
    pauses = [(b - a).total_seconds() for a, b in pairwise(tries)]
    assert pauses[0] <= 6, "the first repeat comes soon"
    assert 7 <= len(tries) <= 14
    assert pauses[-1] > 200


def test_retry_after_is_obeyed_even_when_a_new_application_comes() -> None:
    hall = Hall()
    hall.confirm(1)
    hall.platform.faults = ["busy"]
    hall.run()
    hall.confirm(2)
    assert hall.run() == 0
    hall.clock.advance(89)
    assert hall.run() == 0
    hall.clock.advance(12)
    hall.run()
    assert len(hall.platform.applications) == 2


def test_a_refusal_of_our_key_pauses_everything_and_keeps_everything() -> None:
    hall = Hall()
    hall.confirm(1)
    hall.platform.faults = ["denied"]
    hall.run()
    hall.confirm(2)
    hall.clock.advance(300)
    assert hall.run() == 0
    assert hall.sender.fault and hall.sender.fault.code is FaultCode.PLATFORM_DENIED
    assert hall.outbox.board().waiting == 2

    hall.sender.resume()
    assert hall.run() == 2
    assert hall.sender.fault is None


def test_when_the_platform_is_back_everything_goes_at_once() -> None:
    hall = Hall()
    for number in (1, 2, 3):
        hall.confirm(number)
        hall.platform.faults = ["request_lost"] * 3
        hall.run()
    hall.platform.faults = []
    hall.sender.resume()
    assert hall.run() == 3
    assert hall.outbox.board().waiting == 0


def test_a_refused_application_is_told_with_the_platforms_words() -> None:
    hall = Hall()
    hall.confirm(1)
    hall.platform.faults = ["refused"] * 50  # bites on the PUT only
    hall.run()
    (event,) = hall.events.drain()
    assert isinstance(event, ApplicationRefused)
    assert event.reason == "请到窗口办理"
    assert "请到窗口办理" not in repr(event)
    assert hall.outbox.board().counts == {EntryState.REFUSED: 1}


def test_one_held_entry_does_not_block_the_others() -> None:
    hall = Hall()
    first = hall.confirm(1)
    hall.confirm(2)
    hall.platform.applications[first] = ("00", "N999999")  # the platform has other bytes there
    hall.run()
    board = hall.outbox.board()
    assert board.counts == {EntryState.HELD: 1, EntryState.DELIVERED: 1}
    failed = [event for event in hall.events.drain() if isinstance(event, WorkerFailed)]
    assert [event.fault.code for event in failed] == [FaultCode.PLATFORM_KEY_REUSED]


def test_a_wrong_echo_is_never_taken_for_delivery() -> None:
    hall = Hall()
    entry_id = hall.confirm()
    hall.platform.faults = ["wrong_echo"] * 20
    hall.run()
    (event,) = hall.events.drain()
    assert isinstance(event, ApplicationPostponed)
    assert event.fault.code is FaultCode.PLATFORM_CONTRACT
    assert hall.platform.effects[entry_id] == 1, "it was the echo, not the way there"
    hall.platform.faults.clear()
    hall.clock.advance(60)
    hall.run()
    assert hall.platform.effects[entry_id] == 1
    assert hall.outbox.board().counts == {EntryState.DELIVERED: 1}


def test_a_rating_follows_its_application() -> None:
    hall = Hall()
    entry_id = hall.confirm()
    hall.outbox.keep_rating(sample_rating(entry_id), hall.clock.now())
    assert hall.run() == 2
    assert hall.platform.effects == {entry_id: 1, f"rating {entry_id}": 1}
    assert len(list(hall.events.drain())) == 1, "nobody waits for a rating"


class Broken:
    """A platform whose code has a mistake."""

    def submit(self, entry: Entry, page_of: PageSource, now: datetime) -> Outcome:
        raise ValueError("11010519491231002X")


def test_a_defect_is_recorded_without_its_words_and_the_queue_goes_on() -> None:
    hall = Hall()
    hall.confirm()
    broken = hall.new_sender(platform=Broken())
    broken.run_once(hall.clock.now())
    failed = [event for event in hall.events.drain() if isinstance(event, WorkerFailed)]
    assert [event.fault.code for event in failed] == [FaultCode.DEFECT]
    assert "ValueError" in failed[0].fault.detail
    assert "110105" not in str(failed)
    assert hall.outbox.board().counts == {EntryState.UNSURE: 1}

    hall.clock.advance(30)
    hall.run()
    assert len(hall.platform.applications) == 1


class FullForAWhile(MemoryOutbox):
    """A store that cannot record an outcome until there is room again."""

    full = True

    def settle(self, entry_id: str, outcome: Outcome, now: datetime) -> None:
        if self.full:
            raise StoreFault(FaultCode.STORE_FULL, "outbox")
        super().settle(entry_id, outcome, now)


def test_an_outcome_that_cannot_be_recorded_is_recorded_first_when_there_is_room() -> None:
    outbox = FullForAWhile()
    hall = Hall(outbox)
    entry_id = hall.confirm(1)
    hall.run()
    assert list(hall.events.drain())[-1] == _failed(FaultCode.STORE_FULL)
    outbox.full = False
    hall.platform.requests.clear()
    hall.clock.advance(60)
    hall.run()
    assert outbox.board().counts == {EntryState.DELIVERED: 1}
    assert hall.platform.requests == [], "it was delivered long ago; only the note was missing"
    (told,) = hall.events.drain()
    assert isinstance(told, ApplicationDelivered) and told.application_id == entry_id


def _failed(code: FaultCode) -> WorkerFailed:
    try:
        raise StoreFault(code, "outbox")
    except StoreFault as error:
        return WorkerFailed(worker="sender", fault=error.fault)


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_jumps_does_not_stop_the_queue(years: int) -> None:
    hall = Hall()
    hall.confirm()
    hall.platform.faults = ["request_lost"]
    hall.run()
    hall.clock.jump(years * 365 * 86400)
    hall.clock.advance(10)
    hall.run()
    assert len(hall.platform.applications) == 1


# -- the thread ------------------------------------------------------------------------------


def test_the_thread_begins_at_once_when_it_is_woken_and_stops_when_it_is_told() -> None:
    hall = Hall()
    pulses = threading.Event()
    hall.sender = hall.new_sender(pulse=pulses.set)
    hall.sender.start()
    try:
        assert pulses.wait(5)
        entry_id = hall.confirm()
        told = hall.sender.wait_for(entry_id, 3)
        assert isinstance(told, ApplicationDelivered)
        assert hall.sender.wait_for("nobody", 0.01) is None
    finally:
        assert hall.sender.stop()
    assert all(thread.name != "sender" for thread in threading.enumerate())


class Hanging:
    """A platform whose answer never comes, until the call is interrupted."""

    def __init__(self) -> None:
        self.asked, self.interrupted = threading.Event(), threading.Event()

    def submit(self, entry: Entry, page_of: PageSource, now: datetime) -> Outcome:
        self.asked.set()
        assert self.interrupted.wait(30)
        raise StoreFault(FaultCode.STORE_FAILED, "outbox")


def test_a_stop_does_not_wait_for_an_answer_that_does_not_come() -> None:
    hall, hanging = Hall(), Hanging()
    sender = hall.new_sender(platform=hanging, interrupt=hanging.interrupted.set)
    hall.confirm()
    sender.start()
    assert hanging.asked.wait(5)
    assert sender.stop(3.0)
    assert hall.outbox.board().counts == {EntryState.UNSURE: 1}


def test_keeping_never_waits_for_the_network(tmp_path: Path) -> None:
    key = KeyFile(tmp_path / "key")
    key.create()
    outbox = SqliteOutbox.open(tmp_path / "outbox", key, ballast_bytes=0)
    hall, hanging = Hall(outbox), Hanging()
    sender = hall.new_sender(platform=hanging, interrupt=hanging.interrupted.set)
    hall.confirm(1)
    sender.start()
    try:
        assert hanging.asked.wait(5)
        keeper = threading.Thread(target=hall.confirm, args=(2,))
        keeper.start()
        keeper.join(5)
        assert not keeper.is_alive()
        assert eventually(lambda: outbox.board().waiting == 2)
    finally:
        assert sender.stop(5.0)
        outbox.close()


# -- every story ----------------------------------------------------------------------------

FAULTS = st.sampled_from(
    [
        "",
        "request_lost",
        "response_lost",
        "duplicate",
        "delayed",
        "crash_before",
        "crash_after",
        "half_answer",
        "busy",
        "internal",
        "denied",
        "wrong_echo",
    ]
)


class NeverLostNeverDoubled(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.key = KeyFile(self.directory / "key")
        self.key.create()
        self.hall = Hall(self.open())
        self.confirmed: list[str] = []
        self.rated: set[str] = set()

    def open(self) -> SqliteOutbox:
        return SqliteOutbox.open(self.directory / "outbox", self.key, ballast_bytes=0)

    def restart(self) -> None:
        self.hall.outbox.close()
        self.hall.outbox = self.open()
        self.hall.sender = self.hall.new_sender()

    def run_sender(self) -> None:
        try:
            self.hall.run()
        except Crash:
            self.restart()

    @rule()
    def confirm(self) -> None:
        self.confirmed.append(self.hall.confirm(len(self.confirmed) + 1))

    @rule(faults=st.lists(FAULTS, max_size=12))
    def send(self, faults: list[str]) -> None:
        self.hall.platform.faults = faults
        self.run_sender()
        self.hall.platform.faults = []

    @rule(healthy=st.integers(0, 14), fault=FAULTS)
    def send_until_something_happens(self, healthy: int, fault: str) -> None:
        self.hall.sender.resume()
        self.send([""] * healthy + [fault])

    @rule()
    def rate(self) -> None:
        if self.confirmed:
            self.hall.outbox.keep_rating(sample_rating(self.confirmed[-1]), NOW)
            self.rated.add(self.confirmed[-1])

    @rule()
    def late_arrival(self) -> None:
        self.hall.platform.arrive_late()

    @rule(seconds=st.sampled_from([1, 10, 100, 4000]))
    def wait(self, seconds: int) -> None:
        self.hall.clock.advance(seconds)

    @rule(days=st.integers(-400, 400))
    def clock_jumps(self, days: int) -> None:
        self.hall.clock.jump(days * 86400)

    @rule()
    def power_cut(self) -> None:
        self.restart()

    @invariant()
    def nothing_is_doubled(self) -> None:
        assert all(count == 1 for count in self.hall.platform.effects.values())

    @invariant()
    def nothing_is_lost(self) -> None:
        board = self.hall.outbox.board()
        assert sum(board.counts.values()) == len(self.confirmed) + len(self.rated)

    @invariant()
    def what_is_told_is_true(self) -> None:
        for event in self.hall.events.drain():
            assert not isinstance(event, WorkerFailed | ApplicationRefused)
            if isinstance(event, ApplicationDelivered):
                stored = self.hall.platform.applications[event.application_id]
                assert event.platform_number == stored[1]

    def teardown(self) -> None:
        self.hall.sender.resume()
        for _ in range(60):
            self.run_sender()
            self.hall.clock.advance(600)
        self.hall.platform.arrive_late()
        everything = len(self.confirmed) + len(self.rated)
        assert set(self.hall.platform.applications) == set(self.confirmed)
        assert set(self.hall.platform.ratings) == self.rated
        self.nothing_is_doubled()
        expected = {EntryState.DELIVERED: everything} if everything else {}
        assert self.hall.outbox.board().counts == expected
        self.hall.outbox.erase(self.hall.clock.now() + timedelta(days=9999))
        self.hall.outbox.close()
        assert list((self.directory / "outbox" / "pages").iterdir()) == []
        shutil.rmtree(self.directory)


NeverLostNeverDoubled.TestCase.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None
)
TestNeverLostNeverDoubled = NeverLostNeverDoubled.TestCase
