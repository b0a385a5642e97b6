"""A serial port with deadlines: the only importer of pyserial.

pyserial opens, locks and configures the port; reading and writing then use the descriptor with
`select`, so that every wait has a deadline, looks at the cancel token at least every 0.1 s and
knows how many bytes really left. Every failure is a `DeviceFault`; note that `termios.error`
is not an `OSError`.

Deadlines are absolute, in `time.monotonic()` seconds.
"""

from __future__ import annotations

import errno
import os
import select
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType

import serial
from serial.tools import list_ports

from kiosk.devices.contract import CancelToken, NoTrace, Trace
from kiosk.faults import DeviceFault, FaultCode

SLICE = 0.1  # longest wait without a look at the cancel token, seconds
CHUNK = 4096  # bytes asked of the kernel at once

_BUSY = {errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK}
_NOT_READY = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR}


class SerialPort:
    """An open port, held exclusively. Made by `SerialPort.open`; used by one thread."""

    def __init__(self, port: serial.Serial, path: str, trace: Trace) -> None:
        self._port = port
        self._trace = trace
        self.path = path

    @classmethod
    def open(
        cls,
        path: str,
        baud: int = 115200,
        *,
        parity: str = "N",
        rtscts: bool = False,
        xonxoff: bool = False,
        trace: Trace | None = None,
    ) -> SerialPort:
        """Opens and locks `path`, 8 data bits, 1 stop bit.

        Raises `DeviceFault`: DEVICE_NOT_FOUND (no such port, no permission, not a serial port),
        DEVICE_PORT_BUSY (another program holds it).
        """
        try:
            port = serial.Serial(
                path,
                baudrate=baud,
                parity=parity,
                rtscts=rtscts,
                xonxoff=xonxoff,
                timeout=0,
                write_timeout=0,
                exclusive=True,
            )
        except (OSError, termios.error) as error:
            number = _errno_of(error)
            code = FaultCode.DEVICE_PORT_BUSY if number in _BUSY else FaultCode.DEVICE_NOT_FOUND
            raise DeviceFault(code, detail=_detail(path, number)) from None
        except ValueError:
            raise DeviceFault(
                FaultCode.DEVICE_NOT_FOUND, detail=f"{path}: settings not accepted by the port"
            ) from None
        return cls(port, path, trace or NoTrace())

    @property
    def baud(self) -> int:
        return int(self._port.baudrate)

    def set_baud(self, baud: int) -> None:
        """Changes the speed of the open port. Raises DEVICE_LOST."""
        with self._lost_if_gone():
            self._port.baudrate = baud

    def write_some(self, data: bytes, deadline: float, cancel: CancelToken | None = None) -> int:
        """Hands as much of `data` to the kernel as it takes; returns how many bytes, 0 at the
        deadline. Raises DEVICE_LOST, `Cancelled`.
        """
        with self._lost_if_gone():
            while True:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                left = deadline - time.monotonic()
                _, ready, _ = select.select([], [self._port.fileno()], [], _slice(left))
                if ready:
                    try:
                        count = os.write(self._port.fileno(), data)
                    except OSError as error:
                        if error.errno not in _NOT_READY:
                            raise
                    else:
                        self._trace.sent(data[:count])
                        return count
                if left <= 0:
                    return 0

    def write(self, data: bytes, deadline: float, cancel: CancelToken | None = None) -> None:
        """Hands all of `data` to the kernel. Raises DEVICE_SILENT at the deadline, DEVICE_LOST."""
        done = 0
        while done < len(data):
            count = self.write_some(data[done:], deadline, cancel)
            if count == 0:
                raise DeviceFault(
                    FaultCode.DEVICE_SILENT, detail=f"{done} of {len(data)} bytes taken"
                )
            done += count

    def read_some(self, deadline: float, cancel: CancelToken | None = None) -> bytes:
        """The next bytes, as soon as there are any; b"" at the deadline.

        Raises DEVICE_LOST, `Cancelled`.
        """
        with self._lost_if_gone():
            while True:
                if cancel is not None:
                    cancel.raise_if_cancelled()
                left = deadline - time.monotonic()
                ready, _, _ = select.select([self._port.fileno()], [], [], _slice(left))
                if ready:
                    try:
                        data = os.read(self._port.fileno(), CHUNK)
                    except OSError as error:
                        if error.errno not in _NOT_READY:
                            raise
                    else:
                        if not data:  # readable without bytes: the line was hung up
                            raise DeviceFault(FaultCode.DEVICE_LOST, detail=f"{self.path}: hung up")
                        self._trace.received(data)
                        return data
                if left <= 0:
                    return b""

    @property
    def unsent(self) -> int:
        """Bytes that the kernel still holds. Raises DEVICE_LOST."""
        with self._lost_if_gone():
            return int(self._port.out_waiting)

    def drain(self) -> None:
        """Throws away input that arrived before now. Raises DEVICE_LOST."""
        with self._lost_if_gone():
            self._port.reset_input_buffer()

    def discard_unsent(self) -> None:
        """Throws away output that has not left yet. Raises DEVICE_LOST."""
        with self._lost_if_gone():
            self._port.reset_output_buffer()

    def close(self) -> None:
        """Throws away what has not left yet. Never raises, never waits; may be called twice."""
        with suppress(OSError, termios.error):  # a port that is gone is closed all the same
            if self._port.is_open:
                termios.tcflush(self._port.fileno(), termios.TCOFLUSH)
        with suppress(OSError, termios.error):
            self._port.close()

    def __enter__(self) -> SerialPort:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _lost_if_gone(self) -> Iterator[None]:
        try:
            yield
        except (OSError, termios.error) as error:
            raise DeviceFault(
                FaultCode.DEVICE_LOST, detail=_detail(self.path, _errno_of(error))
            ) from None


def serial_ports() -> list[tuple[str, str]]:
    """(path, title) of each serial port of this machine, by stable name where there is one.

    Lists only: opens nothing.
    """
    ports = list_ports.comports(include_links=False)
    by_id = _links_by_target("/dev/serial/by-id")
    return [
        (by_id.get(os.path.realpath(port.device), port.device), port.description or port.device)
        for port in sorted(ports)
    ]


def _links_by_target(folder: str) -> dict[str, str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return {}
    links = [os.path.join(folder, name) for name in names]
    return {os.path.realpath(link): link for link in links}


def _slice(left: float) -> float:
    return max(0.0, min(left, SLICE))


def _errno_of(error: Exception) -> int | None:
    """pyserial and termios put the number in `errno`, in args[0], or only in the cause."""
    seen: BaseException | None = error
    while seen is not None:
        number = getattr(seen, "errno", None) or (seen.args[0] if seen.args else None)
        if isinstance(number, int):
            return number
        seen = seen.__cause__ or seen.__context__
    return None


def _detail(path: str, number: int | None) -> str:
    return f"{path}: {errno.errorcode.get(number, 'failed') if number else 'failed'}"
