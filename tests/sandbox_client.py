"""A small terminal for tests of the sandbox: requests, and signatures by a third library.

The terminal is written from docs/platform.md alone; it shares no code with the product.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gmalg
import requests
from gmssl_fast import SM2
from requests.auth import AuthBase

from kiosk.sandbox.server import SandboxServer
from kiosk.sandbox.settings import SandboxSettings

USER_ID = b"1234567812345678"
PUBLISHED_EXAMPLE_ID_NUMBER = "11010519491231002X"


def sm3(data: bytes) -> str:
    return hashlib.new("sm3", data).hexdigest()


@contextmanager
def running_sandbox(folder: Path, **settings: Any) -> Iterator[SandboxServer]:
    server = SandboxServer(SandboxSettings(data_dir=folder, **settings))
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Signer(AuthBase):
    """Signs a prepared request in place. `oracle` signs by gmalg, slowly and independently."""

    def __init__(self, terminal_id: str, *, oracle: bool = False) -> None:
        self.terminal_id = terminal_id
        self.clock = time.time
        self._oracle = oracle
        if oracle:
            secret, public = gmalg.SM2().generate_keypair()
            self._gmalg = gmalg.SM2(sk=secret, uid=USER_ID, pk=public)
            self.public_key = public.hex()
        else:
            self._fast = SM2.generate()
            self.public_key = str(self._fast.public_key_hex)

    def sign(self, text: str) -> str:
        if self._oracle:
            return base64.b64encode(
                b"".join(part.rjust(32, b"\0") for part in self._gmalg.sign(text.encode()))
            ).decode()
        return base64.b64encode(self._fast.sign(text.encode())).decode()

    def headers(self, method: str, target: str, body: bytes) -> dict[str, str]:
        timestamp, nonce = str(int(self.clock() * 1000)), secrets.token_hex(16)
        digest = "sm3=" + sm3(body)
        return {
            "X-Terminal-Id": self.terminal_id,
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Content-Digest": digest,
            "X-Signature": self.sign("\n".join((method, target, timestamp, nonce, digest))),
        }

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        request.headers.update(self.headers(request.method or "", request.path_url, raw))
        return request


class Terminal:
    """One terminal with its own connection."""

    def __init__(self, url: str, terminal_id: str = "HM-TEST-01", *, oracle: bool = False) -> None:
        self.url = url
        self.signer = Signer(terminal_id, oracle=oracle)
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(
            method, self.url + path, data=body, headers=named, auth=self.signer, timeout=10
        )

    def enrol(self) -> requests.Response:
        path = f"/v1/terminals/{self.signer.terminal_id}/enrolment"
        body = {"public_key": self.signer.public_key, "site": "示范县政务大厅"}
        return self.session.post(self.url + path, json=body, timeout=10)

    def create(self, page: bytes, media_type: str = "image/jpeg") -> requests.Response:
        return self.call(
            "POST",
            "/v1/uploads",
            Upload_Length=str(len(page)),
            Upload_Digest=hashlib.sha256(page).hexdigest(),
            Upload_Media_Type=media_type,
        )

    def send(self, digest: str, chunk: bytes, offset: int) -> requests.Response:
        return self.call(
            "PATCH",
            f"/v1/uploads/{digest}",
            chunk,
            Upload_Offset=str(offset),
            Content_Type="application/offset+octet-stream",
        )

    def upload(self, page: bytes, media_type: str = "image/jpeg") -> dict[str, Any]:
        digest = hashlib.sha256(page).hexdigest()
        if self.create(page, media_type).status_code == 201:
            assert self.send(digest, page, 0).status_code == 204
        return {"digest": digest, "length": len(page), "media_type": media_type}

    def put(self, body: dict[str, Any]) -> requests.Response:
        return self.call("PUT", f"/v1/applications/{body['id']}", encode(body))

    def fault(self, name: str, **settings: object) -> None:
        knob = {"fault": name, **settings}
        assert requests.put(self.url + "/sandbox/faults", json=knob, timeout=10).status_code == 200

    def cases(self) -> list[dict[str, Any]]:
        return requests.get(self.url + "/sandbox/cases", timeout=10).json()["cases"]


def encode(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def new_id() -> str:
    """UUIDv7 (RFC 9562)."""
    number = int(time.time() * 1000) << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    text = f"{number & ~(0x3 << 62) | 0x2 << 62:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def application(
    signature: dict[str, Any], pages: list[dict[str, Any]], **changes: object
) -> dict[str, Any]:
    """An application of an invented citizen, every field as the contract names it."""
    return {
        "id": new_id(),
        "local_number": "HM01-0001-7",
        "terminal_id": "HM-TEST-01",
        "made_at": "2026-11-22T09:30:00+08:00",
        "item": {"code": "000120038000", "version": "2026.1", "name": "异地就医结算备案"},
        "mode": 1,
        "received_in": {"region_code": "421127", "name": "黄梅县"},
        "decided_in": {"region_code": "360402", "name": "濂溪区"},
        "coverage": ["示范协议", "两县互认"],
        "applicant": {
            "name": "张示范",
            "id_number": PUBLISHED_EXAMPLE_ID_NUMBER,
            "sex": "2",
            "nation_code": "01",
            "birth": "1949-12-31",
            "address": "示范省虚构市样例区想象路零号",
            "authority": "虚构市公安局",
            "valid_from": "2020-01-01",
            "valid_until": None,
            "identity_level": 3,
        },
        "answers": [{"question": "备案类型", "value": "长期居住"}],
        "materials": [
            {"need": "residence", "name": "居住证明", "obtained": "captured", "pages": pages}
        ],
        "consents": [
            {
                "document": "个人信息处理告知书",
                "version": "1",
                "agreed_at": "2026-11-22T09:29:00+08:00",
            }
        ],
        "signature": signature,
        "delivery": "window",
        **changes,
    }
