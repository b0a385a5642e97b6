"""Leaving, being slow, being gone: asked first, warned first, then everything is wiped."""

from __future__ import annotations

import pytest

from kiosk.devices.values import Printed
from kiosk.journey.effects import CallAttendant, Preview, Withdraw
from kiosk.journey.events import (
    AnswerGiven,
    CapturePressed,
    HelpPressed,
    LanguageChosen,
    LargeTypeToggled,
    LeaveConfirmed,
    LeavePressed,
    NextPressed,
    StartPressed,
    StayPressed,
    Ticked,
    Touched,
)
from kiosk.journey.machine import Ended
from kiosk.journey.moves import PageTaken, StageReached
from kiosk.journey.views import (
    AskQuestion,
    Goodbye,
    Identify,
    OverlayKind,
    Rate,
    Rest,
    ShowReceipt,
    Submitting,
    TakePages,
)
from tests.journeys.citizen import PHONE, Citizen, photograph, printed

# --- leaving ---------------------------------------------------------------------------------


def test_leaving_is_asked_once_more_and_then_wipes_everything(citizen: Citizen):
    citizen.goes_to_papers().takes_page().says(LeavePressed())
    citizen.sees(TakePages)
    assert citizen.overlay() is OverlayKind.LEAVE
    citizen.says(LeaveConfirmed())
    citizen.sees(Rest)
    assert citizen.wiped
    assert citizen.asked(Ended)
    assert Withdraw("tray_camera") in citizen.effects
    assert citizen.asked(Preview)[-1] == Preview("tray_camera", False)


def test_who_does_not_want_to_leave_after_all_stays_where_they_were(citizen: Citizen):
    citizen.goes_to_form().says(AnswerGiven("home", "rent"), LeavePressed(), StayPressed())
    asked = citizen.sees(AskQuestion)
    assert citizen.overlay() is None
    assert asked.value == "rent"


def test_what_lies_on_top_is_answered_first(citizen: Citizen):
    citizen.goes_to_form().says(LeavePressed(), AnswerGiven("home", "rent"), NextPressed())
    asked = citizen.sees(AskQuestion)
    assert (asked.number, asked.value) == (1, "")


def test_leaving_while_the_card_is_awaited_takes_the_question_back(citizen: Citizen):
    citizen.goes_to_identify().says(LeavePressed(), LeaveConfirmed())
    assert Withdraw("id_reader") in citizen.effects


def test_a_confirmation_that_was_not_asked_for_does_nothing(citizen: Citizen):
    citizen.goes_to_form().says(LeaveConfirmed())
    citizen.sees(AskQuestion)


@pytest.mark.parametrize("screen", [Rest, Goodbye])
def test_where_nothing_can_be_lost_nothing_is_asked(citizen: Citizen, screen: type):
    if screen is Goodbye:
        citizen.goes_to_rating().next()
    citizen.says(LeavePressed())
    citizen.sees(screen)
    assert citizen.overlay() is None


def test_while_it_is_being_kept_nobody_leaves(citizen: Citizen):
    citizen.submits().says(LeavePressed())
    assert citizen.overlay() is None
    citizen.is_kept().says(LeavePressed(), LeaveConfirmed())
    citizen.sees(Submitting)


# --- help ------------------------------------------------------------------------------------


def test_help_calls_somebody_and_keeps_everything(citizen: Citizen):
    citizen.goes_to_form().says(AnswerGiven("home", "rent"), HelpPressed())
    assert citizen.overlay() is OverlayKind.HELP
    assert citizen.asked(CallAttendant) == [CallAttendant("form")]
    citizen.says(StayPressed())
    assert citizen.sees(AskQuestion).value == "rent"


def test_help_on_the_warning_counts_as_being_there(citizen: Citizen):
    citizen.goes_to_form().waits(91)
    assert citizen.overlay() is OverlayKind.IDLE
    citizen.says(HelpPressed()).waits(31)
    assert citizen.overlay() is OverlayKind.HELP, "who waits for the attendant is not wiped away"
    citizen.sees(AskQuestion)


def test_leaving_on_the_warning_shows_the_question_and_not_the_warning_again(citizen: Citizen):
    citizen.goes_to_form().waits(91).says(LeavePressed()).waits(5)
    assert citizen.overlay() is OverlayKind.LEAVE


# --- being slow ------------------------------------------------------------------------------

WAITS = {  # seconds until the warning, and the way there
    "question": (90, lambda citizen: citizen.goes_to_form()),
    "list": (90, lambda citizen: citizen.says(StartPressed("apply"))),
    "waiting for the card": (90, lambda citizen: citizen.goes_to_identify()),
    "papers": (90, lambda citizen: citizen.goes_to_papers()),
    "verdict": (120, lambda citizen: citizen.goes_to_verdict()),
    "consent": (120, lambda citizen: citizen.goes_to_verdict().next()),
    "review": (120, lambda citizen: citizen.goes_to_review()),
    "sign": (120, lambda citizen: citizen.goes_to_sign()),
    "receipt": (60, lambda citizen: citizen.goes_to_receipt()),
    "rating": (60, lambda citizen: citizen.goes_to_rating()),
}


