"""The one place where the journey meets devices and outbox.

Main thread only. It drains the event queue, hands events to the machine, carries out the effects,
and knows which device tickets belong to this session: a late card of the citizen before can
never enter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from kiosk.applications.model import Application, Rating
from kiosk.catalogue.store import Catalogue
from kiosk.devices import jobs
from kiosk.devices.health import Health
from kiosk.devices.jobs import Job
from kiosk.devices.values import Frame, IdCard, Photograph, PrintOutcome
from kiosk.events import (
    CatalogueInstalled,
    DeviceAnswered,
    DeviceFailed,
    DeviceProgressed,
    Event,
    EventQueue,
    Ticket,
    WorkerFailed,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journey.effects import (
    CallAttendant,
    Effect,
    KeepApplication,
    KeepRating,
    Preview,
    PrintReceipt,
    ReadCard,
    TakePhotograph,
    Withdraw,
)
from kiosk.journey.events import Said, Ticked
from kiosk.journey.facts import ID_READER, RECEIPT_PRINTER, TRAY_CAMERA
from kiosk.journey.machine import Ended, Machine
from kiosk.journey.moves import (
    CardRead,
    DeviceTrouble,
    PageTaken,
    ReceiptEnded,
    StageReached,
)
from kiosk.journey.plan import FIRST
from kiosk.journey.present import view_of
from kiosk.journey.session import Session
from kiosk.journey.steps.base import AnyEvent
from kiosk.journey.views import View
from kiosk.texts import Texts
from kiosk.threads import Latest


class Devices(Protocol):
    """What the controller asks of the device manager."""

    def ask(self, role: str, job: Job) -> Ticket: ...
    def withdraw(self, ticket: Ticket) -> None: ...
    def board(self) -> Mapping[str, Health]: ...
    def preview(self, role: str) -> Latest[Frame]: ...
    def want_preview(self, role: str, wanted: bool) -> None: ...
    def supervise(self) -> None: ...


class Keeper(Protocol):
    """Writes to the outbox on a thread of its own and posts ApplicationKept or KeepFailed."""

    def keep(self, application: Application, pages: Mapping[str, bytes]) -> None: ...
    def keep_rating(self, rating: Rating) -> None: ...


class Controller:
    def __init__(
        self,
        machine: Machine,
        devices: Devices,
        keeper: Keeper,
        queue: EventQueue,
        *,
        now: float,
        call_attendant: Callable[[str], None],
        record_failure: Callable[[WorkerFailed], None],
        renewed: Callable[[], Machine | None],
    ) -> None:
        """`renewed` makes the machine anew with the catalogue on disk; None when that fails."""
        self._machine = machine
        self._devices = devices
        self._keeper = keeper
        self._queue = queue
        self._call_attendant = call_attendant
        self._record_failure = record_failure
        self._renewed = renewed
        self._renewal_due = False
        self._session = machine.first(now)
        self._tickets: dict[Ticket, str] = {}  # of this session and step: ticket → role
        self._out_of_service: Fault | None = None
        self._view = view_of(machine, self._session)
        self._supervised_at = now

    # --- what the screens see ---------------------------------------------------------------------

    @property
    def view(self) -> View:
        return self._view

    @property
    def session(self) -> Session:
        return self._session

    @property
    def catalogue(self) -> Catalogue:
        return self._machine.here.catalogue

    @property
    def texts(self) -> Texts:
        return self._machine.here.texts

    def local_now(self) -> datetime:
        """What the clock on the wall says where the terminal stands."""
        here = self._machine.here
        return here.local_time(here.clock.now())

    def preview(self, role: str) -> Latest[Frame]:
        return self._devices.preview(role)

    # --- the doors --------------------------------------------------------------------------------

    def say(self, event: Said) -> None:
        """A touch."""
        self._handle(event)

    def turn(self, now: float) -> None:
        """Once a frame: what the threads posted, then the time."""
        for event in self._queue.drain():
            self._hear(event)
        if now - self._supervised_at >= 1.0:
            self._supervised_at = now
            self._devices.supervise()
        self._handle(Ticked(now))
        if self._renewal_due and self._session.step == FIRST:
            self._renew(now)

    def abandon(self, now: float) -> None:
        """After a defect on the drawing thread: the visit is over and wiped, the next may begin."""
        self._forget()
        fresh = self._machine.first(now, number=self._session.number + 1)
        # what is known of the devices is not the citizen's: nobody would say it a second time
        self._session = replace(fresh, facts=replace(fresh.facts, board=self._devices.board()))
        self._refresh()

    def _renew(self, now: float) -> None:
        """Between two citizens: a visit ends with the catalogue that it began with."""
        self._renewal_due = False
        machine = self._renewed()
        if machine is not None:
            self._machine = machine
            self.abandon(now)

    def put_out_of_service(self, fault: Fault | None) -> None:
        """`None` opens again. Queued work goes on behind the notice."""
        self._out_of_service = fault
        self._refresh()

    # --- events -----------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        match event:
            case DeviceProgressed(ticket=ticket, stage=stage):
                if ticket in self._tickets:
                    self._handle(StageReached(ticket.role, stage))
            case DeviceAnswered(ticket=ticket, value=value):
                if self._tickets.pop(ticket, None) is not None:
                    self._handle(_in_our_words(ticket.role, value))
            case DeviceFailed(ticket=ticket, fault=fault):
                if self._tickets.pop(ticket, None) is not None:
                    self._handle(DeviceTrouble(ticket.role, fault))
            case WorkerFailed():
                self._record_failure(event)
            case CatalogueInstalled():
                self._renewal_due = True
            case _:
                self._handle(event)

    def _handle(self, event: AnyEvent) -> None:
        before = self._session
        session, effects = self._machine.handle(before, event)
        if session is before and not effects:
            return
        self._session = session
        for effect in effects:
            self._carry_out(effect)
        if effects or self._looks_different(before):
            self._refresh()

    def _looks_different(self, before: Session) -> bool:
        """Time passes thirty times a second; most of it changes nothing on the glass."""
        now = self._session
        return (
            now.facts is not before.facts
            or now.overlay is not None
            or (now.step, now.modes, now.trouble, before.overlay)
            != (before.step, before.modes, before.trouble, None)
        )

    def _refresh(self) -> None:
        self._view = view_of(self._machine, self._session, self._out_of_service)

    # --- effects ----------------------------------------------------------------------------------

    def _carry_out(self, effect: Effect | Ended) -> None:
        match effect:
            case ReadCard():
                self._ask(ID_READER, jobs.ReadIdCard())
            case TakePhotograph():
                self._ask(TRAY_CAMERA, jobs.CapturePage())
            case PrintReceipt(receipt):
                self._ask(RECEIPT_PRINTER, jobs.PrintReceipt(receipt))
            case Withdraw(role):
                self._withdraw(role)
            case Preview(role, on):
                self._devices.want_preview(role, on)
            case KeepApplication(application, pages):
                self._keeper.keep(application, pages)
            case KeepRating(rating):
                self._keeper.keep_rating(rating)
            case CallAttendant(about):
                self._call_attendant(about)
            case Ended():
                self._forget()

    def _ask(self, role: str, job: Job) -> None:
        self._withdraw(role)
        self._tickets[self._devices.ask(role, job)] = role

    def _withdraw(self, role: str) -> None:
        for ticket in [ticket for ticket, about in self._tickets.items() if about == role]:
            del self._tickets[ticket]
            self._devices.withdraw(ticket)

    def _forget(self) -> None:
        """Nothing asked for this citizen may still arrive, no picture may linger."""
        for ticket in self._tickets:
            self._devices.withdraw(ticket)
        self._tickets.clear()
        self._devices.want_preview(TRAY_CAMERA, False)


def _in_our_words(role: str, value: object) -> AnyEvent:
    match value:
        case IdCard():
            return CardRead(value)
        case Photograph():
            return PageTaken(value)
        case PrintOutcome():
            return ReceiptEnded(value)
        case _:
            detail = f"unexpected answer {type(value).__name__}"
            return DeviceTrouble(role, Fault(code=FaultCode.DEFECT, about=role, detail=detail))
