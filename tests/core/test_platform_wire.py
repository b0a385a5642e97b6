"""The bytes of an application, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.applications.model import Answer
from kiosk.faults import FaultCode, KioskError
from kiosk.platform import wire
from tests.sample_applications import NOW, sample_application, sample_rating


def test_an_application_has_the_fields_of_the_contract() -> None:
    application, _ = sample_application(pages=1)
    content = json.loads(wire.encode(application))
    assert sorted(content) == [
        "answers", "applicant", "consents", "coverage", "decided_in", "delivery", "id", "item",
        "local_number", "made_at", "materials", "mode", "received_in", "signature", "terminal_id",
    ]  # fmt: skip
    assert sorted(content["applicant"]) == [
        "address", "authority", "birth", "id_number", "identity_level", "name", "nation_code",
        "sex", "valid_from", "valid_until",
    ]  # fmt: skip
    assert content["applicant"]["birth"] == "1949-12-31"
    assert content["applicant"]["valid_until"] is None
    assert content["made_at"] == "2026-03-02T01:30:00Z"
    assert content["mode"] == 1
    assert content["materials"][0]["obtained"] == "captured"
    assert sorted(content["signature"]) == ["digest", "length", "media_type"]


def test_the_bytes_are_canonical() -> None:
    """As an independent RFC 8785 reading of the same content would write them."""
    application, _ = sample_application()
    body = wire.encode(application)
    independent = json.dumps(
        json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    assert body == independent


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_words_are_written_canonically_and_read_back(words: str) -> None:
    application, _ = sample_application(pages=0)
    application = replace(application, answers=(Answer(question="free", value=words),))
    body = wire.encode(application)
    assert wire.application_from(body) == application
    independent = json.dumps(
        json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    assert body == independent


def test_a_rating_there_and_back() -> None:
    rating = sample_rating("0195-x")
    assert wire.rating_from(wire.encode(rating)) == rating
    assert json.loads(wire.encode(rating)) == {
        "application_id": "0195-x",
        "stars": 5,
        "reasons": ["quick"],
        "rated_at": "2026-03-02T01:30:00Z",
    }


def test_a_time_without_an_offset_is_refused() -> None:
    application, _ = sample_application()
    naive = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001 - the mistake that is refused
    with pytest.raises(ValueError, match="offset"):
        wire.encode(replace(application, made_at=naive))
    with pytest.raises(ValueError, match="offset"):
        wire.encode(
            replace(application, consents=(replace(application.consents[0], agreed_at=naive),))
        )


def test_the_media_type_of_every_page_is_known_from_the_body() -> None:
    application, pages = sample_application(pages=2)
    types = wire.media_types(wire.encode(application))
    assert set(types) == set(pages)
    assert types[application.signature.digest] == "image/png"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"id": 7}', b"<html>"])
def test_rubbish_is_a_fault_that_repeats_nothing(body: bytes) -> None:
    with pytest.raises(KioskError) as failure:
        wire.decode(body, wire.StoredApplication)
    assert failure.value.fault.code is FaultCode.PLATFORM_CONTRACT
    assert wire.problem_from(body) is None


def test_a_stored_application_is_read_and_unknown_fields_are_let_be() -> None:
    stored = wire.decode(
        json.dumps(
            {
                "id": "a",
                "digest": "b",
                "platform_number": "n",
                "state": "received",
                "received_at": "2026-03-02T09:30:00+08:00",
                "later": 1,
            }
        ).encode(),
        wire.StoredApplication,
    )
    assert stored.received_at == NOW
