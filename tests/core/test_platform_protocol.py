"""The table of docs/platform.md, line by line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.faults import FaultCode
from kiosk.platform.protocol import NO_ANSWER, Meaning, fault_code, meaning, retry_after

TABLE = [
    (200, None, Meaning.DONE, None),
    (201, None, Meaning.DONE, None),
    (204, None, Meaning.DONE, None),
    (304, None, Meaning.UNCHANGED, None),
    (401, "clock_skew", Meaning.REPAIR_CLOCK, FaultCode.PLATFORM_CLOCK),
    (401, "signature_invalid", Meaning.DENIED, FaultCode.PLATFORM_DENIED),
    (401, "nonce_reused", Meaning.DENIED, FaultCode.PLATFORM_DENIED),
    (403, "terminal_unknown", Meaning.DENIED, FaultCode.PLATFORM_DENIED),
    (403, "terminal_revoked", Meaning.DENIED, FaultCode.PLATFORM_DENIED),
    (404, "not_found", Meaning.ABSENT, FaultCode.PLATFORM_CONTRACT),
    (409, "in_progress", Meaning.IN_PROGRESS, FaultCode.PLATFORM_BUSY),
    (409, "offset_mismatch", Meaning.OFFSET, FaultCode.PLATFORM_CONTRACT),
    (413, "too_large", Meaning.HOLD, FaultCode.PLATFORM_REFUSED),
    (422, "key_reused", Meaning.KEY_REUSED, FaultCode.PLATFORM_KEY_REUSED),
    (422, "invalid", Meaning.REFUSED, FaultCode.PLATFORM_REFUSED),
    (422, "business_refused", Meaning.REFUSED, FaultCode.PLATFORM_REFUSED),
    (424, "materials_missing", Meaning.MATERIALS_MISSING, FaultCode.PLATFORM_MATERIALS_MISSING),
    (460, "digest_mismatch", Meaning.BEGIN_AGAIN, FaultCode.PLATFORM_CONTRACT),
    (408, None, Meaning.UNKNOWN, FaultCode.PLATFORM_OUTCOME_UNKNOWN),
    (425, None, Meaning.UNKNOWN, FaultCode.PLATFORM_OUTCOME_UNKNOWN),
    (429, "busy", Meaning.UNKNOWN, FaultCode.PLATFORM_BUSY),
    (503, "maintenance", Meaning.UNKNOWN, FaultCode.PLATFORM_BUSY),
    (507, "store_full", Meaning.UNKNOWN, FaultCode.PLATFORM_OUTCOME_UNKNOWN),
    (500, "internal", Meaning.UNKNOWN, FaultCode.PLATFORM_OUTCOME_UNKNOWN),
    (NO_ANSWER, None, Meaning.UNKNOWN, FaultCode.PLATFORM_UNREACHABLE),
    # a box on the way that speaks for the platform
    (302, None, Meaning.UNKNOWN, FaultCode.PLATFORM_CONTRACT),
    (404, None, Meaning.UNKNOWN, FaultCode.PLATFORM_CONTRACT),
    (407, None, Meaning.UNKNOWN, FaultCode.PLATFORM_CONTRACT),
    (413, None, Meaning.UNKNOWN, FaultCode.PLATFORM_CONTRACT),
]


@pytest.mark.parametrize(("status", "code", "what", "fault"), TABLE)
def test_every_line_of_the_table(
    status: int, code: str | None, what: Meaning, fault: FaultCode | None
) -> None:
    assert meaning(status, code) is what
    if fault is not None:
        assert fault_code(status, code) is fault


@given(st.integers(0, 999), st.one_of(st.none(), st.text()))
def test_every_answer_has_a_meaning_and_only_success_is_success(
    status: int, code: str | None
) -> None:
    what = meaning(status, code)
    assert isinstance(fault_code(status, code), FaultCode)
    assert (what is Meaning.DONE) == (status in (200, 201, 204))
    if what is Meaning.REFUSED:
        assert 400 <= status < 500 and code is not None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        ("120", 120),
        ("Mon, 02 Mar 2026 09:02:00 GMT", 120),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("١٢", None),
        ("1.5", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) == seconds
