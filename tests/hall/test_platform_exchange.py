"""The terminal against the sandbox: real HTTP, real signatures, real faults."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
import requests

from kiosk.clock import SystemClock
from kiosk.events import ApplicationDelivered, EventQueue
from kiosk.faults import FaultCode, KioskError
from kiosk.outbox.contract import (
    Delivered,
    EntryState,
    Held,
    Outcome,
    Postponed,
    Refused,
    Unsure,
)
from kiosk.outbox.memory_store import MemoryOutbox
from kiosk.outbox.sealing import KeyFile
from kiosk.outbox.sender import Sender
from kiosk.outbox.sqlite_store import SqliteOutbox
from kiosk.platform.client import PlatformClient
from kiosk.platform.signing import RequestSigner, SigningKey
from kiosk.platform.transport import Answer, Transport, Unreached
from kiosk.sandbox.server import SandboxServer
from kiosk.sandbox.settings import SandboxSettings
from tests.sample_applications import MARKERS, sample_application, sample_rating

TERMINAL = "HM-TEST-01"
LATER = timedelta(days=1)


class Hall:
    """One terminal's outbox and client, and the sandbox."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self.sandbox = sandbox
        self.clock = SystemClock()
        self.outbox = MemoryOutbox()
        self.key = SigningKey.generate()
        self.client = self.new_client()
        assert self.client.enrol("示范县政务大厅") == "approved"

    def new_client(self, *, seconds: float = 5.0, chunk: int = 64 * 1024) -> PlatformClient:
        return PlatformClient(
            transport=Transport(self.sandbox.url),
            signer=RequestSigner(terminal_id=TERMINAL, key=self.key),
            clock=self.clock,
            rng=Random(1),
            first_delay=0.2,
            seconds=seconds,
            chunk=chunk,
        )

    def fault(self, name: str, **settings: object) -> None:
        knob = {"fault": name, **settings}
        answer = requests.put(f"{self.sandbox.url}/sandbox/faults", json=knob, timeout=10)
        assert answer.status_code == 200

    def confirm(self, number: int = 1, *, page_size: int = 3000) -> str:
        application, pages = sample_application(number, page_size=page_size)
        return self.outbox.keep(application, pages, self.clock.now()).id

    def send(self) -> Outcome:
        """One attempt with the next entry, however far its time is off."""
        now = self.clock.now()
        entry = self.outbox.claim(now + LATER)
        assert entry is not None
        outcome = self.client.submit(entry, lambda digest: self.outbox.page(entry.id, digest), now)
        self.outbox.settle(entry.id, outcome, now)
        return outcome

    def cases(self) -> list[dict[str, object]]:
        return requests.get(f"{self.sandbox.url}/sandbox/cases", timeout=10).json()["cases"]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    sandbox = SandboxServer(SandboxSettings(data_dir=tmp_path / "platform"))
    sandbox.start()
    try:
        yield Hall(sandbox)
    finally:
        sandbox.stop()


def test_an_application_arrives_whole(hall: Hall) -> None:
    entry_id = hall.confirm()
    outcome = hall.send()
    assert isinstance(outcome, Delivered)
    (case,) = hall.cases()
    assert case["platform_number"] == outcome.platform_number
    stored = hall.client.application(entry_id)
    assert stored is not None and stored.platform_number == outcome.platform_number
    assert hall.client.application(sample_application(2)[0].id) is None


def test_a_rating_follows(hall: Hall) -> None:
    entry_id = hall.confirm()
    hall.outbox.keep_rating(sample_rating(entry_id), hall.clock.now())
    assert isinstance(hall.send(), Delivered)
    assert isinstance(hall.send(), Delivered)


@pytest.mark.parametrize("fault", ["reset_after_storing", "half_answer"])
def test_stored_and_the_answer_lost_is_one_case(hall: Hall, fault: str) -> None:
    hall.confirm()
    hall.fault(fault, path="PUT /v1/applications")
    assert isinstance(hall.send(), Unsure)
    assert len(hall.cases()) == 1
    outcome = hall.send()
    assert isinstance(outcome, Delivered)
    assert [case["platform_number"] for case in hall.cases()] == [outcome.platform_number]


def test_an_answer_withheld_ends_with_the_deadline(hall: Hall) -> None:
    hall.client = hall.new_client(seconds=1.0)
    hall.confirm()
    hall.fault("answer_withheld", path="PUT /v1/applications", seconds=60)
    before = time.monotonic()
    outcome = hall.send()
    assert isinstance(outcome, Unsure)
    assert outcome.fault.code is FaultCode.PLATFORM_OUTCOME_UNKNOWN
    assert time.monotonic() - before < 5
    assert isinstance(hall.send(), Delivered)
    assert len(hall.cases()) == 1


