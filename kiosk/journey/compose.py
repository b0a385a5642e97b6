"""The application out of the facts, whole and final: what is kept, sent and printed."""

from __future__ import annotations

import hashlib

from kiosk.applications.model import (
    Answer,
    Application,
    Consent,
    ItemReference,
    Material,
    Obtained,
    Page,
    Party,
    Place,
)
from kiosk.catalogue.model import Region
from kiosk.catalogue.rules import answers_that_count, delivery, materials_needed
from kiosk.devices.values import IdCard
from kiosk.journey.facts import Facts, Surroundings
from kiosk.journey.steps import confirm, consent


def application_of(facts: Facts, here: Surroundings) -> tuple[Application, dict[str, bytes]]:
    """The application and its pages by digest, the signature among them."""
    item, card, verdict = facts.item, facts.card, facts.verdict
    assert item is not None and item.guide is not None and card is not None
    assert verdict is not None and facts.decided_in is not None and facts.consented_at is not None
    numbers = here.number()
    now = here.clock.now()
    answers = answers_that_count(item.guide, facts.answers)
    pages: dict[str, bytes] = {}
    materials = tuple(
        Material(
            need=need.key,
            name=need.name,
            obtained=need.obtained,
            pages=tuple(
                _page(data, "image/jpeg", pages)
                for data in facts.pages.get(need.key, ())
                if need.obtained is Obtained.CAPTURED
            ),
        )
        for need in materials_needed(item.guide, facts.answers)
    )
    application = Application(
        id=numbers.application_id,
        local_number=numbers.local_number,
        terminal_id=here.terminal_id,
        made_at=now,
        item=ItemReference(code=item.code, version=item.version, name=item.name),
        mode=item.mode,
        received_in=_place(here.region),
        decided_in=_place(facts.decided_in),
        coverage=verdict.path,
        applicant=_applicant(card),
        answers=tuple(Answer(question=key, value=value) for key, value in answers.items()),
        materials=materials,
        consents=(
            Consent(
                document=consent.DOCUMENT, version=consent.VERSION, agreed_at=facts.consented_at
            ),
            Consent(
                document="statement-of-truth", version=confirm.STATEMENT_VERSION, agreed_at=now
            ),
        ),
        signature=_page(facts.signature, "image/png", pages),
        delivery=delivery(item.guide, facts.answers),
    )
    return application, pages


def _page(data: bytes, media_type: str, pages: dict[str, bytes]) -> Page:
    digest = hashlib.sha256(data).hexdigest()
    pages[digest] = data
    return Page(digest=digest, length=len(data), media_type=media_type)


def _place(region: Region) -> Place:
    return Place(region_code=region.code, name=region.name)


def _applicant(card: IdCard) -> Party:
    return Party(
        name=card.name,
        id_number=card.id_number,
        sex=card.sex,
        nation_code=card.nation_code,
        birth=card.birth,
        address=card.address,
        authority=card.authority,
        valid_from=card.valid_from,
        valid_until=card.valid_until,
    )
