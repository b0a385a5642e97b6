"""What a screen is told to show. A screen is a function of its view and keeps no state of its own
but what a hand is doing this moment (a half-drawn stroke, which page of a list is open).

Personal fields are already masked; a screen never has what it must not show. Sentences that depend
on the state are `Phrase`s; the fixed ones belong to the screen, by id under its own name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from kiosk.texts import Phrase


class Stage(StrEnum):
    """The step bar, in order. Text ids `stage.<value>`."""

    CHOOSE = "choose"
    IDENTIFY = "identify"
    FORM = "form"
    MATERIALS = "materials"
    CONFIRM = "confirm"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """How the citizen wants to be shown things; forgotten at the end of the session."""

    language: str = "zh_CN"
    large: bool = False
    contrast: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """The foot bar. `next` None: no such button. `leave` offers the way out."""

    back: bool = True
    leave: bool = True
    next: Phrase | None = None
    next_enabled: bool = True


class OverlayKind(StrEnum):
    IDLE = "idle"  # "are you still here?", counting down
    LEAVE = "leave"  # "stop and wipe everything?"
    HELP = "help"  # a person was told; what to do meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Answered by StayPressed (all kinds) or LeaveConfirmed (IDLE, LEAVE)."""

    kind: OverlayKind
    seconds_left: int = 0


# --- bodies, in the order of the journey -------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Attract screen. StartPressed(what) for each of `choices`; LanguageChosen."""

    name: ClassVar[str] = "rest"
    open_items: int
    choices: tuple[str, ...]  # "apply", "print", "progress": only what this terminal can do now
    languages: tuple[str, ...]
    examples: tuple[str, ...] = ()  # names of items that can be begun and ended here
    notice: Phrase | None = None  # e.g. receipts cannot be printed at the moment


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionChoice:
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseRegion:
    """ "Which place decides your matter?" RegionChosen. First provinces, then cities of one."""

    name: ClassVar[str] = "choose_region"
    within: str | None  # name of the province whose cities are shown
    regions: tuple[RegionChoice, ...]
    here: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeChoice:
    key: str  # "" = all
    name: str


class Chip(StrEnum):
    """At once, in the list: can it be done here? Text ids `chip.<value>`."""

    HERE = "here"  # 可在此办
    GUIDED = "guided"  # 有办法
    CLOSED = "closed"  # 已停办


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    code: str
    name: str
    department: str
    mode: int  # text id `mode.<value>`
    chip: Chip


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseItem:
    """ThemeChosen, ItemChosen. The screen pages through `items`."""

    name: ClassVar[str] = "choose_item"
    region: str
    themes: tuple[ThemeChoice, ...]
    theme: str
    items: tuple[ItemRow, ...]


