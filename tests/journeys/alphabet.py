"""Everything that can be said to the journey or heard by it, sense and nonsense."""

from __future__ import annotations

from datetime import date, datetime

from kiosk.devices.health import Health, State
from kiosk.devices.values import Printed
from kiosk.events import (
    ApplicationDelivered,
    ApplicationKept,
    ApplicationPostponed,
    ApplicationRefused,
    DeviceAnswered,
    DeviceFailed,
    DeviceProgressed,
    HealthChanged,
    KeepFailed,
    Ticket,
    WorkerFailed,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journey import events as said
from kiosk.journey import moves
from kiosk.journey.facts import ID_READER, RECEIPT_PRINTER, TRAY_CAMERA
from kiosk.journey.session import Session
from kiosk.journey.steps.base import AnyEvent
from tests.journeys.citizen import (
    JIANGXI,
    JIUJIANG,
    MIGRATION,
    PHONE,
    SIGNATURE,
    UNEMPLOYMENT,
    card,
    device_trouble,
    health,
    photograph,
    printed,
)

ROLES = (ID_READER, TRAY_CAMERA, RECEIPT_PRINTER)
DISK = Fault(code=FaultCode.STORE_FULL, about="outbox")

SAID: tuple[AnyEvent, ...] = (
    said.Touched(),
    said.NextPressed(),
    said.BackPressed(),
    said.LeavePressed(),
    said.LeaveConfirmed(),
    said.StayPressed(),
    said.HelpPressed(),
    said.LanguageChosen("en"),
    said.LanguageChosen("zh_CN"),
    said.LanguageChosen(""),
    said.LargeTypeToggled(),
    said.ContrastToggled(),
    *(said.StartPressed(what) for what in ("apply", "print", "")),
    *(said.RegionChosen(code) for code in (JIANGXI, JIUJIANG, "420000", "810000", "999999", "")),
    *(said.ThemeChosen(key) for key in ("", "household", "nothing")),
    *(said.ItemChosen(code) for code in (MIGRATION, UNEMPLOYMENT, "DEMO-041", "no-such", "")),
    said.GuidePressed(),
    said.ConsentToggled(),
    said.AnswerGiven("home", "own"),
    said.AnswerGiven("home", "rent"),
    said.AnswerGiven("home", ""),
    said.AnswerGiven("lease_until", "2027-05-01"),
    said.AnswerGiven("married_on", "2020-05-04"),
    said.AnswerGiven("married_on", "2999-01-01"),
    said.AnswerGiven("phone", PHONE),
    said.AnswerGiven("phone", "\x00"),
    said.AnswerGiven("phone", "9" * 100_000),
    said.AnswerGiven("delivery", "post"),
    said.AnswerGiven("situation", "dismissed"),
    said.AnswerGiven("left_on", "2026-01-15"),
    said.AnswerGiven("no-such-question", "x"),
    said.CapturePressed(),
    said.PageKept(),
    said.RetakePressed(),
    *(said.PageRemoved(index) for index in (-1, 0, 999)),
    *(
        said.ChangePressed(target)
        for target in (
            "choose_item",
            "form:home",
            "form:phone",
            "form:",
            "materials:household_book",
            "materials:lease",
            "materials",
            "rest",
            "",
        )
    ),
    said.Signed(SIGNATURE),
    said.Signed(b""),
    said.Signed(b"x" * 2_000_000),
    *(said.StarsGiven(stars) for stars in (-1, 0, 1, 5, 6)),
    *(said.ReasonToggled(reason) for reason in ("rate.reason.slow", "nothing")),
    *(
        said.ActionChosen(action)
        for action in (
            "retry",
            "ask_staff",
            "leave",
            "go_on_without_paper",
            "print_again",
            "finish",
            "nothing",
        )
    ),
)

# answers to something that was asked: in a real hall they come only while it is awaited
ANSWERS: dict[str, tuple[AnyEvent, ...]] = {
    ID_READER: (
        moves.CardRead(card()),
        moves.CardRead(card(valid_until=date(2020, 1, 1))),
        moves.CardRead(card(birth=date(2015, 1, 1))),
        moves.CardRead(card(id_number="1" * 18)),
        device_trouble(ID_READER, FaultCode.CARD_REMOVED),
        device_trouble(ID_READER, FaultCode.DEVICE_LOST),
        device_trouble(ID_READER, FaultCode.DEFECT),
    ),
    TRAY_CAMERA: (
        moves.PageTaken(photograph()),
        device_trouble(TRAY_CAMERA, FaultCode.CAMERA_FROZEN),
    ),
    RECEIPT_PRINTER: (
        printed(Printed.CONFIRMED),
        printed(Printed.PROCESSED),
        printed(Printed.NOT_PRINTED, FaultCode.PAPER_OUT),
        printed(Printed.NOT_PRINTED),
        printed(Printed.UNCERTAIN, FaultCode.DEVICE_LOST),
        device_trouble(RECEIPT_PRINTER, FaultCode.COVER_OPEN),
        device_trouble(RECEIPT_PRINTER, FaultCode.DEVICE_UNRESPONSIVE),
    ),
}
STAGES: tuple[AnyEvent, ...] = (
    moves.StageReached(ID_READER, "card_seen"),
    moves.StageReached(ID_READER, "reading"),
)
HEALTHS: tuple[AnyEvent, ...] = (
    health(ID_READER, State.READY),
    health(ID_READER, State.FAULTY, FaultCode.DEVICE_LOST),
    health(TRAY_CAMERA, State.READY),
    health(TRAY_CAMERA, State.FAULTY, FaultCode.CAMERA_NO_PICTURE),
    health(RECEIPT_PRINTER, State.READY),
    health(RECEIPT_PRINTER, State.ATTENTION, FaultCode.PAPER_OUT),
    health(RECEIPT_PRINTER, State.ABSENT),
)
NONSENSE: tuple[AnyEvent, ...] = (
    moves.StageReached(ID_READER, "no-such-stage"),
    moves.StageReached("no-such-role", "reading"),
    moves.DeviceTrouble("no-such-role", Fault(code=FaultCode.DEFECT)),
    HealthChanged(role="no-such-role", health=Health(state=State.FAULTY)),
    *(health(role, state) for role in ROLES for state in State),
    DeviceProgressed(ticket=Ticket(ID_READER, 1), stage="reading"),
    DeviceAnswered(ticket=Ticket(ID_READER, 1), value=card()),
    DeviceFailed(ticket=Ticket(ID_READER, 1), fault=DISK),
    WorkerFailed(worker="device:id_reader", fault=DISK),
    *(
        moves.DeviceTrouble(role, Fault(code=code, about=role))
        for role in ROLES
        for code in FaultCode
    ),
)


def passing(session: Session) -> tuple[AnyEvent, ...]:
    return tuple(said.Ticked(session.now + seconds) for seconds in (1.0, 13.0, 50.0, 300.0, -5.0))


def of_the_outbox(application_id: str, moment: datetime) -> tuple[AnyEvent, ...]:
    return (
        ApplicationKept(application_id=application_id),
        KeepFailed(application_id=application_id, fault=DISK),
        ApplicationDelivered(
            application_id=application_id, platform_number="KS-1", received_at=moment
        ),
        ApplicationRefused(application_id=application_id, fault=DISK, reason="a page is missing"),
        ApplicationPostponed(application_id=application_id, fault=DISK, next_attempt=moment),
    )
