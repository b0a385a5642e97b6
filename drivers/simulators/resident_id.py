"""A resident ID card reader at the far end of a pseudo-terminal: the SAM's side of GA/T 467.

Written from the protocol's table alone, and sharing nothing with the product's codec, so that a
mistake on either side shows. It keeps time: a byte takes ten bits at the speed of the line, and
the card takes its while to be read.
"""

from __future__ import annotations

import os
import pty
import select
import termios
import threading
import time
import tty
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from drivers.simulators.faults import FaultBox
from drivers.simulators.lifetime import Lifetime
from drivers.simulators.people import Card, load_card

# A fault armed with `command` ("status", "find", "select", "read", …) waits for that command.
FAULTS = (
    "garble",  # at, mask: one byte of an answer is changed on the line
    "truncate",  # at: only the first `at` bytes of an answer leave
    "noise",  # hex: rubbish before an answer
    "silent",  # no answer
    "status",  # code: this status instead of the work
    "wrong_kind",  # select: the card is of another kind
    "pull_during_read",  # the card is gone before the reading is over
    "self_test_failed",  # the reader accepts nothing
)

BAUDS = {
    termios.B115200: 115200,
    termios.B57600: 57600,
    termios.B38400: 38400,
    termios.B19200: 19200,
    termios.B9600: 9600,
}
SET_BAUD = (115200, 57600, 38400, 19200, 9600)  # the parameter of command 60

COMMANDS = {
    "10ff": "reset",
    "11ff": "status",
    "12ff": "sam_id",
    "2001": "find",
    "2002": "select",
    "3001": "read",
    "3003": "address",
    "3010": "read_finger",
    "6000": "set_baud",
    "6001": "set_baud",
    "6002": "set_baud",
    "6003": "set_baud",
    "6004": "set_baud",
    "61ff": "set_rf",
}
SAM_ID = bytes.fromhex("05000100a53a340140e20100b168de3a")  # 05.01-20200101-0000123456-0987654321

BITS_PER_BYTE = 10
PIECE = 0.01  # seconds of line time that are handed over at once
STOP_WITHIN = 2.0


