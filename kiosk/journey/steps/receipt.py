"""The closing screen: the number, both lanes with their latest dates, the slip of paper."""

from __future__ import annotations

from dataclasses import replace

from kiosk.devices.health import State
from kiosk.devices.values import Printed
from kiosk.faults import Fault, FaultCode
from kiosk.journey.effects import Effects, PrintReceipt
from kiosk.journey.events import NextPressed
from kiosk.journey.facts import RECEIPT_PRINTER, Facts, Submission
from kiosk.journey.lanes import lanes_of
from kiosk.journey.moves import (
    DeviceTrouble,
    Ignored,
    InTrouble,
    Move,
    Next,
    ReceiptEnded,
    Stay,
)
from kiosk.journey.steps.base import AnyEvent, Patience, Step
from kiosk.journey.steps.submit import settled
from kiosk.journey.troubles import (
    IT_CAME_OUT,
    PRINT_AGAIN,
    WITHOUT_PAPER,
    TroublePlan,
    plan_for_print,
    without_copies,
)
from kiosk.journey.views import Foot, PrintStage, ShowReceipt, Stage, Tone
from kiosk.receipts.layout import compose, qr_content
from kiosk.texts import Phrase

MOST_COPIES = 3  # a printer that eats copies is a matter for the attendant

# the printer's worker fell silent or failed in the midst: the slip may have come out
NOBODY_KNOWS = frozenset({FaultCode.DEVICE_UNRESPONSIVE, FaultCode.DEFECT})

_TONES = {Submission.RECEIVED: Tone.GOOD, Submission.REFUSED: Tone.BAD}


class ReceiptStep(Step):
    key = "receipt"
    stage = Stage.RECEIPT
    patience = Patience.RESULT

    def enter(self, facts: Facts) -> tuple[Facts, Effects]:
        if facts.printing is not PrintStage.NOT_ASKED:
            return facts, ()  # back from the rating: the slip was printed, or not wanted
        printer = facts.board.get(RECEIPT_PRINTER)
        if printer is None or printer.state is State.ABSENT:
            return facts, ()
        return self._print(facts)

    def again(self, facts: Facts) -> Move:
        return Stay(*self._print(facts))

    def _print(self, facts: Facts) -> tuple[Facts, Effects]:
        assert facts.application is not None
        receipt = compose(
            facts.application,
            submission=facts.submission.value,
            platform_number=facts.platform_number,
            refusal=facts.refusal,
            lanes=lanes_of(facts, self.here),
            place=self.here.place,
            terminal_name=self.here.terminal_name,
            printed_at=self.here.local_time(self.here.clock.now()),
            copy=facts.copies,
            demonstration=self.here.catalogue.snapshot.demonstration,
            texts=self.here.texts,
        )
        printing = replace(facts, printing=PrintStage.PRINTING, printed=None)
        return printing, (PrintReceipt(receipt),)

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case ReceiptEnded(outcome) if outcome.printed in (Printed.CONFIRMED, Printed.PROCESSED):
                return Stay(replace(facts, printing=PrintStage.PRINTED, printed=outcome.printed))
            case ReceiptEnded(outcome):
                facts = replace(facts, printed=outcome.printed)
                why = _why(outcome.printed, outcome.fault)
                return InTrouble(facts, why, role=RECEIPT_PRINTER)
            case DeviceTrouble(role, fault) if role == RECEIPT_PRINTER:
                if fault.code in NOBODY_KNOWS:
                    fault = _why(Printed.UNCERTAIN, fault)
                return InTrouble(facts, fault, role=role)
            case NextPressed() if facts.printing is not PrintStage.PRINTING:
                return Next(facts)
            case _:
                heard = settled(facts, event)
                return Ignored() if heard is None else Stay(heard)

    def waits(self, facts: Facts) -> Patience:
        busy = facts.printing is PrintStage.PRINTING
        return Patience.NO_LIMIT if busy else Patience.RESULT

    def trouble(self, facts: Facts, fault: Fault) -> TroublePlan:
        plan = plan_for_print(fault, safe=_SAFE.get(facts.submission, "stored"))
        if facts.copies >= MOST_COPIES:
            return replace(plan, actions=without_copies(plan.actions))
        return plan

    def resolve(self, facts: Facts, fault: Fault, action: str) -> Move:
        match action:
            case _ if action == WITHOUT_PAPER:
                return Stay(replace(facts, printing=PrintStage.WITHOUT))
            case _ if action == IT_CAME_OUT:
                return Stay(replace(facts, printing=PrintStage.PRINTED))
            case _ if action == PRINT_AGAIN:
                # after an uncertain job the first slip may have come out: this one says "copy"
                further = 1 if fault.code is FaultCode.PRINT_UNCERTAIN else 0
                return Stay(*self._print(replace(facts, copies=facts.copies + further)))
            case _:
                return Ignored()

    def view(self, facts: Facts) -> ShowReceipt:
        assert facts.application is not None
        state = facts.submission.value
        decided_in = facts.application.decided_in.name
        return ShowReceipt(
            tone=_TONES.get(facts.submission, Tone.WARN),
            headline=Phrase(f"receipt.headline.{state}", {"decided_in": decided_in}),
            explanation=_explanation(facts),
            local_number=facts.application.local_number,
            platform_number=facts.platform_number,
            qr=qr_content(facts.application),
            lanes=lanes_of(facts, self.here),
            printing=facts.printing,
            take=Phrase(
                "receipt.take.with_slip"
                if facts.printing is PrintStage.PRINTED
                else "receipt.take.without_slip"
            ),
        )

    def foot(self, facts: Facts) -> Foot:
        return Foot(
            back=False,
            leave=False,
            next=Phrase("receipt.next"),
            next_enabled=facts.printing is not PrintStage.PRINTING,
        )


def _explanation(facts: Facts) -> Phrase:
    if facts.refusal:
        return Phrase("receipt.explanation.refused", {"reason": facts.refusal})
    without_reason = facts.submission is Submission.REFUSED
    state = "refused_without_reason" if without_reason else facts.submission.value
    return Phrase(f"receipt.explanation.{state}")


_SAFE = {
    Submission.RECEIVED: "received",
    Submission.STORED: "stored",
    Submission.REFUSED: "answered",
}


def _why(printed: Printed, fault: Fault | None) -> Fault:
    if printed is Printed.UNCERTAIN:
        detail = str(fault) if fault is not None else ""
        return Fault(code=FaultCode.PRINT_UNCERTAIN, about=RECEIPT_PRINTER, detail=detail)
    return fault or Fault(code=FaultCode.PRINTER_ERROR, about=RECEIPT_PRINTER)
