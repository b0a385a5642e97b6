"""Check your answers, then sign. The last moment at which everything can still be changed."""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue.model import Question, QuestionKind
from kiosk.journey.asked import papers_of, questions_of
from kiosk.journey.events import BackPressed, ChangePressed, NextPressed, Signed
from kiosk.journey.facts import Facts
from kiosk.journey.moves import Back, Ignored, Jump, Move, Next, Stay
from kiosk.journey.steps.base import AnyEvent, Patience, Step
from kiosk.journey.views import Foot, Review, ReviewRow, Sign, Stage
from kiosk.masking import mask_id_number, mask_name, mask_phone
from kiosk.texts import Phrase

LARGEST_SIGNATURE = 1_000_000  # bytes of PNG; a signature pad makes some 20 kB
STATEMENT_VERSION = "3"


class ReviewStep(Step):
    key = "review"
    stage = Stage.CONFIRM
    patience = Patience.READING

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case NextPressed():
                return Next(facts)
            case BackPressed():
                return Back(facts)
            case ChangePressed(target):
                return self._change(facts, target)
            case _:
                return Ignored()

    def _change(self, facts: Facts, target: str) -> Move:
        if target == "choose_item":
            return Jump(facts, target)
        kind, _, key = target.partition(":")
        if kind == "form":
            keys = [question.key for question in questions_of(facts)]
            if key in keys:
                return Jump(replace(facts, question_index=keys.index(key)), "form")
        if kind == "materials":
            needs = [need.key for need in papers_of(facts)]
            if key in needs:
                return Jump(replace(facts, material_index=needs.index(key)), "materials")
        return Ignored()

    def view(self, facts: Facts) -> Review:
        return Review(rows=(*self._who_and_what(facts), *_answers(facts), *_papers(facts)))

    def _who_and_what(self, facts: Facts) -> tuple[ReviewRow, ...]:
        assert facts.item is not None and facts.card is not None and facts.decided_in is not None
        return (
            ReviewRow(
                label=Phrase("review.item"), value=_said(facts.item.name), target="choose_item"
            ),
            ReviewRow(
                label=Phrase("review.decided_in"), value=_said(facts.decided_in.name), target=None
            ),
            ReviewRow(
                label=Phrase("review.applicant"),
                value=Phrase(
                    "review.person",
                    {
                        "name": mask_name(facts.card.name),
                        "id_number": mask_id_number(facts.card.id_number),
                    },
                ),
                target=None,
            ),
        )

    def foot(self, facts: Facts) -> Foot:
        return Foot(next=Phrase("review.to_sign"))


class SignStep(Step):
    key = "sign"
    stage = Stage.CONFIRM
    patience = Patience.READING

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case Signed(png) if len(png) <= LARGEST_SIGNATURE:
                return Stay(replace(facts, signature=png))
            case NextPressed() if facts.signature:
                return Next(facts)
            case BackPressed():
                return Back(facts)
            case _:
                return Ignored()

    def view(self, facts: Facts) -> Sign:
        return Sign(
            signed=bool(facts.signature),
            statement=Phrase("sign.statement", {"version": STATEMENT_VERSION}),
        )

    def foot(self, facts: Facts) -> Foot:
        return Foot(next=Phrase("sign.submit"), next_enabled=bool(facts.signature))


def _answers(facts: Facts) -> tuple[ReviewRow, ...]:
    return tuple(
        ReviewRow(
            label=_said(question.label or question.text),
            value=_answer(question, facts.answers.get(question.key, "")),
            target=f"form:{question.key}",
        )
        for question in questions_of(facts)
    )


def _answer(question: Question, value: str) -> Phrase:
    return _said(_shown(question, value)) if value else Phrase("review.missing")


def _shown(question: Question, value: str) -> str:
    if question.kind is QuestionKind.PHONE:
        return mask_phone(value)
    for choice in question.choices:
        if choice.value == value:
            return choice.label
    return value


def _papers(facts: Facts) -> tuple[ReviewRow, ...]:
    return tuple(
        ReviewRow(
            label=_said(need.name),
            value=Phrase("review.pages", {"count": len(facts.pages.get(need.key, ()))}),
            target=f"materials:{need.key}",
        )
        for need in papers_of(facts)
    )


def _said(words: str) -> Phrase:
    """Words that are data, not a text: as they are."""
    return Phrase("review.as_is", {"words": words})
