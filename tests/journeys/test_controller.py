"""The controller between journey, devices, outbox: whose answer counts, and what is forgotten."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest

from kiosk.applications.model import Application, Rating
from kiosk.devices import jobs
from kiosk.devices.health import Health, State
from kiosk.devices.jobs import Job
from kiosk.devices.values import Frame, Printed, PrintOutcome
from kiosk.events import (
    ApplicationDelivered,
    ApplicationKept,
    CatalogueInstalled,
    DeviceAnswered,
    DeviceFailed,
    DeviceProgressed,
    EventQueue,
    HealthChanged,
    Ticket,
    WorkerFailed,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journey import events, views
from kiosk.journey.controller import Controller
from kiosk.journey.facts import ID_READER, RECEIPT_PRINTER, TRAY_CAMERA
from kiosk.journey.machine import Machine
from kiosk.threads import Latest
from tests.clocks import FakeClock
from tests.journeys.citizen import (
    JIANGXI,
    JIUJIANG,
    MIGRATION,
    SIGNATURE,
    UNEMPLOYMENT,
    card,
    photograph,
)


class RecordedDevices:
    """Remembers what was asked; answers only when the test says so."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.asked: list[tuple[Ticket, Job]] = []
        self.withdrawn: list[Ticket] = []
        self.wanted: dict[str, bool] = {}
        self.supervised = 0

    def ask(self, role: str, job: Job) -> Ticket:
        ticket = Ticket(role, next(self._numbers))
        self.asked.append((ticket, job))
        return ticket

    def withdraw(self, ticket: Ticket) -> None:
        self.withdrawn.append(ticket)

    def board(self) -> Mapping[str, Health]:
        return {}

    def preview(self, role: str) -> Latest[Frame]:
        return Latest()

    def want_preview(self, role: str, wanted: bool) -> None:
        self.wanted[role] = wanted

    def supervise(self) -> None:
        self.supervised += 1

    def last(self, role: str) -> Ticket:
        return [ticket for ticket, _ in self.asked if ticket.role == role][-1]


class RecordedKeeper:
    def __init__(self) -> None:
        self.kept: list[Application] = []
        self.ratings: list[Rating] = []

    def keep(self, application: Application, pages: Mapping[str, bytes]) -> None:
        self.kept.append(application)

    def keep_rating(self, rating: Rating) -> None:
        self.ratings.append(rating)


class Hall:
    """One controller, its devices and its keeper, turned by hand."""

    def __init__(self, machine: Machine, clock: FakeClock) -> None:
        self.clock = clock
        self.devices = RecordedDevices()
        self.keeper = RecordedKeeper()
        self.queue = EventQueue()
        self.calls: list[str] = []
        self.failures: list[WorkerFailed] = []
        self.renewal: Machine | None = None
        self.controller = Controller(
            machine,
            self.devices,
            self.keeper,
            self.queue,
            now=clock.monotonic(),
            call_attendant=self.calls.append,
            record_failure=self.failures.append,
            renewed=lambda: self.renewal,
        )

    @property
    def body(self) -> views.Body:
        return self.controller.view.body

    def says(self, *said: events.Said) -> Hall:
        for event in said:
            self.controller.say(event)
        return self

    def hears(self, *posted: object) -> Hall:
        for event in posted:
            self.queue.post(event)  # type: ignore[arg-type]
        return self.turns()

    def turns(self, seconds: float = 0.03) -> Hall:
        self.clock.advance(seconds)
        self.controller.turn(self.clock.monotonic())
        return self

    def answers(self, role: str, value: object) -> Hall:
        return self.hears(DeviceAnswered(ticket=self.devices.last(role), value=value))

    def to_identify(self, item: str = MIGRATION) -> Hall:
        return self.says(
            events.StartPressed("apply"),
            events.RegionChosen(JIANGXI),
            events.RegionChosen(JIUJIANG),
            events.ItemChosen(item),
            events.NextPressed(),
            events.ConsentToggled(),
            events.NextPressed(),
        )

    def leaves(self) -> Hall:
        return self.says(events.LeavePressed(), events.LeaveConfirmed())


@pytest.fixture
def hall(machine: Machine, clock: FakeClock) -> Hall:
    return Hall(machine, clock)


def test_a_card_is_asked_for_and_its_answer_counts(hall: Hall):
    hall.to_identify()
    ticket, job = hall.devices.asked[-1]
    assert (ticket.role, job) == (ID_READER, jobs.ReadIdCard())
    hall.hears(DeviceProgressed(ticket=ticket, stage="reading"))
    assert isinstance(hall.body, views.Identify)
    assert hall.body.stage is views.CardStage.READING
    hall.answers(ID_READER, card())
    assert hall.body.stage is views.CardStage.READ


def test_the_card_of_the_citizen_before_never_enters(hall: Hall):
    hall.to_identify()
    late = hall.devices.last(ID_READER)
    hall.leaves()
    assert late in hall.devices.withdrawn
    hall.to_identify().hears(
        DeviceProgressed(ticket=late, stage="reading"), DeviceAnswered(ticket=late, value=card())
    )
    assert isinstance(hall.body, views.Identify)
    assert hall.body.stage is views.CardStage.WAITING
    assert hall.controller.session.facts.card is None
    hall.hears(DeviceFailed(ticket=late, fault=Fault(code=FaultCode.CARD_REMOVED)))
    assert isinstance(hall.body, views.Identify), "nor does that citizen's trouble"


