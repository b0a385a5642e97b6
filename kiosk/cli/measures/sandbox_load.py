"""How many applications the sandbox platform takes: signed, durable, answered once for ever.

The sandbox is a process of its own. Each client thread keeps one connection, signs each request
and waits for its answer; what is counted are answers.
"""

from __future__ import annotations

import http.client
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.applications.model import Application
from kiosk.cli.measures.figures import spread
from kiosk.cli.measures.samples import TERMINAL_ID, with_papers
from kiosk.clock import SystemClock
from kiosk.outbox.contract import Delivered, Entry, EntryKind
from kiosk.platform import wire
from kiosk.platform.client import PlatformClient
from kiosk.platform.signing import RequestSigner, SigningKey
from kiosk.platform.transport import Transport

CLIENTS = 2
WITHIN = 3.0  # seconds of new applications
REPLAYING = 1.5  # seconds of the same ones again
SIGNATURE = b"\x89PNG\r\n\x1a\n signed by nobody"


def sandbox() -> dict[str, object]:
    """New applications a second, and replays of the same ones a second."""
    with tempfile.TemporaryDirectory(prefix="tongban-bench-") as folder, _server(folder) as url:
        signer = RequestSigner(terminal_id=TERMINAL_ID, key=SigningKey.generate())
        _introduce(url, signer)
        crowd = [_Client(url, signer) for _ in range(CLIENTS)]
        fresh = _together(crowd, WITHIN, replay=False)
        again = _together(crowd, REPLAYING, replay=True)
    return {
        "clients": CLIENTS,
        "applications_per_s": round(len(fresh) / WITHIN, 1),
        **spread("put", fresh, 50, 99),
        "replays_per_s": round(len(again) / REPLAYING, 1),
        **spread("replay", again, 50, 99),
    }


class _Client:
    """One connection. Every answer but the expected one ends the measure."""

    def __init__(self, url: str, signer: RequestSigner) -> None:
        self._address = urlsplit(url)
        self._signer = signer
        self._sent: list[tuple[str, bytes]] = []

    def run(self, seconds: float, *, replay: bool) -> Sequence[float]:
        """Seconds each PUT took, by as many as fit."""
        times: list[float] = []
        wanted = 200 if replay else 201
        connection = http.client.HTTPConnection(
            self._address.hostname or "", self._address.port, timeout=10
        )
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if replay:
                path, body = self._sent[len(times) % len(self._sent)]
            else:
                path, body = self._new()
            stamp = time.time_ns() // 1_000_000
            headers = self._signer.sign_request("PUT", path, body, stamp, secrets.token_hex(16))
            started = time.perf_counter()
            connection.request("PUT", path, body, {**headers, "Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            times.append(time.perf_counter() - started)
            if answer.status != wanted:
                raise RuntimeError(f"the sandbox answered {answer.status}, not {wanted}")
        connection.close()
        return times

    def _new(self) -> tuple[str, bytes]:
        made, _ = with_papers([], SIGNATURE)
        request = (f"/v1/applications/{made.id}", wire.encode(made))
        self._sent.append(request)
        return request


def _together(crowd: Sequence[_Client], seconds: float, *, replay: bool) -> list[float]:
    times: list[float] = []
    failures: list[Exception] = []

    def run(client: _Client) -> None:
        try:
            times.extend(client.run(seconds, replay=replay))
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(client,), name="bench") for client in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return times


def _introduce(url: str, signer: RequestSigner) -> None:
    """Enrols the terminal; the first application brings the signature that all others rest on."""
    client = PlatformClient(transport=Transport(url), signer=signer, clock=SystemClock())
    client.enrol("示范县政务大厅")
    made, pages = with_papers([], SIGNATURE)
    outcome = client.submit(_entry(made, pages), lambda digest: pages[digest], datetime.now(UTC))
    client.close()
    if not isinstance(outcome, Delivered):
        raise RuntimeError(f"the sandbox does not take applications: {outcome}")


def _entry(made: Application, pages: dict[str, bytes]) -> Entry:
    body = wire.encode(made)
    return Entry(
        id=made.id,
        kind=EntryKind.APPLICATION,
        body=body,
        body_digest=wire.digest(body),
        page_digests=tuple(pages),
        attempts=1,
        unsure=False,
    )


@contextmanager
def _server(folder: str) -> Generator[str]:
    port = _free_port()
    command = [sys.executable, "-m", "kiosk", "sandbox", "serve", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--data", str(Path(folder) / "platform")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_healthy(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_healthy(port: int, within: float = 20.0) -> None:
    pause = threading.Event()
    end = time.monotonic() + within
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/sandbox/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > end:
                raise
        finally:
            connection.close()
        pause.wait(0.1)
