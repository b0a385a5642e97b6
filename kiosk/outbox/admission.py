"""What both stores do before anything is kept, so that they keep the same thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.applications.model import Application, Rating
from kiosk.faults import FaultCode
from kiosk.outbox.contract import EntryKind, StoreFault
from kiosk.platform import wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """The exact bytes that will be kept and sent."""

    id: str
    kind: EntryKind
    application_id: str
    body: bytes = field(repr=False)
    pages: Mapping[str, bytes] = field(repr=False)  # by digest, in the order of the application

    @property
    def body_digest(self) -> str:
        return wire.digest(self.body)


def admit(application: Application, pages: Mapping[str, bytes]) -> Admitted:
    """Raises `StoreFault` (DEFECT) when a page is missing or is not what its digest says."""
    named = [page for material in application.materials for page in material.pages]
    needed = dict.fromkeys(page.digest for page in (*named, application.signature))
    if any(digest not in pages or wire.digest(pages[digest]) != digest for digest in needed):
        raise StoreFault(FaultCode.DEFECT, "outbox", "a page is missing or altered")
    return Admitted(
        id=application.id,
        kind=EntryKind.APPLICATION,
        application_id=application.id,
        body=_encoded(application),
        pages={digest: pages[digest] for digest in needed},
    )


def admit_rating(rating: Rating) -> Admitted:
    return Admitted(
        id=f"rating-{rating.application_id}",
        kind=EntryKind.RATING,
        application_id=rating.application_id,
        body=_encoded(rating),
        pages={},
    )


def _encoded(value: Application | Rating) -> bytes:
    try:
        return wire.encode(value)
    except ValueError:  # a lone surrogate, a time without an offset
        raise StoreFault(FaultCode.DEFECT, "outbox", "not representable") from None
