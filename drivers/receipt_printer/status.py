"""What a receipt printer says of itself: bytes in, values out. Does no input or output.

Four kinds of answers share one line, and only their bit patterns tell them apart (bits 7..0;
Epson ESC/POS Command Reference: DLE EOT, GS a, GS r, GS ( H):

    0xx1xx10                    one byte     answer to DLE EOT n (does not say to which n)
    0xx1xx00 0xx0xxxx ×3        four bytes   automatic status (ASB), enabled by GS a
    0xx0xxxx                    one byte     answer to GS r n, sent in order with the data
    37h 22h id1 id2 id3 id4 00  seven bytes  answer to GS ( H: the printing before it has ended
    37h 25h 00                  three bytes  answer to DLE DC4 8: the buffers are empty
    11h, 13h                    one byte     XON, XOFF: may stand even inside the others

Anything else is `Garbage`: it never counts as an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.faults import FaultCode

PRINTER, OFFLINE_CAUSE, ERROR_CAUSE, PAPER_SENSOR = 1, 2, 3, 4  # n of DLE EOT n

ENABLE_AUTOMATIC_STATUS = b"\x1da\x0e"  # on-line, error, paper sensors
ASK_PROCESSED = b"\x1dr\x01"
CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"

_XON, _XOFF = 0x11, 0x13
_BLOCK = 0x37
_PROCESS_ID, _CLEARED = 0x22, 0x25


def ask(n: int) -> bytes:
    """DLE EOT n, 1..4: answered in real time, by one byte."""
    return b"\x10\x04" + bytes((n,))


def ask_process_id(tag: bytes) -> bytes:
    """GS ( H function 48: the printer answers with `tag` when what was sent before is printed.

    `tag`: four bytes, each 20h..7Eh.
    """
    if len(tag) != 4 or not all(0x20 <= byte <= 0x7E for byte in tag):
        raise ValueError("a process id is four bytes 20h..7Eh")
    return b"\x1d(H\x06\x00\x30\x30" + tag


@dataclass(frozen=True, slots=True, kw_only=True)
class RealTime:
    """An answer to DLE EOT n."""

    byte: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Automatic:
    """The four bytes of an automatic status."""

    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """An answer to GS r 1: all that was sent before it has been processed."""

    byte: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessId:
    """An answer to GS ( H: all that was sent before it has been printed."""

    tag: bytes


@dataclass(frozen=True, slots=True)
class Cleared:
    """An answer to DLE DC4 8: receive buffer and print buffer are empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowControl:
    stop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    byte: int


Answer = RealTime | Automatic | Processed | ProcessId | Cleared | FlowControl | Garbage


class Classifier:
    """Takes bytes as they come, whole or one by one, and gives the answers in them."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> tuple[Answer, ...]:
        flow = [FlowControl(stop=byte == _XOFF) for byte in data if byte in (_XON, _XOFF)]
        self._pending += data.translate(None, bytes((_XON, _XOFF)))
        return (*flow, *self._answers())

    def forget(self) -> None:
        """Drops an answer that has only partly arrived."""
        self._pending.clear()

    def _answers(self) -> Iterator[Answer]:
        while self._pending:
            found = _first(bytes(self._pending))
            if found is None:
                return
            answer, length = found
            del self._pending[:length]
            yield answer


def _first(data: bytes) -> tuple[Answer, int] | None:
    """The first answer in `data` and its length; None when more bytes are needed."""
    byte = data[0]
    answer: Answer = Garbage(byte=byte)
    if byte == _BLOCK:
        return _block(data)
    if byte & 0x93 == 0x12:
        answer = RealTime(byte=byte)
    elif byte & 0x93 == 0x10:
        return _automatic(data)
    elif byte & 0x90 == 0:
        answer = Processed(byte=byte)
    return answer, 1


def _automatic(data: bytes) -> tuple[Answer, int] | None:
    if any(byte & 0x90 for byte in data[1:4]):  # not the rest of an automatic status
        return Garbage(byte=data[0]), 1
    return (Automatic(data=data[:4]), 4) if len(data) >= 4 else None


def _block(data: bytes) -> tuple[Answer, int] | None:
    garbage = Garbage(byte=_BLOCK), 1
    if len(data) < 2:
        return None
    if data[1] == _CLEARED:
        if len(data) < 3:
            return None
        return (Cleared(), 3) if data[2] == 0 else garbage
    if data[1] != _PROCESS_ID or not all(0x20 <= byte <= 0x7E for byte in data[2:6]):
        return garbage
    if len(data) < 7:
        return None
    return (ProcessId(tag=data[2:6]), 7) if data[6] == 0 else garbage


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How the printer is, whichever way it said so."""

    offline: bool = False
    cover_open: bool = False
    paper_low: bool = False
    paper_out: bool = False
    error: bool = False

    @property
    def usable(self) -> bool:
        return not (self.offline or self.cover_open or self.paper_out or self.error)

    @property
    def fault_code(self) -> FaultCode | None:
        """The one thing to say first; PAPER_LOW is a warning, all others mean not usable."""
        if self.cover_open:
            return FaultCode.COVER_OPEN
        if self.paper_out:
            return FaultCode.PAPER_OUT
        if self.error:
            return FaultCode.PRINTER_ERROR
        if self.offline:
            return FaultCode.PRINTER_OFFLINE
        return FaultCode.PAPER_LOW if self.paper_low else None


def from_real_time(answers: Mapping[int, int]) -> Condition:
    """From the answers to DLE EOT n, by n.

    Paper end is two bits on Epson's printers; some others set only one of the two, so either
    counts. Likewise near end.
    """
    printer = answers.get(PRINTER, 0)
    cause = answers.get(OFFLINE_CAUSE, 0)
    error = answers.get(ERROR_CAUSE, 0)
    paper = answers.get(PAPER_SENSOR, 0)
    return Condition(
        offline=bool(printer & 0x08),
        cover_open=bool(cause & 0x04),
        paper_low=bool(paper & 0x0C),
        paper_out=bool(cause & 0x20 or paper & 0x60),
        error=bool(cause & 0x40 or error & 0x68),
    )


def from_automatic(status: Automatic) -> Condition:
    printer, error, paper, _ = status.data
    return Condition(
        offline=bool(printer & 0x08),
        cover_open=bool(printer & 0x20),
        paper_low=bool(paper & 0x03),
        paper_out=bool(paper & 0x0C),
        error=bool(error & 0x68),
    )


def from_processed(answer: Processed) -> Condition:
    return Condition(paper_low=bool(answer.byte & 0x03), paper_out=bool(answer.byte & 0x0C))