@pytest.mark.parametrize("screen", WAITS)
@pytest.mark.parametrize("large", [False, True])
def test_a_warning_then_everything_is_wiped(citizen: Citizen, screen: str, large: bool):
    seconds, way = WAITS[screen]
    if large:
        citizen.says(LargeTypeToggled())
    factor = 2 if large else 1
    way(citizen).waits(seconds * factor - 1)
    assert citizen.overlay() is None
    citizen.waits(1)
    assert citizen.overlay() is OverlayKind.IDLE
    overlay = citizen.view.overlay
    assert overlay is not None
    assert overlay.seconds_left == 30 * factor
    citizen.waits(30 * factor - 1)
    assert citizen.overlay() is OverlayKind.IDLE
    citizen.waits(1)
    citizen.sees(Rest)
    assert citizen.wiped
    assert citizen.asked(Ended)


def test_the_warning_counts_down(citizen: Citizen):
    citizen.goes_to_form().waits(90)
    counted = []
    for _ in range(3):
        overlay = citizen.view.overlay
        assert overlay is not None
        counted.append(overlay.seconds_left)
        citizen.waits(1)
    assert counted == [30, 29, 28]


def test_i_am_still_here_as_often_as_one_likes(citizen: Citizen):
    citizen.goes_to_form().says(AnswerGiven("home", "rent"))
    for _ in range(12):
        citizen.waits(90)
        assert citizen.overlay() is OverlayKind.IDLE
        citizen.says(StayPressed())
        assert citizen.overlay() is None
    assert citizen.sees(AskQuestion).value == "rent"


def test_a_sleeve_on_the_glass_is_no_answer_to_the_warning(citizen: Citizen):
    citizen.goes_to_form().waits(90)
    citizen.says(Touched(), AnswerGiven("home", "rent"))
    assert citizen.overlay() is OverlayKind.IDLE
    assert citizen.sees(AskQuestion).value == ""
    citizen.waits(30)
    citizen.sees(Rest)


def test_every_touch_begins_the_patience_anew(citizen: Citizen):
    citizen.goes_to_form().waits(89).says(Touched()).waits(89)
    assert citizen.overlay() is None


def test_while_a_device_works_nobody_is_hurried(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_identify().says(StageReached("id_reader", "reading"))
    citizen.waits(600, every=5)
    assert citizen.overlay() is None
    citizen.sees(Identify)


def test_the_camera_and_the_printer_are_waited_for_too(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_papers().says(CapturePressed()).waits(600, every=5)
    assert citizen.overlay() is None
    citizen.says(PageTaken(photograph()))
    citizen.waits(89)
    assert citizen.overlay() is None, "the patience begins when the camera has done its part"


def test_the_receipt_is_waited_for(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_receipt().waits(600, every=5)
    assert citizen.overlay() is None
    citizen.says(printed(Printed.CONFIRMED)).waits(60)
    assert citizen.overlay() is OverlayKind.IDLE
    citizen.sees(ShowReceipt)


def test_the_warning_goes_away_when_a_device_begins_to_work(citizen: Citizen):
    citizen.goes_to_identify().waits(90)
    assert citizen.overlay() is OverlayKind.IDLE
    citizen.says(StageReached("id_reader", "card_seen")).waits(1)
    assert citizen.overlay() is None


def test_the_rating_that_nobody_gives_ends_the_visit(citizen: Citizen):
    citizen.goes_to_rating()
    citizen.sees(Rate)
    citizen.waits(91)
    citizen.sees(Rest)
    assert citizen.wiped


def test_rest_rests_forever(citizen: Citizen):
    citizen.waits(36_000, every=600)
    citizen.sees(Rest)
    assert citizen.asked(Ended) == []


def test_rest_does_not_stay_in_the_language_of_who_walked_on(citizen: Citizen):
    citizen.says(LanguageChosen("en"), LargeTypeToggled(), HelpPressed())
    citizen.waits(119)
    assert citizen.view.modes.language == "en"
    citizen.waits(2)
    assert citizen.view.modes.language == "zh_CN"
    assert citizen.overlay() is None


def test_a_clock_that_stands_or_goes_back_harms_nobody(citizen: Citizen):
    citizen.goes_to_form().says(AnswerGiven("home", "rent"), Ticked(-1e9), Ticked(0.0))
    assert citizen.sees(AskQuestion).value == "rent"
    assert PHONE not in repr(citizen.session)
