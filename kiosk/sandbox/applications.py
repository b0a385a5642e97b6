"""Applications and ratings: kept once for ever, answered the same for ever.

The terminal's id is the idempotency key and the key of the business row itself, for the whole
platform and not for one terminal: a replaced terminal that sends a rescued queue cannot double
anything. Effect, key and answer are one transaction; a failure is never stored.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from kiosk.sandbox import messages
from kiosk.sandbox.numbers import china_time, iso, platform_number
from kiosk.sandbox.problems import Code, Problem
from kiosk.sandbox.settings import SandboxSettings
from kiosk.sandbox.signatures import Gate
from kiosk.sandbox.store import Store
from kiosk.sandbox.terminals import json_response

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CORRECTION_BY_FAULT = "演练：请补交材料清单所列的一份材料。"


class Applications:
    def __init__(self, settings: SandboxSettings, store: Store, gate: Gate) -> None:
        self._settings = settings
        self._store = store
        self._gate = gate

    async def put(self, request: Request) -> Response:
        signed = await self._gate.admit(request, largest=self._settings.largest_application)
        key = _uuid(request.path_params["id"])
        digest = hashlib.sha256(signed.body).hexdigest()
        known = self._store.row("SELECT digest, answer FROM applications WHERE id = ?", (key,))
        if known is not None:
            return _replay(known, digest)
        application = messages.read_application(signed.body, key)
        ordered: str | None = getattr(request.state, "verdict", None)
        if ordered == "refuse":
            raise Problem(Code.BUSINESS_REFUSED, "演练：该事项暂不受理，请到窗口咨询。")
        state = "correction" if ordered == "correct" else "received"
        now = self._settings.clock()

        def keep(connection: sqlite3.Connection) -> Response:
            known = connection.execute(
                "SELECT digest, answer FROM applications WHERE id = ?", (key,)
            ).fetchone()
            if known is not None:  # another request with the same id was faster
                return _replay(known, digest)
            _demand_pages(connection, application)
            day = china_time(now).date().isoformat()
            (serial,) = connection.execute(
                "SELECT coalesce(max(serial), 0) + 1 FROM applications WHERE day = ?", (day,)
            ).fetchone()
            answer = json.dumps(
                {
                    "id": key,
                    "digest": digest,
                    "platform_number": platform_number(day, serial),
                    "state": state,
                    "received_at": iso(now),
                }
            ).encode()
            connection.execute(
                "INSERT INTO applications (id, digest, body, answer, platform_number, day,"
                " serial, sent_by, received_at, state, note)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    digest,
                    signed.body,
                    answer,
                    platform_number(day, serial),
                    day,
                    serial,
                    signed.terminal_id,
                    now,
                    state,
                    CORRECTION_BY_FAULT if state == "correction" else "",
                ),
            )
            _remember(connection, key, now, "received", "")
            if state == "correction":
                _remember(connection, key, now, state, CORRECTION_BY_FAULT)
            return Response(answer, status_code=201, media_type="application/json")

        return await self._store.write(keep)

    async def get(self, request: Request) -> Response:
        await self._gate.admit(request)
        row = self._store.row(
            "SELECT * FROM applications WHERE id = ?", (_uuid(request.path_params["id"]),)
        )
        if row is None:
            raise Problem(Code.NOT_FOUND)
        answer: dict[str, object] = json.loads(row["answer"])
        answer["state"] = row["state"]
        if row["state"] == "correction":
            answer["correction"] = row["note"]
        elif row["note"]:
            answer["reason"] = row["note"]
        return json_response(answer)

    async def of_day(self, request: Request) -> Response:
        """What this terminal sent and the platform received on one day (UTC+8)."""
        signed = await self._gate.admit(request)
        day = request.query_params.get("day", "")
        try:
            if not _DAY.fullmatch(day):
                raise ValueError
            date.fromisoformat(day)
        except ValueError:
            raise Problem(Code.INVALID, "day=YYYY-MM-DD") from None
        rows = self._store.rows(
            "SELECT id, digest FROM applications WHERE sent_by = ? AND day = ? ORDER BY serial",
            (signed.terminal_id, day),
        )
        listed = [{"id": row["id"], "digest": row["digest"]} for row in rows]
        return json_response({"day": day, "count": len(listed), "applications": listed})

    async def rate(self, request: Request) -> Response:
        """One matter, one rating (GB/T 39734)."""
        signed = await self._gate.admit(request)
        key = _uuid(request.path_params["application_id"])
        rating = messages.read(signed.body, messages.Rating)
        if rating.application_id != key:
            raise Problem(Code.INVALID, "`$.application_id` is not the id in the path")
        digest, now = hashlib.sha256(signed.body).hexdigest(), self._settings.clock()

        def keep(connection: sqlite3.Connection) -> Response:
            known = connection.execute(
                "SELECT digest, answer FROM ratings WHERE application_id = ?", (key,)
            ).fetchone()
            if known is not None:
                return _replay(known, digest)
            if not connection.execute("SELECT 1 FROM applications WHERE id = ?", (key,)).fetchone():
                raise Problem(Code.NOT_FOUND)
            answer = json.dumps({"application_id": key, "received_at": iso(now)}).encode()
            connection.execute(
                "INSERT INTO ratings (application_id, digest, body, answer, received_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (key, digest, signed.body, answer, now),
            )
            return Response(answer, status_code=201, media_type="application/json")

        return await self._store.write(keep)


def _uuid(text: str) -> str:
    if not _UUID.fullmatch(text):
        raise Problem(Code.INVALID, "id: a UUID in lower case")
    return text


def _replay(known: sqlite3.Row, digest: str) -> Response:
    if known["digest"] != digest:
        raise Problem(Code.KEY_REUSED)
    return Response(
        known["answer"], headers={"Idempotent-Replay": "true"}, media_type="application/json"
    )


def _demand_pages(connection: sqlite3.Connection, application: messages.Application) -> None:
    missing: list[str] = []
    for page in application.pages():
        held = connection.execute(
            "SELECT length FROM uploads WHERE digest = ? AND complete = 1", (page.digest,)
        ).fetchone()
        if held is None:
            missing.append(page.digest)
        elif held["length"] != page.length:
            raise Problem(Code.INVALID, "the length of a page is not that of its upload")
    if missing:
        raise Problem(Code.MATERIALS_MISSING, missing=list(dict.fromkeys(missing)))


def _remember(connection: sqlite3.Connection, key: str, at: float, state: str, note: str) -> None:
    connection.execute(
        "INSERT INTO history (application_id, at, state, note) VALUES (?, ?, ?, ?)",
        (key, at, state, note),
    )
