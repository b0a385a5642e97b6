"""Fault knobs: what goes wrong on the way, at will, so that a client can be tried.

`FaultInjection` stands around the application and sees every request under /v1 before and every
answer after. The first knob that fits a request is used, and only that one. Faults of the wire
are real ones: a reset is a TCP reset, half an answer ends in the middle.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kiosk.sandbox import messages
from kiosk.sandbox.problems import Code, Problem
from kiosk.sandbox.signatures import read_body
from kiosk.sandbox.terminals import json_response

Name = Literal[
    "slow",
    "status_503",
    "status_500",
    "status_429",
    "reset_before",
    "reset_after_storing",
    "answer_withheld",
    "half_answer",
    "clock_skew",
    "disk_full",
    "refuse",
    "correct",
    "maintenance",
    "unauthorised",
]
NAMES: tuple[str, ...] = get_args(Name)

# Used when a knob says `seconds: 0`: a delay, a Retry-After, a clock error, by the fault's kind.
_DEFAULT_SECONDS = {
    "slow": 5.0,
    "answer_withheld": 120.0,
    "clock_skew": 3600.0,
    "status_429": 5.0,
    "maintenance": 600.0,
    "disk_full": 60.0,
}

# Code, status (None: the code's own), with Retry-After.
_ANSWERS: dict[str, tuple[Code, int | None, bool]] = {
    "status_503": (Code.BUSY, None, True),
    "status_500": (Code.INTERNAL, None, False),
    "status_429": (Code.BUSY, 429, True),
    "disk_full": (Code.STORE_FULL, None, True),
    "maintenance": (Code.MAINTENANCE, None, True),
    "unauthorised": (Code.SIGNATURE_INVALID, None, False),
}


class Knob(messages.Closed):
    """`count` 0 lasts until cleared; `path` is searched in "METHOD /path"; `seconds` is a delay,
    a Retry-After or an error of the clock, by the kind of fault, and 0 is that fault's usual."""

    fault: Name
    count: int = 1
    path: str = ""
    seconds: float = 0.0

    def usual_seconds(self) -> float:
        return self.seconds or _DEFAULT_SECONDS.get(self.fault, 2.0)


@dataclass(slots=True, kw_only=True)
class _Set:
    knob: Knob
    left: int  # 0: for ever


class Faults:
    """The knobs that are set, one of each name. May be turned from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: dict[str, _Set] = {}

    def put(self, knob: Knob) -> None:
        """Raises `Problem(INVALID)` for a path that is no regular expression."""
        if knob.count < 0 or not -1e9 < knob.seconds < 1e9:
            raise Problem(Code.INVALID, "`$.count` or `$.seconds`")
        try:
            re.compile(knob.path)
        except re.error:
            raise Problem(Code.INVALID, "`$.path`") from None
        with self._lock:
            self._set.pop(knob.fault, None)
            self._set[knob.fault] = _Set(knob=knob, left=knob.count)

    def clear(self, name: str | None = None) -> None:
        with self._lock:
            if name is None:
                self._set.clear()
            else:
                self._set.pop(name, None)

    def knobs(self) -> Sequence[Knob]:
        """What is still set, with the count that is left."""
        with self._lock:
            return [msgspec.structs.replace(each.knob, count=each.left) for each in self._set_now()]

    def take(self, method_and_path: str) -> Knob | None:
        with self._lock:
            for each in self._set_now():
                if re.search(each.knob.path, method_and_path):
                    if each.left == 1:
                        del self._set[each.knob.fault]
                    elif each.left:
                        each.left -= 1
                    return each.knob
        return None

    def _set_now(self) -> Sequence[_Set]:
        return tuple(self._set.values())

    # By HTTP.

    async def get_json(self, request: Request) -> Response:
        return json_response({"faults": msgspec.to_builtins(self.knobs())})

    async def put_json(self, request: Request) -> Response:
        self.put(messages.read(await read_body(request, 1 << 14), Knob))
        return await self.get_json(request)

    async def delete_json(self, request: Request) -> Response:
        self.clear()
        return Response(status_code=204)


class AbortableProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, which hands its connection to the application."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self.app_state = {**self.app_state, "transport": transport}


class FaultInjection:
    """Also puts X-Server-Time on every answer, as the clock of that answer shows it."""

    def __init__(self, app: ASGIApp, faults: Faults, clock: Callable[[], float]) -> None:
        self._app = app
        self._faults = faults
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        path: str = scope["path"]
        knob = self._faults.take(f"{scope['method']} {path}") if path.startswith("/v1/") else None
        offset = knob.usual_seconds() if knob and knob.fault == "clock_skew" else 0.0
        state["clock_offset"] = offset

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = str(int((self._clock() + offset) * 1000)).encode()
                message["headers"] = [*message["headers"], (b"x-server-time", now)]
            await send(message)

        if knob is None:
            await self._app(scope, receive, stamped)
        else:
            await self._with(knob, scope, receive, stamped)

    async def _with(self, knob: Knob, scope: Scope, receive: Receive, send: Send) -> None:
        problem = _problem(knob)
        if problem is not None:
            await problem.response()(scope, receive, send)
        elif knob.fault == "reset_before":
            await _reset(scope, receive)
        elif knob.fault in {"reset_after_storing", "answer_withheld", "half_answer"}:
            answer = await self._answer(scope, receive)
            if knob.fault == "answer_withheld":
                await _hold(receive, knob.usual_seconds())
            if knob.fault == "half_answer" and len(answer[-1].get("body", b"")) > 1:
                await _send_half(answer, scope, receive, send)
            else:
                await _reset(scope, receive)
        else:
            if knob.fault == "slow":
                await asyncio.sleep(knob.usual_seconds())
            scope["state"]["verdict"] = knob.fault
            await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> list[Message]:
        """The whole answer as start and one body, while nothing goes out."""
        messages_out: list[Message] = []

        async def keep(message: Message) -> None:
            messages_out.append(message)

        await self._app(scope, receive, keep)
        body = b"".join(message.get("body", b"") for message in messages_out[1:])
        return [messages_out[0], {"type": "http.response.body", "body": body}]


def _problem(knob: Knob) -> Problem | None:
    """The answer of a fault that acts on nothing."""
    if knob.fault not in _ANSWERS:
        return None
    code, status, waits = _ANSWERS[knob.fault]
    retry_after = max(1, round(knob.usual_seconds())) if waits else None
    return Problem(code, status=status, retry_after=retry_after)


async def _send_half(answer: list[Message], scope: Scope, receive: Receive, send: Send) -> None:
    start, rest = answer
    body: bytes = rest["body"]
    await send(start)
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
    _transport(scope).close()
    await _gone(receive)


async def _reset(scope: Scope, receive: Receive) -> None:
    transport = _transport(scope)
    if transport.is_closing():  # the client was faster
        return
    wire: socket.socket = transport.get_extra_info("socket")
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _gone(receive)


async def _hold(receive: Receive, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await _gone(receive)
    except TimeoutError:
        return


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _transport(scope: Scope) -> asyncio.Transport:
    return scope["state"]["transport"]
