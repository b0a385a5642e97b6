"""The journey machine: plain code, pure, total.

Every event in every state has a decided answer: `handle` gives a new session and what is to be
done, and never raises for an event. Most urgent first: time, then what lies over the screen,
then trouble, then the step itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from kiosk.devices.health import Health, State
from kiosk.events import (
    ApplicationDelivered,
    ApplicationKept,
    ApplicationPostponed,
    ApplicationRefused,
    HealthChanged,
    KeepFailed,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journey import troubles
from kiosk.journey.effects import CallAttendant, Effect, Effects
from kiosk.journey.events import (
    ActionChosen,
    BackPressed,
    ContrastToggled,
    HelpPressed,
    LanguageChosen,
    LargeTypeToggled,
    LeaveConfirmed,
    LeavePressed,
    NextPressed,
    StayPressed,
    Ticked,
    Touched,
)
from kiosk.journey.facts import Facts, Surroundings
from kiosk.journey.moves import (
    Back,
    CardRead,
    DeviceTrouble,
    Ignored,
    InTrouble,
    Jump,
    Leave,
    Move,
    Next,
    PageTaken,
    ReceiptEnded,
    StageReached,
    Stay,
)
from kiosk.journey.plan import FIRST, LAST, REVIEW, WALKED_AFRESH, Plan
from kiosk.journey.session import InTroubleSince, Limits, Session
from kiosk.journey.steps.base import BROKEN, AnyEvent, Patience
from kiosk.journey.views import Modes, OverlayKind

# faults of the device itself: when it is well again, the step goes on by itself
MENDS_BY_ITSELF = frozenset(
    {
        FaultCode.DEVICE_ABSENT,
        FaultCode.DEVICE_NOT_FOUND,
        FaultCode.DEVICE_PORT_BUSY,
        FaultCode.DEVICE_SILENT,
        FaultCode.DEVICE_GARBLED,
        FaultCode.DEVICE_LOST,
        FaultCode.DEVICE_UNRESPONSIVE,
        FaultCode.CAMERA_NO_PICTURE,
        FaultCode.CAMERA_FROZEN,
        FaultCode.PAPER_OUT,
        FaultCode.COVER_OPEN,
        FaultCode.PRINTER_OFFLINE,
    }
)
NOTHING_TO_LOSE = frozenset({FIRST, LAST})


@dataclass(frozen=True, slots=True)
class Ended:
    """Effect for the controller: this session is over, forget all that belongs to it."""


Outcome = tuple[Session, tuple[Effect | Ended, ...]]

# what was not said by the citizen: heard even under an overlay or in trouble
HEARD = (
    StageReached,
    CardRead,
    PageTaken,
    ReceiptEnded,
    DeviceTrouble,
    ApplicationKept,
    KeepFailed,
    ApplicationDelivered,
    ApplicationRefused,
    ApplicationPostponed,
)


class Machine:
    def __init__(self, here: Surroundings, limits: Limits | None = None) -> None:
        self._here = here
        self._limits = limits or Limits()
        self._plan = Plan(here)

    @property
    def plan(self) -> Plan:
        return self._plan

    @property
    def here(self) -> Surroundings:
        return self._here

    def first(self, now: float, *, number: int = 1) -> Session:
        return Session(
            number=number, step=FIRST, facts=Facts(), modes=Modes(), now=now, touched_at=now
        )

    # --- one event ----------------------------------------------------------------------------

    def handle(self, session: Session, event: AnyEvent) -> Outcome:
        match event:
            case Ticked(at):
                return self._tick(session, at)
            case Touched():
                return self._touched(session), ()
            case HealthChanged(role=role, health=health):
                return self._health(session, role, health, event)
            case LanguageChosen(language):
                known = language in self._here.languages
                modes = replace(session.modes, language=language)
                return (replace(session, modes=modes) if known else session), ()
            case LargeTypeToggled():
                return self._with_modes(session, large=not session.modes.large), ()
            case ContrastToggled():
                return self._with_modes(session, contrast=not session.modes.contrast), ()
            case HelpPressed():
                return self._help(session, session.step)
            case StayPressed():
                return self._touched(replace(session, overlay=None, warned_at=None)), ()
            case LeavePressed():
                return self._leave_pressed(session)
            case LeaveConfirmed() if session.overlay in (OverlayKind.LEAVE, OverlayKind.IDLE):
                return self._end(session)
            case LeaveConfirmed():
                return session, ()
            case _ if session.overlay is not None and not isinstance(event, HEARD):
                return session, ()  # the citizen answers what lies on top first
            case ActionChosen(action):
                return self._action(session, action)
            case BackPressed() if session.trouble is not None:
                return self._action(session, troubles.RETRY)  # where trying again is offered
            case _:
                return self._to_step(session, event)

    def _to_step(self, session: Session, event: AnyEvent) -> Outcome:
        if session.trouble is not None and not isinstance(event, HEARD):
            return session, ()
        step = self._plan.step(session.step)
        if session.returning and event == NextPressed() and step.complete(session.facts):
            return self._next(session, ())  # the one thing was changed: straight to the review
        return self._follow(session, step.handle(session.facts, event))

    # --- time -----------------------------------------------------------------------------------

    def _tick(self, session: Session, at: float) -> Outcome:
        session = replace(session, now=at)
        if session.step == FIRST:
            return self._at_rest(session)
        limit = self._limit(session)
        if limit is None:
            session = replace(session, touched_at=at, warned_at=None)
            if session.overlay is OverlayKind.IDLE:
                session = replace(session, overlay=None)
        elif session.warned_at is not None:
            if at - session.warned_at >= self._patient(session, self._limits.warning):
                return self._end(session)
        elif at - session.touched_at >= limit:
            session = replace(session, overlay=OverlayKind.IDLE, warned_at=at)
        if session.overlay is OverlayKind.IDLE:
            return session, ()
        return self._to_step(session, Ticked(at)) if session.trouble is None else (session, ())

    def _at_rest(self, session: Session) -> Outcome:
        """Who comes next finds the screen as it always is, not in the last hand's language."""
        as_always = session.overlay is None and session.modes == Modes()
        patient = self._patient(session, self._limits.result)
        if as_always or session.now - session.touched_at < patient:
            return session, ()
        return self._end(session)

    def _limit(self, session: Session) -> float | None:
        step = self._plan.step(session.step)
        waits = step.waits(session.facts)
        if session.trouble is not None:
            waits = Patience.READING
        seconds = {
            Patience.NO_LIMIT: None,
            Patience.QUESTION: self._limits.question,
            Patience.READING: self._limits.reading,
            Patience.RESULT: self._limits.result,
        }[waits]
        return None if seconds is None else self._patient(session, seconds)

    def _patient(self, session: Session, seconds: float) -> float:
        return seconds * 2 if session.modes.large else seconds

    def seconds_left(self, session: Session) -> int:
        """Until the idle warning wipes everything."""
        if session.warned_at is None:
            return 0
        whole = self._patient(session, self._limits.warning)
        return max(0, round(whole - (session.now - session.warned_at)))

    def _touched(self, session: Session) -> Session:
        if session.overlay is OverlayKind.IDLE:
            return session  # answered on purpose, not by a sleeve on the glass
        return replace(session, touched_at=session.now)

    # --- the frame ------------------------------------------------------------------------------

    def _with_modes(self, session: Session, **changes: bool) -> Session:
        return replace(session, modes=replace(session.modes, **changes))

    def _leave_pressed(self, session: Session) -> Outcome:
        foot = self._plan.step(session.step).foot(session.facts)
        may_leave = session.trouble is not None or (foot is not None and foot.leave)
        if session.step in NOTHING_TO_LOSE or not may_leave:
            return session, ()
        return self._under(session, OverlayKind.LEAVE), ()

    def _help(self, session: Session, about: str) -> Outcome:
        return self._under(session, OverlayKind.HELP), (CallAttendant(about),)

    def _under(self, session: Session, overlay: OverlayKind) -> Session:
        """Who asks to leave or for help is there: an idle warning has its answer."""
        return replace(session, overlay=overlay, warned_at=None, touched_at=session.now)

    # --- devices and trouble --------------------------------------------------------------------

    def _health(self, session: Session, role: str, health: Health, event: HealthChanged) -> Outcome:
        facts = replace(session.facts, board={**session.facts.board, role: health})
        session = replace(session, facts=facts)
        trouble = session.trouble
        if trouble is None:
            return self._to_step(session, event)
        if trouble.fault.about != role:
            return session, ()
        if health.state in BROKEN:
            return replace(session, trouble=replace(trouble, broken=True)), ()
        mended = trouble.broken and health.state is State.READY
        if mended and trouble.fault.code in MENDS_BY_ITSELF:
            return self._out_of_trouble(session)
        return session, ()

    def _action(self, session: Session, action: str) -> Outcome:
        trouble = session.trouble
        if trouble is None:
            return session, ()
        step = self._plan.step(session.step)
        offered = {choice.id for choice in step.trouble(session.facts, trouble.fault).actions}
        if action not in offered:
            return session, ()
        match action:
            case troubles.RETRY:
                return self._out_of_trouble(session)
            case troubles.ASK_STAFF:
                return self._help(session, trouble.fault.about or session.step)
            case troubles.LEAVE:
                return self._leave_pressed(session)
            case _:
                move = step.resolve(session.facts, trouble.fault, action)
                return self._follow(replace(session, trouble=None), move)

    def _out_of_trouble(self, session: Session) -> Outcome:
        step = self._plan.step(session.step)
        return self._with_device(
            *self._follow(replace(session, trouble=None), step.again(session.facts))
        )

    # --- moves ----------------------------------------------------------------------------------

    def _follow(self, session: Session, move: Move) -> Outcome:
        match move:
            case Ignored():
                return session, ()
            case Stay(facts, effects, mended):
                trouble = None if mended else session.trouble
                return replace(session, facts=facts, trouble=trouble), effects
            case InTrouble(facts, fault, effects, role):
                named = replace(fault, about=role or fault.about)  # a driver need not know its role
                return self._into_trouble(replace(session, facts=facts), named, effects)
            case Next(facts, effects):
                return self._next(replace(session, facts=facts), effects)
            case Back(facts, effects):
                session = replace(session, facts=facts)
                if session.returning:
                    return self._go(replace(session, returning=False), REVIEW, effects)
                before = self._plan.before(session.step, facts)
                if before == FIRST and facts.card is not None:
                    return self._under(session, OverlayKind.LEAVE), effects
                return self._go(session, before, effects)
            case Jump(facts, target):
                going = replace(session, facts=facts, returning=target not in WALKED_AFRESH)
                return self._go(going, target, ())
            case Leave(effects):
                ended, more = self._end(session)
                return ended, (*effects, *more)
            case _:
                assert_never(move)

    def _into_trouble(self, session: Session, fault: Fault, effects: Effects) -> Outcome:
        health = session.facts.board.get(fault.about)
        broken = health is not None and health.state in BROKEN
        trouble = InTroubleSince(fault=fault, broken=broken)
        # time spent on the fault is not the citizen's
        return replace(session, trouble=trouble, touched_at=session.now), effects

    def _next(self, session: Session, effects: Effects) -> Outcome:
        target = self._plan.after(session.step, session.facts)
        if session.returning:
            target = self._return_target(session)
            session = replace(session, returning=target != REVIEW)
        elif session.step == REVIEW:
            missing = self._plan.incomplete(session.facts)
            target = missing or target
            session = replace(session, returning=missing is not None)
        if target == LAST:
            return self._say_goodbye(session, effects)
        return self._go(session, target, effects)

    def _return_target(self, session: Session) -> str:
        """Back to the review, unless a changed answer now asks for papers that are not there."""
        key = session.step
        while True:
            key = self._plan.after(key, session.facts)
            if key == REVIEW or not self._plan.step(key).complete(session.facts):
                return key

    def _go(self, session: Session, target: str, effects: Effects) -> Outcome:
        left = self._plan.step(session.step).leave(session.facts)
        if target == FIRST:
            ended, more = self._end(session)
            return ended, (*left, *effects, *more)
        facts, entered = self._plan.step(target).enter(session.facts)
        moved = replace(session, step=target, facts=facts, trouble=None, touched_at=session.now)
        return self._with_device(moved, (*left, *effects, *entered))

    def _with_device(self, session: Session, effects: tuple[Effect | Ended, ...]) -> Outcome:
        """A step that begins while its device is broken: nobody will say so a second time."""
        device = self._plan.step(session.step).device
        health = session.facts.board.get(device) if device is not None else None
        if device is None or health is None or health.state not in BROKEN:
            return session, effects
        told, more = self._to_step(session, HealthChanged(role=device, health=health))
        return told, (*effects, *more)

    def _say_goodbye(self, session: Session, effects: Effects) -> Outcome:
        """Everything is forgotten before the screen says so."""
        left = self._plan.step(session.step).leave(session.facts)
        wiped = replace(
            session,
            step=LAST,
            facts=Facts(board=session.facts.board),
            trouble=None,
            overlay=None,
            warned_at=None,
            returning=False,
        )
        return wiped, (*left, *effects, Ended())

    def _end(self, session: Session) -> Outcome:
        left = self._plan.step(session.step).leave(session.facts)
        fresh = self.first(session.now, number=session.number + 1)
        fresh = replace(fresh, facts=Facts(board=session.facts.board))
        return fresh, (*left, Ended())
