"""How a device is, in a closed set of words (after the status words of XFS4IoT)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.devices.values import Identity
from kiosk.faults import Fault


class State(StrEnum):
    ABSENT = "absent"  # by intent: this terminal has none
    OPENING = "opening"
    READY = "ready"
    BUSY = "busy"
    ATTENTION = "attention"  # a person can mend it: paper, cover, cable
    FAULTY = "faulty"  # will be tried again by itself
    UNRESPONSIVE = "unresponsive"  # its worker gives no sign of life
    STOPPED = "stopped"


USABLE = frozenset({State.READY, State.BUSY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`fault` is set in ATTENTION, FAULTY, UNRESPONSIVE, and in READY for a warning (paper low)."""

    state: State
    fault: Fault | None = None
    identity: Identity | None = None

    @property
    def usable(self) -> bool:
        return self.state in USABLE
