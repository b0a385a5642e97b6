"""Onto the disk first, then to the platform. A number is shown only when the disk has it."""

from __future__ import annotations

from dataclasses import replace

from kiosk.events import (
    ApplicationDelivered,
    ApplicationHeld,
    ApplicationKept,
    ApplicationPostponed,
    ApplicationRefused,
    KeepFailed,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journey.compose import application_of
from kiosk.journey.effects import Effects, KeepApplication
from kiosk.journey.events import Ticked
from kiosk.journey.facts import Facts, Submission
from kiosk.journey.moves import Ignored, InTrouble, Move, Next, Stay
from kiosk.journey.steps.base import AnyEvent, Patience, Step
from kiosk.journey.troubles import TroublePlan, plan_for
from kiosk.journey.views import Foot, Stage, Submitting

FINAL = frozenset({Submission.RECEIVED, Submission.REFUSED})
DISK_PATIENCE = 90.0  # seconds; a disk that takes longer is dying, and nobody waits for ever
PLATFORM_PATIENCE = 12.0  # seconds from the disk to "stored, will be sent by itself"


class SubmitStep(Step):
    key = "submit"
    stage = Stage.CONFIRM
    patience = Patience.NO_LIMIT

    def enter(self, facts: Facts) -> tuple[Facts, Effects]:
        application, pages = facts.application, {}
        if application is None or facts.submission is Submission.NOT_YET:
            application, pages = application_of(facts, self.here)
        keeping = replace(
            facts, application=application, submission=Submission.KEEPING, keeping_since=None
        )
        return keeping, (KeepApplication(application, pages),)

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        keeping = facts.application if facts.submission is Submission.KEEPING else None
        mine = keeping.id if keeping is not None else None
        match event:
            case ApplicationKept(application_id=about) if about == mine:
                sending = replace(facts, submission=Submission.SENDING, kept_at=None)
                return Stay(sending, mended=True)
            case KeepFailed(application_id=about, fault=fault) if about == mine:
                return InTrouble(
                    replace(facts, application=None, submission=Submission.NOT_YET), fault
                )
            case Ticked(at) if facts.submission is Submission.KEEPING:
                if facts.keeping_since is None:
                    return Stay(replace(facts, keeping_since=at))
                if at - facts.keeping_since >= DISK_PATIENCE:
                    slow = Fault(code=FaultCode.STORE_SILENT, about="outbox")
                    return InTrouble(replace(facts, keeping_since=None), slow)
                return Ignored()
            case Ticked(at) if facts.submission is Submission.SENDING:
                if facts.kept_at is None:
                    return Stay(replace(facts, kept_at=at))
                if at - facts.kept_at >= PLATFORM_PATIENCE:
                    return Next(replace(facts, submission=Submission.STORED))
                return Ignored()
            case _:
                heard = settled(facts, event)
                return Ignored() if heard is None else Next(heard)

    def trouble(self, facts: Facts, fault: Fault) -> TroublePlan:
        waiting = facts.submission is Submission.KEEPING  # the disk may still say either
        return plan_for(fault, safe="not_certain" if waiting else "not_kept")

    def again(self, facts: Facts) -> Move:
        """What the disk was given it still has: it is waited for, not given a second one."""
        return Stay(facts) if facts.submission is Submission.KEEPING else super().again(facts)

    def view(self, facts: Facts) -> Submitting:
        number = facts.application.local_number if facts.application and facts.is_kept else ""
        return Submitting(kept=facts.is_kept, local_number=number)

    def foot(self, facts: Facts) -> Foot:
        return Foot(back=False, leave=False)


def settled(facts: Facts, event: AnyEvent) -> Facts | None:
    """What the sender says of this citizen's application; None when it says nothing of it.

    Received and refused are final.
    """
    if facts.application is None or facts.submission in FINAL:
        return None
    mine = facts.application.id
    match event:
        case ApplicationDelivered(
            application_id=about, platform_number=number, received_at=received_at
        ) if about == mine:
            return replace(
                facts,
                submission=Submission.RECEIVED,
                platform_number=number,
                received_at=received_at,
            )
        case ApplicationRefused(application_id=about, reason=reason) if about == mine:
            return replace(facts, submission=Submission.REFUSED, refusal=reason)
        case ApplicationHeld(application_id=about, fault=fault) if about == mine:
            return replace(facts, submission=Submission.HELD, postponed=fault)
        case ApplicationPostponed(application_id=about, fault=fault) if about == mine:
            return replace(facts, submission=Submission.STORED, postponed=fault)
        case _:
            return None
