"""HTTP, and nothing of its meaning. The library is first loaded by the thread that first calls:
the terminal's first picture does not wait for it.

Every call has one deadline for the whole of it. The time limits of the library hold for each
socket operation only, so a timer shuts the socket down when the time is over. No call is ever
repeated, no redirect followed, no proxy taken from the environment, no body logged. Whatever
is not a whole answer is `Unreached`: which exception it was never tells whether the server acted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import urljoin, urlsplit

from kiosk.faults import FaultCode, KioskError

if TYPE_CHECKING:
    from kiosk.platform.connection import Wire


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
        self._wires: set[Wire] = set()
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
        named = {"User-Agent": "tongban-kiosk", "Accept-Encoding": "identity", **headers}
        wire = self._wire()
        if self._closed:
            return Unreached()
        deadline = time.monotonic() + seconds
        timer = threading.Timer(seconds, wire.cut)
        timer.name, timer.daemon = "platform-deadline", True
        wire.begin()
        timer.start()
        try:
            told = wire.exchange(method, self._origin + self.target(path), named, body, deadline)
        finally:
            timer.cancel()
        if told is None or wire.was_cut:
            wire.hang_up()
            return Unreached()
        return Answer(status=told[0], headers=told[1], body=told[2])

    def _wire(self) -> Wire:
        wire = cast("Wire | None", getattr(self._local, "wire", None))
        if wire is None:
            from kiosk.platform.connection import Wire  # noqa: PLC0415 - see above

            wire = self._local.wire = Wire(
                verify=self._verify,
                proxies=self._proxies,
                connect_limit=self._connect_limit,
                answer_limit=self._answer_limit,
            )
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
