"""One visit, as one frozen value: the facts, where the citizen is, what lies over the screen."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.faults import Fault
from kiosk.journey.facts import Facts
from kiosk.journey.views import Modes, OverlayKind


@dataclass(frozen=True, slots=True, kw_only=True)
class InTroubleSince:
    """`broken` turns true once the device was seen broken: only then may its return to health
    end the trouble by itself."""

    fault: Fault
    broken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    number: int
    step: str
    facts: Facts
    modes: Modes
    now: float  # monotonic, as last ticked
    touched_at: float
    overlay: OverlayKind | None = None
    warned_at: float | None = None  # since when the idle warning stands
    trouble: InTroubleSince | None = None
    returning: bool = False  # came from the review to change one thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds of patience; doubled in large type. Defaults are the design's."""

    question: float = 90.0
    reading: float = 120.0
    result: float = 60.0
    warning: float = 30.0  # how long the warning stands before everything is wiped