class SimulatedIdReader(Lifetime):
    """A reader with at most one card on it, found at the stable path `path` while plugged.

    `card_delay` is what SAM and card take for a reading, `wire_factor` stretches the time on the
    line (0 for none), `people` is the folder of synthetic citizens for `lay(person=…)`.
    """

    def __init__(
        self,
        path: Path,
        *,
        baud: int = 115200,
        card_delay: float = 0.6,
        wire_factor: float = 1.0,
        people: Path | None = None,
    ) -> None:
        self.faults = FaultBox(*FAULTS)
        self._path = path
        self._baud = baud
        self._card_delay = card_delay
        self._wire_factor = wire_factor
        self._people = people
        self._slowness = 1.0
        self._find_once = False
        self._lock = threading.Lock()  # guards the four below
        self._card: Card | None = None
        self._found = self._selected = False  # of the card that lies now
        self._read_before = False
        self._reads = 0
        self._commands = 0
        self._line: _Line | None = None

    def start(self) -> None:
        self.plug()

    def stop(self) -> None:
        self.unplug()

    # -- levers

    def levers(self) -> Mapping[str, Callable[..., object]]:
        return {
            "plug": self.plug,
            "unplug": self.unplug,
            "lay": self.lay,
            "remove": self.remove,
            "slow": self.slow,
            "find_once": self.find_once,
            "babble": self.babble,
            "delay": self.delay,
        }

    def state(self) -> Mapping[str, object]:
        with self._lock:
            return {
                "plugged": self._line is not None,
                "card_laid": self._card is not None,
                "reads": self._reads,
                "commands": self._commands,
                "baud": self._baud,
                "path": str(self._path),
            }

    def plug(self) -> None:
        """The port appears. Raises `OSError` when its folder cannot be written."""
        if self._line is None:
            self._line = _Line(self._path, self._answer, self._pace)
            self._line.start()

    def unplug(self) -> None:
        """The port disappears, and who holds it open is hung up on."""
        if self._line is not None:
            self._line.stop()
            self._line = None

    def lay(self, card: Mapping[str, Any] | None = None, person: str | None = None) -> None:
        """Lays a card by its fields, or the card of a synthetic citizen. Raises `ValueError`."""
        if (card is None) == (person is None):
            raise ValueError("either the fields of a card, or a person")
        if card is not None:
            laid = Card.of(card)
        elif self._people is None:
            raise ValueError("this reader was given no folder of people")
        else:
            laid = load_card(self._people / f"{Path(str(person)).name}.toml")
        with self._lock:
            self._card = laid
            self._found = self._selected = self._read_before = False

    def remove(self) -> None:
        """Lifts the card."""
        with self._lock:
            self._card = None
            self._found = self._selected = self._read_before = False

    def slow(self, factor: float) -> None:
        """Stretches line time and card time; 1 is as usual."""
        self._slowness = float(factor)

    def delay(self, seconds: float) -> None:
        """How long SAM and card take for a reading."""
        self._card_delay = float(seconds)

    def find_once(self, on: bool = True) -> None:
        """Like readers that answer "no card" to find until a card that was read is lifted."""
        self._find_once = bool(on)

    def babble(self, hex: str) -> None:  # noqa: A002 - the name on the control socket
        """Bytes of the reader's own accord. Raises `ValueError` when unplugged or not hex."""
        if self._line is None:
            raise ValueError("unplugged")
        self._line.send(bytes.fromhex(hex), self._baud)

    # -- the protocol, called in the thread of the line

    def _answer(self, line: _Line, body: bytes | None) -> None:
        """Answers one command (CMD PARA DATA); None for what does not add up."""
        with self._lock:
            self._commands += 1
        if line.slave_baud() != self._baud:
            line.send(bytes(0xFF & ~(byte << 1) for byte in (body or b"\0\0\0")), 0)
            return
        if body is None:
            line.send(_frame(0x10), self._baud)
            return
        command = COMMANDS.get(body[:2].hex(), "unknown")
        if self.faults.take("silent", command=command) is not None:
            return
        frame = self._work(line, command, body)
        if (noise := self.faults.take("noise", command=command)) is not None:
            line.send(bytes.fromhex(noise.get("hex", "00ffaaaa96aaaa")), self._baud)
        if (garble := self.faults.take("garble", command=command)) is not None:
            at = int(garble.get("at", len(frame) // 2)) % len(frame)
            changed = frame[at] ^ int(garble.get("mask", 0x01))
            frame = frame[:at] + bytes([changed]) + frame[at + 1 :]
        if (truncate := self.faults.take("truncate", command=command)) is not None:
            frame = frame[: int(truncate.get("at", len(frame) // 2))]
        whole = line.send(frame, self._baud)
        if command == "set_baud":
            self._baud = SET_BAUD[body[1]]
        if whole and command in ("read", "read_finger") and frame[9:10] == b"\x90":
            with self._lock:
                self._reads += 1

    def _work(self, line: _Line, command: str, body: bytes) -> bytes:
        if self.faults.take("self_test_failed") is not None:
            return _frame(0x60)
        if (status := self.faults.take("status", command=command)) is not None:
            return _frame(int(status["code"]))
        match command:
            case "find":
                frame = self._find()
            case "select":
                frame = self._select()
            case "read" | "read_finger":
                frame = self._read(line, finger=command == "read_finger")
            case "sam_id":
                frame = _frame(0x90, SAM_ID)
            case "address":  # no additional address on any of these cards
                frame = _frame(0x91 if self._selected else 0x41)
            case "reset" | "status" | "set_baud" | "set_rf":
                frame = _frame(0x90)
            case _:
                frame = _frame(0x21)
        return frame

    def _find(self) -> bytes:
        with self._lock:
            if self._card is None or (self._find_once and self._read_before):
                return _frame(0x80)
            self._found, self._selected = True, False
        return _frame(0x9F, bytes(4))

    def _select(self) -> bytes:
        if self.faults.take("wrong_kind") is not None:
            return _frame(0x40)
        with self._lock:
            if self._card is None or not self._found:
                return _frame(0x81)
            self._selected = True
        return _frame(0x90, bytes(8))

    def _read(self, line: _Line, *, finger: bool) -> bytes:
        pulled = self.faults.take("pull_during_read") is not None
        line.pause(self._card_delay * self._slowness * (0.5 if pulled else 1))
        if pulled:
            self.remove()
        with self._lock:
            if self._card is None or not self._selected:
                return _frame(0x41)
            text, photo = self._card.text_block(), self._card.photo()
            self._read_before = True
        sizes = [len(text), len(photo)] + ([0] if finger else [])
        return _frame(0x90, b"".join(size.to_bytes(2, "big") for size in sizes) + text + photo)

    def _pace(self, baud: int) -> float:
        """Seconds a byte."""
        return BITS_PER_BYTE / baud * self._wire_factor * self._slowness if baud else 0.0


class _Line:
    """A pseudo-terminal, the thread that listens on it, and the symlink that names it."""

    def __init__(
        self,
        path: Path,
        answer: Callable[[_Line, bytes | None], None],
        pace: Callable[[int], float],
    ) -> None:
        self._path = path
        self._answer = answer
        self._pace = pace
        self._gone = threading.Event()
        self._thread = threading.Thread(
            target=self._listen, name="simulated-id-reader", daemon=True
        )

    def start(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._woken, self._wake = os.pipe()
        link = self._path.with_name(self._path.name + ".new")
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self._slave))
        link.replace(self._path)
        self._thread.start()

    def stop(self) -> None:
        self._path.unlink(missing_ok=True)
        self._gone.set()
        os.close(self._wake)
        self._thread.join(STOP_WITHIN)

    def slave_baud(self) -> int:
        """The speed that the product has set on its side."""
        return BAUDS.get(termios.tcgetattr(self._master)[5], 0)

    def pause(self, seconds: float) -> None:
        self._gone.wait(seconds)

    def send(self, data: bytes, baud: int) -> bool:
        """Sends at the speed of the line; False when unplugged before the end."""
        per_byte = self._pace(baud)
        piece = max(1, int(PIECE / per_byte)) if per_byte else len(data)
        start = time.monotonic()
        done = 0
        while done < len(data):
            upto = min(done + piece, len(data))
            late = start + upto * per_byte - time.monotonic()
            if self._gone.wait(max(0.0, late)):
                return False
            try:
                done += os.write(self._master, data[done:upto])
            except BlockingIOError:  # nobody reads; a real line would lose the bytes
                done = upto
        return True

    def _listen(self) -> None:
        try:
            heard = bytearray()
            while not self._gone.is_set():
                ready, _, _ = select.select([self._master, self._woken], [], [])
                if self._master not in ready or self._gone.is_set():
                    continue
                heard += os.read(self._master, 4096)
                self._take_commands(heard)
        finally:
            os.close(self._slave)
            os.close(self._master)  # the hang-up
            os.close(self._woken)

    def _take_commands(self, heard: bytearray) -> None:
        """AA AA AA 96 69, length, CMD PARA DATA, check; the check makes the XOR zero."""
        while not self._gone.is_set():
            start = heard.find(b"\xaa\xaa\xaa\x96\x69")
            if start < 0:
                del heard[:-4]
                return
            del heard[:start]
            if len(heard) < 7:
                return
            length = heard[5] * 256 + heard[6]
            if not 3 <= length <= 64:
                del heard[:5]
                self._answer(self, None)
                continue
            if len(heard) < 7 + length:
                return
            command = bytes(heard[5 : 7 + length])
            del heard[: 7 + length]
            self._answer(self, command[2:-1] if _xor(command) == 0 else None)


def _frame(status: int, data: bytes = b"") -> bytes:
    length = 3 + len(data) + 1
    counted = bytes([length // 256, length % 256, 0, 0, status]) + data
    return b"\xaa\xaa\xaa\x96\x69" + counted + bytes([_xor(counted)])


def _xor(data: bytes) -> int:
    result = 0
    for byte in data:
        result ^= byte
    return result
