"""Can it be done here? Every item, every place, every day gets an answer and a way on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.coverage import COVERED_BY_MODE, NEXT_STEPS, verdict
from kiosk.catalogue.model import Coverage, Verdict
from kiosk.catalogue.store import Catalogue
from kiosk.paths import SNAPSHOT, TEXTS
from kiosk.texts import Texts

CATALOGUE = Catalogue.load(SNAPSHOT)
TODAY = date(2026, 11, 22)
HUANGMEI, XUNYANG, TAIZHOU = "421127", "360403", "331000"


def ask(item: str, there: str = XUNYANG, here: str = HUANGMEI, on: date = TODAY) -> Verdict:
    return verdict(CATALOGUE, item, CATALOGUE.place(there), CATALOGUE.place(here), on)


def test_a_household_move_from_huangmei_to_xunyang_is_done_here():
    answer = ask("DEMO-055")
    assert answer.coverage is Coverage.COVERED
    assert answer.reason == "reason.covered_joint"
    assert answer.path == ("浔阳区", "全国跨省通办清单（2021 年，演示）", "黄梅县")
    assert answer.next_steps[0] == "next_step.start_here"


def test_the_same_matter_within_the_province_is_a_local_one():
    answer = ask("DEMO-055", there="421100")
    assert answer.coverage is Coverage.SAME_PROVINCE
    assert answer.next_steps == ("next_step.local_window",)


def test_a_county_that_the_snapshot_does_not_name_is_judged_by_its_province():
    assert ask("DEMO-055", here="421126").coverage is Coverage.COVERED


def test_a_retired_item_is_closed_since_its_day_and_was_open_before():
    assert ask("DEMO-045").coverage is Coverage.NOT_OPEN
    assert ask("DEMO-045", on=date(2022, 12, 30)).reason == "reason.retired"
    assert ask("DEMO-045", on=date(2022, 12, 29)).reason == "reason.enterprise"


def test_a_suspended_item_says_so():
    answer = ask("DEMO-049")
    assert (answer.coverage, answer.reason) == (Coverage.NOT_OPEN, "reason.suspended")


def test_an_alliance_holds_between_its_members_only():
    outside = ask("DEMO-126", there=TAIZHOU, here=HUANGMEI)
    assert (outside.coverage, outside.reason) == (Coverage.GUIDE_ONLY, "reason.outside_list")
    inside = ask("DEMO-126", there=TAIZHOU, here="310101")
    assert inside.reason == "reason.guide_not_published"


def test_the_national_list_does_not_reach_hong_kong():
    assert ask("DEMO-055", there="810000").reason == "reason.outside_list"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("DEMO-026", "reason.enterprise"),
        ("DEMO-041", "reason.presence_needed"),
        ("DEMO-117", "reason.print_not_here"),
        ("DEMO-052", "reason.guide_not_published"),
        ("DEMO-999", "reason.not_listed"),
    ],
)
def test_what_cannot_be_done_here_has_a_reason_of_its_own(item: str, reason: str):
    answer = ask(item)
    assert (answer.coverage, answer.reason) == (Coverage.GUIDE_ONLY, reason)


def test_a_place_that_nobody_knows_sends_the_citizen_back_to_choose():
    answer = ask("DEMO-055", there="990000")
    assert answer.reason == "reason.region_unknown"
    assert answer.next_steps[0] == "next_step.choose_again"


CODES = st.text(alphabet="0123456789", min_size=6, max_size=6) | st.sampled_from(
    [region.code for region in CATALOGUE.snapshot.regions]
)


@given(
    item=st.text() | st.sampled_from([item.code for item in CATALOGUE.items()]),
    there=CODES | st.text(),
    here=CODES | st.text(),
    on=st.dates(),
)
def test_there_is_always_an_answer_and_never_a_dead_end(item: str, there: str, here: str, on: date):
    answer = ask(item, there, here, on)
    assert answer.next_steps
    assert answer.reason.startswith("reason.")
    if answer.coverage is Coverage.COVERED:
        assert answer.item.guide is not None
        assert there[:2] != here[:2]


def test_every_reason_and_step_has_its_words():
    texts = Texts.load(TEXTS)
    for reason, steps in NEXT_STEPS.items():
        for text_id in (f"reason.{reason}", *(f"next_step.{step}" for step in steps)):
            for language in texts.languages:
                assert text_id in texts.ids(language), f"{text_id} in {language}"
    assert set(COVERED_BY_MODE.values()) <= set(NEXT_STEPS)
