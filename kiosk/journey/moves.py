"""What a step decides about an event, and what the devices said, in the journey's own words."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.devices.values import IdCard, Photograph, PrintOutcome
from kiosk.faults import Fault
from kiosk.journey.effects import Effects
from kiosk.journey.facts import Facts

# --- events that come from devices, already proved to belong to this session -------------------


@dataclass(frozen=True, slots=True)
class StageReached:
    role: str
    stage: str


@dataclass(frozen=True, slots=True)
class CardRead:
    card: IdCard = field(repr=False)


@dataclass(frozen=True, slots=True)
class PageTaken:
    photograph: Photograph = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReceiptEnded:
    outcome: PrintOutcome


@dataclass(frozen=True, slots=True)
class DeviceTrouble:
    role: str
    fault: Fault


Heard = StageReached | CardRead | PageTaken | ReceiptEnded | DeviceTrouble

# --- moves -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """`mended`: what the step was in trouble about has come right by itself."""

    facts: Facts
    effects: Effects = ()
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """To the next step that is needed."""

    facts: Facts
    effects: Effects = ()


@dataclass(frozen=True, slots=True)
class Back:
    """To the step before."""

    facts: Facts
    effects: Effects = ()


@dataclass(frozen=True, slots=True)
class Jump:
    """To a named step, to change something; NextPressed there comes back to the review."""

    facts: Facts
    step: str


@dataclass(frozen=True, slots=True)
class InTrouble:
    """The step cannot go on by itself; the machine shows the trouble screen.

    `role` is the device that the trouble is about: its return to health may end it.
    """

    facts: Facts
    fault: Fault
    effects: Effects = ()
    role: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """The visit ends: everything is wiped."""

    effects: Effects = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """Decided: it means nothing here."""


Move = Stay | Next | Back | Jump | InTrouble | Leave | Ignored
