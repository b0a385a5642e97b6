"""From rest to goodbye, one item of each handling mode: what is seen, then what is said."""

from __future__ import annotations

import pytest

from kiosk.applications.model import HandlingMode, Obtained
from kiosk.devices.values import Printed
from kiosk.journey.effects import (
    KeepApplication,
    KeepRating,
    Preview,
    PrintReceipt,
    ReadCard,
    TakePhotograph,
)
from kiosk.journey.events import (
    AnswerGiven,
    CapturePressed,
    ConsentToggled,
    GuidePressed,
    ItemChosen,
    NextPressed,
    PageKept,
    ReasonToggled,
    RegionChosen,
    RetakePressed,
    Signed,
    StarsGiven,
    StartPressed,
    ThemeChosen,
)
from kiosk.journey.machine import Ended
from kiosk.journey.moves import CardRead, PageTaken, StageReached
from kiosk.journey.views import (
    AskConsent,
    AskQuestion,
    CameraStage,
    CardStage,
    ChooseItem,
    ChooseRegion,
    Goodbye,
    Identify,
    PrintStage,
    Rate,
    Rest,
    Review,
    ShowGuide,
    ShowReceipt,
    ShowVerdict,
    Sign,
    Submitting,
    TakePages,
    Tone,
)
from tests.journeys.citizen import (
    CLEAN_RECORD,
    DISABILITY,
    DRIVER,
    HOUSE,
    ID_NUMBER,
    JIANGXI,
    JIUJIANG,
    MIGRATION,
    NAME,
    PAGE,
    PHONE,
    PLATFORM_NUMBER,
    SIGNATURE,
    UNEMPLOYMENT,
    Citizen,
    card,
    photograph,
    printed,
    words_on,
)

TO_IDENTIFY = [
    (ShowVerdict, NextPressed()),
    (AskConsent, ConsentToggled()),
    (AskConsent, NextPressed()),
    (Identify, StageReached("id_reader", "card_seen")),
    (Identify, StageReached("id_reader", "reading")),
    (Identify, CardRead(card())),
    (Identify, NextPressed()),
]
A_PAGE = [
    (TakePages, CapturePressed()),
    (TakePages, PageTaken(photograph())),
    (TakePages, PageKept()),
]
TO_SUBMIT = [
    (Review, NextPressed()),
    (Sign, Signed(SIGNATURE)),
    (Sign, NextPressed()),
]


def _choosing(item: str) -> list:
    return [
        (Rest, StartPressed("apply")),
        (ChooseRegion, RegionChosen(JIANGXI)),
        (ChooseRegion, RegionChosen(JIUJIANG)),
        (ChooseItem, ItemChosen(item)),
    ]


def _answers(**answers: str) -> list:
    return [
        line
        for key, value in answers.items()
        for line in ((AskQuestion, AnswerGiven(key, value)), (AskQuestion, NextPressed()))
    ]


JOURNEYS = {
    HandlingMode.ALL_ONLINE: [
        *_choosing(UNEMPLOYMENT),
        *TO_IDENTIFY,
        *_answers(situation="dismissed", left_on="2026-01-15", phone=PHONE),
        *A_PAGE,
        (TakePages, NextPressed()),
        *TO_SUBMIT,
    ],
    HandlingMode.REMOTE_COLLECTION: [
        *_choosing(CLEAN_RECORD),
        *TO_IDENTIFY,
        *_answers(purpose="work", copies="2", phone=PHONE, delivery="electronic"),
        *TO_SUBMIT,  # for work no paper is needed: there is nothing to photograph
    ],
    HandlingMode.REMOTE_AUTHORISED: [
        *_choosing(DRIVER),
        *TO_IDENTIFY,
        *_answers(
            **{"class": "goods"},
            reason="expiring",
            valid_until="2026-06-01",
            phone=PHONE,
            delivery="window",
        ),
        *A_PAGE,
        (TakePages, NextPressed()),
        *TO_SUBMIT,
    ],
    HandlingMode.JOINT: [
        *_choosing(MIGRATION),
        *TO_IDENTIFY,
        *_answers(
            home="rent",
            lease_until="2027-05-01",
            married_on="2020-05-04",
            phone=PHONE,
            delivery="post",
        ),
        *A_PAGE,
        *A_PAGE,
        (TakePages, NextPressed()),
        *A_PAGE,
        *A_PAGE,
        *A_PAGE,  # the lease may have more pages than the two that are named
        (TakePages, NextPressed()),
        *TO_SUBMIT,
    ],
}