def test_a_reset_before_anything_was_stored(hall: Hall) -> None:
    hall.confirm()
    hall.fault("reset_before", path="PUT /v1/applications")
    assert isinstance(hall.send(), Unsure), "nothing tells whether the server acted"
    assert hall.cases() == []
    assert isinstance(hall.send(), Delivered)
    assert len(hall.cases()) == 1


@pytest.mark.parametrize("fault", ["status_503", "status_500", "status_429", "maintenance"])
def test_a_busy_platform_is_asked_again(hall: Hall, fault: str) -> None:
    hall.confirm()
    hall.fault(fault, path="PUT /v1/applications", seconds=30)
    outcome = hall.send()
    assert isinstance(outcome, Unsure)
    if fault != "status_500":
        assert outcome.fault.code is FaultCode.PLATFORM_BUSY
        assert outcome.not_before is not None, "Retry-After is obeyed"
        assert outcome.next_attempt >= outcome.not_before
    assert isinstance(hall.send(), Delivered)
    assert len(hall.cases()) == 1


@pytest.mark.parametrize("hours", [-5, 26])
def test_a_wrong_clock_is_repaired_on_the_way(hall: Hall, hours: int) -> None:
    class WrongClock(SystemClock):
        def now(self):  # type: ignore[no-untyped-def]
            return super().now() + timedelta(hours=hours)

    hall.clock = WrongClock()
    hall.client = hall.new_client()
    hall.confirm()
    assert isinstance(hall.send(), Delivered)
    assert abs(hall.client.clock_offset + timedelta(hours=hours)) < timedelta(seconds=5)


def test_a_platform_whose_clock_stumbles_once(hall: Hall) -> None:
    hall.confirm()
    hall.fault("clock_skew", path="PUT /v1/applications")
    assert isinstance(hall.send(), Delivered)


def test_a_long_upload_goes_on_where_it_broke(hall: Hall) -> None:
    hall.confirm(page_size=500_000)
    hall.fault("reset_after_storing", path="PATCH", count=1)
    outcomes: list[Outcome] = [hall.send()]
    assert isinstance(outcomes[0], Postponed), "the application itself was not sent yet"
    assert hall.cases() == []
    assert isinstance(hall.send(), Delivered)


def test_a_refusal_brings_the_platforms_words(hall: Hall) -> None:
    hall.confirm()
    hall.fault("refuse", path="PUT /v1/applications")
    outcome = hall.send()
    assert isinstance(outcome, Refused)
    assert outcome.reason and outcome.reason not in str(outcome)


def test_a_terminal_that_is_not_let_in_keeps_everything(hall: Hall) -> None:
    hall.confirm()
    hall.fault("unauthorised")
    outcome = hall.send()
    assert isinstance(outcome, Postponed)
    assert outcome.fault.code is FaultCode.PLATFORM_DENIED


def test_other_bytes_under_the_same_id_are_held(hall: Hall) -> None:
    hall.confirm()
    hall.send()
    hall.outbox = MemoryOutbox()
    other, pages = sample_application(delivery="自取")
    hall.outbox.keep(other, pages, hall.clock.now())
    outcome = hall.send()
    assert isinstance(outcome, Held)
    assert outcome.fault.code is FaultCode.PLATFORM_KEY_REUSED


def test_a_platform_that_is_away_and_comes_back(hall: Hall) -> None:
    hall.confirm()
    hall.sandbox.stop()
    outcome = hall.send()
    assert isinstance(outcome, Postponed)
    assert outcome.fault.code is FaultCode.PLATFORM_UNREACHABLE
    hall.sandbox.start()
    assert isinstance(hall.send(), Delivered)


def test_a_heartbeat_and_a_catalogue_that_is_not_there(hall: Hall) -> None:
    answer = hall.client.heartbeat(
        {
            "terminal_id": TERMINAL,
            "version": "0.1.0",
            "at": hall.clock.now(),
            "devices": {"camera": "ready"},
            "outbox": {"waiting": 0, "oldest_waiting": None},
        }
    )
    assert answer["commands"] == []
    with pytest.raises(KioskError):
        hall.client.catalogue("")


def test_the_whole_way_through_a_bad_evening(hall: Hall, tmp_path: Path) -> None:
    """Store on disk, sender thread, sandbox: ten applications through one fault after another."""
    key = KeyFile(tmp_path / "key")
    key.create()
    outbox = SqliteOutbox.open(tmp_path / "outbox", key, ballast_bytes=0)
    events = EventQueue()
    sender = Sender(
        outbox=outbox,
        platform=hall.new_client(seconds=2.0),
        clock=hall.clock,
        events=events,
        first_delay=0.05,
        rng=Random(3),
    )
    names = ["reset_before", "reset_after_storing", "half_answer", "status_500", ""]
    sender.start()
    try:
        for number in range(1, 11):
            name = names[number % len(names)]
            if name:
                hall.fault(name)
            application, pages = sample_application(number)
            outbox.keep(application, pages, hall.clock.now())
            sender.wake()
            assert sender.wait_for(application.id, 10)
        _until(lambda: outbox.board().waiting == 0, sender)
    finally:
        assert sender.stop()
    assert outbox.board().counts == {EntryState.DELIVERED: 10}
    outbox.close()
    told = [event for event in events.drain() if isinstance(event, ApplicationDelivered)]
    numbers = {case["platform_number"] for case in hall.cases()}
    assert len(numbers) == len(hall.cases()) == 10
    assert {event.platform_number for event in told} == numbers


