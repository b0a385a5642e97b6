"""Cards, camera and printer in trouble: what is safe, what happened, and always a way on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.devices.health import State
from kiosk.devices.values import Printed
from kiosk.faults import FaultCode
from kiosk.journey.effects import CallAttendant, Preview, PrintReceipt, ReadCard
from kiosk.journey.events import (
    ActionChosen,
    BackPressed,
    CapturePressed,
    ConsentToggled,
    LeaveConfirmed,
    NextPressed,
    StayPressed,
)
from kiosk.journey.facts import ID_READER, RECEIPT_PRINTER, TRAY_CAMERA
from kiosk.journey.moves import CardRead, PageTaken, StageReached
from kiosk.journey.views import (
    AskQuestion,
    CameraStage,
    CardStage,
    Goodbye,
    Identify,
    OverlayKind,
    PrintStage,
    Rate,
    Rest,
    ShowReceipt,
    TakePages,
    Trouble,
)
from tests.journeys.citizen import (
    HOUSE,
    ID_NUMBER,
    NAME,
    UNEMPLOYMENT,
    Citizen,
    card,
    device_trouble,
    health,
    photograph,
    printed,
    words_on,
)

# --- the card -----------------------------------------------------------------------------------

CARD_FAULTS = [code for code in FaultCode if code.name.startswith("CARD_") and code < 500]


@pytest.mark.parametrize("code", CARD_FAULTS)
def test_whatever_is_wrong_with_the_card_it_can_be_laid_again(citizen: Citizen, code: FaultCode):
    citizen.goes_to_identify().says(StageReached(ID_READER, "reading"))
    citizen.says(device_trouble(ID_READER, code))
    trouble = citizen.sees(Trouble)
    assert trouble.code == code
    assert trouble.icon == "card"
    assert trouble.number == ""
    citizen.chooses("retry")
    assert citizen.sees(Identify).stage is CardStage.WAITING
    assert len(citizen.asked(ReadCard)) == 2
    citizen.says(CardRead(card())).next()
    citizen.sees(AskQuestion)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_until": date(2026, 3, 1)}, FaultCode.CARD_EXPIRED),
        ({"birth": date(2010, 3, 3)}, FaultCode.APPLICANT_TOO_YOUNG),
        ({"id_number": "110105194912310021"}, FaultCode.ID_NUMBER_WRONG),
        ({"id_number": ""}, FaultCode.ID_NUMBER_WRONG),
    ],
)
def test_a_card_that_cannot_be_taken_is_not_kept(
    citizen: Citizen, changes: dict[str, object], code: FaultCode
):
    citizen.goes_to_identify(UNEMPLOYMENT).says(CardRead(card(**changes)))
    assert citizen.sees(Trouble).code == code
    assert citizen.facts.card is None
    citizen.says(NextPressed())
    assert citizen.sees(Trouble).code == code, "trouble is not passed by going on"
    citizen.chooses("retry").says(CardRead(card()))
    assert citizen.sees(Identify).stage is CardStage.READ


def test_a_card_is_good_on_its_last_day_and_a_birthday_counts(citizen: Citizen):
    today = citizen.machine.here.local_date()
    sixteen = today.replace(year=today.year - 16)
    citizen.goes_to_identify(UNEMPLOYMENT)
    citizen.says(CardRead(card(valid_until=today, birth=sixteen)))
    assert citizen.sees(Identify).stage is CardStage.READ


def test_a_day_before_the_birthday_is_too_early(citizen: Citizen):
    today = citizen.machine.here.local_date()
    tomorrow = today + timedelta(days=1)
    citizen.goes_to_identify(UNEMPLOYMENT)
    citizen.says(CardRead(card(birth=tomorrow.replace(year=today.year - 16))))
    assert citizen.sees(Trouble).code == FaultCode.APPLICANT_TOO_YOUNG


def test_nothing_of_a_refused_card_is_on_the_trouble_screen(citizen: Citizen):
    citizen.goes_to_identify().says(CardRead(card(valid_until=date(2020, 1, 1))))
    shown = repr(citizen.view) + repr(citizen.session)
    assert NAME not in shown
    assert ID_NUMBER not in shown


def test_who_needs_help_with_the_card_gets_it_and_can_still_leave(citizen: Citizen):
    citizen.goes_to_identify().says(device_trouble(ID_READER, FaultCode.CARD_UNREADABLE))
    citizen.chooses("ask_staff")
    assert citizen.overlay() is OverlayKind.HELP
    assert citizen.asked(CallAttendant) == [CallAttendant(ID_READER)]
    citizen.says(ActionChosen("retry"))
    citizen.sees(Trouble)  # the help is answered first
    citizen.says(StayPressed()).chooses("leave")
    assert citizen.overlay() is OverlayKind.LEAVE
    citizen.says(LeaveConfirmed())
    citizen.sees(Rest)
    assert citizen.wiped


def test_a_reader_that_comes_back_goes_on_by_itself(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_identify()
    citizen.says(health(ID_READER, State.FAULTY, FaultCode.DEVICE_LOST))
    citizen.says(device_trouble(ID_READER, FaultCode.DEVICE_LOST))
    assert citizen.sees(Trouble).code == FaultCode.DEVICE_LOST
    citizen.says(health(ID_READER, State.OPENING))
    citizen.sees(Trouble)
    citizen.says(health(ID_READER, State.READY))
    assert citizen.sees(Identify).stage is CardStage.WAITING
    assert len(citizen.asked(ReadCard)) == 2


def test_a_card_fault_is_not_mended_by_a_healthy_reader(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_identify()
    citizen.says(device_trouble(ID_READER, FaultCode.CARD_REMOVED), health(ID_READER, State.READY))
    assert citizen.sees(Trouble).code == FaultCode.CARD_REMOVED


def test_the_reader_is_not_missed_once_the_card_is_read(citizen: Citizen):
    citizen.goes_to_identify().says(CardRead(card()))
    citizen.says(health(ID_READER, State.FAULTY, FaultCode.DEVICE_LOST))
    citizen.sees(Identify)
    citizen.next().back()
    assert citizen.sees(Identify).stage is CardStage.READ


@pytest.mark.parametrize("state", [State.FAULTY, State.ATTENTION, State.UNRESPONSIVE, State.ABSENT])
def test_a_reader_that_is_broken_already_is_said_at_once(citizen: Citizen, state: State):
    code = None if state is State.ABSENT else FaultCode.DEVICE_SILENT
    citizen.says(health(ID_READER, state, code))
    citizen.goes_to_verdict().next()
    citizen.says(ConsentToggled()).next()
    assert citizen.sees(Trouble).code == (code or FaultCode.DEVICE_ABSENT)
    if state is not State.ABSENT:
        citizen.says(health(ID_READER, State.READY))
        citizen.sees(Identify)


# --- the camera ---------------------------------------------------------------------------------


def test_a_lost_camera_comes_back_by_itself_and_keeps_the_pages(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_papers().takes_page()
    citizen.says(health(TRAY_CAMERA, State.FAULTY, FaultCode.CAMERA_NO_PICTURE))
    trouble = citizen.sees(Trouble)
    assert trouble.icon == "camera"
    assert citizen.reads(trouble.safe) == "已经拍好的页都还在。"
    citizen.says(health(TRAY_CAMERA, State.OPENING), health(TRAY_CAMERA, State.READY))
    papers = citizen.sees(TakePages)
    assert papers.stage is CameraStage.LIVE
    assert len(papers.pages) == 1
    assert citizen.asked(Preview)[-1] == Preview(TRAY_CAMERA, True)


def test_a_camera_lost_while_it_captures_is_asked_again_by_hand(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_papers().says(CapturePressed())
    citizen.says(health(TRAY_CAMERA, State.FAULTY, FaultCode.DEVICE_LOST))
    citizen.says(device_trouble(TRAY_CAMERA, FaultCode.DEVICE_LOST))
    citizen.says(health(TRAY_CAMERA, State.READY))
    assert citizen.sees(TakePages).stage is CameraStage.LIVE
    citizen.takes_page()
    assert len(citizen.sees(TakePages).pages) == 1


def test_the_other_devices_do_not_disturb_the_papers(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_papers()
    citizen.says(health(RECEIPT_PRINTER, State.ATTENTION, FaultCode.PAPER_OUT))
    citizen.says(health(ID_READER, State.FAULTY, FaultCode.DEVICE_LOST))
    citizen.sees(TakePages)


def test_a_photograph_under_judgement_survives_the_cameras_loss(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_papers().says(CapturePressed(), PageTaken(photograph(b"p")))
    citizen.says(health(TRAY_CAMERA, State.FAULTY, FaultCode.DEVICE_LOST))
    citizen.sees(Trouble)
    citizen.says(health(TRAY_CAMERA, State.READY))
    papers = citizen.sees(TakePages)
    assert papers.stage is CameraStage.PREVIEW
    assert papers.photograph == b"p"


def test_a_broken_camera_is_said_before_anybody_lays_a_paper_down(printing_citizen: Citizen):
    citizen = printing_citizen
    citizen.says(health(TRAY_CAMERA, State.FAULTY, FaultCode.CAMERA_NO_PICTURE))
    citizen.goes_to_form(HOUSE).answers_all()
    assert citizen.sees(Trouble).code == FaultCode.CAMERA_NO_PICTURE
    citizen.chooses("retry")
    assert citizen.sees(Trouble).code == FaultCode.CAMERA_NO_PICTURE
    citizen.says(health(TRAY_CAMERA, State.READY))
    citizen.sees(TakePages)


# --- the printer --------------------------------------------------------------------------------


def out_of_paper(citizen: Citizen) -> Citizen:
    citizen.goes_to_receipt()
    citizen.says(printed(Printed.NOT_PRINTED, FaultCode.PAPER_OUT))
    return citizen.says(health(RECEIPT_PRINTER, State.ATTENTION, FaultCode.PAPER_OUT))


def test_paper_out_then_refilled_prints_by_itself(printing_citizen: Citizen):
    citizen = out_of_paper(printing_citizen)
    trouble = citizen.sees(Trouble)
    assert citizen.reads(trouble.headline) == "打印机没纸了"
    assert citizen.reads(trouble.safe) == "您的申请已经提交成功，不受影响。"
    assert trouble.number == citizen.facts.application.local_number
    assert trouble.actions[0].id == "go_on_without_paper"
    citizen.says(health(RECEIPT_PRINTER, State.READY))
    assert citizen.sees(ShowReceipt).printing is PrintStage.PRINTING
    citizen.says(printed(Printed.CONFIRMED))
    assert citizen.sees(ShowReceipt).printing is PrintStage.PRINTED
    first, second = citizen.slips()
    assert first.reference == second.reference, "nothing came out the first time: this is no copy"


def test_paper_known_to_be_out_before_the_outcome_arrives(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_receipt()
    citizen.says(health(RECEIPT_PRINTER, State.ATTENTION, FaultCode.PAPER_OUT))
    citizen.says(printed(Printed.NOT_PRINTED, FaultCode.PAPER_OUT))
    citizen.sees(Trouble)
    citizen.says(health(RECEIPT_PRINTER, State.READY))
    citizen.sees(ShowReceipt)
    assert len(citizen.slips()) == 2


def test_without_paper_the_number_is_enough(printing_citizen: Citizen):
    citizen = out_of_paper(printing_citizen).chooses("go_on_without_paper")
    receipt = citizen.sees(ShowReceipt)
    assert receipt.printing is PrintStage.WITHOUT
    assert receipt.take.id == "receipt.take.without_slip"
    citizen.says(health(RECEIPT_PRINTER, State.READY))
    assert len(citizen.slips()) == 1, "who goes on without paper gets none later"
    citizen.next()
    citizen.sees(Rate)


def test_an_uncertain_slip_is_asked_about_and_never_repeated_by_itself(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_receipt()
    citizen.says(printed(Printed.UNCERTAIN, FaultCode.DEVICE_LOST))
    citizen.says(health(RECEIPT_PRINTER, State.FAULTY, FaultCode.DEVICE_LOST))
    citizen.says(health(RECEIPT_PRINTER, State.READY))
    trouble = citizen.sees(Trouble)
    assert trouble.code == FaultCode.PRINT_UNCERTAIN
    citizen.says(BackPressed())
    citizen.sees(Trouble)
    assert len(citizen.asked(PrintReceipt)) == 1
    citizen.chooses("finish")
    assert citizen.sees(ShowReceipt).printing is PrintStage.PRINTED
    citizen.next()
    citizen.sees(Rate)


@pytest.mark.parametrize("code", [FaultCode.DEVICE_UNRESPONSIVE, FaultCode.DEFECT])
def test_a_printer_that_fell_silent_in_the_midst_may_have_printed(
    printing_citizen: Citizen, code: FaultCode
):
    citizen = printing_citizen.goes_to_receipt().says(device_trouble(RECEIPT_PRINTER, code))
    assert citizen.sees(Trouble).code == FaultCode.PRINT_UNCERTAIN
    citizen.says(health(RECEIPT_PRINTER, State.UNRESPONSIVE, code))
    citizen.says(health(RECEIPT_PRINTER, State.READY))
    assert len(citizen.slips()) == 1


def test_a_second_slip_says_that_it_is_a_copy(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_receipt()
    number = citizen.facts.application.local_number
    for copy in (1, 2, 3):
        citizen.says(printed(Printed.UNCERTAIN)).chooses("print_again")
        slip = citizen.slips()[-1]
        assert slip.reference == f"{number}-{copy}"
        assert f"补打第 {copy} 次" in words_on(slip)
    citizen.says(printed(Printed.UNCERTAIN))
    ways = [action.id for action in citizen.sees(Trouble).actions]
    assert "print_again" not in ways, "a printer that eats copies is a matter for the attendant"
    assert "go_on_without_paper" in ways
    citizen.says(ActionChosen("print_again"))
    assert len(citizen.slips()) == 4


def test_a_terminal_without_a_printer_does_not_pretend(citizen: Citizen):
    citizen.says(health(RECEIPT_PRINTER, State.ABSENT)).goes_to_receipt()
    receipt = citizen.sees(ShowReceipt)
    assert receipt.printing is PrintStage.NOT_ASKED
    assert citizen.slips() == []
    citizen.next().next()
    citizen.sees(Goodbye)


def test_rest_says_beforehand_that_there_are_no_receipts(printing_citizen: Citizen):
    citizen = printing_citizen
    assert citizen.sees(Rest).notice is None
    citizen.says(health(RECEIPT_PRINTER, State.ATTENTION, FaultCode.PAPER_OUT))
    assert citizen.sees(Rest).notice is not None


def test_while_it_prints_there_is_no_going_on(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_receipt().next()
    citizen.sees(ShowReceipt)
    foot = citizen.view.foot
    assert foot is not None
    assert not foot.next_enabled


def test_trouble_is_waited_for_a_while_and_then_wiped(printing_citizen: Citizen):
    citizen = out_of_paper(printing_citizen).waits(120)
    assert citizen.overlay() is OverlayKind.IDLE
    citizen.waits(30)
    citizen.sees(Rest)
    assert citizen.wiped
