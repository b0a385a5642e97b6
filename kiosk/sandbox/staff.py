"""The case desk (办件台): what an officer sees and does in the browser.

Names and numbers are masked in every list and whole on the case page only. The desk has no
sign-in: the sandbox listens on the loopback of a training machine. A form of a foreign site is
refused, so that a page opened by chance decides nothing.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, quote, urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from kiosk.sandbox import desk_pieces as pieces
from kiosk.sandbox import desk_words as words
from kiosk.sandbox import messages
from kiosk.sandbox.casework import OPEN_STATES, Case, Casework
from kiosk.sandbox.fault_injection import NAMES, Faults, Knob
from kiosk.sandbox.html import PAGES, Markup, html, join, page
from kiosk.sandbox.problems import Code, Problem
from kiosk.sandbox.settings import SandboxSettings
from kiosk.sandbox.signatures import read_body
from kiosk.sandbox.store import Store
from kiosk.sandbox.terminals import Terminals
from kiosk.sandbox.uploads import Uploads

PAGE_LENGTH = 30
_GUARD = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
Handler = Callable[[Request], Awaitable[Response]]


class Staff:
    def __init__(
        self,
        *,
        settings: SandboxSettings,
        store: Store,
        casework: Casework,
        terminals: Terminals,
        uploads: Uploads,
        faults: Faults,
    ) -> None:
        self._settings = settings
        self._store = store
        self._casework = casework
        self._terminals = terminals
        self._uploads = uploads
        self._faults = faults

    def routes(self) -> tuple[tuple[str, str, Handler], ...]:
        return (
            ("GET", "/staff", self.cases),
            ("GET", "/staff/style.css", self.style),
            ("GET", "/staff/cases/{platform_number}", self.case),
            ("POST", "/staff/cases/{platform_number}", self.decide),
            ("GET", "/staff/pages/{digest}", self.picture),
            ("GET", "/staff/terminals", self.terminals),
            ("POST", "/staff/terminals/{terminal_id}", self.admit),
            ("GET", "/staff/faults", self.faults),
            ("POST", "/staff/faults", self.turn),
        )

    async def style(self, request: Request) -> Response:
        return FileResponse(PAGES / "style.css", media_type="text/css")

    # Cases.

    async def cases(self, request: Request) -> Response:
        query = request.query_params
        state = query.get("state", "") if query.get("state") in words.STATES else ""
        number = query.get("number", "").strip().upper()[:40]
        leaf = max(1, int(query.get("page", "1"))) if query.get("page", "1").isdigit() else 1
        counts = self._casework.counts()
        found = self._casework.cases(
            state=state, number=number, limit=PAGE_LENGTH + 1, offset=(leaf - 1) * PAGE_LENGTH
        )
        tabs = [("", "全部", sum(counts.values()))]
        tabs += [(key, name, counts.get(key, 0)) for key, name in words.STATES.items()]
        body = page(
            "cases.html",
            tabs=join(
                html(
                    '<a class="tab $here" href="/staff?state=$key">'
                    "<b>$count</b><span>$name</span></a>",
                    key=key,
                    name=name,
                    count=count,
                    here="here" if key == state else "",
                )
                for key, name, count in tabs
            ),
            number=number,
            state=state,
            rows=join(pieces.row(case) for case in found[:PAGE_LENGTH])
            or pieces.nothing(7, "没有办件"),
            turn=pieces.turn(leaf, len(found) > PAGE_LENGTH, state, number),
        )
        return self._page("办件", body)

    async def case(self, request: Request) -> Response:
        case = self._casework.case(request.path_params["platform_number"])
        return self._case_page(case)

    async def decide(self, request: Request) -> Response:
        number = request.path_params["platform_number"]
        form = await _form(request)
        try:
            await self._casework.decide(number, form.get("decision", ""), form.get("note", ""))
        except Problem as problem:
            return self._case_page(self._casework.case(number), problem.detail or "未能办理。")
        return RedirectResponse(f"/staff/cases/{quote(number)}", status_code=303)

    def _case_page(self, case: Case, trouble: str = "") -> Response:
        form, person = case.application, case.application.applicant
        values: dict[str, object] = {
            "number": case.platform_number,
            "pill": pieces.pill(case.state),
            "item": form.item.name,
            "item_code": form.item.code,
            "item_version": form.item.version,
            "mode": words.MODES[form.mode],
            "received_in": f"{form.received_in.name}（{form.received_in.region_code}）",
            "decided_in": f"{form.decided_in.name}（{form.decided_in.region_code}）",
            "coverage": join(html("<li>$text</li>", text=text) for text in form.coverage)
            or html("<li>—</li>"),
            "local_number": form.local_number,
            "terminal": form.terminal_id,
            "made_at": pieces.time(form.made_at.timestamp()),
            "received_at": pieces.time(case.received_at),
            "delivery": words.DELIVERY.get(form.delivery, form.delivery or "—"),
            "name": person.name,
            "id_number": person.id_number,
            "sex": words.SEX.get(person.sex, person.sex),
            "nation": person.nation_code or "—",
            "birth": person.birth,
            "address": person.address or "—",
            "authority": person.authority or "—",
            "validity": f"{person.valid_from} 至 {person.valid_until or '长期'}",
            "level": person.identity_level,
            "answers": join(
                html("<dt>$question</dt><dd>$value</dd>", question=a.question, value=a.value or "—")
                for a in form.answers
            )
            or html("<dt>—</dt><dd>没有情形问题</dd>"),
            "materials": join(pieces.material(material) for material in form.materials)
            or html('<p class="quiet">没有材料</p>'),
            "consents": join(
                html(
                    "<li>$document <span>$version · $at</span></li>",
                    document=each.document,
                    version=each.version,
                    at=pieces.time(each.agreed_at.timestamp()),
                )
                for each in form.consents
            )
            or html("<li>—</li>"),
            "signature": pieces.picture(form.signature, "申请人签名"),
            "history": join(
                pieces.event(event.at, event.state, event.note) for event in case.history
            ),
            "rating": pieces.rating(case),
            "digest": case.digest,
            "id": form.id,
            "trouble": html('<p class="trouble" role="alert">$text</p>', text=trouble)
            if trouble
            else Markup(),
            "forms": page("decision.html", number=case.platform_number)
            if case.state in OPEN_STATES
            else html('<p class="quiet">本件已作出决定，不再变更。</p>'),
        }
        return self._page(f"办件 {case.platform_number}", page("case.html", **values))

    async def picture(self, request: Request) -> Response:
        held = self._uploads.held(request.path_params["digest"])
        if held is None:
            raise Problem(Code.NOT_FOUND)
        path, media_type = held
        if media_type in pieces.PICTURES:
            return FileResponse(path, media_type=media_type, headers=_GUARD)
        headers = {**_GUARD, "Content-Disposition": "attachment"}
        return FileResponse(path, media_type="application/octet-stream", headers=headers)

    # Terminals.

    async def terminals(self, request: Request) -> Response:
        rows = self._store.rows("SELECT * FROM terminals ORDER BY terminal_id")
        now = self._settings.clock()
        body = page(
            "terminals.html",
            rows=join(pieces.terminal(row, now) for row in rows)
            or pieces.nothing(7, "还没有终端登记"),
        )
        return self._page("终端", body)

    async def admit(self, request: Request) -> Response:
        terminal_id: str = request.path_params["terminal_id"]
        form = await _form(request)
        act = {"approve": self._terminals.approve, "revoke": self._terminals.revoke}.get(
            form.get("act", "")
        )
        if act is None:
            raise Problem(Code.INVALID)

        def job(connection: sqlite3.Connection) -> None:
            act(connection, terminal_id)

        await self._store.write(job)
        return RedirectResponse("/staff/terminals", status_code=303)

    # Fault knobs.

    async def faults(self, request: Request) -> Response:
        return self._faults_page()

    async def turn(self, request: Request) -> Response:
        form = await _form(request)
        name = form.get("fault", "")
        try:
            if form.get("act") == "clear":
                self._faults.clear(name or None)
            else:
                self._faults.put(_knob(name, form))
        except Problem as problem:
            return self._faults_page(problem.detail)
        return RedirectResponse("/staff/faults", status_code=303)

    def _faults_page(self, trouble: str = "") -> Response:
        knobs = {knob.fault: knob for knob in self._faults.knobs()}
        body = page(
            "faults.html",
            trouble=html('<p class="trouble" role="alert">没有设置：$text</p>', text=trouble)
            if trouble
            else Markup(),
            active=join(pieces.active(knob) for knob in knobs.values())
            or html('<p class="quiet">当前没有故障，一切正常。</p>'),
            choices=join(
                html(
                    '<button class="knob" name="fault" value="$name"><b>$title</b>'
                    "<span>$text</span></button>",
                    name=name,
                    title=words.FAULTS[name][0],
                    text=words.FAULTS[name][1],
                )
                for name in NAMES
            ),
        )
        return self._page("故障演练", body)

    def _page(self, title: str, body: Markup) -> Response:
        text = page(
            "layout.html",
            title=title,
            body=body,
            knobs=len(self._faults.knobs()),
            cases="here" if title.startswith("办件") else "",
            terminals="here" if title == "终端" else "",
            faults="here" if title == "故障演练" else "",
        )
        return Response(text, media_type="text/html", headers=_GUARD)


async def _form(request: Request) -> dict[str, str]:
    """A form of this very desk. Raises `Problem` for one that another site sent."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise Problem(Code.INVALID, "origin", status=403)
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Problem(Code.INVALID, "origin", status=403)
    text = (await read_body(request, 1 << 16)).decode("utf-8", errors="replace")
    return {name: values[-1] for name, values in parse_qs(text).items()}


def _knob(name: str, form: dict[str, str]) -> Knob:
    count, seconds = form.get("count", "1"), form.get("seconds") or "0"
    if not re.fullmatch(r"[0-9]{1,6}", count) or not re.fullmatch(r"-?[0-9]{1,7}", seconds):
        raise Problem(Code.INVALID, "次数和秒数须为整数")
    wanted = {
        "fault": name,
        "count": int(count),
        "path": form.get("path", ""),
        "seconds": float(seconds),
    }
    return messages.read(json.dumps(wanted).encode(), Knob)
