"""Onto the disk, to the platform, or later: no number before it is safe, no lie afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.events import (
    ApplicationDelivered,
    ApplicationHeld,
    ApplicationKept,
    ApplicationPostponed,
    ApplicationRefused,
    KeepFailed,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journey.effects import KeepApplication
from kiosk.journey.events import BackPressed, LeaveConfirmed, LeavePressed, NextPressed
from kiosk.journey.facts import Submission
from kiosk.journey.views import (
    Goodbye,
    Rate,
    Rest,
    ShowReceipt,
    Submitting,
    Tone,
    Trouble,
    View,
)
from tests.journeys.citizen import PLATFORM_NUMBER, Citizen, words_on

DISK = Fault(code=FaultCode.STORE_FULL, about="outbox")
NETWORK = Fault(code=FaultCode.PLATFORM_UNREACHABLE, about="platform")


def postponed(citizen: Citizen) -> ApplicationPostponed:
    soon = citizen.clock.now() + timedelta(minutes=1)
    return ApplicationPostponed(
        application_id=citizen.application_id, fault=NETWORK, next_attempt=soon
    )


def numbers_shown(view: View) -> set[str]:
    body = view.body
    shown = (getattr(body, name, "") for name in ("local_number", "number", "qr"))
    return {number for number in shown if isinstance(number, str) and number}


def test_no_number_before_the_disk_has_it(citizen: Citizen):
    citizen.submits()
    assert citizen.sees(Submitting).local_number == ""
    citizen.waits(60)
    assert citizen.sees(Submitting).local_number == "", "not by waiting either"
    citizen.is_kept()
    number = citizen.sees(Submitting).local_number
    assert number == citizen.facts.application.local_number


def test_what_could_not_be_kept_shows_no_number_and_is_tried_again(citizen: Citizen):
    citizen.submits()
    first = citizen.application_id
    citizen.says(KeepFailed(application_id=first, fault=DISK))
    trouble = citizen.sees(Trouble)
    assert trouble.code == FaultCode.STORE_FULL
    assert numbers_shown(citizen.view) == set()
    assert citizen.reads(trouble.safe).startswith("申请没有保存")
    citizen.chooses("retry")
    assert citizen.sees(Submitting).local_number == ""
    assert len(citizen.asked(KeepApplication)) == 2
    citizen.says(ApplicationKept(application_id=first))
    assert not citizen.sees(Submitting).kept, "the answer to the first trial is not for the second"
    citizen.is_kept().is_delivered()
    citizen.sees(ShowReceipt)


def test_what_is_kept_stays_kept(citizen: Citizen):
    citizen.submits().is_kept()
    citizen.says(KeepFailed(application_id=citizen.application_id, fault=DISK))
    assert citizen.sees(Submitting).kept


def test_a_full_disk_leaves_a_way_out_that_wipes(citizen: Citizen):
    citizen.submits().says(KeepFailed(application_id=citizen.application_id, fault=DISK))
    citizen.chooses("leave").says(LeaveConfirmed())
    citizen.sees(Rest)
    assert citizen.wiped


def test_delivered_at_once(citizen: Citizen):
    citizen.goes_to_receipt()
    receipt = citizen.sees(ShowReceipt)
    assert receipt.tone is Tone.GOOD
    assert receipt.platform_number == PLATFORM_NUMBER
    assert receipt.qr == f"TB:{receipt.local_number}"
    assert "九江市" in citizen.reads(receipt.headline)
    collecting, deciding = receipt.lanes
    assert (collecting.place, deciding.place) == ("黄梅县", "九江市")
    assert all(step.done for step in collecting.steps)
    assert not any(step.done for step in deciding.steps)


def test_postponed_is_stored_and_says_so(printing_citizen: Citizen):
    citizen = printing_citizen.submits().is_kept()
    citizen.says(postponed(citizen))
    receipt = citizen.sees(ShowReceipt)
    assert receipt.tone is Tone.WARN
    assert receipt.platform_number == ""
    assert citizen.reads(receipt.headline) == "已保存，稍后自动送出"
    (slip,) = citizen.slips()
    assert "已保存，尚未被受理" in words_on(slip)


def test_a_platform_that_says_nothing_is_not_waited_for_forever(citizen: Citizen):
    citizen.submits().is_kept().waits(12)
    citizen.sees(Submitting)
    citizen.waits(2)
    assert citizen.facts.submission is Submission.STORED
    citizen.sees(ShowReceipt)


@pytest.mark.parametrize("screen", [ShowReceipt, Rate])
def test_delivered_late_while_the_citizen_is_still_there(citizen: Citizen, screen: type):
    citizen.submits().is_kept()
    citizen.says(postponed(citizen))
    if screen is Rate:
        citizen.next()
    citizen.sees(screen)
    citizen.is_delivered()
    citizen.sees(screen)
    if screen is Rate:
        citizen.back()
    receipt = citizen.sees(ShowReceipt)
    assert receipt.tone is Tone.GOOD
    assert receipt.platform_number == PLATFORM_NUMBER


def test_delivered_stays_delivered(citizen: Citizen):
    citizen.goes_to_receipt()
    citizen.says(postponed(citizen))
    assert citizen.sees(ShowReceipt).tone is Tone.GOOD


def test_refused_says_why_and_is_not_rated(citizen: Citizen):
    citizen.submits().is_kept()
    fault = Fault(code=FaultCode.PLATFORM_REFUSED, about="platform")
    citizen.says(
        ApplicationRefused(
            application_id=citizen.application_id, fault=fault, reason="户口簿已换新"
        )
    )
    receipt = citizen.sees(ShowReceipt)
    assert receipt.tone is Tone.BAD
    assert "户口簿已换新" in citizen.reads(receipt.explanation)
    assert receipt.lanes == ()
    citizen.next()
    citizen.sees(Goodbye)
    assert citizen.wiped


def test_refused_while_the_receipt_is_read(citizen: Citizen):
    citizen.submits().is_kept()
    citizen.says(postponed(citizen))
    fault = Fault(code=FaultCode.PLATFORM_REFUSED, about="platform")
    citizen.says(
        ApplicationRefused(application_id=citizen.application_id, fault=fault, reason="缺一页")
    )
    assert citizen.sees(ShowReceipt).tone is Tone.BAD


def test_what_is_said_of_another_application_changes_nothing(citizen: Citizen):
    citizen.submits()
    before = citizen.session
    for other in ("", "0195aaaa-0000-7000-8000-000000000001"):
        citizen.says(
            ApplicationKept(application_id=other),
            KeepFailed(application_id=other, fault=DISK),
            ApplicationPostponed(
                application_id=other, fault=NETWORK, next_attempt=citizen.clock.now()
            ),
            ApplicationDelivered(
                application_id=other, platform_number="X", received_at=citizen.clock.now()
            ),
            ApplicationRefused(application_id=other, fault=DISK, reason="not yours"),
        )
    assert citizen.session == before


def test_an_answer_to_nothing_is_no_answer(citizen: Citizen):
    """After a failed keep there is no application: not even an empty name fits it."""
    citizen.submits().says(KeepFailed(application_id=citizen.application_id, fault=DISK))
    citizen.says(
        ApplicationDelivered(
            application_id="", platform_number="X", received_at=citizen.clock.now()
        ),
        ApplicationKept(application_id=""),
    )
    citizen.sees(Trouble)


def test_nothing_can_be_pressed_while_it_is_kept_and_sent(citizen: Citizen):
    citizen.submits()
    before = citizen.session
    citizen.says(NextPressed(), BackPressed(), LeavePressed(), LeaveConfirmed())
    assert citizen.session == before


def test_latest_dates_follow_the_working_days(citizen: Citizen):
    """Made on Monday 2 March 2026: five working days to acceptance are Monday 9 March."""
    citizen.goes_to_receipt()
    deciding = citizen.sees(ShowReceipt).lanes[1]
    assert citizen.reads(deciding.steps[0].phrase) == "受理，最晚 03-09"


def test_a_disk_that_does_not_answer_is_not_waited_for_for_ever(citizen: Citizen):
    citizen.submits().waits(95)
    trouble = citizen.sees(Trouble)
    assert trouble.number == "", "nobody knows whether it is safe"
    assert trouble.safe.id == "trouble.safe.not_certain"
    (asked,) = citizen.asked(KeepApplication)
    citizen.chooses("retry")
    assert citizen.sees(Submitting).local_number == ""
    citizen.waits(95).sees(Trouble)
    assert citizen.asked(KeepApplication) == [asked], "one application, however slow the disk"
    citizen.is_kept()
    assert citizen.sees(Submitting).local_number == asked.application.local_number


def test_who_waits_in_vain_for_a_disk_may_leave_and_is_wiped(citizen: Citizen):
    citizen.submits().waits(95)
    citizen.sees(Trouble)
    citizen.waits(120).waits(31)
    citizen.sees(Rest)
    assert citizen.wiped


def test_what_a_person_must_look_at_is_not_promised_to_go_by_itself(citizen: Citizen):
    citizen.finds_devices_well().submits().is_kept()
    fault = Fault(code=FaultCode.PLATFORM_KEY_REUSED, about="platform")
    citizen.says(ApplicationHeld(application_id=citizen.application_id, fault=fault))
    receipt = citizen.sees(ShowReceipt)
    assert receipt.headline.id == "receipt.headline.held"
    assert receipt.local_number
    assert "网络恢复后" not in words_on(citizen.slips()[-1])
