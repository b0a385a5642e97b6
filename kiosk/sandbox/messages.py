"""The bodies that terminals send: closed structures, an unknown field is refused.

Written from the contract alone, so that a mistake of a client's own codec cannot cancel out.
The text of a `msgspec.ValidationError` names the place and the type, never the value.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from kiosk.sandbox.numbers import id_number_is_valid
from kiosk.sandbox.problems import Code, Problem

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Uuid = Annotated[
    str, Meta(pattern="^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
TerminalId = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=2000)]
Time = Annotated[datetime, Meta(tz=True)]
MediaType = Annotated[str, Meta(pattern="^[a-z]+/[a-z0-9.+-]{1,60}$")]


class Closed(Struct, forbid_unknown_fields=True, kw_only=True):
    """No field beyond the named ones."""


class Item(Closed):
    code: Short
    version: Short
    name: Line


class Place(Closed):
    region_code: Annotated[str, Meta(pattern="^[0-9]{6}$")]
    name: Line


class Applicant(Closed):
    name: Line
    id_number: Annotated[str, Meta(pattern="^[0-9]{17}[0-9X]$")]
    sex: Annotated[str, Meta(max_length=16)]
    nation_code: Annotated[str, Meta(max_length=16)]
    birth: date
    address: Text
    authority: Text
    valid_from: date
    valid_until: date | None
    identity_level: Annotated[int, Meta(ge=0, le=4)]


class Answer(Closed):
    question: Line
    value: Text


class Page(Closed):
    digest: Digest
    length: Annotated[int, Meta(ge=1, le=1 << 26)]
    media_type: MediaType


class Material(Closed):
    need: Short
    name: Line
    obtained: Literal["captured", "read_from_card", "exempt"]
    pages: Annotated[list[Page], Meta(max_length=200)]


class Consent(Closed):
    document: Line
    version: Short
    agreed_at: Time


class Application(Closed):
    id: Uuid
    local_number: Short
    terminal_id: TerminalId
    made_at: Time
    item: Item
    mode: Annotated[int, Meta(ge=0, le=3)]
    received_in: Place
    decided_in: Place
    coverage: Annotated[list[Text], Meta(max_length=50)]
    applicant: Applicant
    answers: Annotated[list[Answer], Meta(max_length=200)]
    materials: Annotated[list[Material], Meta(max_length=100)]
    consents: Annotated[list[Consent], Meta(max_length=50)]
    signature: Page
    delivery: Annotated[str, Meta(max_length=200)]

    def pages(self) -> tuple[Page, ...]:
        """Every page the application rests on, the signature last."""
        return (*(page for material in self.materials for page in material.pages), self.signature)


class Rating(Closed):
    application_id: Uuid
    stars: Annotated[int, Meta(ge=1, le=5)]
    reasons: Annotated[list[Line], Meta(max_length=20)]
    rated_at: Time


class Enrolment(Closed):
    public_key: Annotated[str, Meta(pattern="^04[0-9a-fA-F]{128}$")]
    site: Annotated[str, Meta(min_length=1, max_length=200)]


class Queue(Closed):
    waiting: Annotated[int, Meta(ge=0, le=1_000_000)]
    oldest_waiting: Time | None


class Heartbeat(Closed):
    terminal_id: TerminalId
    version: Short
    at: Time
    devices: dict[Short, Short]
    outbox: Queue


class Decision(Closed):
    decision: Literal["accepted", "refused", "correction"]
    note: Text = ""


_M = TypeVar("_M", bound=Struct)


def read(body: bytes, kind: type[_M]) -> _M:
    """Raises `Problem(INVALID)` with the place of the mistake, never with a value."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(Code.INVALID, _place(error)) from None


def read_application(body: bytes, path_id: str) -> Application:
    """The application, checked as far as it can be without the store."""
    application = read(body, Application)
    if application.id != path_id:
        raise Problem(Code.INVALID, "`$.id` is not the id in the path")
    if not id_number_is_valid(application.applicant.id_number):
        raise Problem(Code.INVALID, "公民身份号码校验位不符：`$.applicant.id_number`")
    return application


def _place(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        return str(error)
    return "not a JSON document in UTF-8"
