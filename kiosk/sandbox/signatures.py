"""Who may speak: the five headers of every request, checked before anything is done.

Order: known terminal → time window → digest of the body → signature → nonce. A nonce is spent
only by a good signature, else anyone could spend the nonces of others. Nonces live in memory:
after a restart a replay within the window is possible, and harmless, as every write of the
contract is idempotent.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request

from kiosk.sandbox.problems import Code, Problem
from kiosk.sandbox.sm2 import PublicKey
from kiosk.sandbox.store import Store

WINDOW = 300.0  # seconds to either side
_NONCE = re.compile(r"[0-9a-fA-F]{32}")
_DIGEST = re.compile(r"sm3=[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request whose sender is certain."""

    terminal_id: str
    body: bytes = field(repr=False)


@functools.lru_cache(maxsize=512)
def _public_key(text: str) -> PublicKey:
    return PublicKey(text)


def public_key_is_valid(text: str) -> bool:
    try:
        _public_key(text)
    except ValueError:
        return False
    return True


def server_time(request: Request, clock: Callable[[], float]) -> float:
    """Unix seconds; a fault knob may have put the clock of this one request wrong."""
    return clock() + getattr(request.state, "clock_offset", 0.0)


class Gate:
    """Admits requests of approved terminals, each nonce once."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._nonces: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def admit(self, request: Request, *, largest: int = 1 << 16) -> Signed:
        """Reads the body, at most `largest` bytes.

        Raises `Problem`: 401 and 403 as the contract lists them, 413 `too_large`.
        """
        headers = request.headers
        terminal_id = headers.get("x-terminal-id", "")
        key = self._key_of(terminal_id)
        timestamp = headers.get("x-timestamp", "")
        if not _TIMESTAMP.fullmatch(timestamp):
            raise Problem(Code.SIGNATURE_INVALID, "X-Timestamp")
        now = server_time(request, self._clock)
        if abs(int(timestamp) / 1000 - now) > WINDOW:
            raise Problem(Code.CLOCK_SKEW)
        nonce, digest = headers.get("x-nonce", ""), headers.get("x-content-digest", "")
        if not _NONCE.fullmatch(nonce):
            raise Problem(Code.SIGNATURE_INVALID, "X-Nonce")
        if not _DIGEST.fullmatch(digest):
            raise Problem(Code.SIGNATURE_INVALID, "X-Content-Digest")
        body = await read_body(request, largest)
        if digest != "sm3=" + hashlib.new("sm3", body).hexdigest():
            raise Problem(Code.SIGNATURE_INVALID, "X-Content-Digest")
        text = "\n".join((request.method, _target(request), timestamp, nonce, digest))
        if not key.verify(text.encode(), _signature(headers.get("x-signature", ""))):
            raise Problem(Code.SIGNATURE_INVALID, "X-Signature")
        self._spend(terminal_id, nonce.lower())
        return Signed(terminal_id=terminal_id, body=body)

    def _key_of(self, terminal_id: str) -> PublicKey:
        row = self._store.row(
            "SELECT public_key, state FROM terminals WHERE terminal_id = ?", (terminal_id,)
        )
        if row is None:
            raise Problem(Code.TERMINAL_UNKNOWN)
        if row["state"] == "pending":
            raise Problem(Code.TERMINAL_UNKNOWN, "终端登记待批准", status=403)
        if row["state"] == "revoked":
            raise Problem(Code.TERMINAL_REVOKED)
        return _public_key(row["public_key"])

    def _spend(self, terminal_id: str, nonce: str) -> None:
        # By the true clock: a skewed one must not let nonces be forgotten early. Twice the
        # window, because a timestamp may lie ahead by one window and be replayed behind by one.
        now = self._clock()
        while self._nonces and next(iter(self._nonces.values())) < now - 2 * WINDOW:
            self._nonces.popitem(last=False)
        if (terminal_id, nonce) in self._nonces:
            raise Problem(Code.NONCE_REUSED)
        self._nonces[terminal_id, nonce] = now


def _target(request: Request) -> str:
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return (raw + (b"?" + query if query else b"")).decode("latin-1")


def _signature(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Problem(Code.SIGNATURE_INVALID, "X-Signature") from None


async def read_body(request: Request, largest: int) -> bytes:
    """Raises `Problem(TOO_LARGE)` as soon as it is certain.

    The connection stays open and uvicorn drops the rest as it comes: a close with bytes unread
    would reset the connection, and the answer could be lost on its way.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > largest:
        raise Problem(Code.TOO_LARGE)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > largest:
                raise Problem(Code.TOO_LARGE)
    except ClientDisconnect:  # the terminal was cut off; nobody will read this answer
        raise Problem(Code.INVALID) from None
    return bytes(body)