@pytest.mark.parametrize("mode", HandlingMode)
def test_from_rest_to_goodbye(printing_citizen: Citizen, mode: HandlingMode):
    citizen = printing_citizen.plays(JOURNEYS[mode])
    assert not citizen.sees(Submitting).kept
    citizen.is_kept()
    assert citizen.sees(Submitting).kept
    citizen.is_delivered()
    receipt = citizen.sees(ShowReceipt)
    assert receipt.tone is Tone.GOOD
    assert receipt.platform_number == PLATFORM_NUMBER
    assert receipt.printing is PrintStage.PRINTING
    citizen.says(printed(Printed.CONFIRMED))
    citizen.plays(
        [
            (ShowReceipt, NextPressed()),
            (Rate, StarsGiven(5)),
            (Rate, NextPressed()),
            (Goodbye, NextPressed()),
        ]
    )
    citizen.sees(Rest)
    assert citizen.wiped

    (kept,) = citizen.asked(KeepApplication)
    application = kept.application
    assert application.mode is mode
    assert application.applicant.id_number == ID_NUMBER
    assert application.signature.digest in kept.pages
    captured = [need for need in application.materials if need.obtained is Obtained.CAPTURED]
    assert bool(captured) is (mode is not HandlingMode.REMOTE_COLLECTION)
    for material in captured:
        assert all(kept.pages[page.digest] == PAGE for page in material.pages)
    (rating,) = citizen.asked(KeepRating)
    assert rating.rating.application_id == application.id
    assert len(citizen.asked(ReadCard)) == 1
    assert len(citizen.asked(PrintReceipt)) == 1
    assert len(citizen.asked(TakePhotograph)) == sum(len(need.pages) for need in captured)
    assert [effect.on for effect in citizen.asked(Preview)] == ([True, False] if captured else [])
    assert citizen.asked(Ended)


@pytest.mark.parametrize("item", [DISABILITY, HOUSE, "DEMO-069", "DEMO-078"])
def test_every_other_item_with_a_guide_reaches_its_receipt(printing_citizen: Citizen, item: str):
    citizen = printing_citizen.goes_to_receipt(item)
    assert citizen.sees(ShowReceipt).local_number.startswith("HM")
    (slip,) = citizen.slips()
    assert NAME not in words_on(slip)


def test_the_application_says_what_was_answered_and_nothing_else(citizen: Citizen):
    citizen.submits(MIGRATION, home="rent", delivery="window")
    application = citizen.facts.application
    assert application is not None
    said = {answer.question: answer.value for answer in application.answers}
    assert said["home"] == "rent"
    assert said["phone"] == PHONE
    assert application.delivery == "window"
    assert application.decided_in.region_code == JIUJIANG
    assert application.received_in.region_code == "421127"
    assert [need.need for need in application.materials] == [
        "id_card",
        "household_book",
        "lease",
        "marriage_certificate",
    ]
    assert {consent.document for consent in application.consents} == {
        "personal-information-notice",
        "statement-of-truth",
    }


def test_the_card_is_followed_stage_by_stage(citizen: Citizen):
    citizen.goes_to_identify()
    assert citizen.sees(Identify).stage is CardStage.WAITING
    citizen.says(StageReached("id_reader", "card_seen"))
    assert citizen.sees(Identify).stage is CardStage.CARD_SEEN
    citizen.says(StageReached("id_reader", "reading"))
    assert citizen.sees(Identify).stage is CardStage.READING
    citizen.next()
    assert citizen.sees(Identify).stage is CardStage.READING, "not yet read: no way on"
    citizen.says(CardRead(card()))
    read = citizen.sees(Identify)
    assert read.stage is CardStage.READ
    shown = [row.value for row in read.rows]
    assert shown == ["张**", "1101**********002X", "长期"]


