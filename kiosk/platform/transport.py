"""HTTP, and nothing of its meaning. The only `import requests`.

Every call has one deadline for the whole of it. The time limits of the library hold for each
socket operation only, so a timer shuts the socket down when the time is over. No call is ever
repeated here, no redirect followed, no proxy taken from the environment, no body logged. Whatever
is not a whole answer is `Unreached`: which exception it was never tells whether the server acted.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from kiosk.faults import FaultCode, KioskError

_READ = 64 * 1024
_IDLE_LIMIT = 2.0  # seconds; an older idle connection may be closed by the server at any moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unreached:
    """No whole answer. The server may or may not have acted."""


class Transport:
    """Calls below one base URL. May be used from several threads; each has its own connection.

    `verify`: True, or the path of the certificate authority to trust. `proxy`: a URL, or None.
    """

    def __init__(
        self,
        base_url: str,
        *,
        verify: bool | str = True,
        proxy: str | None = None,
        connect_limit: float = 5.0,
        answer_limit: int = 32 * 1024 * 1024,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
            raise KioskError(FaultCode.SETTINGS_INVALID, "platform", "base URL")
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._prefix = parts.path.rstrip("/")
        self._verify = verify
        self._proxies = {"http": proxy, "https": proxy} if proxy else {}
        self._connect_limit = connect_limit
        self._answer_limit = answer_limit
        self._closed = False
        self._local = threading.local()
        self._wires: set[_Wire] = set()
        self._wires_lock = threading.Lock()

    def target(self, path: str) -> str:
        """The path and query as the server will see it, for the signature."""
        return self._prefix + path

    def within(self, location: str, path: str) -> str:
        """The path below the base URL of a Location that answered `path`.

        Raises `KioskError` (PLATFORM_CONTRACT) when it leads anywhere else.
        """
        url = urljoin(self._origin + self.target(path), location)
        inside = url.removeprefix(self._origin + self._prefix)
        if inside == url or not _plain(inside):
            raise KioskError(FaultCode.PLATFORM_CONTRACT, "platform", "leads off the base URL")
        return inside

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, *, seconds: float
    ) -> Answer | Unreached:
        """One call, over within `seconds` of the monotonic clock (the resolver's time excepted)."""
        if not _plain(path):
            raise KioskError(FaultCode.DEFECT, "platform", "path is not below the base URL")
        request = requests.Request(
            method,
            self._origin + self.target(path),
            headers={"User-Agent": "tongban-kiosk", "Accept-Encoding": "identity", **headers},
            data=body or None,
        ).prepare()
        wire = self._wire()
        if self._closed:
            return Unreached()
        deadline = time.monotonic() + seconds
        timer = threading.Timer(seconds, wire.cut)
        timer.name, timer.daemon = "platform-deadline", True
        wire.begin()
        timer.start()
        try:
            answer = self._exchange(wire, request, deadline)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            answer = None
        finally:
            timer.cancel()
        if answer is None or wire.was_cut:
            wire.session.close()
            return Unreached()
        return answer

    def _exchange(
        self, wire: _Wire, request: requests.PreparedRequest, deadline: float
    ) -> Answer | None:
        left = max(0.1, deadline - time.monotonic())
        with wire.session.send(
            request,
            stream=True,
            allow_redirects=False,
            verify=self._verify,
            proxies=self._proxies,
            timeout=(min(self._connect_limit, left), left),
        ) as response:
            content = bytearray()
            for chunk in cast("list[bytes]", response.iter_content(_READ)):
                content += chunk
                if len(content) > self._answer_limit or time.monotonic() > deadline:
                    return None
            return Answer(
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=bytes(content),
            )

    def _wire(self) -> _Wire:
        wire = cast("_Wire | None", getattr(self._local, "wire", None))
        if wire is None:
            wire = self._local.wire = _Wire()
            with self._wires_lock:
                self._wires.add(wire)
        return wire

    def close(self) -> None:
        """Ends the calls of all threads now, and every later one at once: `Unreached`."""
        self._closed = True
        with self._wires_lock:
            for wire in self._wires:
                wire.cut()


def _plain(path: str) -> bool:
    """Absolute, printable ASCII, and never upwards."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and path.isascii()
        and path.isprintable()
        and not any(sign in path for sign in (" ", "\\", "#", "@"))
        and ".." not in path.partition("?")[0].split("/")
        and "%2e" not in path.lower()
    )


class _Wire:
    """The one connection of one thread, and the handle to cut it from another."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount("http://", _Adapter(self))
        self.session.mount("https://", _Adapter(self))
        self.was_cut = False
        self._socket: socket.socket | None = None
        self._last = 0.0

    def begin(self) -> None:
        self.was_cut = False
        now = time.monotonic()
        if now - self._last > _IDLE_LIMIT:
            self.session.close()
        self._last = now

    def connected(self, connection: HTTPConnection) -> None:
        self._socket = cast("socket.socket | None", connection.sock)
        if self.was_cut:
            self.cut()

    def cut(self) -> None:
        self.was_cut = True
        if self._socket is not None:
            with suppress(OSError):  # below TLS on purpose: a reader may be in the middle
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    """Without retries, and with connections that show their socket to the wire."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)  # pyright: ignore[reportUnknownMemberType]
        wire = self._wire

        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                wire.connected(self)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                wire.connected(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = cast(Any, Plain)

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = cast(Any, Secure)

        cast(Any, self).poolmanager.pool_classes_by_scheme = {
            "http": PlainPool,
            "https": SecurePool,
        }
