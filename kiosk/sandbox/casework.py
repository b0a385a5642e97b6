"""What an office does with a case, and what may be seen of it from outside."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kiosk.sandbox import messages
from kiosk.sandbox.numbers import iso, mask_name, mask_number, mask_text
from kiosk.sandbox.problems import Code, Problem
from kiosk.sandbox.settings import SandboxSettings
from kiosk.sandbox.signatures import read_body
from kiosk.sandbox.store import Store
from kiosk.sandbox.terminals import json_response

OPEN_STATES = ("received", "correction")
LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    at: float
    state: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case with everything that came with it. Personal: shown whole on the case page only."""

    platform_number: str
    digest: str
    state: str
    note: str
    received_at: float
    sent_by: str
    application: messages.Application = field(repr=False)
    history: tuple[Event, ...] = ()
    rating: messages.Rating | None = None


class Casework:
    def __init__(self, settings: SandboxSettings, store: Store) -> None:
        self._settings = settings
        self._store = store

    def counts(self) -> dict[str, int]:
        rows = self._store.rows("SELECT state, count(*) AS n FROM applications GROUP BY state")
        return {row["state"]: row["n"] for row in rows}

    def cases(
        self, *, state: str = "", number: str = "", limit: int = 1000, offset: int = 0
    ) -> list[Case]:
        """Newest first, without history and rating. `number`: part of the case number."""
        rows = self._store.rows(
            "SELECT * FROM applications WHERE (? = '' OR state = ?)"
            " AND instr(platform_number, ?) > 0"
            " ORDER BY received_at DESC, serial DESC LIMIT ? OFFSET ?",
            (state, state, number, limit, offset),
        )
        return [_case(row) for row in rows]

    def case(self, number: str) -> Case:
        """Raises `Problem(NOT_FOUND)`."""
        row = self._store.row("SELECT * FROM applications WHERE platform_number = ?", (number,))
        if row is None:
            raise Problem(Code.NOT_FOUND)
        events = self._store.rows(
            "SELECT * FROM history WHERE application_id = ? ORDER BY at, rowid", (row["id"],)
        )
        rating = self._store.row("SELECT * FROM ratings WHERE application_id = ?", (row["id"],))
        return _case(
            row,
            history=tuple(Event(at=e["at"], state=e["state"], note=e["note"]) for e in events),
            rating=messages.read(rating["body"], messages.Rating) if rating else None,
        )

    async def decide(self, number: str, decision: str, note: str) -> None:
        """Raises `Problem`: no such case, no reason given, or the case is closed."""
        if decision not in {"accepted", "refused", "correction"} or len(note) > LONGEST_NOTE:
            raise Problem(Code.INVALID)
        if decision != "accepted" and not note.strip():
            raise Problem(Code.INVALID, "不予受理须写明理由；补正须一次性写明所缺内容。")
        now = self._settings.clock()

        def decide(connection: sqlite3.Connection) -> None:
            row = connection.execute(
                "SELECT id, state FROM applications WHERE platform_number = ?", (number,)
            ).fetchone()
            if row is None:
                raise Problem(Code.NOT_FOUND)
            if row["state"] not in OPEN_STATES:
                raise Problem(Code.BUSINESS_REFUSED, "该办件已作出决定，不能再次决定。")
            connection.execute(
                "UPDATE applications SET state = ?, note = ? WHERE id = ?",
                (decision, note.strip(), row["id"]),
            )
            connection.execute(
                "INSERT INTO history (application_id, at, state, note) VALUES (?, ?, ?, ?)",
                (row["id"], now, decision, note.strip()),
            )

        await self._store.write(decide)

    # The same by HTTP, masked, for tests and summaries.

    async def list_json(self, request: Request) -> Response:
        listed = [masked(case) for case in self.cases()]
        return json_response({"count": sum(self.counts().values()), "cases": listed})

    async def case_json(self, request: Request) -> Response:
        case = self.case(request.path_params["platform_number"])
        document = masked(case)
        document["history"] = [
            {"at": iso(event.at), "state": event.state, "note": event.note}
            for event in case.history
        ]
        document["rating"] = case.rating and {
            "stars": case.rating.stars,
            "reasons": case.rating.reasons,
        }
        return json_response(document)

    async def decision_json(self, request: Request) -> Response:
        number = request.path_params["platform_number"]
        decision = messages.read(await read_body(request, 1 << 16), messages.Decision)
        await self.decide(number, decision.decision, decision.note)
        return await self.case_json(request)


def masked(case: Case) -> dict[str, object]:
    """A case as it may lie on a desk that others can see."""
    form = case.application
    person = form.applicant
    return {
        "platform_number": case.platform_number,
        "id": form.id,
        "local_number": form.local_number,
        "digest": case.digest,
        "state": case.state,
        "note": case.note,
        "received_at": iso(case.received_at),
        "sent_by": case.sent_by,
        "terminal_id": form.terminal_id,
        "made_at": form.made_at.isoformat(),
        "item": msgspec.to_builtins(form.item),
        "mode": form.mode,
        "received_in": msgspec.to_builtins(form.received_in),
        "decided_in": msgspec.to_builtins(form.decided_in),
        "coverage": form.coverage,
        "applicant": {
            "name": mask_name(person.name),
            "id_number": mask_number(person.id_number),
            "address": mask_text(person.address),
            "identity_level": person.identity_level,
        },
        "answers": [{"question": a.question, "value": "*" * len(a.value)} for a in form.answers],
        "materials": msgspec.to_builtins(form.materials),
        "consents": json.loads(msgspec.json.encode(form.consents)),
        "signature": msgspec.to_builtins(form.signature),
        "delivery": form.delivery,
        "pages": sum(len(material.pages) for material in form.materials),
    }


def _case(
    row: sqlite3.Row, *, history: tuple[Event, ...] = (), rating: messages.Rating | None = None
) -> Case:
    return Case(
        platform_number=row["platform_number"],
        digest=row["digest"],
        state=row["state"],
        note=row["note"],
        received_at=row["received_at"],
        sent_by=row["sent_by"],
        application=messages.read(row["body"], messages.Application),
        history=history,
        rating=rating,
    )
