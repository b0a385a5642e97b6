"""What every step of the journey answers. A step is plain code without state of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import Enum
from typing import ClassVar

from kiosk.devices.health import State
from kiosk.events import Event, HealthChanged
from kiosk.faults import Fault, FaultCode
from kiosk.journey.effects import Effects
from kiosk.journey.events import Said
from kiosk.journey.facts import Facts, Surroundings
from kiosk.journey.moves import Heard, Ignored, InTrouble, Move, Stay
from kiosk.journey.troubles import TroublePlan, plan_for
from kiosk.journey.views import Body, Foot, Stage

AnyEvent = Said | Heard | Event


class Patience(Enum):
    """How long a step waits for the citizen; None of it while a device works."""

    NO_LIMIT = "no_limit"
    QUESTION = "question"
    READING = "reading"
    RESULT = "result"


class Step(ABC):
    key: ClassVar[str]
    stage: ClassVar[Stage | None] = None
    patience: ClassVar[Patience] = Patience.QUESTION
    device: ClassVar[str | None] = None  # the device without which the step cannot go on

    def __init__(self, here: Surroundings) -> None:
        self.here = here

    def needed(self, facts: Facts) -> bool:
        return True

    def complete(self, facts: Facts) -> bool:
        """Has the citizen given all that this step asks? Asked when returning to the review."""
        return True

    def enter(self, facts: Facts) -> tuple[Facts, Effects]:
        return facts, ()

    def leave(self, facts: Facts) -> Effects:
        """Withdraws and stops what the step had asked for."""
        return ()

    @abstractmethod
    def handle(self, facts: Facts, event: AnyEvent) -> Move: ...

    @abstractmethod
    def view(self, facts: Facts) -> Body: ...

    def foot(self, facts: Facts) -> Foot | None:
        return Foot()

    def waits(self, facts: Facts) -> Patience:
        return self.patience

    def trouble(self, facts: Facts, fault: Fault) -> TroublePlan:
        """The ways on when this step is in trouble."""
        return plan_for(fault)

    def resolve(self, facts: Facts, fault: Fault, action: str) -> Move:
        """The citizen chose a way on that only this step knows."""
        return Ignored()

    def again(self, facts: Facts) -> Move:
        """Starts the step afresh after trouble, keeping what the citizen gave."""
        fresh, effects = self.enter(facts)
        return Stay(fresh, effects)

    def lost(self, facts: Facts, event: AnyEvent) -> Move:
        """The step's device broke down, or the event means nothing here."""
        if not isinstance(event, HealthChanged) or event.role != self.device:
            return Ignored()
        if event.health.state not in BROKEN:
            return Ignored()
        by_intent = Fault(code=FaultCode.DEVICE_ABSENT, about=event.role)
        return InTrouble(facts, event.health.fault or by_intent, role=event.role)


BROKEN = frozenset({State.ATTENTION, State.FAULTY, State.UNRESPONSIVE, State.ABSENT})