class Tone(StrEnum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStop:
    title: str
    note: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A tile: icon, a big figure, a small explanation."""

    icon: str  # "papers", "clock", "home", "money"
    big: Phrase
    small: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialRow:
    name: str
    how: Phrase
    tone: Tone = Tone.GOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowVerdict:
    """The verdict with its reasons drawn. NextPressed starts; GuidePressed shows the guide."""

    name: ClassVar[str] = "verdict"
    tone: Tone
    headline: Phrase
    item: str
    explanation: Phrase
    path: tuple[PathStop, ...]
    figures: tuple[Figure, ...]
    materials: tuple[MaterialRow, ...]
    next_steps: tuple[Phrase, ...]  # what to do when it cannot be done here; empty when it can
    has_guide: bool
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideSection:
    """`key` is the text id of the heading: guide.conditions … guide.fees, guide.legal_basis."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowGuide:
    """The seven fields. BackPressed or GuidePressed returns to the verdict."""

    name: ClassVar[str] = "guide"
    item: str
    sections: tuple[GuideSection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskConsent:
    """ConsentToggled, then NextPressed. Paragraphs are text ids."""

    name: ClassVar[str] = "consent"
    version: str
    paragraphs: tuple[Phrase, ...]
    agreed: bool


class CardStage(StrEnum):
    WAITING = "waiting"
    CARD_LEFT = "card_left"  # the card of the reading before still lies there: lift it first
    CARD_SEEN = "card_seen"
    READING = "reading"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    label: Phrase
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify:
    """Nothing to press while the card is read. `rows` (masked) once it is READ."""

    name: ClassVar[str] = "identify"
    stage: CardStage
    rows: tuple[Row, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChoice:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """One question. AnswerGiven(key, value) at every change; NextPressed when good.

    `kind` is "choice", "phone", "number" or "date" (value ISO 8601). `error` says what is wrong
    with the present value.
    """

    name: ClassVar[str] = "question"
    number: int
    count: int
    key: str
    text: str
    help: str
    kind: str
    choices: tuple[AnswerChoice, ...]
    value: str = field(repr=False)
    error: Phrase | None = None


class CameraStage(StrEnum):
    LIVE = "live"
    CAPTURING = "capturing"
    PREVIEW = "preview"  # a photograph to judge: PageKept or RetakePressed


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePages:
    """Live picture of `camera_role` from `bridge.preview(role)`; CapturePressed.

    `pages` are JPEG thumbnails of what was kept, `page_name` what is to be laid down now,
    `photograph` the JPEG to judge in PREVIEW. NextPressed when enough pages were kept.
    """

    name: ClassVar[str] = "take_pages"
    material: str
    number: int
    count: int
    page_name: str
    hint: str
    stage: CameraStage
    camera_role: str
    pages: tuple[bytes, ...] = field(default=(), repr=False)
    page_names: tuple[str, ...] = ()
    can_add: bool = True
    photograph: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """`target` None: cannot be changed (read from the chip)."""

    label: Phrase
    value: Phrase
    target: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Check your answers. ChangePressed(target)."""

    name: ClassVar[str] = "review"
    rows: tuple[ReviewRow, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A frame to sign in with a finger. Signed(png) after every stroke, Signed(b"") when wiped."""

    name: ClassVar[str] = "sign"
    signed: bool
    statement: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitting:
    """Nothing to press. First "keeping" (on disk here), then "sending"."""

    name: ClassVar[str] = "submitting"
    kept: bool
    local_number: str


class PrintStage(StrEnum):
    NOT_ASKED = "not_asked"
    PRINTING = "printing"
    PRINTED = "printed"
    WITHOUT = "without"  # the citizen goes on without paper


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStep:
    """One line of a lane: done, or expected at the latest on a date."""

    phrase: Phrase
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    place: str
    role: Phrase
    steps: tuple[LaneStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowReceipt:
    """The closing screen with the number. `qr` is what the code on screen says."""

    name: ClassVar[str] = "receipt"
    tone: Tone
    headline: Phrase
    explanation: Phrase
    local_number: str
    platform_number: str  # empty while not received
    qr: str
    lanes: tuple[Lane, ...]
    printing: PrintStage
    take: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """StarsGiven; at 1–2 stars ReasonToggled on `reasons` (text ids). NextPressed ends."""

    name: ClassVar[str] = "rate"
    stars: int  # 0 = none yet
    reasons: tuple[str, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """Everything was wiped. Returns to rest by itself, or at a touch (NextPressed)."""

    name: ClassVar[str] = "goodbye"
    take: Phrase
    seconds_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A way on from trouble. `id` goes back in ActionChosen; its words are `action.<id>`."""

    id: str
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """First what is safe, then what happened, then the ways on (never none)."""

    name: ClassVar[str] = "trouble"
    icon: str  # "card", "camera", "printer", "network", "store", "warning"
    headline: Phrase
    advice: Phrase
    safe: Phrase
    number: str  # the local number when there is one, else ""
    actions: tuple[Action, ...]
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfService:
    """The terminal cannot serve; says why in plain words and where to go instead."""

    name: ClassVar[str] = "out_of_service"
    reason: Phrase
    code: int


Body = (
    Rest
    | ChooseRegion
    | ChooseItem
    | ShowVerdict
    | ShowGuide
    | AskConsent
    | Identify
    | AskQuestion
    | TakePages
    | Review
    | Sign
    | Submitting
    | ShowReceipt
    | Rate
    | Goodbye
    | Trouble
    | OutOfService
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything on the glass. `place` and `terminal` stand in the header."""

    body: Body
    modes: Modes
    place: str
    terminal: str
    stage: Stage | None = None  # None: no step bar
    foot: Foot | None = None  # None: the screen has its own foot (rest)
    overlay: Overlay | None = None
