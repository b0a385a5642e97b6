"""The situation form: what is asked follows from what was said, and every answer is judged."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.applications.model import Obtained
from kiosk.catalogue.model import (
    Choice,
    Condition,
    Guide,
    MaterialNeed,
    Question,
    QuestionKind,
)
from kiosk.catalogue.rules import (
    answer_error,
    answers_that_count,
    delivery,
    first_unanswered,
    materials_needed,
    questions_asked,
)
from kiosk.catalogue.store import Catalogue
from kiosk.paths import SNAPSHOT, TEXTS
from kiosk.texts import Texts

TODAY = date(2026, 11, 22)
PHONE = Question(key="phone", text="电话？", kind=QuestionKind.PHONE)
COPIES = Question(key="copies", text="几份？", kind=QuestionKind.NUMBER, minimum=1, maximum=5)
MARRIED = Question(key="married", text="哪天？", kind=QuestionKind.DATE, past_only=True)
FROM = Question(key="from", text="从哪天？", kind=QuestionKind.DATE)


def _choice(key: str, *values: str, asked_if: Condition | None = None) -> Question:
    choices = tuple(Choice(value=value, label=value) for value in values)
    return Question(key=key, text=key, kind=QuestionKind.CHOICE, choices=choices, asked_if=asked_if)


GUIDE = Guide(
    conditions="", application="", acceptance="", review="", time_limit="", issue="", fees="",
    delivery="window",
    questions=(
        _choice("home", "own", "rent"),
        _choice("filed", "yes", "no", asked_if=Condition(question="home", among=("rent",))),
        _choice("why", "new", "old", asked_if=Condition(question="filed", among=("no",))),
        PHONE,
        _choice("delivery", "post", "window"),
    ),
    materials=(
        MaterialNeed(key="id_card", name="身份证", obtained=Obtained.READ_FROM_CARD),
        MaterialNeed(
            key="lease",
            name="合同",
            obtained=Obtained.CAPTURED,
            page_names=("首页",),
            needed_if=Condition(question="filed", among=("yes", "no")),
        ),
    ),
)  # fmt: skip


def _asked(**answers: str) -> list[str]:
    return [question.key for question in questions_asked(GUIDE, answers)]


def _needed(**answers: str) -> list[str]:
    return [need.key for need in materials_needed(GUIDE, answers)]


def test_one_answer_opens_the_next_question():
    assert _asked() == ["home", "phone", "delivery"]
    assert _asked(home="own") == ["home", "phone", "delivery"]
    assert _asked(home="rent") == ["home", "filed", "phone", "delivery"]
    assert _asked(home="rent", filed="no") == ["home", "filed", "why", "phone", "delivery"]


def test_going_back_closes_what_followed_though_the_old_answers_are_still_there():
    left_over = {"home": "own", "filed": "no", "why": "new"}
    assert _asked(**left_over) == ["home", "phone", "delivery"]
    assert answers_that_count(GUIDE, left_over) == {"home": "own"}
    assert _needed(**left_over) == ["id_card"]


def test_a_paper_is_needed_only_in_its_situation():
    assert _needed() == ["id_card"]
    assert _needed(home="rent", filed="yes") == ["id_card", "lease"]


def test_the_result_comes_as_the_citizen_chose_or_as_the_guide_says():
    assert delivery(GUIDE, {"delivery": "post"}) == "post"
    assert delivery(GUIDE, {}) == "window"


def test_the_form_leads_to_the_first_answer_that_is_not_good():
    answers = {"home": "own", "phone": "1380000", "delivery": "post"}
    unanswered = first_unanswered(GUIDE, answers, TODAY)
    assert unanswered is not None
    assert unanswered.key == "phone"
    assert first_unanswered(GUIDE, {**answers, "phone": "13800000000"}, TODAY) is None


@pytest.mark.parametrize(
    ("question", "value", "error"),
    [
        (PHONE, "", "missing"),
        (PHONE, "13800000000", None),
        (PHONE, "1380000000", "phone_length"),
        (PHONE, "138000000000", "phone_length"),
        (PHONE, "１３８００００００００", "phone_length"),
        (PHONE, "1380000000a", "phone_length"),
        (PHONE, "23800000000", "phone_start"),
        (COPIES, "3", None),
        (COPIES, "0", "number_small"),
        (COPIES, "6", "number_large"),
        (COPIES, "9" * 5000, "number_large"),
        (COPIES, "-1", "number_form"),
        (COPIES, "三", "number_form"),
        (COPIES, "²", "number_form"),
        (MARRIED, "2026-11-22", None),
        (MARRIED, "2026-11-23", "date_future"),
        (MARRIED, "1899-12-31", "date_early"),
        (MARRIED, "2026-02-30", "date_form"),
        (MARRIED, "20261122", "date_form"),
        (MARRIED, "2026-W47-7", "date_form"),
        (MARRIED, "0000-00-00", "date_form"),
        (FROM, "2027-01-01", None),
        (GUIDE.questions[0], "own", None),
        (GUIDE.questions[0], "Own", "choice"),
    ],
)
def test_every_answer_is_judged_by_its_kind(question: Question, value: str, error: str | None):
    assert answer_error(question, value, TODAY) == (error and f"answer_error.{error}")


@given(st.text(), st.sampled_from([PHONE, COPIES, MARRIED, FROM, *GUIDE.questions]))
def test_whatever_is_typed_gets_words_and_never_an_exception(value: str, question: Question):
    error = answer_error(question, value, TODAY)
    assert error is None or error in ERRORS


ERRORS = {
    text_id
    for text_id in Texts.load(TEXTS).ids()
    if text_id.startswith("answer_error.")
}  # fmt: skip


@given(st.dates(min_value=date(1900, 1, 1), max_value=TODAY + timedelta(days=4000)))
def test_a_date_is_good_until_today(day: date):
    good = answer_error(MARRIED, day.isoformat(), TODAY) is None
    assert good == (day <= TODAY)


def _good_answers(question: Question, pick: int) -> str:
    match question.kind:
        case QuestionKind.CHOICE:
            return question.choices[pick % len(question.choices)].value
        case QuestionKind.PHONE:
            return "13800000000"
        case QuestionKind.NUMBER:
            return str(question.minimum or 1)
        case QuestionKind.DATE:
            return "2020-02-02"


GUIDES = [item.guide for item in Catalogue.load(SNAPSHOT).items() if item.guide is not None]


@given(st.sampled_from(GUIDES), st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_every_way_through_every_shipped_guide_comes_to_an_end(guide: Guide, picks: list[int]):
    answers: dict[str, str] = {}
    for pick in picks:
        question = first_unanswered(guide, answers, TODAY)
        if question is None:
            break
        answers[question.key] = _good_answers(question, pick)
    assert first_unanswered(guide, answers, TODAY) is None
    assert delivery(guide, answers) in {"post", "window", "electronic"}
