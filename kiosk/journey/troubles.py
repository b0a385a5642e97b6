"""For each fault the ways on. Never none: a trouble screen without a way on is a dead end."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.faults import Fault, FaultCode
from kiosk.journey.views import Action

RETRY = "retry"
ASK_STAFF = "ask_staff"
LEAVE = "leave"
WITHOUT_PAPER = "go_on_without_paper"
PRINT_AGAIN = "print_again"
IT_CAME_OUT = "finish"

_RETRY_FIRST = (Action(id=RETRY, primary=True), Action(id=ASK_STAFF), Action(id=LEAVE))
_STAFF_FIRST = (Action(id=ASK_STAFF, primary=True), Action(id=RETRY), Action(id=LEAVE))
_PAPER = (
    Action(id=WITHOUT_PAPER, primary=True),
    Action(id=PRINT_AGAIN),
    Action(id=ASK_STAFF),
)
_UNCERTAIN = (
    Action(id=IT_CAME_OUT, primary=True),
    Action(id=PRINT_AGAIN),
    Action(id=ASK_STAFF),
)

_ICONS = {1: "warning", 2: "network", 3: "store", 4: "warning", 5: "card", 9: "warning"}
_ABOUT_ICONS = {"id_reader": "card", "tray_camera": "camera", "receipt_printer": "printer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TroublePlan:
    """`safe` is a text id under `trouble.safe`: first of all, what is not lost."""

    icon: str
    actions: tuple[Action, ...]
    safe: str


def plan_for(fault: Fault, *, safe: str = "nothing_lost") -> TroublePlan:
    """The ways on in a step that can simply be done again."""
    mended_by_staff = fault.code in {
        FaultCode.CARD_EXPIRED,
        FaultCode.APPLICANT_TOO_YOUNG,
        FaultCode.CARD_LAYOUT_UNSUPPORTED,
        FaultCode.DEVICE_ABSENT,
        FaultCode.DEVICE_REFUSED,
    }
    return TroublePlan(
        icon=icon_for(fault),
        actions=_STAFF_FIRST if mended_by_staff else _RETRY_FIRST,
        safe=safe,
    )


def plan_for_print(fault: Fault, *, safe: str) -> TroublePlan:
    """The application is safe already; only paper is at stake."""
    uncertain = fault.code == FaultCode.PRINT_UNCERTAIN
    return TroublePlan(icon="printer", actions=_UNCERTAIN if uncertain else _PAPER, safe=safe)


def without_copies(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """The same ways on when no further copy may be printed."""
    known = {action.id for action in actions}
    instead = () if WITHOUT_PAPER in known else (Action(id=WITHOUT_PAPER),)
    others = tuple(action for action in actions if action.id != PRINT_AGAIN)
    return (*others[:1], *instead, *others[1:])


def icon_for(fault: Fault) -> str:
    return _ABOUT_ICONS.get(fault.about, _ICONS.get(fault.code // 100, "warning"))
