"""The notice on personal information, read before anything personal is read."""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey.events import BackPressed, ConsentToggled, NextPressed
from kiosk.journey.facts import Facts
from kiosk.journey.moves import Back, Ignored, Move, Next, Stay
from kiosk.journey.steps.base import AnyEvent, Patience, Step
from kiosk.journey.views import AskConsent, Foot, Stage
from kiosk.texts import Phrase

DOCUMENT = "personal-information-notice"
VERSION = "3"
PARAGRAPHS = ("what", "why", "how_long", "sensitive", "refuse")


class ConsentStep(Step):
    key = "consent"
    stage = Stage.IDENTIFY
    patience = Patience.READING

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case ConsentToggled():
                at = self.here.clock.now() if facts.consented_at is None else None
                return Stay(replace(facts, consented_at=at))
            case NextPressed() if facts.consented_at is not None:
                return Next(facts)
            case BackPressed():
                return Back(facts)
            case _:
                return Ignored()

    def view(self, facts: Facts) -> AskConsent:
        return AskConsent(
            version=VERSION,
            paragraphs=tuple(
                Phrase(f"consent_text.{name}", {"place": self.here.place}) for name in PARAGRAPHS
            ),
            agreed=facts.consented_at is not None,
        )

    def foot(self, facts: Facts) -> Foot:
        return Foot(next=Phrase("foot.next"), next_enabled=facts.consented_at is not None)
