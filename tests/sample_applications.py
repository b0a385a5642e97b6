"""Applications of invented people, for tests of what keeps and sends them."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, date, datetime

from kiosk.applications.model import (
    Answer,
    Application,
    Consent,
    HandlingMode,
    ItemReference,
    Material,
    Obtained,
    Page,
    Party,
    Place,
    Rating,
)

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)

# What must never be found in clear where nobody is meant to read it.
MARKERS = ("张示范", "11010519491231002X", "示范路一号院", "想在外省领取")


def page(content: bytes, media_type: str = "image/jpeg") -> Page:
    return Page(
        digest=hashlib.sha256(content).hexdigest(), length=len(content), media_type=media_type
    )


def jpeg(size: int = 3000, seed: int = 0) -> bytes:
    """The first bytes of a JPEG, then bytes that are different for every seed."""
    body = b"".join(
        hashlib.sha256(f"{seed}/{block}".encode()).digest() for block in range(size // 32 + 1)
    )
    return (b"\xff\xd8\xff\xe0" + body)[:size]


def png(seed: int = 0) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + jpeg(600, seed + 10_000)


def sample_application(
    number: int = 1, *, pages: int = 2, page_size: int = 3000, delivery: str = "邮寄"
) -> tuple[Application, dict[str, bytes]]:
    """An application and its pages by digest; another for every number."""
    contents = [jpeg(page_size, seed=number * 100 + index) for index in range(pages)]
    signature = png(number)
    application = Application(
        id=str(uuid.UUID(int=(0x0195_0000_0000_7000_8000 << 48) | number)),
        local_number=f"HM-{number:06d}",
        terminal_id="HM-TEST-01",
        made_at=NOW,
        item=ItemReference(code="000131012001", version="2", name="异地就医备案"),
        mode=HandlingMode.REMOTE_COLLECTION,
        received_in=Place(region_code="421125", name="浠水县"),
        decided_in=Place(region_code="440106", name="天河区"),
        coverage=("全国统一事项",),
        applicant=Party(
            name="张示范",
            id_number="11010519491231002X",
            sex="1",
            nation_code="01",
            birth=date(1949, 12, 31),
            address="某省某市示范路一号院",
            authority="某市公安局示范分局",
            valid_from=date(2016, 1, 1),
            valid_until=None,
        ),
        answers=(Answer(question="reason", value="想在外省领取"),),
        materials=(
            Material(
                need="proof",
                name="居住证明",
                obtained=Obtained.CAPTURED,
                pages=tuple(page(content) for content in contents),
            ),
        ),
        consents=(Consent(document="collection", version="1", agreed_at=NOW),),
        signature=page(signature, "image/png"),
        delivery=delivery,
    )
    stored = {page(content).digest: content for content in (*contents, signature)}
    return application, stored


def sample_rating(application_id: str, stars: int = 5) -> Rating:
    return Rating(application_id=application_id, stars=stars, reasons=("quick",), rated_at=NOW)
