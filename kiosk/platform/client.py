"""The terminal's side of docs/platform.md: what to ask, in which order, and what it comes to.

Pages go first, by digest, resumable; the PUT of the application is the commit and goes last. Only
the PUT can leave an outcome unknown. Nothing is repeated here but what the contract says is
repeated at once: after `clock_skew` with a repaired offset, after `materials_missing` with the
pages.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random, SystemRandom
from typing import cast
from urllib.parse import quote

from kiosk.clock import Clock
from kiosk.faults import Fault, FaultCode, KioskError
from kiosk.outbox.contract import (
    Delivered,
    Entry,
    EntryKind,
    Held,
    Outcome,
    Postponed,
    Refused,
    Unsure,
)
from kiosk.outbox.schedule import FIRST_DELAY, LONGEST, next_attempt
from kiosk.platform import wire
from kiosk.platform.contract import CatalogueAnswer, PageSource
from kiosk.platform.protocol import NO_ANSWER, Meaning, fault_code, meaning, retry_after
from kiosk.platform.signing import RequestSigner
from kiosk.platform.transport import Transport, Unreached

_JSON = {"Content-Type": "application/json"}
_OFFSET_STREAM = {"Content-Type": "application/offset+octet-stream"}
_CHUNK = 256 * 1024
_CLOCK_REPAIRS = 2  # the second for a clock that was mended while we were repairing
_REPAIRS = 3  # beginnings of one upload within one attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, or the lack of one, with its meaning."""

    status: int = NO_ANSWER
    meaning: Meaning = Meaning.UNKNOWN
    fault: Fault
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = field(default=b"", repr=False)
    problem: wire.Problem | None = field(default=None, repr=False)
    retry_after: float | None = None  # seconds


def _no_pulse() -> None: ...


