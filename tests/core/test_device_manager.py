"""All devices by role: what cannot be done fails at once, what hangs holds nobody up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from kiosk.devices.health import State
from kiosk.devices.jobs import CapturePage, ReadIdCard
from kiosk.devices.manager import DeviceManager, RolePlan
from kiosk.devices.registry import Registry
from kiosk.devices.worker import Timing
from kiosk.events import DeviceAnswered, DeviceFailed
from kiosk.faults import DeviceFault, FaultCode
from kiosk.threads import PulsedThread, Pulses, stop_all
from tests.core.scripted_device import SCRIPTS, Inbox, Script, scripted_registry
from tests.waiting import eventually

QUICK = Timing(check_every=0.05, recheck_every=0.05, backoff_first=0.05, backoff_most=0.2)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def manager(inbox: Inbox) -> Iterator[DeviceManager]:
    SCRIPTS["one"] = Script()
    SCRIPTS["two"] = Script()
    manager = DeviceManager(
        [
            RolePlan(role="reader", driver="scripted", settings={"port": "one"}),
            RolePlan(role="second_reader", driver="scripted", settings={"port": "two"}),
            RolePlan(role="receipt_printer", driver=None),
            RolePlan(role="unknown", driver="nobody-has-it"),
            RolePlan(role="mistyped", driver="scripted", settings={"prot": "one"}),
            RolePlan(role="document_camera", driver="scripted", settings={"port": "one"}),
        ],
        scripted_registry(),
        inbox.post,
        Pulses(),
        timing=QUICK,
    )
    yield manager
    manager.stop()


def ready(manager: DeviceManager, *roles: str) -> None:
    for role in roles:
        eventually(lambda role=role: manager.board()[role].state is State.READY)


def outcome(inbox: Inbox, ticket: object) -> DeviceAnswered | DeviceFailed:
    event = inbox.until(
        lambda event: isinstance(event, DeviceAnswered | DeviceFailed) and event.ticket == ticket
    )[-1]
    assert isinstance(event, DeviceAnswered | DeviceFailed)
    return event


def fault(inbox: Inbox, ticket: object) -> FaultCode:
    event = outcome(inbox, ticket)
    assert isinstance(event, DeviceFailed)
    return event.fault.code


def test_nothing_starts_before_start(manager: DeviceManager, inbox: Inbox) -> None:
    assert SCRIPTS["one"].opened == 0
    assert inbox.rest() == []


def test_drivers_are_looked_for_once_and_not_before_start(inbox: Inbox) -> None:
    asked: list[Registry] = []

    def registry() -> Registry:
        asked.append(scripted_registry())
        return asked[-1]

    SCRIPTS["one"] = Script()
    plan = RolePlan(role="reader", driver="scripted", settings={"port": "one"})
    manager = DeviceManager([plan], registry, inbox.post, Pulses(), timing=QUICK)
    assert manager.stop() == ()
    assert asked == []
    manager.start()
    ready(manager, "reader")
    manager.stop()
    assert len(asked) == 1


def test_the_board_shows_every_planned_role(manager: DeviceManager) -> None:
    manager.start()
    ready(manager, "reader", "second_reader")
    board = manager.board()
    assert board["receipt_printer"].state is State.ABSENT
    for role, code in (
        ("unknown", FaultCode.SETTINGS_DRIVER_MISSING),
        ("mistyped", FaultCode.SETTINGS_INVALID),
        ("document_camera", FaultCode.SETTINGS_DRIVER_MISSING),  # a reader is not a camera
    ):
        health = board[role]
        assert health.state is State.FAULTY
        assert health.fault is not None
        assert (health.fault.code, health.fault.about) == (code, role)


def test_a_role_that_cannot_fails_at_once_with_its_reason(
    manager: DeviceManager, inbox: Inbox
) -> None:
    manager.start()
    assert fault(inbox, manager.ask("receipt_printer", ReadIdCard())) is FaultCode.DEVICE_ABSENT
    assert fault(inbox, manager.ask("never_planned", ReadIdCard())) is FaultCode.DEVICE_ABSENT
    missing = manager.ask("unknown", ReadIdCard())
    assert fault(inbox, missing) is FaultCode.SETTINGS_DRIVER_MISSING
    ready(manager, "reader")
    assert fault(inbox, manager.ask("reader", CapturePage())) is FaultCode.DEFECT


def test_tickets_never_come_again_and_answers_carry_theirs(
    manager: DeviceManager, inbox: Inbox
) -> None:
    manager.start()
    ready(manager, "reader", "second_reader")
    SCRIPTS["one"].act = lambda cancel, progress: "from one"
    SCRIPTS["two"].act = lambda cancel, progress: "from two"
    one = manager.ask("reader", ReadIdCard())
    assert outcome(inbox, one) == DeviceAnswered(ticket=one, value="from one")
    two = manager.ask("second_reader", ReadIdCard())
    assert outcome(inbox, two) == DeviceAnswered(ticket=two, value="from two")
    other = DeviceManager([], scripted_registry(), inbox.post, Pulses())
    numbers = [one.number, two.number, other.ask("reader", ReadIdCard()).number]
    assert numbers == sorted(set(numbers))


def test_asking_and_withdrawing_never_wait_for_a_device_that_hangs(
    manager: DeviceManager, inbox: Inbox
) -> None:
    go_on = threading.Event()
    SCRIPTS["one"].act = lambda cancel, progress: go_on.wait(10.0)
    manager.start()
    ready(manager, "reader", "second_reader")
    began = time.monotonic()
    tickets = [manager.ask("reader", ReadIdCard()) for _ in range(100)]
    for ticket in tickets:
        manager.withdraw(ticket)
    manager.board()
    manager.supervise()
    assert time.monotonic() - began < 0.5
    assert isinstance(outcome(inbox, manager.ask("second_reader", ReadIdCard())), DeviceAnswered)
    go_on.set()


def test_a_device_that_went_away_comes_back_by_itself(manager: DeviceManager, inbox: Inbox) -> None:
    manager.start()
    ready(manager, "reader")
    SCRIPTS["one"].opening.extend(DeviceFault(FaultCode.DEVICE_NOT_FOUND) for _ in range(3))

    def hang_up(cancel, progress):
        raise DeviceFault(FaultCode.DEVICE_LOST)

    SCRIPTS["one"].act = hang_up
    assert fault(inbox, manager.ask("reader", ReadIdCard())) is FaultCode.DEVICE_LOST
    ready(manager, "reader")
    assert SCRIPTS["one"].opened == 2


def test_a_preview_is_wanted_and_unwanted(manager: DeviceManager) -> None:
    SCRIPTS["one"].frames = True
    manager.start()
    ready(manager, "reader")
    slot = manager.preview("reader")
    manager.want_preview("reader", True)
    assert eventually(slot.take)
    manager.want_preview("reader", False)
    assert slot.take() is None
    manager.want_preview("receipt_printer", True)  # none there: an empty slot, no fault
    assert manager.preview("receipt_printer").take() is None


def test_stop_is_ordered_and_closes_every_device(manager: DeviceManager) -> None:
    manager.start()
    ready(manager, "reader", "second_reader")
    began = time.monotonic()
    assert manager.stop() == ()
    assert time.monotonic() - began < 3.0
    assert (SCRIPTS["one"].closed, SCRIPTS["two"].closed) == (1, 1)
    assert manager.board()["reader"].state is State.STOPPED


def test_a_thread_that_will_not_end_is_named_and_not_waited_for() -> None:
    pulses, go_on = Pulses(), threading.Event()
    stuck = PulsedThread("stuck", lambda thread: go_on.wait(10.0) and None, pulses)
    tame = PulsedThread("tame", lambda thread: thread.rest(60.0), pulses)
    stuck.start()
    tame.start()
    began = time.monotonic()
    assert stop_all([stuck, tame], within=0.2) == ("stuck",)
    assert time.monotonic() - began < 1.0
    go_on.set()
    assert stuck.join(2.0)


def test_pulses_name_those_that_gave_no_sign_of_life() -> None:
    now = 0.0
    pulses = Pulses(lambda: now)
    pulses.register("sender")
    pulses.register("device:reader")
    now = 8.0
    pulses.beat("sender")
    assert pulses.stale(9.0, 5.0) == ("device:reader",)
    pulses.forget("device:reader")
    assert pulses.stale(9.0, 5.0) == ()
