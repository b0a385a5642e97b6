"""All that is known of one citizen's visit, as one frozen value: forgotten whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk.applications.model import Application
from kiosk.catalogue.deadlines import WorkingDays
from kiosk.catalogue.model import Item, Region, Verdict
from kiosk.catalogue.store import Catalogue
from kiosk.clock import Clock
from kiosk.devices.health import Health
from kiosk.devices.values import IdCard, Printed
from kiosk.faults import Fault
from kiosk.journey.views import CameraStage, CardStage, PrintStage
from kiosk.texts import Texts

ID_READER = "id_reader"
TRAY_CAMERA = "tray_camera"
RECEIPT_PRINTER = "receipt_printer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The two names of an application, made here: for machines and for people."""

    application_id: str
    local_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What stays the same from one citizen to the next: the terminal, its catalogue, its clock.

    The steps hold it; a citizen's `Facts` hold none of it.
    """

    terminal_id: str
    place: str
    terminal_name: str
    region: Region
    catalogue: Catalogue
    working_days: WorkingDays
    texts: Texts
    clock: Clock
    local_date: Callable[[], date]
    local_time: Callable[[datetime], datetime]
    number: Callable[[], Numbers]
    languages: tuple[str, ...] = ("zh_CN", "en")


class Submission(StrEnum):
    NOT_YET = "not_yet"
    KEEPING = "keeping"  # on its way to disk: no number may be shown
    SENDING = "sending"  # safe here; the platform is being asked
    STORED = "stored"  # safe here; goes by itself when the platform answers
    HELD = "held"  # safe here; a person has to look before it can go
    RECEIVED = "received"  # the platform has it
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    # choosing
    province: Region | None = None
    decided_in: Region | None = None
    theme: str = ""
    item: Item | None = None
    verdict: Verdict | None = None
    guide_open: bool = False
    # consent
    consented_at: datetime | None = None
    # identity
    card_stage: CardStage = CardStage.WAITING
    card: IdCard | None = field(default=None, repr=False)
    # form
    answers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    question_index: int = 0
    answer_tried: bool = False  # NextPressed on a bad answer: now say what is wrong
    # materials: JPEG pages by the key of the need
    pages: Mapping[str, tuple[bytes, ...]] = field(
        default_factory=dict[str, "tuple[bytes, ...]"], repr=False
    )
    material_index: int = 0
    camera_stage: CameraStage = CameraStage.LIVE
    photograph: bytes | None = field(default=None, repr=False)
    # signature and submission
    signature: bytes = field(default=b"", repr=False)
    application: Application | None = field(default=None, repr=False)
    submission: Submission = Submission.NOT_YET
    keeping_since: float | None = None  # monotonic
    kept_at: float | None = None  # monotonic
    platform_number: str = ""
    received_at: datetime | None = None
    refusal: str = field(default="", repr=False)
    postponed: Fault | None = None
    # receipt and rating
    printing: PrintStage = PrintStage.NOT_ASKED
    printed: Printed | None = None  # what the printer could honestly say
    copies: int = 0  # receipts asked for beyond the first
    stars: int = 0
    reasons: tuple[str, ...] = ()
    goodbye_at: float | None = None
    goodbye_left: int = 0  # whole seconds
    # devices, as last heard
    board: Mapping[str, Health] = field(default_factory=dict[str, Health])

    @property
    def is_kept(self) -> bool:
        """The application is safe on this terminal's disk: only now may its number be shown."""
        unkept = (Submission.NOT_YET, Submission.KEEPING)
        return self.application is not None and self.submission not in unkept
