"""What the rest of the terminal asks of a platform, whatever gateway stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kiosk.outbox.contract import Entry, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueAnswer:
    etag: str
    body: bytes | None = field(repr=False)  # None: unchanged


class Platform(Protocol):
    """Every call has a total deadline; none retries a write by itself."""

    def submit(self, entry: Entry, page_of: PageSource, now: datetime) -> Outcome:
        """Asks first when `entry.unsure`; uploads the missing pages; PUTs the body last.

        Never raises for the network or the platform: the outcome says it. `attempts` and `now`
        decide `next_attempt`.
        """
        ...

    def catalogue(self, etag: str) -> CatalogueAnswer:
        """Raises `KioskError` (PLATFORM_*)."""
        ...

    def heartbeat(self, report: Mapping[str, object]) -> Mapping[str, object]:
        """Raises `KioskError` (PLATFORM_*)."""
        ...


class PageSource(Protocol):
    def __call__(self, digest: str) -> bytes: ...
