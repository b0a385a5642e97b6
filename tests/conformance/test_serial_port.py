"""The serial port over a real pseudo-terminal: deadlines, cancelling, counting, hang-up."""

from __future__ import annotations

import os
import pty
import threading
import time
import tty
from collections.abc import Callable, Iterator

import pytest

from drivers.serial_port import SerialPort
from kiosk.devices.contract import CancelToken
from kiosk.faults import Cancelled, DeviceFault, FaultCode


class FarEnd:
    """The other side of the line."""

    def __init__(self) -> None:
        self.fd, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave
        self._open = True

    def hang_up(self) -> None:
        if self._open:
            self._open = False
            os.close(self._slave)
            os.close(self.fd)


@pytest.fixture
def far() -> Iterator[FarEnd]:
    end = FarEnd()
    yield end
    end.hang_up()


@pytest.fixture
def port(far: FarEnd) -> Iterator[SerialPort]:
    with SerialPort.open(far.path) as opened:
        yield opened


def soon(seconds: float = 1.0) -> float:
    return time.monotonic() + seconds


def code_of(work: Callable[[], object]) -> FaultCode:
    with pytest.raises(DeviceFault) as caught:
        work()
    return caught.value.fault.code


def test_bytes_come_as_soon_as_they_are_there(far: FarEnd, port: SerialPort) -> None:
    os.write(far.fd, b"\x00\x11\x13\xff")
    began = time.monotonic()
    assert port.read_some(soon(5)) == b"\x00\x11\x13\xff"
    assert time.monotonic() - began < 1


def test_no_bytes_at_the_deadline(port: SerialPort) -> None:
    began = time.monotonic()
    assert port.read_some(began + 0.25) == b""
    assert 0.25 <= time.monotonic() - began < 0.6


def test_a_withdrawn_wait_ends_at_once(port: SerialPort) -> None:
    cancel = CancelToken()
    timer = threading.Timer(0.1, cancel.cancel)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        port.read_some(soon(10), cancel)
    assert time.monotonic() - began < 0.5
    timer.join()


def test_a_far_end_that_takes_nothing_is_silent_and_the_count_is_true(
    far: FarEnd, port: SerialPort
) -> None:
    sent = 0
    while count := port.write_some(b"x" * 4096, soon(0.1)):
        sent += count
    assert sent > 0
    assert code_of(lambda: port.write(b"x", soon(0.1))) is FaultCode.DEVICE_SILENT
    taken = 0
    while taken < sent:
        taken += len(os.read(far.fd, 65536))
    assert taken == sent


def test_everything_written_arrives(far: FarEnd, port: SerialPort) -> None:
    data = bytes(range(256)) * 200
    got = bytearray()

    def take() -> None:
        while len(got) < len(data):
            got.extend(os.read(far.fd, 4096))

    taker = threading.Thread(target=take, name="far-end")
    taker.start()
    port.write(data, soon(5))
    taker.join(5)
    assert bytes(got) == data


def test_old_input_is_thrown_away(far: FarEnd, port: SerialPort) -> None:
    os.write(far.fd, b"old")
    port.drain()
    assert port.read_some(soon(0.1)) == b""


def test_after_a_hang_up_everything_says_lost(far: FarEnd, port: SerialPort) -> None:
    far.hang_up()
    works: list[Callable[[], object]] = [
        lambda: port.read_some(soon()),
        lambda: port.write(b"x", soon()),
        lambda: port.set_baud(9600),
        lambda: port.unsent,
        port.drain,
        port.discard_unsent,
    ]
    assert [code_of(work) for work in works] == [FaultCode.DEVICE_LOST] * len(works)
    port.close()
    port.close()


def test_a_closed_port_is_lost(port: SerialPort) -> None:
    port.close()
    assert code_of(lambda: port.read_some(soon())) is FaultCode.DEVICE_LOST


def test_a_second_opener_is_told_that_the_port_is_busy(far: FarEnd, port: SerialPort) -> None:
    assert code_of(lambda: SerialPort.open(far.path)) is FaultCode.DEVICE_PORT_BUSY
    port.close()
    SerialPort.open(far.path).close()


@pytest.mark.parametrize("path", ["/dev/no-such-port", "/dev/null", "/dev", "/etc/hostname"])
def test_what_is_no_port_is_not_found(path: str) -> None:
    assert code_of(lambda: SerialPort.open(path)) is FaultCode.DEVICE_NOT_FOUND


def test_the_tap_sees_what_went_over_the_line(far: FarEnd) -> None:
    seen: list[tuple[str, bytes]] = []

    class Tap:
        def sent(self, data: bytes) -> None:
            seen.append(("sent", data))

        def received(self, data: bytes) -> None:
            seen.append(("received", data))

    with SerialPort.open(far.path, trace=Tap()) as port:
        port.write(b"ask", soon())
        os.write(far.fd, b"answer")
        port.read_some(soon())
    assert seen == [("sent", b"ask"), ("received", b"answer")]
