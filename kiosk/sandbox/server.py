"""The sandbox as a whole: rooms wired by hand, routes named once, a server that can stop."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.sandbox.applications import Applications
from kiosk.sandbox.casework import Casework
from kiosk.sandbox.fault_injection import AbortableProtocol, FaultInjection, Faults
from kiosk.sandbox.problems import Code, Problem
from kiosk.sandbox.settings import SandboxSettings
from kiosk.sandbox.signatures import Gate
from kiosk.sandbox.staff import Staff
from kiosk.sandbox.store import Store
from kiosk.sandbox.terminals import Terminals, json_response
from kiosk.sandbox.uploads import Uploads

Handler = Callable[[Request], Awaitable[Response]]


def create_app(settings: SandboxSettings) -> FastAPI:
    """Opens its store at start-up and closes it at shut-down (ASGI lifespan).

    Every route under /v1 stands in openapi.yaml.
    """
    store = Store(settings.data_dir / "sandbox.sqlite")
    faults, gate = Faults(), Gate(store, settings.clock)
    terminals = Terminals(settings, store, gate)
    uploads = Uploads(settings, store, gate)
    applications = Applications(settings, store, gate)
    casework = Casework(settings, store)
    staff = Staff(
        settings=settings,
        store=store,
        casework=casework,
        terminals=terminals,
        uploads=uploads,
        faults=faults,
    )
    routes: tuple[tuple[str, str, Handler], ...] = (
        ("POST", "/v1/terminals/{terminal_id}/enrolment", terminals.enrol),
        ("GET", "/v1/catalogue", terminals.catalogue),
        ("POST", "/v1/heartbeats", terminals.heartbeat),
        ("POST", "/v1/uploads", uploads.create),
        ("HEAD", "/v1/uploads/{digest}", uploads.head),
        ("PATCH", "/v1/uploads/{digest}", uploads.patch),
        ("GET", "/v1/applications", applications.of_day),
        ("PUT", "/v1/applications/{id}", applications.put),
        ("GET", "/v1/applications/{id}", applications.get),
        ("PUT", "/v1/ratings/{application_id}", applications.rate),
        ("GET", "/sandbox/health", _health),
        ("GET", "/sandbox/faults", faults.get_json),
        ("PUT", "/sandbox/faults", faults.put_json),
        ("DELETE", "/sandbox/faults", faults.delete_json),
        ("GET", "/sandbox/cases", casework.list_json),
        ("GET", "/sandbox/cases/{platform_number}", casework.case_json),
        ("POST", "/sandbox/cases/{platform_number}/decision", casework.decision_json),
        *staff.routes(),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        store.open()
        try:
            yield
        finally:
            await store.close()

    app = FastAPI(openapi_url=None, redirect_slashes=False, lifespan=lifespan)
    for method, path, handler in routes:
        app.add_route(path, handler, methods=[method])
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, _defect(settings.clock))
    app.add_middleware(FaultInjection, faults=faults, clock=settings.clock)
    return app


async def _health(request: Request) -> Response:
    return json_response({"status": "ready"})


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _http_exception(request: Request, error: Exception) -> Response:
    """No such path, or a method that the path does not have."""
    assert isinstance(error, HTTPException)
    if error.status_code != 405:
        return Problem(Code.NOT_FOUND, status=error.status_code).response()
    path, allowed = request.url.path, set[str]()
    for route in request.app.routes:
        if isinstance(route, Route) and route.path_regex.match(path):
            allowed |= route.methods or set()
    headers = {"Allow": ", ".join(sorted(allowed))}
    return Problem(Code.INVALID, "method", status=405, headers=headers).response()


def _defect(clock: Callable[[], float]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        # Sent outside of every middleware, so it carries the time by itself.
        now = str(int(clock() * 1000))
        return Problem(Code.INTERNAL, headers={"X-Server-Time": now}).response()

    return answer


class _Uvicorn(uvicorn.Server):
    """uvicorn's server, which says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.listening.set()


class SandboxServer:
    """The sandbox in a thread of its own. After `stop` it may be started again: the same
    address, and everything that was kept."""

    def __init__(
        self, settings: SandboxSettings, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._settings = settings
        self._host = host
        self._port = port
        self._server: _Uvicorn | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """`http://host:port`, known after the first start."""
        return f"http://{self._host}:{self._port}"

    def start(self) -> None:
        """Returns when the sandbox answers. Raises `OSError` when the address is taken."""
        wire = _listen(self._host, self._port)
        self._port = wire.getsockname()[1]
        self._server = _Uvicorn(_config(create_app(self._settings)))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [wire]}, name="sandbox-http"
        )
        self._thread.start()
        if not self._server.listening.wait(10):
            self.stop()
            raise OSError("the sandbox did not start")

    def stop(self) -> None:
        """Answers what is in hand for up to one second, then ends."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._server, self._thread = None, None


def serve(host: str, port: int, data_dir: Path, *, catalogue: Path | None = None) -> None:
    """For the command line: serves until it is interrupted or terminated."""
    settings = SandboxSettings(data_dir=data_dir, catalogue=catalogue)
    with suppress(KeyboardInterrupt):
        _Uvicorn(_config(create_app(settings))).run(sockets=[_listen(host, port)])


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=AbortableProtocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=30,
    )


def _listen(host: str, port: int) -> socket.socket:
    # asyncio sets TCP_NODELAY only on a socket that says IPPROTO_TCP; without it an answer in two
    # writes waits 40 ms for a delayed acknowledgement
    wire = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        wire.bind((host, port))
    except OSError:
        wire.close()
        raise
    return wire