def test_without_consent_no_card_is_asked_for(citizen: Citizen):
    citizen.goes_to_verdict().next()
    consent = citizen.sees(AskConsent)
    assert not consent.agreed
    citizen.next()
    citizen.sees(AskConsent)
    citizen.says(ConsentToggled(), ConsentToggled()).next()
    assert not citizen.sees(AskConsent).agreed
    assert citizen.asked(ReadCard) == []


def test_a_blurred_page_is_taken_again(citizen: Citizen):
    citizen.goes_to_papers().says(CapturePressed(), PageTaken(photograph(b"blurred")))
    assert citizen.sees(TakePages).stage is CameraStage.PREVIEW
    assert citizen.sees(TakePages).photograph == b"blurred"
    citizen.says(RetakePressed())
    assert citizen.sees(TakePages).stage is CameraStage.LIVE
    citizen.takes_page(b"sharp")
    assert citizen.sees(TakePages).pages == (b"sharp",)


def test_the_guide_opens_and_closes_over_the_verdict(citizen: Citizen):
    citizen.goes_to_verdict().says(GuidePressed())
    guide = citizen.sees(ShowGuide)
    assert {"guide.conditions", "guide.fees"} <= {section.key for section in guide.sections}
    citizen.says(GuidePressed())
    citizen.sees(ShowVerdict)
    citizen.says(GuidePressed()).back()
    citizen.sees(ShowVerdict)


def test_a_theme_shortens_the_list(citizen: Citizen):
    citizen.says(StartPressed("apply"), RegionChosen(JIANGXI), RegionChosen(JIUJIANG))
    everything = len(citizen.sees(ChooseItem).items)
    citizen.says(ThemeChosen("household"))
    fewer = citizen.sees(ChooseItem)
    assert fewer.theme == "household"
    assert 0 < len(fewer.items) < everything
    citizen.says(ThemeChosen("no-such-theme"))
    assert citizen.sees(ChooseItem).theme == "household"


def test_what_cannot_be_done_here_says_what_to_do_instead(citizen: Citizen):
    citizen.says(StartPressed("apply"), RegionChosen("420000"))
    own_province = citizen.sees(ChooseRegion).regions[0].code
    citizen.says(RegionChosen(own_province), ItemChosen(MIGRATION))
    verdict = citizen.sees(ShowVerdict)
    assert verdict.tone is Tone.WARN
    assert verdict.next_steps
    citizen.next()
    citizen.sees(ShowVerdict)


def test_few_stars_ask_why_and_more_stars_forget_the_reasons(citizen: Citizen):
    citizen.goes_to_rating()
    assert citizen.sees(Rate).reasons == ()
    citizen.says(StarsGiven(1))
    reasons = citizen.sees(Rate).reasons
    citizen.says(ReasonToggled(reasons[1]), ReasonToggled(reasons[0]), ReasonToggled(reasons[1]))
    assert citizen.sees(Rate).chosen == (reasons[0],)
    citizen.says(StarsGiven(4))
    assert citizen.sees(Rate).chosen == ()
    citizen.next()
    (kept,) = citizen.asked(KeepRating)
    assert (kept.rating.stars, kept.rating.reasons) == (4, ())


def test_rating_is_as_easy_to_skip_as_to_give(citizen: Citizen):
    citizen.goes_to_rating().next()
    citizen.sees(Goodbye)
    assert citizen.asked(KeepRating) == []


def test_everything_is_forgotten_before_goodbye_is_said(citizen: Citizen):
    citizen.goes_to_rating().next()
    citizen.sees(Goodbye)
    assert citizen.wiped
    assert citizen.asked(Ended)


def test_goodbye_counts_down_and_returns_to_rest_by_itself(citizen: Citizen):
    citizen.goes_to_rating().next()
    assert citizen.sees(Goodbye).seconds_left == 8
    citizen.waits(4)
    assert citizen.sees(Goodbye).seconds_left == 5
    citizen.waits(6)
    citizen.sees(Rest)
