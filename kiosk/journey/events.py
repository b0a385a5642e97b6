"""What a citizen does on glass, and the passing of time: frozen, named for what happened.

Screens say these through one door, `controller.say(event)`. Every event is allowed in every state;
each step decides what it means there, and "nothing" is a decision too (`Ignored`).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed. `at` is monotonic seconds."""

    at: float


@dataclass(frozen=True, slots=True)
class Touched:
    """The glass was touched anywhere: the citizen is still here."""


# --- the frame of every screen -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NextPressed:
    pass


@dataclass(frozen=True, slots=True)
class BackPressed:
    pass


@dataclass(frozen=True, slots=True)
class LeavePressed:
    """The citizen wants to stop; asked once more when something would be lost."""


@dataclass(frozen=True, slots=True)
class LeaveConfirmed:
    pass


@dataclass(frozen=True, slots=True)
class StayPressed:
    """Answers both the leave question and the idle warning: I am still here."""


@dataclass(frozen=True, slots=True)
class HelpPressed:
    pass


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    language: str


@dataclass(frozen=True, slots=True)
class LargeTypeToggled:
    pass


@dataclass(frozen=True, slots=True)
class ContrastToggled:
    pass


# --- the steps -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartPressed:
    """On the rest screen; `what` is "apply", "print" or "progress"."""

    what: str


@dataclass(frozen=True, slots=True)
class RegionChosen:
    code: str


@dataclass(frozen=True, slots=True)
class ThemeChosen:
    key: str


@dataclass(frozen=True, slots=True)
class ItemChosen:
    code: str


@dataclass(frozen=True, slots=True)
class GuidePressed:
    """Show, or hide again, the whole guide of the item."""


@dataclass(frozen=True, slots=True)
class ConsentToggled:
    pass


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    question: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CapturePressed:
    pass


@dataclass(frozen=True, slots=True)
class PageKept:
    """The photograph on the preview is good."""


@dataclass(frozen=True, slots=True)
class RetakePressed:
    pass


@dataclass(frozen=True, slots=True)
class PageRemoved:
    """Takes a kept page away again; `index` counts from 0."""

    index: int


@dataclass(frozen=True, slots=True)
class ChangePressed:
    """On the review screen: go and change this. `target` is a step's key."""

    target: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The signature on glass as it stands now, PNG bytes; empty when it was wiped."""

    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StarsGiven:
    """5 very satisfied … 1 very dissatisfied."""

    stars: int


@dataclass(frozen=True, slots=True)
class ReasonToggled:
    reason: str


@dataclass(frozen=True, slots=True)
class ActionChosen:
    """On a trouble screen; `action` is one of those that the view offered."""

    action: str


Said = (
    Ticked
    | Touched
    | NextPressed
    | BackPressed
    | LeavePressed
    | LeaveConfirmed
    | StayPressed
    | HelpPressed
    | LanguageChosen
    | LargeTypeToggled
    | ContrastToggled
    | StartPressed
    | RegionChosen
    | ThemeChosen
    | ItemChosen
    | GuidePressed
    | ConsentToggled
    | AnswerGiven
    | CapturePressed
    | PageKept
    | RetakePressed
    | PageRemoved
    | ChangePressed
    | Signed
    | StarsGiven
    | ReasonToggled
    | ActionChosen
)
