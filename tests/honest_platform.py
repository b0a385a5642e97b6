"""A small honest platform in memory, at the far end of a wire that can lose, repeat and delay.

Stands where `kiosk.platform.transport.Transport` stands. Keeps docs/platform.md: an application is
unique for ever by its id, and its effect and answer are one. Every request takes the next of
`faults`; when none is left the wire is well.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.platform.transport import Answer, Unreached
from tests.clocks import FakeClock


class Crash(BaseException):
    """The terminal's process died here."""


@dataclass
class HonestPlatform:
    clock: FakeClock
    faults: list[str] = field(default_factory=list)
    applications: dict[str, tuple[str, str]] = field(default_factory=dict)  # digest, number
    ratings: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, tuple[int, bytearray]] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    delayed: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    # -- the wire --------------------------------------------------------------------------

    def target(self, path: str) -> str:
        return path

    def within(self, location: str, path: str) -> str:
        return location

    def close(self) -> None: ...

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, seconds: float
    ) -> Answer | Unreached:
        fault = self.faults.pop(0) if self.faults else ""
        self.requests.append(f"{method} {path}")
        request = (method, path, dict(headers), body)
        match fault:
            case "crash_before":
                raise Crash
            case "request_lost":
                return Unreached()
            case "delayed":  # the terminal gives up, the request arrives much later
                self.delayed.append(request)
                return Unreached()
            case "response_lost":
                self._act(*request)
                return Unreached()
            case "crash_after":
                self._act(*request)
                raise Crash
            case "duplicate":
                self._act(*request)
                return self._act(*request)
            case "half_answer":
                answer = self._act(*request)
                return Answer(status=answer.status, headers={}, body=answer.body[:10])
            case "busy" | "maintenance":
                return self._problem(503, fault, {"retry-after": "90"})
            case "internal":
                return self._problem(500, fault)
            case "denied":
                return self._problem(401, "signature_invalid")
            case "wrong_echo":  # another application's answer
                answer = self._act(*request)
                body = answer.body.replace(b'"digest": "', b'"digest": "0')
                return Answer(status=answer.status, headers=answer.headers, body=body)
            case "refused" if method == "PUT":
                return self._problem(422, "business_refused", detail="请到窗口办理")
            case "key_reused" if method == "PUT":
                return self._problem(422, "key_reused")
            case _:
                return self._act(*request)

    def arrive_late(self) -> None:
        """What was delayed arrives now; its answers go nowhere."""
        while self.delayed:
            self._act(*self.delayed.pop(0))

    # -- the platform ----------------------------------------------------------------------

    def _act(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        room, _, name = path.removeprefix("/v1/").partition("/")
        match method, room:
            case "PUT", "applications":
                return self._put(name, body)
            case "GET", "applications":
                return self._stored(name, 200) if name in self.applications else self._absent()
            case "PUT", "ratings":
                if name not in self.applications:
                    return self._absent()
                self.effects[f"rating {name}"] += name not in self.ratings
                if self.ratings.setdefault(name, body) != body:
                    return self._problem(422, "key_reused")
                return Answer(status=201, headers={}, body=b"{}")
            case "POST", "uploads":
                digest = headers["Upload-Digest"]
                length = int(headers["Upload-Length"])
                length, held = self.uploads.setdefault(digest, (length, bytearray()))
                status = 200 if len(held) == length else 201
                location = {"location": f"/v1/uploads/{digest}"}
                return Answer(status=status, headers=location, body=b"")
            case "HEAD", "uploads":
                offset = {"upload-offset": str(len(self.uploads[name][1]))}
                return Answer(status=200, headers=offset, body=b"")
            case "PATCH", "uploads":
                held = self.uploads[name][1]
                if int(headers["Upload-Offset"]) != len(held):
                    return self._problem(409, "offset_mismatch")
                held += body
                offset = {"upload-offset": str(len(held))}
                return Answer(status=204, headers=offset, body=b"")
            case _:
                return self._absent()

    def _put(self, name: str, body: bytes) -> Answer:
        digest = hashlib.sha256(body).hexdigest()
        if name in self.applications:
            if self.applications[name][0] != digest:
                return self._problem(422, "key_reused")
            return self._stored(name, 200)
        content = json.loads(body)
        pages = [page for material in content["materials"] for page in material["pages"]]
        missing = [
            page["digest"]
            for page in (*pages, content["signature"])
            if not self.holds(page["digest"])
        ]
        if missing:
            return self._problem(424, "materials_missing", missing=missing)
        self.effects[name] += 1
        self.applications[name] = (digest, f"N{len(self.applications) + 1:06d}")
        return self._stored(name, 201)

    def holds(self, digest: str) -> bool:
        length, held = self.uploads.get(digest, (-1, bytearray()))
        return len(held) == length and hashlib.sha256(held).hexdigest() == digest

    def _stored(self, name: str, status: int) -> Answer:
        digest, number = self.applications[name]
        content = {
            "id": name,
            "digest": digest,
            "platform_number": number,
            "state": "received",
            "received_at": self.clock.now().isoformat(),
        }
        return Answer(status=status, headers={}, body=json.dumps(content).encode())

    def _absent(self) -> Answer:
        return self._problem(404, "not_found")

    def _problem(
        self, status: int, code: str, headers: Mapping[str, str] | None = None, **more: object
    ) -> Answer:
        body = json.dumps({"code": code, "status": status, **more}).encode()
        return Answer(status=status, headers=headers or {}, body=body)