def _until(predicate: Callable[[], bool], sender: Sender) -> None:
    deadline, pause = time.monotonic() + 30, threading.Event()
    while not predicate():
        assert time.monotonic() < deadline
        sender.resume()
        pause.wait(0.2)


def test_nothing_of_a_person_is_logged(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    hall.confirm()
    hall.fault("half_answer", path="PUT /v1/applications")
    hall.send()
    hall.send()
    assert not [word for word in MARKERS if word in caplog.text]


# -- the wire alone --------------------------------------------------------------------------


@contextmanager
def far_end(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on loopback that treats one connection after another as `answer` does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    answer(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def trickle(start: bytes) -> Callable[[socket.socket], None]:
    """A byte now and then: every single read is in time, the answer as a whole never is."""

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(start)
        pause = threading.Event()
        for _ in range(300):
            connection.sendall(b"x")
            pause.wait(0.05)

    return answer


@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ],
    ids=["headers", "body", "body without length"],
)
def test_a_trickle_ends_with_the_deadline(start: bytes) -> None:
    with far_end(trickle(start)) as url:
        before = time.monotonic()
        answer = Transport(url).send("GET", "/v1/x", {}, b"", seconds=0.5)
        assert isinstance(answer, Unreached)
        assert time.monotonic() - before < 3


def test_a_call_can_be_ended_from_another_thread() -> None:
    asked = threading.Event()

    def never(connection: socket.socket) -> None:
        connection.recv(65536)
        asked.set()
        connection.recv(1)

    with far_end(never) as url:
        transport = Transport(url)
        answers: list[Answer | Unreached] = []
        caller = threading.Thread(
            target=lambda: answers.append(transport.send("GET", "/v1/x", {}, b"", seconds=30))
        )
        caller.start()
        assert asked.wait(5)
        transport.close()
        caller.join(5)
        assert answers == [Unreached()]
        assert transport.send("GET", "/v1/x", {}, b"", seconds=30) == Unreached()


def test_a_redirect_is_not_followed() -> None:
    seen: list[bytes] = []

    def redirect(connection: socket.socket) -> None:
        seen.append(connection.recv(65536))
        connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: /v1/elsewhere\r\nContent-Length: 0\r\n\r\n"
        )

    with far_end(redirect) as url:
        answer = Transport(url).send("GET", "/v1/x", {}, b"", seconds=5)
        assert isinstance(answer, Answer) and answer.status == 302
        assert len(seen) == 1


def test_an_answer_that_does_not_end_is_no_answer() -> None:
    def flood(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(100):
            connection.sendall(bytes(65536))

    with far_end(flood) as url:
        transport = Transport(url, answer_limit=1_000_000)
        assert transport.send("GET", "/v1/x", {}, b"", seconds=10) == Unreached()


@pytest.mark.parametrize("path", ["v1", "//other/x", "/v1/../x", "/v1/ x", "/v1/%2e%2e/x", ""])
def test_no_path_leads_off_the_base_url(path: str) -> None:
    with pytest.raises(KioskError):
        Transport("http://127.0.0.1:9/base").send("GET", path, {}, b"", seconds=1)


@pytest.mark.parametrize(
    "location",
    [
        "http://other.example/v1/uploads/1",
        "//other.example/v1/uploads/1",
        "https://platform.example/v1/uploads/1",
        "http://platform.example@other.example/base/v1/uploads/1",
        "http://platform.example/elsewhere/1",
        "../../1",
        "",
    ],
)
def test_no_location_leads_off_the_base_url(location: str) -> None:
    transport = Transport("http://platform.example/base/")
    try:
        inside = transport.within(location, "/v1/uploads")
    except KioskError as error:
        assert error.fault.code is FaultCode.PLATFORM_CONTRACT
    else:
        assert inside == "/v1/uploads" and location == ""


def test_a_location_on_the_base_url_is_taken() -> None:
    transport = Transport("http://platform.example/base")
    for location in ("/base/v1/uploads/1", "http://platform.example/base/v1/uploads/1"):
        assert transport.within(location, "/v1/uploads") == "/v1/uploads/1"


@pytest.mark.parametrize("url", ["ftp://x", "x", "http://", "http://x/?q=1", ""])
def test_a_base_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(KioskError):
        Transport(url)
