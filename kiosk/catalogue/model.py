"""The catalogue (事项目录) as values: items, guides, regions, verdicts. Wording of guides is data.

The snapshot's JSON has these field names. The platform pushes the real one; the one that is
shipped is a demonstration and says so (`Snapshot.demonstration`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.applications.model import HandlingMode, Obtained


class ItemState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class Layer(StrEnum):
    """Who put the item on a list."""

    NATIONAL = "national"
    ALLIANCE = "alliance"
    REFERENCE = "reference"


class QuestionKind(StrEnum):
    CHOICE = "choice"
    PHONE = "phone"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """True when the answer to `question` is one of `among`."""

    question: str
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the situation form (情形化选择表单); asked when `asked_if` holds."""

    key: str
    text: str
    kind: QuestionKind
    help: str = ""
    choices: tuple[Choice, ...] = ()
    asked_if: Condition | None = None
    label: str = ""  # how the answer is called on the review screen
    minimum: int | None = None  # of a number
    maximum: int | None = None
    past_only: bool = False  # a date that cannot lie in the future


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialNeed:
    """A paper that the item asks for. `page_names` names the pages to photograph, in order."""

    key: str
    name: str
    obtained: Obtained
    page_names: tuple[str, ...] = ()
    more_pages: bool = False  # further pages may follow the named ones
    needed_if: Condition | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """办事指南, the seven fields that must read the same in both places, and what follows."""

    conditions: str  # 申请条件
    application: str  # 申请方式
    acceptance: str  # 受理方式
    review: str  # 审查步骤
    time_limit: str  # 办理时限
    issue: str  # 颁发方式
    fees: str  # 收费
    legal_basis: str = ""
    legal_days: int = 0  # working days
    promised_days: int = 0  # working days
    visits: int = 0  # journeys to the deciding place
    free: bool = True
    delivery: str = "post"  # text id suffix: post, window, electronic
    questions: tuple[Question, ...] = ()
    materials: tuple[MaterialNeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`code` is carried raw. `guide` None: "guide not yet published" is said honestly."""

    code: str
    version: str
    name: str
    name_en: str
    theme: str
    department: str
    target: str  # "individual", "enterprise", "both"
    mode: HandlingMode
    action: str  # "apply", "query_print", "appointment", …: what a terminal can do with it
    layer: Layer
    list_key: str = ""  # the `ItemList` that it stands on
    state: ItemState = ItemState.ACTIVE
    state_since: date | None = None  # from this day on; None: always
    note: str = ""  # for the citizen: why closed, what replaced it
    minimum_age: int = 0
    guide: Guide | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """`code` GB/T 2260; `parent` empty for a province."""

    code: str
    name: str
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    key: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """A list of items and the provinces between which it holds (GB/T 2260, six digits)."""

    key: str
    name: str
    name_en: str
    layer: Layer
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    version: str
    demonstration: bool
    regions: tuple[Region, ...]
    themes: tuple[Theme, ...]
    items: tuple[Item, ...]
    lists: tuple[ItemList, ...] = ()


class Coverage(StrEnum):
    COVERED = "covered"  # can be applied for here
    GUIDE_ONLY = "guide_only"  # known, and another way is shown
    NOT_OPEN = "not_open"  # suspended or retired
    SAME_PROVINCE = "same_province"  # not a cross-province matter: the local window or menu does it


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it can be done here, why, and what to do next. `next_steps` is never empty.

    `reason` and `next_steps` are text ids; `path` is names of places and lists, in order from the
    deciding authority to this terminal.
    """

    coverage: Coverage
    item: Item
    decided_in: Region
    received_in: Region
    reason: str
    path: tuple[str, ...]
    next_steps: tuple[str, ...]
    on: date
