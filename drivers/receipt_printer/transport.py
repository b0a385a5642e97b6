"""The wire to a receipt printer: raw TCP (port 9100) or a serial line, with deadlines.

A port is named "tcp://host:9100" or "serial:///dev/serial/by-id/…?baud=115200", with
`parity=N|E|O`, `rtscts=1` and `xonxoff=1` where the line wants them. Deadlines are absolute, in
`time.monotonic()` seconds. Every failure is a `DeviceFault`.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import socket
import struct
import termios
import time
from contextlib import suppress
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from drivers.serial_port import SerialPort
from kiosk.devices.contract import Trace
from kiosk.faults import DeviceFault, FaultCode

CONNECT_WITHIN = 1.5  # seconds
WRITE_AT_MOST = 4096  # bytes handed over at once
_SEND_BUFFER = 8192  # bytes that the kernel may keep back: what it keeps cannot be watched


class Link(Protocol):
    """An open wire. `taken` counts bytes that left our hands: from then on they may be printed."""

    taken: int
    bytes_per_second: float

    def write_some(self, data: bytes, deadline: float) -> int:
        """Hands over up to 4 KiB; returns how many bytes, 0 at the deadline. Raises DEVICE_LOST."""
        ...

    def read_some(self, deadline: float) -> bytes:
        """The next bytes, as soon as there are any; b"" at the deadline. Raises DEVICE_LOST."""
        ...

    def discard_unsent(self) -> bool:
        """Throws away what the kernel still holds; False when the link had to be closed for it."""
        ...

    def close(self) -> None:
        """Never raises; may be called twice."""
        ...


def open_link(port: str, trace: Trace) -> Link:
    """Raises `DeviceFault`: DEVICE_NOT_FOUND, DEVICE_PORT_BUSY, SETTINGS_INVALID."""
    try:
        parts = urlsplit(port)
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if parts.scheme == "tcp" and parts.hostname:
            return TcpLink.connect(parts.hostname, parts.port or 9100, trace)
        if parts.scheme == "serial" and parts.path:
            return SerialLink.open(parts.path, options, trace)
    except ValueError:  # a port or a speed that is not a number
        pass
    raise DeviceFault(FaultCode.SETTINGS_INVALID, detail="port is not tcp://… or serial:///…")


class TcpLink:
    def __init__(self, connection: socket.socket, trace: Trace) -> None:
        self._socket = connection
        self._trace = trace
        self.taken = 0
        self.bytes_per_second = 1_000_000.0

    @classmethod
    def connect(cls, host: str, port: int, trace: Trace) -> TcpLink:
        try:
            connection = socket.create_connection((host, port), timeout=CONNECT_WITHIN)
        except OSError as error:
            raise DeviceFault(FaultCode.DEVICE_NOT_FOUND, detail=_name(error)) from None
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(connection, trace)

    def write_some(self, data: bytes, deadline: float) -> int:
        try:
            _, ready, _ = select.select([], [self._socket], [], _left(deadline))
            count = self._socket.send(data[:WRITE_AT_MOST]) if ready else 0
        except BlockingIOError:
            return 0
        except (OSError, ValueError) as error:  # ValueError: already closed
            raise DeviceFault(FaultCode.DEVICE_LOST, detail=_name(error)) from None
        self.taken += count
        if count:
            self._trace.sent(data[:count])
        return count

    def read_some(self, deadline: float) -> bytes:
        try:
            ready, _, _ = select.select([self._socket], [], [], _left(deadline))
            if not ready:
                return b""
            data = self._socket.recv(WRITE_AT_MOST)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as error:
            raise DeviceFault(FaultCode.DEVICE_LOST, detail=_name(error)) from None
        if not data:
            raise DeviceFault(FaultCode.DEVICE_LOST, detail="closed by the printer")
        self._trace.received(data)
        return data

    def discard_unsent(self) -> bool:
        if self._unsent() == 0:
            return True
        self.close()
        return False

    def close(self) -> None:
        """Closes; what has not left yet is thrown away, by a reset of the connection."""
        with suppress(OSError):
            if self._unsent():
                reset = struct.pack("ii", 1, 0)
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        with suppress(OSError):
            self._socket.close()

    def _unsent(self) -> int:
        """Bytes not acknowledged by the far end (Linux SIOCOUTQ)."""
        if self._socket.fileno() < 0:
            return 0
        try:
            answer = fcntl.ioctl(self._socket.fileno(), termios.TIOCOUTQ, b"\0" * 4)
        except OSError:
            return 0
        return int(struct.unpack("i", answer)[0])


class SerialLink:
    def __init__(self, port: SerialPort) -> None:
        self._port = port
        self.taken = 0
        self.bytes_per_second = port.baud / 10  # start bit, eight bits, stop bit

    @classmethod
    def open(cls, path: str, options: dict[str, str], trace: Trace) -> SerialLink:
        port = SerialPort.open(
            path,
            int(options.get("baud", "115200")),
            parity=options.get("parity", "N"),
            rtscts=options.get("rtscts") == "1",
            xonxoff=options.get("xonxoff") == "1",
            trace=trace,
        )
        return cls(port)

    def write_some(self, data: bytes, deadline: float) -> int:
        count = self._port.write_some(data[:WRITE_AT_MOST], deadline)
        self.taken += count
        return count

    def read_some(self, deadline: float) -> bytes:
        return self._port.read_some(deadline)

    def discard_unsent(self) -> bool:
        self._port.discard_unsent()
        return True

    def close(self) -> None:
        self._port.close()


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _name(error: Exception) -> str:
    """The short name of a failure: never the text, which may hold addresses."""
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number in errno.errorcode:
        return errno.errorcode[number]
    return os.path.basename(type(error).__name__)
