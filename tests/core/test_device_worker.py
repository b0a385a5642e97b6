"""One device in its thread: opened, used, lost, opened again; every ticket settled once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from kiosk.devices.health import Health, State
from kiosk.devices.jobs import ReadIdCard
from kiosk.devices.registry import settings_of
from kiosk.devices.values import Frame, Readiness
from kiosk.devices.worker import Backoff, DeviceWorker, Timing
from kiosk.events import (
    DeviceAnswered,
    DeviceFailed,
    DeviceProgressed,
    Event,
    HealthChanged,
    Ticket,
    WorkerFailed,
)
from kiosk.faults import Cancelled, DeviceFault, Fault, FaultCode, MediaFault
from kiosk.threads import Latest, Pulses
from tests.core.scripted_device import SCRIPTS, Inbox, Script, scripted_registry
from tests.waiting import eventually

ROLE = "resident_id"
QUICK = Timing(check_every=0.05, recheck_every=0.05, backoff_first=0.05, backoff_most=0.2)
SLOW_BACKOFF = Timing(backoff_first=60.0, backoff_most=60.0)


class Bench:
    """A worker on the bench with its script and its events."""

    def __init__(self, timing: Timing) -> None:
        self.script = SCRIPTS["bench"] = Script()
        self.inbox = Inbox()
        self.now = 100.0
        self.pulses = Pulses(lambda: self.now)
        self.preview: Latest[Frame] = Latest()
        driver = scripted_registry().find("scripted")
        self.worker = DeviceWorker(
            ROLE,
            driver,
            settings_of(driver, {"port": "bench"}),
            self.inbox.post,
            self.pulses,
            preview=self.preview,
            timing=timing,
        )
        self._tickets = 0

    def ask(self) -> Ticket:
        self._tickets += 1
        ticket = Ticket(ROLE, self._tickets)
        self.worker.ask(ticket, ReadIdCard())
        return ticket

    def until(self, state: State) -> Health:
        event = self.inbox.until(is_state(state))[-1]
        assert isinstance(event, HealthChanged)
        return event.health

    def answer_to(self, ticket: Ticket) -> Event:
        return self.inbox.until(lambda event: getattr(event, "ticket", None) == ticket)[-1]


def is_state(state: State) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, HealthChanged) and event.health.state is state


@pytest.fixture
def bench() -> Iterator[Bench]:
    yield from _on_the_bench(QUICK)


@pytest.fixture
def patient() -> Iterator[Bench]:
    """A bench whose worker opens again by itself only after a minute."""
    yield from _on_the_bench(SLOW_BACKOFF)


def _on_the_bench(timing: Timing) -> Iterator[Bench]:
    bench = Bench(timing)
    yield bench
    bench.worker.ask_to_stop()
    assert bench.worker.thread.join(3.0)


def test_it_opens_is_ready_and_says_so_once(bench: Bench) -> None:
    bench.worker.start()
    states = [e.health.state for e in bench.inbox.until(is_state(State.READY))]
    assert states == [State.OPENING, State.READY]
    assert bench.worker.health.identity is not None
    eventually(lambda: bench.worker.thread.name in bench.script.threads)
    assert bench.script.threads == {"device:resident_id"}  # nobody else touches the device
    assert bench.inbox.rest() == []  # checked again and again, posted when changed only


def test_a_job_is_answered_between_busy_and_ready(bench: Bench) -> None:
    def act(cancel, progress):
        progress("card_seen")
        return "a card"

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    ticket = bench.ask()
    events = bench.inbox.until(is_state(State.READY))
    assert [type(event) for event in events] == [
        HealthChanged,
        DeviceProgressed,
        DeviceAnswered,
        HealthChanged,
    ]
    assert events[2] == DeviceAnswered(ticket=ticket, value="a card")


def test_jobs_run_one_at_a_time_in_the_order_they_were_asked(bench: Bench) -> None:
    running, most = 0, 0

    def act(cancel, progress):
        nonlocal running, most
        running += 1
        most = max(most, running)
        cancel.wait(0.01)
        running -= 1

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    tickets = [bench.ask() for _ in range(5)]
    answers = [event for event in bench.inbox.until(_answers(tickets[-1])) if _is_answer(event)]
    assert [event.ticket for event in answers] == tickets
    assert most == 1


def test_a_job_asked_while_opening_waits_for_that_attempt(bench: Bench) -> None:
    ticket = bench.ask()
    bench.worker.start()
    assert isinstance(bench.answer_to(ticket), DeviceAnswered)


def test_a_job_asked_while_opening_fails_with_what_the_attempt_says(patient: Bench) -> None:
    patient.script.opening.append(DeviceFault(FaultCode.DEVICE_NOT_FOUND))
    ticket = patient.ask()
    patient.worker.start()
    failed = patient.answer_to(ticket)
    assert isinstance(failed, DeviceFailed)
    assert failed.fault == Fault(code=FaultCode.DEVICE_NOT_FOUND, about=ROLE)


def test_a_device_fault_fails_the_job_closes_the_device_and_opens_it_again(bench: Bench) -> None:
    def act(cancel, progress):
        raise DeviceFault(FaultCode.DEVICE_LOST, "", "hang-up")

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    first, second = bench.ask(), bench.ask()
    assert bench.until(State.FAULTY).fault == Fault(
        code=FaultCode.DEVICE_LOST, about=ROLE, detail="hang-up"
    )
    failed = [bench.inbox.next(), bench.inbox.next()]
    assert {event.ticket for event in failed} == {first, second}
    assert bench.until(State.READY).fault is None
    assert (bench.script.opened, bench.script.closed) == (2, 1)


def test_a_faulty_device_fails_a_job_at_once_and_the_asking_hurries_it(patient: Bench) -> None:
    patient.script.opening.append(DeviceFault(FaultCode.DEVICE_NOT_FOUND))
    patient.worker.start()
    patient.until(State.FAULTY)
    failed = patient.answer_to(patient.ask())  # the next attempt would be in a minute
    assert isinstance(failed, DeviceFailed)
    assert failed.fault.code is FaultCode.DEVICE_NOT_FOUND
    patient.until(State.READY)
    assert isinstance(patient.answer_to(patient.ask()), DeviceAnswered)


def test_a_media_fault_is_an_answer_and_the_device_stays_open(bench: Bench) -> None:
    def act(cancel, progress):
        raise MediaFault(FaultCode.CARD_REMOVED)

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    failed = bench.answer_to(bench.ask())
    assert isinstance(failed, DeviceFailed)
    assert failed.fault == Fault(code=FaultCode.CARD_REMOVED, about=ROLE)
    bench.until(State.READY)
    assert (bench.script.opened, bench.script.closed) == (1, 0)


def test_a_withdrawn_job_ends_soon_and_in_silence(bench: Bench) -> None:
    began, ended = threading.Event(), threading.Event()

    def act(cancel, progress):
        began.set()
        try:
            cancel.wait(30.0)
        finally:
            ended.set()

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    running, waiting = bench.ask(), bench.ask()
    assert began.wait(2.0)
    bench.worker.withdraw(waiting)
    bench.worker.withdraw(running)
    assert ended.wait(0.5)
    events = bench.inbox.until(is_state(State.READY))
    assert not [event for event in events if hasattr(event, "ticket")]
    assert bench.script.closed == 0


def test_a_late_answer_to_a_withdrawn_job_is_dropped(bench: Bench) -> None:
    began, go_on = threading.Event(), threading.Event()

    def act(cancel, progress):
        began.set()
        go_on.wait(5.0)
        progress("reading")
        return "the card of somebody who left"

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    late = bench.ask()
    assert began.wait(2.0)
    bench.worker.withdraw(late)
    go_on.set()
    following = bench.ask()
    events = bench.inbox.until(_answers(following))
    assert not [event for event in events if getattr(event, "ticket", None) == late]


def test_paper_out_asks_for_attention_and_mends_by_itself(bench: Bench) -> None:
    out = Fault(code=FaultCode.PAPER_OUT)
    bench.script.readiness = Readiness(usable=False, fault=out)
    bench.worker.start()
    assert bench.until(State.ATTENTION).fault == Fault(code=FaultCode.PAPER_OUT, about=ROLE)
    failed = bench.answer_to(bench.ask())
    assert isinstance(failed, DeviceFailed)
    assert failed.fault.code is FaultCode.PAPER_OUT
    bench.script.readiness = Readiness(fault=Fault(code=FaultCode.PAPER_LOW))
    assert bench.until(State.READY).fault == Fault(code=FaultCode.PAPER_LOW, about=ROLE)
    assert (bench.script.opened, bench.script.closed) == (1, 0)


def test_a_device_lost_while_idle_is_noticed_by_the_check(bench: Bench) -> None:
    bench.worker.start()
    bench.until(State.READY)
    bench.script.readiness = DeviceFault(FaultCode.DEVICE_SILENT)
    bench.until(State.FAULTY)
    bench.script.readiness = Readiness()
    bench.until(State.READY)


@pytest.mark.parametrize("where", ["open", "job", "check", "close"])
def test_a_defect_in_a_driver_is_recorded_and_the_worker_goes_on(bench: Bench, where: str) -> None:
    defect = ValueError("张示范 must not be in a log")
    if where == "open":
        bench.script.opening.append(defect)
    if where == "check":
        bench.script.readiness = defect
    if where == "close":
        bench.script.closing = defect
        bench.script.readiness = DeviceFault(FaultCode.DEVICE_LOST)
    bench.worker.start()
    if where == "job":

        def act(cancel, progress):
            raise defect

        bench.until(State.READY)
        bench.script.act = act
        failed = bench.answer_to(bench.ask())
        assert isinstance(failed, DeviceFailed)
        assert failed.fault.code is FaultCode.DEFECT
    else:
        failed = bench.inbox.until(lambda event: isinstance(event, WorkerFailed))[-1]
        assert isinstance(failed, WorkerFailed)
        assert failed.worker == "device:resident_id"
    place = "test_device_worker.py" if where == "job" else "scripted_device.py"
    assert failed.fault.detail.startswith(f"ValueError at {place}:")
    assert "张示范" not in repr(failed)
    bench.script.readiness = Readiness()
    bench.script.closing = None
    bench.until(State.READY)


def test_a_driver_that_says_cancelled_when_nobody_withdrew_is_a_defect(bench: Bench) -> None:
    def act(cancel, progress):
        raise Cancelled

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    failed = bench.answer_to(bench.ask())  # else its asker would wait for ever
    assert isinstance(failed, DeviceFailed)
    assert failed.fault.code is FaultCode.DEFECT


def test_a_worker_without_a_pulse_is_unresponsive_until_it_comes_back(bench: Bench) -> None:
    began, go_on = threading.Event(), threading.Event()

    def act(cancel, progress):
        began.set()
        go_on.wait(10.0)  # a driver that hangs: never looks at its token
        return "too late"

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    stuck = bench.ask()
    assert began.wait(2.0)
    bench.worker.supervise(bench.now)
    assert bench.worker.health.state is State.BUSY
    bench.now += 11.0
    bench.worker.supervise(bench.now)
    assert bench.until(State.UNRESPONSIVE).fault == Fault(
        code=FaultCode.DEVICE_UNRESPONSIVE, about=ROLE
    )
    failed = bench.inbox.next()
    assert isinstance(failed, DeviceFailed)
    assert failed.ticket == stuck
    assert isinstance(bench.answer_to(bench.ask()), DeviceFailed)  # not queued behind it
    go_on.set()
    eventually(lambda: bench.pulses.last("device:resident_id") == bench.now)
    bench.worker.supervise(bench.now)
    events = bench.inbox.until(is_state(State.READY))
    assert not [event for event in events if getattr(event, "ticket", None) == stuck]


def test_a_driver_that_looks_at_its_token_keeps_the_pulse_fresh(bench: Bench) -> None:
    beats = 0

    def act(cancel, progress):
        nonlocal beats
        for _ in range(3):
            bench.now += 9.0
            cancel.raise_if_cancelled()
            bench.worker.supervise(bench.now)
            beats += 1

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    events = bench.inbox.until(_answers(bench.ask()))
    assert beats == 3
    assert not any(is_state(State.UNRESPONSIVE)(event) for event in events)


def test_frames_flow_while_wanted_and_the_last_one_is_dropped(bench: Bench) -> None:
    bench.script.frames = True
    bench.worker.start()
    bench.until(State.READY)
    assert bench.preview.take() is None
    bench.preview.open()
    bench.worker.hurry()
    first = eventually(bench.preview.take)
    second = eventually(bench.preview.take)
    assert isinstance(first, Frame)
    assert isinstance(second, Frame)
    assert second.number > first.number
    assert isinstance(bench.answer_to(bench.ask()), DeviceAnswered)  # jobs come between frames
    bench.preview.close()
    assert isinstance(bench.answer_to(bench.ask()), DeviceAnswered)  # a turn or more has passed
    assert bench.preview.take() is None


def test_no_picture_outlives_the_loss_of_its_camera(patient: Bench) -> None:
    def act(cancel, progress):
        raise DeviceFault(FaultCode.DEVICE_LOST)

    patient.script.frames = True
    patient.script.act = act
    patient.worker.start()
    patient.until(State.READY)
    patient.preview.open()
    patient.worker.hurry()
    eventually(lambda: patient.script.given > 1)  # the first of them is in the slot by now
    patient.script.opening.append(DeviceFault(FaultCode.DEVICE_NOT_FOUND))  # it stays away
    patient.ask()
    patient.until(State.FAULTY)
    assert patient.preview.take() is None


def test_stopping_ends_the_job_closes_the_device_and_says_stopped(bench: Bench) -> None:
    began = threading.Event()

    def act(cancel, progress):
        began.set()
        cancel.wait(60.0)

    bench.script.act = act
    bench.worker.start()
    bench.until(State.READY)
    bench.ask()
    assert began.wait(2.0)
    asked_at = time.monotonic()
    bench.worker.ask_to_stop()
    assert bench.worker.thread.join(1.0)
    assert time.monotonic() - asked_at < 0.5
    events = bench.inbox.until(is_state(State.STOPPED))
    assert not [event for event in events if _is_answer(event)]
    assert bench.script.closed == 1
    assert isinstance(bench.answer_to(bench.ask()), DeviceFailed)
    assert bench.pulses.stale(bench.now + 1000, 1.0) == ()  # nobody expects its pulse any more


def test_backoff_doubles_to_its_limit_and_begins_again_once_settled() -> None:
    backoff = Backoff(0.5, 30.0)
    assert backoff.wait(0.0) == 0.0
    waits = []
    for _ in range(9):
        backoff.failed(100.0)
        waits.append(backoff.wait(100.0))
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert backoff.wait(129.0) == 1.0
    backoff.settled()
    backoff.failed(200.0)
    assert backoff.wait(200.0) == 0.5


def _is_answer(event: Event) -> bool:
    return isinstance(event, DeviceAnswered | DeviceFailed)


def _answers(ticket: Ticket) -> Callable[[Event], bool]:
    return lambda event: _is_answer(event) and getattr(event, "ticket", None) == ticket
