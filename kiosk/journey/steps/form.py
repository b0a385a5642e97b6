"""The item's questions, one a screen; which are asked follows from the answers so far."""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue.model import Question
from kiosk.catalogue.rules import answer_error
from kiosk.journey.asked import questions_of
from kiosk.journey.effects import Effects
from kiosk.journey.events import AnswerGiven, BackPressed, NextPressed
from kiosk.journey.facts import Facts
from kiosk.journey.moves import Back, Ignored, Move, Next, Stay
from kiosk.journey.steps.base import AnyEvent, Step
from kiosk.journey.views import AnswerChoice, AskQuestion, Foot, Stage
from kiosk.texts import Phrase

LONGEST_ANSWER = 200  # characters; the keypad stops long before


class FormStep(Step):
    key = "form"
    stage = Stage.FORM

    def needed(self, facts: Facts) -> bool:
        return bool(questions_of(facts))

    def complete(self, facts: Facts) -> bool:
        return not self._missing(facts)

    def enter(self, facts: Facts) -> tuple[Facts, Effects]:
        """Where the citizen was; when that is answered, at the first that is not."""
        index = min(facts.question_index, len(questions_of(facts)) - 1)
        missing = self._missing(facts)
        if missing and index not in missing:
            index = missing[0]
        return replace(facts, question_index=index, answer_tried=False), ()

    def _missing(self, facts: Facts) -> tuple[int, ...]:
        asked = enumerate(questions_of(facts))
        return tuple(index for index, question in asked if self._error(facts, question) is not None)

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        question, number, count = _present(facts)
        match event:
            case AnswerGiven(key, value) if key == question.key and len(value) <= LONGEST_ANSWER:
                answers = {**facts.answers, key: value}
                # what was signed is no longer what would be sent
                return Stay(replace(facts, answers=answers, answer_tried=False, signature=b""))
            case NextPressed() if self._error(facts, question) is not None:
                return Stay(replace(facts, answer_tried=True))
            case NextPressed() if number < count:
                return Stay(replace(facts, question_index=number, answer_tried=False))
            case NextPressed():
                return Next(replace(facts, answer_tried=False))
            case BackPressed() if number > 1:
                return Stay(replace(facts, question_index=number - 2, answer_tried=False))
            case BackPressed():
                return Back(replace(facts, answer_tried=False))
            case _:
                return Ignored()

    def _error(self, facts: Facts, question: Question) -> str | None:
        value = facts.answers.get(question.key, "")
        return answer_error(question, value, self.here.local_date())

    def view(self, facts: Facts) -> AskQuestion:
        question, number, count = _present(facts)
        error = self._error(facts, question) if facts.answer_tried else None
        return AskQuestion(
            number=number,
            count=count,
            key=question.key,
            text=question.text,
            help=question.help,
            kind=question.kind.value,
            choices=tuple(
                AnswerChoice(value=choice.value, label=choice.label) for choice in question.choices
            ),
            value=facts.answers.get(question.key, ""),
            error=None if error is None else Phrase(error),
        )

    def foot(self, facts: Facts) -> Foot:
        question, _, _ = _present(facts)
        answered = bool(facts.answers.get(question.key))
        return Foot(next=Phrase("foot.next"), next_enabled=answered)


def _present(facts: Facts) -> tuple[Question, int, int]:
    """The question on the glass, its number from 1, and how many there are as things stand."""
    questions = questions_of(facts)
    index = min(facts.question_index, len(questions) - 1)
    return questions[index], index + 1, len(questions)
