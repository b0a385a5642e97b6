"""Terminals: enrolment, heartbeat, and the catalogue that they fetch."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3

from starlette.requests import Request
from starlette.responses import Response

from kiosk.sandbox import messages
from kiosk.sandbox.numbers import iso
from kiosk.sandbox.problems import Code, Problem
from kiosk.sandbox.settings import SandboxSettings
from kiosk.sandbox.signatures import Gate, public_key_is_valid, read_body, server_time
from kiosk.sandbox.store import Store

_TERMINAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def json_response(content: object, status: int = 200) -> Response:
    return Response(
        json.dumps(content, ensure_ascii=False).encode(),
        status_code=status,
        media_type="application/json",
    )


class Terminals:
    def __init__(self, settings: SandboxSettings, store: Store, gate: Gate) -> None:
        self._settings = settings
        self._store = store
        self._gate = gate

    async def enrol(self, request: Request) -> Response:
        """Unsigned: this is how the platform learns the key.

        A known terminal with another key asks for an exchange: the old key holds until the
        exchange is approved.
        """
        terminal_id = request.path_params["terminal_id"]
        if not _TERMINAL_ID.fullmatch(terminal_id):
            raise Problem(Code.INVALID, "terminal_id")
        enrolment = messages.read(await read_body(request, 1 << 14), messages.Enrolment)
        key = enrolment.public_key.lower()
        if not public_key_is_valid(key):
            raise Problem(Code.INVALID, "`$.public_key` is not a point of the SM2 curve")
        now, approve = self._settings.clock(), self._settings.auto_approve

        def enrol(connection: sqlite3.Connection) -> tuple[int, str]:
            known = connection.execute(
                "SELECT * FROM terminals WHERE terminal_id = ?", (terminal_id,)
            ).fetchone()
            state = "approved" if approve else "pending"
            if known is None:
                connection.execute(
                    "INSERT INTO terminals (terminal_id, public_key, site, state, enrolled_at)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (terminal_id, key, enrolment.site, state, now),
                )
                return 201, state
            if known["state"] == "revoked":
                raise Problem(Code.TERMINAL_REVOKED)
            if known["public_key"] == key:
                return 200, known["state"]
            if approve:
                connection.execute(
                    "UPDATE terminals SET public_key = ?, requested_key = NULL,"
                    " state = 'approved', site = ? WHERE terminal_id = ?",
                    (key, enrolment.site, terminal_id),
                )
                return 201, state
            connection.execute(
                "UPDATE terminals SET requested_key = ? WHERE terminal_id = ?", (key, terminal_id)
            )
            return (200 if known["requested_key"] == key else 201), state

        status, state = await self._store.write(enrol)
        return json_response({"state": state}, status)

    async def heartbeat(self, request: Request) -> Response:
        signed = await self._gate.admit(request)
        heartbeat = messages.read(signed.body, messages.Heartbeat)
        if heartbeat.terminal_id != signed.terminal_id:
            raise Problem(Code.INVALID, "`$.terminal_id` is not the terminal that signed")
        now = self._settings.clock()

        def keep(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE terminals SET last_seen = ?, heartbeat = ? WHERE terminal_id = ?",
                (now, signed.body, signed.terminal_id),
            )

        await self._store.write(keep)
        shown = server_time(request, self._settings.clock)
        return json_response({"server_time": iso(shown), "commands": []})

    async def catalogue(self, request: Request) -> Response:
        await self._gate.admit(request)
        path = self._settings.catalogue
        if path is None or not path.is_file():
            raise Problem(Code.NOT_FOUND)
        snapshot = path.read_bytes()
        etag = f'"{hashlib.sha256(snapshot).hexdigest()}"'
        asked = request.headers.get("if-none-match", "")
        if etag in {each.strip().removeprefix("W/") for each in asked.split(",")}:
            return Response(status_code=304, headers={"ETag": etag})
        media_type = "application/json" if path.suffix == ".json" else "application/octet-stream"
        return Response(snapshot, headers={"ETag": etag}, media_type=media_type)

    def approve(self, connection: sqlite3.Connection, terminal_id: str) -> None:
        """A new terminal comes in, or a known one exchanges its key."""
        connection.execute(
            "UPDATE terminals SET state = 'approved',"
            " public_key = coalesce(requested_key, public_key), requested_key = NULL"
            " WHERE terminal_id = ? AND state != 'revoked'",
            (terminal_id,),
        )

    def revoke(self, connection: sqlite3.Connection, terminal_id: str) -> None:
        connection.execute(
            "UPDATE terminals SET state = 'revoked', requested_key = NULL WHERE terminal_id = ?",
            (terminal_id,),
        )
