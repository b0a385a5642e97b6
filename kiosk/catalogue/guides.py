"""What must be true of a guide beyond its types, so that a citizen is never stuck in a form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kiosk.applications.model import Obtained
from kiosk.catalogue.model import Condition, Guide, MaterialNeed, Question, QuestionKind
from kiosk.catalogue.rules import DELIVERY, PHONE, answer_error
from kiosk.catalogue.sources import Problems

SEVEN_FIELDS = (
    "conditions", "application", "acceptance", "review", "time_limit", "issue", "fees",
)  # fmt: skip
DELIVERIES = ("post", "window", "electronic")


def check_guide(guide: Guide, where: str, problems: Problems, *, can_apply: bool) -> None:
    """`can_apply`: a terminal takes it, so it needs a telephone and something to act on."""
    for name in (*SEVEN_FIELDS, "legal_basis"):
        problems.demand(getattr(guide, name).strip(), f"{where} {name}", "empty")
    problems.demand(
        guide.promised_days <= guide.legal_days,
        f"{where} promised_days",
        f"{guide.promised_days} is longer than the law's {guide.legal_days}",
    )
    _demand_delivery(guide.delivery, f"{where} delivery", problems)
    _demand_unique((question.key for question in guide.questions), f"{where} questions", problems)
    _demand_unique((need.key for need in guide.materials), f"{where} materials", problems)
    if can_apply:
        asked = {question.key: question for question in guide.questions}
        phone = asked.get(PHONE)
        good = phone is not None and phone.kind is QuestionKind.PHONE and phone.asked_if is None
        problems.demand(good, f"{where} questions", "the telephone is always asked")
        problems.demand(guide.materials, f"{where} materials", "none")
    for number, question in enumerate(guide.questions):
        _check_question(question, guide.questions[:number], f"{where} {question.key}", problems)
    for need in guide.materials:
        _check_material(need, guide.questions, f"{where} {need.key}", problems)


def _check_question(
    question: Question, before: tuple[Question, ...], where: str, problems: Problems
) -> None:
    problems.demand(question.text, f"{where} text", "empty")
    problems.demand(question.label, f"{where} label", "empty: the review screen needs it")
    values = [choice.value for choice in question.choices]
    if question.kind is QuestionKind.CHOICE:
        problems.demand(len(values) > 1, f"{where} choices", "fewer than two")
        _demand_unique(values, f"{where} choices", problems)
        for choice in question.choices:
            problems.demand(choice.value and choice.label, f"{where} choices", "an empty one")
    else:
        problems.demand(not values, f"{where} choices", f"a {question.kind.value} has none")
    if question.key == DELIVERY:
        for value in values:
            _demand_delivery(value, f"{where} choices", problems)
    bounds = (question.minimum, question.maximum)
    if question.kind is not QuestionKind.NUMBER:
        problems.demand(bounds == (None, None), f"{where} minimum", "only a number has bounds")
    if question.minimum is not None and question.maximum is not None:
        problems.demand(question.minimum <= question.maximum, f"{where} minimum", "above maximum")
    _check_condition(question.asked_if, before, f"{where} asked_if", problems)


def _check_material(
    need: MaterialNeed, questions: tuple[Question, ...], where: str, problems: Problems
) -> None:
    problems.demand(need.name, f"{where} name", "empty")
    captured = need.obtained is Obtained.CAPTURED
    problems.demand(
        captured == bool(need.page_names),
        f"{where} page_names",
        "needed when it is photographed, and only then",
    )
    problems.demand(captured or not need.more_pages, f"{where} more_pages", "nothing to add to")
    _check_condition(need.needed_if, questions, f"{where} needed_if", problems)


def _check_condition(
    condition: Condition | None, before: tuple[Question, ...], where: str, problems: Problems
) -> None:
    if condition is None:
        return
    question = next((one for one in before if one.key == condition.question), None)
    if question is None:
        problems.add(where, f"no question {condition.question!r} before it")
        return
    problems.demand(condition.among, where, "never holds")
    for value in condition.among:
        possible = answer_error(question, value, date.max) is None
        problems.demand(possible, where, f"{value!r} is no answer to {question.key}")


def _demand_delivery(value: str, where: str, problems: Problems) -> None:
    problems.demand(value in DELIVERIES, where, f"{value!r} is none of {', '.join(DELIVERIES)}")


def _demand_unique(keys: Iterable[str], where: str, problems: Problems) -> None:
    seen: set[str] = set()
    for key in keys:
        problems.demand(key not in seen, where, f"{key!r} twice")
        seen.add(key)
