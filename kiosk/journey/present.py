"""The view of a session: what the glass shows is a function of the state, most urgent first."""

from __future__ import annotations

from kiosk.faults import Fault
from kiosk.journey.machine import Machine
from kiosk.journey.session import Session
from kiosk.journey.views import Foot, OutOfService, Overlay, Trouble, View
from kiosk.texts import Phrase


def view_of(machine: Machine, session: Session, out_of_service: Fault | None = None) -> View:
    step = machine.plan.step(session.step)
    here = machine.here
    if out_of_service is not None:
        return View(
            body=OutOfService(
                reason=Phrase(f"faults.{out_of_service.code.name}.citizen"),
                code=out_of_service.code.value,
            ),
            modes=session.modes,
            place=here.place,
            terminal=here.terminal_name,
        )
    in_trouble = session.trouble is not None
    return View(
        body=_trouble(machine, session) if in_trouble else step.view(session.facts),
        modes=session.modes,
        place=here.place,
        terminal=here.terminal_name,
        stage=step.stage,
        foot=Foot(back=False, leave=False) if in_trouble else step.foot(session.facts),
        overlay=None
        if session.overlay is None
        else Overlay(kind=session.overlay, seconds_left=machine.seconds_left(session)),
    )


def _trouble(machine: Machine, session: Session) -> Trouble:
    assert session.trouble is not None
    fault = session.trouble.fault
    step = machine.plan.step(session.step)
    plan = step.trouble(session.facts, fault)
    application = session.facts.application
    return Trouble(
        icon=plan.icon,
        headline=Phrase(f"faults.{fault.code.name}.headline"),
        advice=Phrase(f"faults.{fault.code.name}.citizen"),
        safe=Phrase(f"trouble.safe.{plan.safe}"),
        number=application.local_number if application and session.facts.is_kept else "",
        actions=plan.actions,
        code=fault.code.value,
    )
