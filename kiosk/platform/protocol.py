"""What an answer means: docs/platform.md, "Every answer". Pure."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from kiosk.faults import FaultCode


class Meaning(StrEnum):
    DONE = "done"
    UNCHANGED = "unchanged"
    ABSENT = "absent"  # was never stored: send it
    REPAIR_CLOCK = "repair_clock"
    DENIED = "denied"  # pause the queue, alarm, keep everything
    IN_PROGRESS = "in_progress"  # wait, ask again
    OFFSET = "offset"  # upload: ask for the offset, go on from there
    BEGIN_AGAIN = "begin_again"  # upload: from the first byte
    MATERIALS_MISSING = "materials_missing"
    HOLD = "hold"  # a person must look
    KEY_REUSED = "key_reused"  # hold, and it is a defect
    REFUSED = "refused"  # with words for the citizen
    UNKNOWN = "unknown"  # acted upon or not: ask, then repeat with the same id


NO_ANSWER = 0  # stands for the status when nothing readable came back

_BY_CODE = {
    (401, "clock_skew"): Meaning.REPAIR_CLOCK,
    (404, "not_found"): Meaning.ABSENT,
    (409, "in_progress"): Meaning.IN_PROGRESS,
    (409, "offset_mismatch"): Meaning.OFFSET,
    (413, "too_large"): Meaning.HOLD,
    (422, "key_reused"): Meaning.KEY_REUSED,
    (424, "materials_missing"): Meaning.MATERIALS_MISSING,
    (460, "digest_mismatch"): Meaning.BEGIN_AGAIN,
}
_REPEATABLE = (408, 425, 429)

_FAULTS = {
    Meaning.REPAIR_CLOCK: FaultCode.PLATFORM_CLOCK,
    Meaning.DENIED: FaultCode.PLATFORM_DENIED,
    Meaning.IN_PROGRESS: FaultCode.PLATFORM_BUSY,
    Meaning.MATERIALS_MISSING: FaultCode.PLATFORM_MATERIALS_MISSING,
    Meaning.HOLD: FaultCode.PLATFORM_REFUSED,
    Meaning.KEY_REUSED: FaultCode.PLATFORM_KEY_REUSED,
    Meaning.REFUSED: FaultCode.PLATFORM_REFUSED,
}


def meaning(status: int, code: str | None) -> Meaning:
    """`code` is that of the problem document; None when there is no readable one."""
    if status in (200, 201, 204):
        return Meaning.DONE
    if status == 304:
        return Meaning.UNCHANGED
    if (status, code) in _BY_CODE:
        return _BY_CODE[status, code or ""]
    if status in (401, 403):
        return Meaning.DENIED
    if status in _REPEATABLE or not 400 <= status < 500 or code is None:
        # a 4xx without a problem document speaks for some box on the way, not for the platform
        return Meaning.UNKNOWN
    return Meaning.REFUSED


def fault_code(status: int, code: str | None) -> FaultCode:
    what = meaning(status, code)
    if what is not Meaning.UNKNOWN:
        return _FAULTS.get(what, FaultCode.PLATFORM_CONTRACT)
    if status == NO_ANSWER:
        return FaultCode.PLATFORM_UNREACHABLE
    if status in (429, 503):
        return FaultCode.PLATFORM_BUSY
    if status in _REPEATABLE or status >= 500:
        return FaultCode.PLATFORM_OUTCOME_UNKNOWN
    return FaultCode.PLATFORM_CONTRACT


def retry_after(value: str | None, server_now: datetime) -> float | None:
    """Seconds of a Retry-After field (RFC 9110, 10.2.3): a number or a date; None if neither."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.utcoffset() is None:
        return None
    return max(0.0, (moment - server_now).total_seconds())