class PlatformClient:
    """Keeps `kiosk.platform.contract.Platform`. May be used from several threads.

    `pulse` is called before every request, so that a long upload shows life. `seconds` is the
    deadline of one request; an upload goes in chunks, each with its own.
    """

    def __init__(
        self,
        *,
        transport: Transport,
        signer: RequestSigner,
        clock: Clock,
        rng: Random | None = None,
        first_delay: float = FIRST_DELAY,
        seconds: float = 20.0,
        chunk: int = _CHUNK,
        pulse: Callable[[], None] = _no_pulse,
    ) -> None:
        self._transport = transport
        self._signer = signer
        self._clock = clock
        self._rng = rng or SystemRandom()
        self._first_delay = first_delay
        self._seconds = seconds
        self._chunk = chunk
        self._pulse = pulse
        self._offset = timedelta(0)  # the platform's clock less ours

    @property
    def clock_offset(self) -> timedelta:
        """How far the platform's clock is ahead of ours, as far as it was ever repaired."""
        return self._offset

    def close(self) -> None:
        """Ends what is under way, from any thread, so that a stop need not wait for a deadline."""
        self._transport.close()

    # -- the terminal ----------------------------------------------------------------------

    def enrol(self, site: str) -> str:
        """Announces our public key: "approved" or "pending". Raises `KioskError`."""
        path = f"/v1/terminals/{quote(self._signer.terminal_id, safe='')}/enrolment"
        body = wire.encode_object({"public_key": self._signer.key.public, "site": site})
        reply = self._once("POST", path, body, _JSON, signed=False)
        return wire.decode(_done(reply).body, wire.Enrolment).state

    def catalogue(self, etag: str) -> CatalogueAnswer:
        reply = self._ask("GET", "/v1/catalogue", headers={"If-None-Match": etag} if etag else {})
        if reply.meaning is Meaning.UNCHANGED:
            return CatalogueAnswer(etag=etag, body=None)
        return CatalogueAnswer(etag=_done(reply).headers.get("etag", ""), body=reply.body)

    def heartbeat(self, report: Mapping[str, object]) -> Mapping[str, object]:
        reply = self._ask("POST", "/v1/heartbeats", wire.encode_object(dict(report)), _JSON)
        return cast("Mapping[str, object]", wire.decode(_done(reply).body, dict))

    # -- applications ----------------------------------------------------------------------

    def application(self, application_id: str) -> wire.StoredApplication | None:
        """What the platform holds under this id, None if nothing. Raises `KioskError`."""
        reply = self._ask("GET", _application(application_id))
        if reply.meaning is Meaning.ABSENT:
            return None
        return wire.decode(_done(reply).body, wire.StoredApplication)

    def submit(self, entry: Entry, page_of: PageSource, now: datetime) -> Outcome:
        if entry.kind is EntryKind.RATING:
            return self._submit_rating(entry, now)
        if entry.unsure:
            reply = self._ask("GET", _application(entry.id))
            if stored := _echo(entry, reply):
                return stored
            # stored under our id with another digest: the PUT will say what that means
            other = reply.meaning is Meaning.DONE and _readable(reply)
            if not other and reply.meaning is not Meaning.ABSENT:
                return self._unsettled(entry, reply, now, unsure=True)
        failed = self._upload(entry, entry.page_digests, page_of)
        if failed is not None:
            return self._unsettled(entry, failed, now, unsure=False)
        reply = self._put(entry)
        if reply.meaning is Meaning.MATERIALS_MISSING and reply.problem is not None:
            missing = set(reply.problem.missing) & set(entry.page_digests)
            failed = self._upload(entry, sorted(missing), page_of)
            if failed is not None:
                return self._unsettled(entry, failed, now, unsure=False)
            reply = self._put(entry)
        if stored := _echo(entry, reply):
            return stored
        if reply.meaning is Meaning.REFUSED:
            reason = reply.problem.detail if reply.problem else ""
            return Refused(fault=reply.fault, reason=reason)
        return self._unsettled(entry, reply, now, unsure=True)

    def _put(self, entry: Entry) -> Reply:
        return self._ask("PUT", _application(entry.id), entry.body, _JSON)

    def _submit_rating(self, entry: Entry, now: datetime) -> Outcome:
        """A PUT is safe to repeat and there is nothing to ask, so an unsure one is sent again."""
        application_id = wire.rating_from(entry.body).application_id
        path = f"/v1/ratings/{quote(application_id, safe='')}"
        reply = self._ask("PUT", path, entry.body, _JSON)
        if reply.meaning is Meaning.DONE:
            return Delivered(platform_number="", received_at=now)
        if reply.meaning in (Meaning.REFUSED, Meaning.ABSENT):
            return Refused(fault=reply.fault)
        return self._unsettled(entry, reply, now, unsure=True)

    def _unsettled(self, entry: Entry, reply: Reply, now: datetime, *, unsure: bool) -> Outcome:
        """`unsure`: a PUT has gone out, now or in an earlier attempt, and nothing disproves it."""
        if reply.meaning in (Meaning.HOLD, Meaning.KEY_REUSED, Meaning.REFUSED):
            return Held(fault=reply.fault)
        again = next_attempt(
            entry.attempts, now, reply.retry_after, rng=self._rng, first_delay=self._first_delay
        )
        asked = min(timedelta(seconds=reply.retry_after or 0.0), LONGEST / 2)
        not_before = now + asked if asked else None
        fault = reply.fault
        not_acted_upon = (Meaning.DENIED, Meaning.REPAIR_CLOCK, Meaning.MATERIALS_MISSING)
        if unsure and (entry.unsure or reply.meaning not in not_acted_upon):
            if reply.meaning is Meaning.DONE:
                fault = _fault(FaultCode.PLATFORM_CONTRACT, "echo of id or digest")
            elif fault.code is FaultCode.PLATFORM_UNREACHABLE:
                fault = _fault(FaultCode.PLATFORM_OUTCOME_UNKNOWN, fault.detail)
            return Unsure(fault=fault, next_attempt=again, not_before=not_before)
        return Postponed(fault=fault, next_attempt=again, not_before=not_before)

    # -- uploads ---------------------------------------------------------------------------

    def _upload(self, entry: Entry, digests: Iterable[str], page_of: PageSource) -> Reply | None:
        """None when the platform holds them all, else the reply that stopped it."""
        media_types = wire.media_types(entry.body)
        for digest in digests:
            failed = self._upload_one(digest, page_of(digest), media_types[digest])
            if failed is not None:
                return failed
        return None

    def _upload_one(self, digest: str, content: bytes, media_type: str) -> Reply | None:
        headers = {
            "Upload-Length": str(len(content)),
            "Upload-Digest": digest,
            "Upload-Media-Type": media_type,
        }
        reply = Reply(fault=_fault(FaultCode.PLATFORM_CONTRACT, "upload"))
        for _ in range(_REPAIRS):
            reply = self._ask("POST", "/v1/uploads", headers=headers)
            if reply.meaning is not Meaning.DONE or reply.status == 200:
                return None if reply.meaning is Meaning.DONE else reply
            try:
                location = reply.headers.get("location", "")
                path = self._transport.within(location, "/v1/uploads")
            except KioskError as error:
                return Reply(status=reply.status, fault=error.fault)
            reply = self._continue(path, content)
            if reply is None or reply.meaning not in (Meaning.OFFSET, Meaning.BEGIN_AGAIN):
                return reply
        return reply

    def _continue(self, path: str, content: bytes) -> Reply | None:
        """From the offset that the platform names; None when the last byte is in."""
        reply = self._ask("HEAD", path)
        offset = 0
        while reply.meaning is Meaning.DONE:
            named = _offset(reply, len(content))
            if named is None or (offset and named <= offset):
                return Reply(
                    status=reply.status,
                    fault=_fault(FaultCode.PLATFORM_CONTRACT, "upload offset"),
                )
            offset = named
            if offset == len(content):
                return None
            chunk = content[offset : offset + self._chunk]
            reply = self._ask(
                "PATCH", path, chunk, {"Upload-Offset": str(offset), **_OFFSET_STREAM}
            )
        return reply

    # -- one request -----------------------------------------------------------------------

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        reply = self._once(method, path, body, headers or {})
        for _ in range(_CLOCK_REPAIRS):
            if reply.meaning is not Meaning.REPAIR_CLOCK or not self._repair_clock(reply):
                break
            reply = self._once(method, path, body, headers or {})
        return reply

    def _once(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        signed: bool = True,
    ) -> Reply:
        self._pulse()
        sent = dict(headers)
        if signed:
            stamp = _milliseconds(self._clock.now() + self._offset)
            nonce = secrets.token_hex(16)
            target = self._transport.target(path)
            sent |= self._signer.sign_request(method, target, body, stamp, nonce)
        answer = self._transport.send(method, path, sent, body, seconds=self._seconds)
        if isinstance(answer, Unreached):
            return Reply(fault=_fault(fault_code(NO_ANSWER, None), f"{method} no answer"))
        problem = wire.problem_from(answer.body) if answer.status >= 400 else None
        code = problem.code if problem else None
        server_now = _server_time(answer.headers) or self._clock.now()
        return Reply(
            status=answer.status,
            meaning=meaning(answer.status, code),
            fault=_fault(fault_code(answer.status, code), _told(method, answer.status, code)),
            headers=answer.headers,
            body=answer.body,
            problem=problem,
            retry_after=retry_after(answer.headers.get("retry-after"), server_now),
        )

    def _repair_clock(self, reply: Reply) -> bool:
        """Our offset, never the system's clock."""
        server = _server_time(reply.headers)
        if server is None:
            return False
        self._offset = server - self._clock.now()
        return True


