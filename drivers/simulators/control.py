"""The control socket: one JSON line a request, one JSON line an answer, on loopback TCP.

    {"device": "id_reader", "do": "lay", "card": {…}}      → {"ok": true, "result": null}
    {"device": "id_reader", "do": "fail_next", "fault": "garble"}
    {"device": "id_reader", "do": "state"}                 → {"ok": true, "result": {…}}
    {"do": "describe"}                                     → every device, its levers and faults
    anything that cannot be done                           → {"ok": false, "error": "why"}

Keys other than `device` and `do` are the lever's arguments. Demo, tests and training use the same
socket. One thread serves all connections in turn, so two levers never move at the same time.
"""

from __future__ import annotations

import inspect
import json
import selectors
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from drivers.simulators.faults import FaultBox
from drivers.simulators.lifetime import Lifetime

LINE_LIMIT = 1 << 20  # bytes of one request
STOP_WITHIN = 2.0  # seconds

Address = tuple[str, int]
T = TypeVar("T")


class Simulator(Protocol):
    """What the control socket needs of a simulated device.

    The levers of the fault box (`fail_next`, `fail_always`, `clear`) and `state` are offered for
    every device; `levers` adds the device's own. A lever refuses by `ValueError`. What levers and
    `state` return must be plain JSON values.
    """

    faults: FaultBox

    def levers(self) -> Mapping[str, Callable[..., object]]: ...

    def state(self) -> Mapping[str, object]: ...


class LeverRefused(Exception):
    """The simulator answered `ok: false`; the text is its reason."""


def send(address: Address, *, timeout: float = 5.0, **request: Any) -> dict[str, Any]:
    """Sends one request and returns the answer, e.g. ``send(a, device="id_reader", do="remove")``.

    Raises `LeverRefused` when the answer is not ok, `OSError` when nothing answers.
    """
    with socket.create_connection(address, timeout=timeout) as connection:
        connection.sendall(json.dumps(request, ensure_ascii=False).encode() + b"\n")
        with connection.makefile("rb") as lines:
            line = lines.readline()
    if not line:
        raise ConnectionError("the control socket closed without an answer")
    answer: dict[str, Any] = json.loads(line)
    if not answer.get("ok"):
        raise LeverRefused(str(answer.get("error", "no reason given")))
    return answer


def levers_of(device: Simulator) -> dict[str, Callable[..., object]]:
    """Every lever of a device: the fault box's, `state`, and its own."""
    return {**device.faults.levers(), "state": device.state, **device.levers()}


class ControlServer(Lifetime):
    """Moves the levers of `devices` (name → simulator). `start` and `stop`, or use in a `with`."""

    def __init__(
        self, devices: Mapping[str, Simulator], address: Address = ("127.0.0.1", 0)
    ) -> None:
        self._devices = devices
        self._wanted = address
        self._listener: socket.socket | None = None
        self._wake: socket.socket | None = None
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> Address:
        """Where it listens; the port is known after `start`."""
        if self._listener is None:
            return self._wanted
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    def start(self) -> None:
        """Raises `OSError` when the address is taken."""
        if self._thread is not None:
            return
        listener = socket.create_server(self._wanted)
        listener.setblocking(False)
        self._wake, woken = socket.socketpair()
        self._listener = listener
        self._thread = threading.Thread(
            target=self._serve, args=(listener, woken), name="simulators-control", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Closes the listener and every connection. May be called twice."""
        if self._thread is None or self._wake is None:
            return
        self._wake.close()
        self._thread.join(STOP_WITHIN)
        self._thread = self._wake = self._listener = None

    def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one request line."""
        try:
            return {"ok": True, **self._do(line)}
        except (ValueError, LookupError, TypeError, OSError, RuntimeError) as error:
            return {"ok": False, "error": str(error)}

    def _do(self, line: bytes) -> dict[str, Any]:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise ValueError("a request is a JSON object")
        name, do = request.pop("device", None), request.pop("do", None)
        if name is None and do == "describe":
            return {"devices": {name: _describe(it) for name, it in self._devices.items()}}
        levers = levers_of(_pick("device", name, self._devices))
        lever = _pick("lever", do, levers)
        inspect.signature(lever).bind(**request)  # a wrong argument is refused before it acts
        return {"result": lever(**request)}

    def _serve(self, listener: socket.socket, woken: socket.socket) -> None:
        pending: dict[socket.socket, bytearray] = {}
        with selectors.DefaultSelector() as selector, listener, woken:
            selector.register(listener, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            try:
                while True:
                    for key, _ in selector.select():
                        if key.fileobj is woken:
                            return
                        if key.fileobj is listener:
                            connection = _accept(listener)
                            if connection is not None:
                                pending[connection] = bytearray()
                                selector.register(connection, selectors.EVENT_READ)
                            continue
                        connection = key.fileobj
                        assert isinstance(connection, socket.socket)
                        if not self._talk(connection, pending[connection]):
                            selector.unregister(connection)
                            del pending[connection]
                            connection.close()
            finally:
                for connection in pending:
                    connection.close()

    def _talk(self, connection: socket.socket, pending: bytearray) -> bool:
        """Reads what has arrived and answers whole lines; False when the connection is over."""
        try:
            data = connection.recv(65536)
            if not data or len(pending) + len(data) > LINE_LIMIT:
                return False
            pending += data
            while b"\n" in pending:
                line, _, rest = bytes(pending).partition(b"\n")
                pending[:] = rest
                reply = json.dumps(self.answer(line), ensure_ascii=False, default=str)
                connection.sendall(reply.encode() + b"\n")
        except OSError:
            return False
        return True


def _accept(listener: socket.socket) -> socket.socket | None:
    try:
        connection, _ = listener.accept()
    except OSError:  # the caller left before being served
        return None
    connection.settimeout(1.0)
    return connection


def _describe(device: Simulator) -> dict[str, Any]:
    return {
        "levers": {name: _parameters(lever) for name, lever in levers_of(device).items()},
        "faults": list(device.faults.names),
        "armed": device.faults.armed(),
        "state": dict(device.state()),
    }


def _parameters(lever: Callable[..., object]) -> list[str]:
    """Names of a lever's arguments; a leading "?" marks those that may be left out."""
    found = []
    for parameter in inspect.signature(lever).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            found.append("…")
        elif parameter.default is parameter.empty:
            found.append(parameter.name)
        else:
            found.append(f"?{parameter.name}")
    return found


def _pick(kind: str, name: object, among: Mapping[str, T]) -> T:
    if not isinstance(name, str) or name not in among:
        raise ValueError(f"no {kind} {name!r}; there are: {', '.join(among)}")
    return among[name]
