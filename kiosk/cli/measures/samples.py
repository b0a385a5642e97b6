"""Applications of nobody: the published example number, places and papers that do not exist."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, date, datetime

from kiosk.applications.case_numbers import RANDOM_BYTES, application_id
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
)

TERMINAL_ID = "BENCH-01"
NOBODY = Party(
    name="张示范",
    id_number="11010519491231002X",
    sex="2",
    nation_code="01",
    birth=date(1949, 12, 31),
    address="演示省示范市样例区虚构路1号",
    authority="示范市公安局样例分局",
    valid_from=date(2011, 5, 4),
    valid_until=None,
)


def application(pages: int, page_size: int) -> tuple[Application, dict[str, bytes]]:
    """A new application and its papers by digest, the signature among them; random bytes."""
    papers = [secrets.token_bytes(page_size) for _ in range(pages)]
    return with_papers(papers, b"\x89PNG\r\n\x1a\n" + secrets.token_bytes(4000))


def with_papers(papers: list[bytes], signature: bytes) -> tuple[Application, dict[str, bytes]]:
    """A new application that rests on these papers."""
    now = datetime.now(UTC)
    named = tuple(_page(content, "image/jpeg") for content in papers)
    signed = _page(signature, "image/png")
    made = Application(
        id=application_id(now, secrets.token_bytes(RANDOM_BYTES)),
        local_number=f"BENCH-{secrets.token_hex(4)}",
        terminal_id=TERMINAL_ID,
        made_at=now,
        item=ItemReference(code="BENCH-001", version="1", name="示范事项"),
        mode=HandlingMode.REMOTE_COLLECTION,
        received_in=Place(region_code="421127", name="黄梅县"),
        decided_in=Place(region_code="360402", name="濂溪区"),
        coverage=("示范协议",),
        applicant=NOBODY,
        answers=(Answer(question="phone", value="13800000000"),),
        materials=(
            Material(need="papers", name="示范材料", obtained=Obtained.CAPTURED, pages=named),
        ),
        consents=(Consent(document="collection", version="1", agreed_at=now),),
        signature=signed,
        delivery="post",
    )
    stored = {page.digest: content for page, content in zip(named, papers, strict=True)}
    return made, {**stored, signed.digest: signature}


def _page(content: bytes, media_type: str) -> Page:
    digest = hashlib.sha256(content).hexdigest()
    return Page(digest=digest, length=len(content), media_type=media_type)
