"""The situation form (情形化选择表单): what is asked, what is needed, what is wrong.

Pure and total. `answers` maps question keys to values; it may hold answers to questions that are
no longer asked, because the citizen went back: those count for nothing.

Two keys have a meaning for every item: `phone`, and `delivery` (how the result comes back).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kiosk.catalogue.model import Condition, Guide, MaterialNeed, Question, QuestionKind

PHONE = "phone"
DELIVERY = "delivery"

EARLIEST = date(1900, 1, 1)
PHONE_DIGITS = 11
LONGEST_NUMBER = 18  # digits; nothing that is asked has more

Answers = Mapping[str, str]


def questions_asked(guide: Guide, answers: Answers) -> tuple[Question, ...]:
    """In the order of the guide. A condition on a question that is not asked does not hold."""
    asked: list[Question] = []
    heard: dict[str, str] = {}
    for question in guide.questions:
        if _holds(question.asked_if, heard):
            asked.append(question)
            heard[question.key] = answers.get(question.key, "")
    return tuple(asked)


def answers_that_count(guide: Guide, answers: Answers) -> dict[str, str]:
    """The answers to the questions asked, in their order, without the empty ones."""
    return {
        question.key: answers[question.key]
        for question in questions_asked(guide, answers)
        if answers.get(question.key)
    }


def materials_needed(guide: Guide, answers: Answers) -> tuple[MaterialNeed, ...]:
    heard = answers_that_count(guide, answers)
    return tuple(need for need in guide.materials if _holds(need.needed_if, heard))


def delivery(guide: Guide, answers: Answers) -> str:
    """What the citizen chose, else what the guide says: post, window or electronic."""
    return answers_that_count(guide, answers).get(DELIVERY, guide.delivery)


def answer_error(question: Question, value: str, today: date) -> str | None:
    """The text id of what is wrong with `value`, or None. `today` is the terminal's local date."""
    if not value:
        return "answer_error.missing"
    match question.kind:
        case QuestionKind.CHOICE:
            known = any(choice.value == value for choice in question.choices)
            return None if known else "answer_error.choice"
        case QuestionKind.PHONE:
            return _phone_error(value)
        case QuestionKind.NUMBER:
            return _number_error(question, value)
        case QuestionKind.DATE:
            return _date_error(question, value, today)


def first_unanswered(guide: Guide, answers: Answers, today: date) -> Question | None:
    """The first question asked whose answer is not good; None: the form is complete."""
    for question in questions_asked(guide, answers):
        if answer_error(question, answers.get(question.key, ""), today) is not None:
            return question
    return None


def _holds(condition: Condition | None, heard: Answers) -> bool:
    return condition is None or heard.get(condition.question, "") in condition.among


def _phone_error(value: str) -> str | None:
    if not _is_digits(value) or len(value) != PHONE_DIGITS:
        return "answer_error.phone_length"
    if not value.startswith("1"):
        return "answer_error.phone_start"
    return None


def _number_error(question: Question, value: str) -> str | None:
    if not _is_digits(value):
        return "answer_error.number_form"
    if len(value) > LONGEST_NUMBER:
        return "answer_error.number_large"
    number = int(value)
    if question.minimum is not None and number < question.minimum:
        return "answer_error.number_small"
    if question.maximum is not None and number > question.maximum:
        return "answer_error.number_large"
    return None


def _date_error(question: Question, value: str, today: date) -> str | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return "answer_error.date_form"
    if day.isoformat() != value:  # 3.11 also reads 20261122 and 2026-W47-7
        return "answer_error.date_form"
    if day < EARLIEST:
        return "answer_error.date_early"
    if question.past_only and day > today:
        return "answer_error.date_future"
    return None


def _is_digits(value: str) -> bool:
    return value.isascii() and value.isdigit()
