"""Going back, changing one thing, other languages and sizes: nothing that was given is lost."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.devices.values import Printed
from kiosk.faults import FaultCode
from kiosk.journey.effects import PrintReceipt, ReadCard, Withdraw
from kiosk.journey.events import (
    AnswerGiven,
    CapturePressed,
    ChangePressed,
    ContrastToggled,
    GuidePressed,
    HelpPressed,
    ItemChosen,
    LanguageChosen,
    LargeTypeToggled,
    LeaveConfirmed,
    PageRemoved,
    RegionChosen,
    Signed,
    StarsGiven,
    StartPressed,
    StayPressed,
)
from kiosk.journey.moves import CardRead, PageTaken
from kiosk.journey.views import (
    AskConsent,
    AskQuestion,
    CameraStage,
    ChooseItem,
    ChooseRegion,
    Identify,
    OverlayKind,
    PrintStage,
    Rate,
    Rest,
    Review,
    ReviewRow,
    ShowReceipt,
    ShowVerdict,
    Sign,
    TakePages,
    Trouble,
)
from tests.journeys.citizen import (
    DISABILITY,
    DRIVER,
    JIANGXI,
    JIUJIANG,
    MIGRATION,
    PHONE,
    SIGNATURE,
    UNEMPLOYMENT,
    Citizen,
    card,
    photograph,
    printed,
)


def row(citizen: Citizen, target: str) -> ReviewRow:
    (found,) = [row for row in citizen.sees(Review).rows if row.target == target]
    return found


# --- back ----------------------------------------------------------------------------------


def test_from_signing_back_to_rest_screen_by_screen(citizen: Citizen):
    citizen.goes_to_sign(home="rent").says(Signed(SIGNATURE))
    seen: list[str] = []
    for _ in range(40):
        body = citizen.body
        seen.append(getattr(body, "key", "") or getattr(body, "material", "") or body.name)
        if citizen.overlay() is OverlayKind.LEAVE:
            break
        citizen.back()
    assert seen == [
        "sign",
        "review",
        "租房合同（租房的才要）",
        "户口簿",
        "delivery",
        "phone",
        "married_on",
        "lease_until",
        "home",
        "identify",
        "consent",
        "verdict",
        "choose_item",
        "choose_region",
        "choose_region",
        "choose_region",
    ], "the last one asks first: a card was read and answers were given"
    citizen.says(LeaveConfirmed())
    citizen.sees(Rest)
    assert citizen.wiped


def test_before_anything_was_given_back_leads_to_rest_without_asking(citizen: Citizen):
    citizen.says(StartPressed("apply"), RegionChosen(JIANGXI)).back()
    assert citizen.sees(ChooseRegion).within is None
    citizen.back()
    citizen.sees(Rest)


def test_all_the_way_back_and_forward_again_loses_nothing(citizen: Citizen):
    citizen.goes_to_sign(home="rent").says(Signed(SIGNATURE))
    given = citizen.facts
    while not isinstance(citizen.body, ChooseRegion):
        citizen.back()
    citizen.says(RegionChosen(JIUJIANG), ItemChosen(MIGRATION)).next().next()
    citizen.sees(Identify)
    citizen.next()
    while not isinstance(citizen.body, Review):
        citizen.next()
    assert citizen.facts.answers == given.answers
    assert citizen.facts.pages == given.pages
    assert citizen.facts.card == given.card
    assert citizen.facts.signature == given.signature
    assert len(citizen.asked(ReadCard)) == 1, "the card is not asked for a second time"


def test_another_matter_has_other_questions_but_the_same_citizen(citizen: Citizen):
    citizen.goes_to_review().says(ChangePressed("choose_item"))
    citizen.sees(ChooseItem)
    citizen.says(ItemChosen(UNEMPLOYMENT)).next().next()
    assert citizen.sees(Identify).rows
    citizen.next()
    assert citizen.sees(AskQuestion).key == "situation"
    assert citizen.facts.answers == {}
    assert citizen.facts.pages == {}


def test_the_same_matter_chosen_again_keeps_the_answers(citizen: Citizen):
    citizen.goes_to_review().says(ChangePressed("choose_item"), ItemChosen(MIGRATION))
    citizen.sees(ShowVerdict)
    assert citizen.facts.answers["phone"] == PHONE


def test_a_stricter_matter_looks_at_the_age_again(citizen: Citizen):
    """16 is enough for one matter and not for the other; the card was read for the first."""
    young = card(id_number="999999200901010017", birth=date(2009, 1, 1))
    citizen.goes_to_identify(UNEMPLOYMENT)
    citizen.says(CardRead(young)).back()
    citizen.sees(AskConsent)
    citizen.back().back().says(ItemChosen(MIGRATION)).next().next()
    citizen.sees(Identify)
    citizen.next()
    assert citizen.sees(Trouble).code == FaultCode.APPLICANT_TOO_YOUNG


def test_back_from_the_preview_is_the_live_picture(citizen: Citizen):
    citizen.goes_to_papers().says(CapturePressed(), PageTaken(photograph())).back()
    live = citizen.sees(TakePages)
    assert live.stage is CameraStage.LIVE
    assert live.photograph is None


def test_back_while_the_camera_works_gives_the_photograph_up(citizen: Citizen):
    citizen.goes_to_papers().says(CapturePressed()).back()
    citizen.sees(AskQuestion)
    assert Withdraw("tray_camera") in citizen.effects
    citizen.says(PageTaken(photograph()))  # too late: it was withdrawn
    assert citizen.facts.photograph is None


def test_back_from_the_rating_shows_the_receipt_and_prints_no_second_one(
    printing_citizen: Citizen,
):
    citizen = printing_citizen.goes_to_rating().says(StarsGiven(3)).back()
    assert citizen.sees(ShowReceipt).printing is PrintStage.PRINTED
    assert len(citizen.asked(PrintReceipt)) == 1
    citizen.next()
    assert citizen.sees(Rate).stars == 3


def test_from_the_receipt_there_is_no_way_back_into_the_application(printing_citizen: Citizen):
    citizen = printing_citizen.goes_to_receipt().says(printed(Printed.PROCESSED)).back()
    citizen.sees(ShowReceipt)


# --- change one thing ----------------------------------------------------------------------


def test_one_answer_changed_and_straight_back_to_the_review(citizen: Citizen):
    citizen.goes_to_review().says(ChangePressed("form:phone"))
    assert citizen.sees(AskQuestion).key == "phone"
    citizen.says(AnswerGiven("phone", "13900000135")).next()
    assert citizen.reads(row(citizen, "form:phone").value) == "139****0135"


def test_a_wrong_change_does_not_come_back(citizen: Citizen):
    citizen.goes_to_review().says(ChangePressed("form:phone"))
    citizen.says(AnswerGiven("phone", "139")).next()
    asked = citizen.sees(AskQuestion)
    assert asked.key == "phone"
    assert asked.error is not None


def test_a_wrong_change_left_by_the_way_back_is_asked_again_before_signing(citizen: Citizen):
    citizen.goes_to_review().says(ChangePressed("form:home"), AnswerGiven("home", "palace")).back()
    citizen.sees(Review)
    citizen.next()
    assert citizen.sees(AskQuestion).key == "home"
    citizen.says(AnswerGiven("home", "own")).next()
    citizen.sees(Review)
    citizen.next()
    citizen.sees(Sign)


def test_an_answer_that_asks_for_another_paper_leads_to_that_paper_first(citizen: Citizen):
    citizen.goes_to_review(home="own").says(ChangePressed("form:home"))
    citizen.says(AnswerGiven("home", "rent")).next()
    asked = citizen.sees(AskQuestion)
    assert asked.key == "lease_until", "renting asks until when"
    citizen.says(AnswerGiven("lease_until", "2027-05-01")).next()
    papers = citizen.sees(TakePages)
    assert papers.material.startswith("租房合同"), "not the household book, which is complete"
    citizen.takes_page().takes_page().next()
    citizen.sees(Review)
    assert row(citizen, "materials:lease")


def test_a_paper_that_is_needed_no_more_is_not_handed_in(citizen: Citizen):
    citizen.goes_to_review(home="rent").says(ChangePressed("form:home"))
    citizen.says(AnswerGiven("home", "own")).next()
    targets = [row.target for row in citizen.sees(Review).rows]
    assert "materials:lease" not in targets
    citizen.next().says(Signed(SIGNATURE)).next()
    application = citizen.facts.application
    assert application is not None
    assert "lease" not in [need.need for need in application.materials]


def test_one_page_taken_again_and_straight_back(citizen: Citizen):
    citizen.goes_to_review(home="rent").says(ChangePressed("materials:lease"))
    assert citizen.sees(TakePages).material.startswith("租房合同")
    citizen.says(PageRemoved(0)).next()
    citizen.sees(TakePages)
    citizen.takes_page(b"another").next()
    citizen.sees(Review)
    assert b"another" in citizen.facts.pages["lease"]


def test_a_page_removed_and_left_behind_is_asked_for_before_signing(citizen: Citizen):
    citizen.goes_to_review(DISABILITY).says(ChangePressed("materials:disability_card"))
    citizen.says(PageRemoved(1)).back()
    citizen.sees(Review)
    citizen.next()
    assert citizen.sees(TakePages).page_name == "残疾类别和等级页"
    citizen.takes_page().next()
    citizen.sees(Review)


def test_what_the_chip_says_cannot_be_changed(citizen: Citizen):
    citizen.goes_to_review()
    fixed = [citizen.reads(row.label) for row in citizen.sees(Review).rows if row.target is None]
    assert fixed == ["决定地", "申请人"]
    for target in ("identify", "form:", "form:nothing", "materials:marriage_certificate", "submit"):
        citizen.says(ChangePressed(target))
        citizen.sees(Review)


# --- shown differently -----------------------------------------------------------------------

SCREENS = {
    "choose_region": lambda citizen: citizen.says(StartPressed("apply")),
    "choose_item": lambda citizen: citizen.says(
        StartPressed("apply"), RegionChosen(JIANGXI), RegionChosen(JIUJIANG)
    ),
    "verdict": lambda citizen: citizen.goes_to_verdict(),
    "guide": lambda citizen: citizen.goes_to_verdict().says(GuidePressed()),
    "consent": lambda citizen: citizen.goes_to_verdict().next(),
    "identify": lambda citizen: citizen.goes_to_identify(),
    "question": lambda citizen: citizen.goes_to_form().says(AnswerGiven("home", "rent")),
    "take_pages": lambda citizen: citizen.goes_to_papers().says(
        CapturePressed(), PageTaken(photograph())
    ),
    "review": lambda citizen: citizen.goes_to_review(),
    "sign": lambda citizen: citizen.goes_to_sign().says(Signed(SIGNATURE)),
    "submitting": lambda citizen: citizen.submits(),
    "receipt": lambda citizen: citizen.goes_to_receipt(DRIVER),
    "rate": lambda citizen: citizen.goes_to_rating().says(StarsGiven(1)),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_language_size_contrast_and_help_on_every_screen_lose_nothing(
    printing_citizen: Citizen, screen: str
):
    citizen = SCREENS[screen](printing_citizen)
    before = citizen.view
    assert before.body.name == screen
    citizen.says(LanguageChosen("en"), LargeTypeToggled(), ContrastToggled(), HelpPressed())
    shown = citizen.view
    assert (shown.modes.language, shown.modes.large, shown.modes.contrast) == ("en", True, True)
    assert citizen.overlay() is OverlayKind.HELP
    citizen.says(LanguageChosen("tlh"))
    assert citizen.view.modes.language == "en", "a language that is not there changes nothing"
    citizen.says(LanguageChosen("zh_CN"), LargeTypeToggled(), ContrastToggled(), StayPressed())
    assert citizen.view == before


def test_how_things_are_shown_is_forgotten_with_the_citizen(citizen: Citizen):
    citizen.says(LanguageChosen("en"), LargeTypeToggled(), ContrastToggled())
    citizen.goes_to_rating().next()
    assert citizen.view.modes.large, "goodbye is still said in large type"
    citizen.next()
    citizen.sees(Rest)
    assert (citizen.view.modes.language, citizen.view.modes.large) == ("zh_CN", False)


def test_a_change_after_signing_asks_for_a_new_signature(citizen: Citizen) -> None:
    citizen.goes_to_sign()
    citizen.says(Signed(b"png"))
    assert citizen.facts.signature
    citizen.back().says(ChangePressed("form:phone"), AnswerGiven("phone", "13900000000"))
    assert not citizen.facts.signature
