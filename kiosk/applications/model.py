"""The application (办件): what one citizen asks of one authority, complete and unchangeable.

Its field names are the field names on the wire and in the platform's contract.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum


class HandlingMode(IntEnum):
    """How two places share the work (国办发〔2020〕35号; fourth value as used by provinces)."""

    ALL_ONLINE = 0  # 全程网办
    REMOTE_COLLECTION = 1  # 异地代收代办
    REMOTE_AUTHORISED = 2  # 授信办理
    JOINT = 3  # 多地联办


class Obtained(StrEnum):
    CAPTURED = "captured"  # photographed at this terminal
    READ_FROM_CARD = "read_from_card"
    EXEMPT = "exempt"  # the authority fetches it by data share


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person, as read from the chip. `identity_level` 3 = chip card read."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    sex: str = field(repr=False)
    nation_code: str = field(repr=False)
    birth: date = field(repr=False)
    address: str = field(repr=False)
    authority: str = field(repr=False)
    valid_from: date = field(repr=False)
    valid_until: date | None = field(repr=False)
    identity_level: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReference:
    """The item and the version whose text the citizen saw."""

    code: str
    version: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    region_code: str  # GB/T 2260, six digits
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    question: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a paper: bytes are content-addressed by SHA-256, lower-case hex."""

    digest: str
    length: int
    media_type: str = "image/jpeg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    need: str  # the key of the material in the item's guide
    name: str
    obtained: Obtained
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    document: str
    version: str
    agreed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """`id` (UUIDv7, made here) is the platform's idempotency key; `local_number` is for people."""

    id: str
    local_number: str
    terminal_id: str
    made_at: datetime
    item: ItemReference
    mode: HandlingMode
    received_in: Place  # where the terminal stands (代收)
    decided_in: Place  # whose authority decides (决定)
    coverage: tuple[str, ...]  # the path that makes it possible here, in words
    applicant: Party = field(repr=False)
    answers: tuple[Answer, ...] = field(repr=False)
    materials: tuple[Material, ...]
    consents: tuple[Consent, ...]
    signature: Page  # the signature on glass, a PNG by digest
    delivery: str  # how the result comes back


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """好差评: stars 5 very satisfied … 1 very dissatisfied (GB/T 39734)."""

    application_id: str
    stars: int
    reasons: tuple[str, ...] = ()
    rated_at: datetime
