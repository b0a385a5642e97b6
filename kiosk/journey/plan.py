"""The order of the journey. A step that is not needed is passed over, forwards and backwards."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.journey.facts import Facts, Surroundings
from kiosk.journey.steps.base import Step
from kiosk.journey.steps.choosing import ItemStep, RegionStep, RestStep
from kiosk.journey.steps.closing import GoodbyeStep, RateStep
from kiosk.journey.steps.confirm import ReviewStep, SignStep
from kiosk.journey.steps.consent import ConsentStep
from kiosk.journey.steps.form import FormStep
from kiosk.journey.steps.identify import IdentifyStep
from kiosk.journey.steps.materials import MaterialsStep
from kiosk.journey.steps.receipt import ReceiptStep
from kiosk.journey.steps.submit import SubmitStep
from kiosk.journey.steps.verdict import VerdictStep

ORDER: tuple[type[Step], ...] = (
    RestStep,
    RegionStep,
    ItemStep,
    VerdictStep,
    ConsentStep,
    IdentifyStep,
    FormStep,
    MaterialsStep,
    ReviewStep,
    SignStep,
    SubmitStep,
    ReceiptStep,
    RateStep,
    GoodbyeStep,
)
FIRST = RestStep.key
LAST = GoodbyeStep.key
REVIEW = ReviewStep.key
# what lies between the review and these may have to be answered afresh: walk through it again
WALKED_AFRESH = frozenset({RegionStep.key, ItemStep.key, VerdictStep.key})


class Plan:
    def __init__(self, here: Surroundings) -> None:
        self._steps: dict[str, Step] = {kind.key: kind(here) for kind in ORDER}
        self._keys = tuple(self._steps)

    def step(self, key: str) -> Step:
        return self._steps[key]

    @property
    def keys(self) -> tuple[str, ...]:
        return self._keys

    def after(self, key: str, facts: Facts) -> str:
        later = self._keys[self._keys.index(key) + 1 :]
        return self._first_needed(later, facts, LAST)

    def before(self, key: str, facts: Facts) -> str:
        earlier = reversed(self._keys[: self._keys.index(key)])
        return self._first_needed(earlier, facts, FIRST)

    def incomplete(self, facts: Facts) -> str | None:
        """The first step before the review that still asks for something."""
        earlier = self._keys[: self._keys.index(REVIEW)]
        steps = (self._steps[key] for key in earlier)
        return next(
            (step.key for step in steps if step.needed(facts) and not step.complete(facts)), None
        )

    def _first_needed(self, keys: Iterable[str], facts: Facts, otherwise: str) -> str:
        return next((key for key in keys if self._steps[key].needed(facts)), otherwise)
