"""Rating, as easy to skip as to give; then goodbye, when everything is already forgotten."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from kiosk.applications.model import Rating
from kiosk.journey.effects import Effects, KeepRating
from kiosk.journey.events import BackPressed, NextPressed, ReasonToggled, StarsGiven, Ticked
from kiosk.journey.facts import Facts, Submission
from kiosk.journey.moves import Back, Ignored, Leave, Move, Next, Stay
from kiosk.journey.steps.base import AnyEvent, Patience, Step
from kiosk.journey.steps.submit import settled
from kiosk.journey.views import Foot, Goodbye, Rate, Stage
from kiosk.texts import Phrase

REASONS = (
    "rate.reason.slow",
    "rate.reason.unclear",
    "rate.reason.device",
    "rate.reason.papers",
    "rate.reason.other",
)
BAD_STARS = 2  # and fewer: a reason is asked for (GB/T 39734, annex A)
GOODBYE_SECONDS = 8.0


class RateStep(Step):
    key = "rate"
    stage = Stage.RECEIPT
    patience = Patience.RESULT

    def needed(self, facts: Facts) -> bool:
        return facts.application is not None and facts.submission is not Submission.REFUSED

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case StarsGiven(stars) if 1 <= stars <= 5:
                reasons = facts.reasons if stars <= BAD_STARS else ()
                return Stay(replace(facts, stars=stars, reasons=reasons))
            case ReasonToggled(reason) if reason in REASONS and 0 < facts.stars <= BAD_STARS:
                chosen = set(facts.reasons) ^ {reason}
                return Stay(
                    replace(facts, reasons=tuple(name for name in REASONS if name in chosen))
                )
            case NextPressed():
                return Next(facts, self._effects(facts))
            case BackPressed():
                return Back(facts)
            case _:
                heard = settled(facts, event)
                return Ignored() if heard is None else Stay(heard)

    def _effects(self, facts: Facts) -> Effects:
        if facts.stars == 0 or facts.application is None:
            return ()
        rating = Rating(
            application_id=facts.application.id,
            stars=facts.stars,
            reasons=facts.reasons,
            rated_at=self.here.clock.now(),
        )
        return (KeepRating(rating),)

    def view(self, facts: Facts) -> Rate:
        bad = 0 < facts.stars <= BAD_STARS
        return Rate(stars=facts.stars, reasons=REASONS if bad else (), chosen=facts.reasons)

    def foot(self, facts: Facts) -> Foot:
        words = "rate.send" if facts.stars else "rate.skip"
        return Foot(back=True, leave=False, next=Phrase(words))


class GoodbyeStep(Step):
    """Entered with empty facts: the machine wiped them before this screen was drawn."""

    key = "goodbye"
    patience = Patience.NO_LIMIT

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case NextPressed():
                return Leave()
            case Ticked(at):
                since = at if facts.goodbye_at is None else facts.goodbye_at
                left = ceil(GOODBYE_SECONDS - (at - since))
                if left <= 0:
                    return Leave()
                if (since, left) == (facts.goodbye_at, facts.goodbye_left):
                    return Ignored()
                return Stay(replace(facts, goodbye_at=since, goodbye_left=left))
            case _:
                return Ignored()

    def view(self, facts: Facts) -> Goodbye:
        return Goodbye(
            take=Phrase("goodbye.take"), seconds_left=facts.goodbye_left or int(GOODBYE_SECONDS)
        )

    def foot(self, facts: Facts) -> Foot:
        return Foot(back=False, leave=False, next=Phrase("goodbye.home"))