def _application(application_id: str) -> str:
    return f"/v1/applications/{quote(application_id, safe='')}"


def _done(reply: Reply) -> Reply:
    if reply.meaning is Meaning.DONE:
        return reply
    raise KioskError(reply.fault.code, reply.fault.about, reply.fault.detail)


def _readable(reply: Reply) -> wire.StoredApplication | None:
    try:
        return wire.decode(reply.body, wire.StoredApplication)
    except KioskError:
        return None


def _echo(entry: Entry, reply: Reply) -> Delivered | None:
    """Delivered only when the platform names our id and the digest of our bytes."""
    stored = _readable(reply) if reply.meaning is Meaning.DONE else None
    if stored is None or (stored.id, stored.digest) != (entry.id, entry.body_digest):
        return None
    if stored.received_at.utcoffset() is None or not stored.platform_number:
        return None
    return Delivered(
        platform_number=stored.platform_number,
        received_at=stored.received_at.astimezone(UTC),
    )


def _offset(reply: Reply, length: int) -> int | None:
    """The Upload-Offset of a good answer, None when there is none that makes sense."""
    value = reply.headers.get("upload-offset", "")
    if reply.meaning is not Meaning.DONE or not (value.isascii() and value.isdigit()):
        return None
    return int(value) if int(value) <= length else None


def _server_time(headers: Mapping[str, str]) -> datetime | None:
    value = headers.get("x-server-time", "")
    if not (value.isascii() and value.isdigit()):
        return None
    try:
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _fault(code: FaultCode, detail: str) -> Fault:
    return Fault(code=code, about="platform", detail=detail)


def _told(method: str, status: int, code: str | None) -> str:
    """For the technician. The code is taken over only when it has the shape of one."""
    plain = code is not None and len(code) <= 40 and code.replace("_", "a").isidentifier()
    return f"{method} {status} {code}" if plain else f"{method} {status}"
