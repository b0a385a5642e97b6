"""Lay the card, wait, see who it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.applications.identity_number import age_on, is_valid
from kiosk.devices.values import IdCard
from kiosk.faults import Fault, FaultCode
from kiosk.journey.effects import Effects, ReadCard, Withdraw
from kiosk.journey.events import BackPressed, NextPressed
from kiosk.journey.facts import ID_READER, Facts
from kiosk.journey.moves import (
    Back,
    CardRead,
    DeviceTrouble,
    Ignored,
    InTrouble,
    Move,
    Next,
    StageReached,
    Stay,
)
from kiosk.journey.steps.base import AnyEvent, Patience, Step
from kiosk.journey.views import CardStage, Foot, Identify, Row, Stage
from kiosk.masking import mask_id_number, mask_name
from kiosk.texts import Phrase

LONG_TERM = "长期"  # the word that the card itself carries
_STAGES = {
    "waiting": CardStage.WAITING,
    "card_left": CardStage.CARD_LEFT,
    "card_seen": CardStage.CARD_SEEN,
    "reading": CardStage.READING,
}


class IdentifyStep(Step):
    key = "identify"
    stage = Stage.IDENTIFY
    device = ID_READER

    def enter(self, facts: Facts) -> tuple[Facts, Effects]:
        if facts.card is not None:
            return facts, ()
        return replace(facts, card_stage=CardStage.WAITING), (ReadCard(),)

    def leave(self, facts: Facts) -> Effects:
        return () if facts.card is not None else (Withdraw(ID_READER),)

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case StageReached(role, stage) if role == ID_READER and facts.card is None:
                return Stay(replace(facts, card_stage=_STAGES.get(stage, facts.card_stage)))
            case CardRead(card) if facts.card is None:
                return self._judge(facts, card)
            case DeviceTrouble(role, fault) if role == ID_READER and facts.card is None:
                waiting = replace(facts, card_stage=CardStage.WAITING)
                return InTrouble(waiting, fault, role=role)
            case NextPressed() if facts.card is not None:
                move = self._judge(facts, facts.card)  # the matter may be another one since
                return Next(facts) if isinstance(move, Stay) else move
            case BackPressed():
                return Back(facts)
            case _ if facts.card is not None:
                return Ignored()  # the reader is not needed any more
            case _:
                return self.lost(facts, event)

    def _judge(self, facts: Facts, card: IdCard) -> Move:
        problem = self._problem(facts, card)
        if problem is not None:
            waiting = replace(facts, card=None, card_stage=CardStage.WAITING)
            return InTrouble(waiting, Fault(code=problem, about=ID_READER))
        return Stay(replace(facts, card=card, card_stage=CardStage.READ))

    def _problem(self, facts: Facts, card: IdCard) -> FaultCode | None:
        today = self.here.local_date()
        if not is_valid(card.id_number):
            return FaultCode.ID_NUMBER_WRONG
        if card.valid_until is not None and card.valid_until < today:
            return FaultCode.CARD_EXPIRED
        minimum = facts.item.minimum_age if facts.item is not None else 0
        if age_on(card.birth, today) < minimum:
            return FaultCode.APPLICANT_TOO_YOUNG
        return None

    def waits(self, facts: Facts) -> Patience:
        working = facts.card_stage in (CardStage.CARD_SEEN, CardStage.READING)
        return Patience.NO_LIMIT if working else Patience.QUESTION

    def view(self, facts: Facts) -> Identify:
        return Identify(
            stage=facts.card_stage, rows=() if facts.card is None else self._rows(facts.card)
        )

    def _rows(self, card: IdCard) -> tuple[Row, ...]:
        return (
            Row(label=Phrase("identify.row.name"), value=mask_name(card.name)),
            Row(label=Phrase("identify.row.id_number"), value=mask_id_number(card.id_number)),
            Row(label=Phrase("identify.row.valid_until"), value=self._until(card.valid_until)),
        )

    @staticmethod
    def _until(day: date | None) -> str:
        return LONG_TERM if day is None else day.isoformat()

    def foot(self, facts: Facts) -> Foot:
        return Foot(next=Phrase("foot.next"), next_enabled=facts.card is not None)
