"""What the matter asks of this citizen, as the answers stand."""

from __future__ import annotations

from kiosk.applications.model import Obtained
from kiosk.catalogue.model import MaterialNeed, Question
from kiosk.catalogue.rules import materials_needed, questions_asked
from kiosk.journey.facts import Facts


def questions_of(facts: Facts) -> tuple[Question, ...]:
    if facts.item is None or facts.item.guide is None:
        return ()
    return questions_asked(facts.item.guide, facts.answers)


def papers_of(facts: Facts) -> tuple[MaterialNeed, ...]:
    """The papers to photograph here."""
    if facts.item is None or facts.item.guide is None:
        return ()
    needs = materials_needed(facts.item.guide, facts.answers)
    return tuple(need for need in needs if need.obtained is Obtained.CAPTURED)