def test_an_answer_counts_once(hall: Hall):
    hall.to_identify()
    ticket = hall.devices.last(ID_READER)
    hall.hears(
        DeviceFailed(ticket=ticket, fault=Fault(code=FaultCode.CARD_REMOVED)),
        DeviceAnswered(ticket=ticket, value=card()),
    )
    assert isinstance(hall.body, views.Trouble)


def test_going_back_takes_the_question_back(hall: Hall):
    hall.to_identify()
    ticket = hall.devices.last(ID_READER)
    hall.says(events.BackPressed())
    assert hall.devices.withdrawn == [ticket]
    hall.hears(DeviceAnswered(ticket=ticket, value=card()))
    assert isinstance(hall.body, views.AskConsent)
    assert hall.controller.session.facts.card is None


def test_no_picture_lingers_when_the_visit_ends(hall: Hall):
    hall.to_identify(UNEMPLOYMENT).answers(ID_READER, card()).says(events.NextPressed())
    for key, value in (
        ("situation", "dismissed"),
        ("left_on", "2026-01-15"),
        ("phone", "13800000246"),
    ):
        hall.says(events.AnswerGiven(key, value), events.NextPressed())
    assert isinstance(hall.body, views.TakePages)
    assert hall.devices.wanted == {TRAY_CAMERA: True}
    hall.says(events.CapturePressed())
    late = hall.devices.last(TRAY_CAMERA)
    hall.leaves()
    assert hall.devices.wanted == {TRAY_CAMERA: False}
    assert late in hall.devices.withdrawn
    hall.hears(DeviceAnswered(ticket=late, value=photograph()))
    assert isinstance(hall.body, views.Rest)
    assert hall.controller.session.facts.photograph is None


def test_a_whole_visit_through_the_controller(hall: Hall):
    ready = Health(state=State.READY)
    hall.hears(*(HealthChanged(role=role, health=ready) for role in (ID_READER, RECEIPT_PRINTER)))
    hall.to_identify(UNEMPLOYMENT).answers(ID_READER, card()).says(events.NextPressed())
    for key, value in (("situation", "never"), ("phone", "13800000246")):
        hall.says(events.AnswerGiven(key, value), events.NextPressed())
    hall.says(events.NextPressed(), events.Signed(SIGNATURE), events.NextPressed())
    (application,) = hall.keeper.kept
    hall.hears(ApplicationKept(application_id=application.id))
    hall.hears(
        ApplicationDelivered(
            application_id=application.id,
            platform_number="KS-1",
            received_at=hall.clock.now(),
        )
    )
    assert isinstance(hall.body, views.ShowReceipt)
    hall.answers(RECEIPT_PRINTER, PrintOutcome(printed=Printed.CONFIRMED))
    assert hall.body.printing is views.PrintStage.PRINTED
    hall.says(events.NextPressed(), events.StarsGiven(5), events.NextPressed())
    assert [rating.stars for rating in hall.keeper.ratings] == [5]
    assert isinstance(hall.body, views.Goodbye)
    hall.turns(1).turns(10)
    assert isinstance(hall.body, views.Rest)


def test_a_device_that_answers_nonsense_is_a_defect_and_not_a_crash(hall: Hall):
    hall.to_identify().answers(ID_READER, "a card, honestly")
    assert isinstance(hall.body, views.Trouble)
    assert hall.body.code == FaultCode.DEFECT


def test_help_reaches_the_attendant_and_a_failed_worker_the_record(hall: Hall):
    hall.says(events.StartPressed("apply"), events.HelpPressed())
    assert hall.calls == ["choose_region"]
    failure = WorkerFailed(worker="device:id_reader", fault=Fault(code=FaultCode.DEFECT))
    hall.hears(failure)
    assert hall.failures == [failure]


def test_out_of_service_covers_the_visit_and_uncovers_it_again(hall: Hall):
    hall.to_identify()
    hall.controller.put_out_of_service(Fault(code=FaultCode.STORE_DAMAGED))
    closed = hall.body
    assert isinstance(closed, views.OutOfService)
    assert closed.code == FaultCode.STORE_DAMAGED
    hall.answers(ID_READER, card())
    assert isinstance(hall.body, views.OutOfService)
    hall.controller.put_out_of_service(None)
    assert isinstance(hall.body, views.Identify)


def test_time_alone_does_not_draw_the_screen_again(hall: Hall):
    hall.says(events.StartPressed("apply"), events.RegionChosen(JIANGXI))
    view = hall.controller.view
    for _ in range(60):
        hall.turns()
        assert hall.controller.view is view
    hall.turns(90)
    overlay = hall.controller.view.overlay
    assert overlay is not None
    hall.turns(1)
    later = hall.controller.view.overlay
    assert later is not None
    assert later.seconds_left == overlay.seconds_left - 1
    hall.says(events.StayPressed())
    assert hall.controller.view.overlay is None


def test_devices_are_looked_after_once_a_second(hall: Hall):
    for _ in range(100):
        hall.turns(0.1)
    assert hall.devices.supervised in (9, 10)


def test_a_new_catalogue_waits_for_the_end_of_the_visit(hall: Hall, machine: Machine):
    hall.renewal = Machine(machine.here)
    hall.says(events.StartPressed("apply"))
    hall.hears(CatalogueInstalled(etag="new"))
    assert isinstance(hall.body, views.ChooseRegion), "the visit goes on"
    hall.says(events.BackPressed())
    hall.hears()
    assert isinstance(hall.body, views.Rest)
    hall.says(events.StartPressed("apply"))
    assert isinstance(hall.body, views.ChooseRegion), "and the next begins"
