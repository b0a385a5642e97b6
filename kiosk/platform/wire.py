"""Values to the bytes of the wire and back: canonical JSON, docs/platform.md.

The bytes are made once, kept verbatim and sent verbatim. They follow RFC 8785: keys sorted, no
white space, no escape that is not needed, UTF-8. Times carry an offset, enums go by value.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TypeVar

import msgspec

from kiosk.applications.model import Application, Material, Page, Rating
from kiosk.faults import FaultCode, KioskError

_T = TypeVar("_T")


class StoredApplication(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform says of an application that it holds."""

    id: str
    digest: str  # SHA-256 of the stored body, lower-case hex
    platform_number: str
    state: str  # received, accepted, refused, correction, withdrawn
    received_at: datetime
    correction: str | None = None
    reason: str | None = None


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    state: str  # approved, pending


class _Papers(msgspec.Struct, frozen=True):
    materials: tuple[Material, ...]
    signature: Page


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457. `detail` may be meant for the citizen: it goes on the screen, never into a log."""

    code: str
    title: str = ""
    status: int = 0
    detail: str = ""
    missing: tuple[str, ...] = ()  # page digests, with `materials_missing`


def encode(value: Application | Rating) -> bytes:
    """The body of a PUT. Raises ValueError for a time without an offset."""
    times = (
        (value.made_at, *(consent.agreed_at for consent in value.consents))
        if isinstance(value, Application)
        else (value.rated_at,)
    )
    if any(moment.utcoffset() is None for moment in times):
        raise ValueError("a time without an offset")
    return msgspec.json.encode(value, order="sorted")


def encode_object(value: object) -> bytes:
    """The other small bodies: enrolment, heartbeat."""
    return msgspec.json.encode(value, order="sorted")


def digest(body: bytes) -> str:
    """SHA-256, lower-case hex: names a page, and is echoed by the platform for a body."""
    return hashlib.sha256(body).hexdigest()


def application_from(body: bytes) -> Application:
    """Raises `KioskError` (PLATFORM_CONTRACT)."""
    return decode(body, Application)


def rating_from(body: bytes) -> Rating:
    """Raises `KioskError` (PLATFORM_CONTRACT)."""
    return decode(body, Rating)


def media_types(body: bytes) -> dict[str, str]:
    """The media type of every page that an application's body names, by digest."""
    papers = decode(body, _Papers)
    pages = [page for material in papers.materials for page in material.pages]
    return {page.digest: page.media_type for page in (*pages, papers.signature)}


def decode(body: bytes, kind: type[_T]) -> _T:
    """Typed bytes or `KioskError` (PLATFORM_CONTRACT); the error names no value."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise KioskError(
            FaultCode.PLATFORM_CONTRACT, "platform", f"not a {kind.__name__}"
        ) from None


def problem_from(body: bytes) -> Problem | None:
    """The problem document, or None when the bytes are not one."""
    try:
        return decode(body, Problem)
    except KioskError:
        return None
