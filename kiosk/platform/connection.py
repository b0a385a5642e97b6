"""One connection of one thread to the platform, cut from another. The only `import requests`.

Loaded when somebody first calls: it takes longer than anything else of the core.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_READ = 64 * 1024
_IDLE_LIMIT = 2.0  # seconds; an older idle connection may be closed by the server at any moment


class Wire:
    """Used by one thread; `cut` may be called from another."""

    def __init__(
        self,
        *,
        verify: bool | str,
        proxies: Mapping[str, str],
        connect_limit: float,
        answer_limit: int,
    ) -> None:
        self._verify = verify
        self._proxies = dict(proxies)
        self._connect_limit = connect_limit
        self._answer_limit = answer_limit
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", _Adapter(self))
        self._session.mount("https://", _Adapter(self))
        self.was_cut = False
        self._socket: socket.socket | None = None
        self._last = 0.0

    def begin(self) -> None:
        self.was_cut = False
        now = time.monotonic()
        if now - self._last > _IDLE_LIMIT:
            self._session.close()
        self._last = now

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, deadline: float
    ) -> tuple[int, Mapping[str, str], bytes] | None:
        """Status, headers with names in lower case, and body; None when no whole answer came."""
        request = requests.Request(method, url, headers=dict(headers), data=body or None).prepare()
        left = max(0.1, deadline - time.monotonic())
        try:
            with self._session.send(
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
                named = {name.lower(): value for name, value in response.headers.items()}
                return response.status_code, named, bytes(content)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
            return None

    def hang_up(self) -> None:
        self._session.close()

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

    def __init__(self, wire: Wire) -> None:
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
