"""The inside of a simulated receipt printer: parser, small receive buffer, sensors, paper.

Written from the ESC/POS command descriptions, apart from any driver: it shares no code with the
program that prints on it. Does no input or output; bytes come in by `receive`, answers go out by
the `answer` callback.

What makes it worth having: it is as unkind as real printers. Without paper it *holds* what it has
received and prints it when paper returns. A command left half sent swallows what follows as dots,
also across connections. On a serial line real-time codes are obeyed even inside a picture.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
CUTTER_GAP = 96  # dots between head and cutter
LINE_SPACING = 30
LEVELS = ("full", "low", "out")

# bytes of a command, parameters included, by its first two bytes; others are worked out below
_ESC_LENGTHS = {b"@": 2, b"2": 2, b"J": 3, b"d": 3, b"a": 3, b"E": 3, b"3": 3, b"!": 3, b"M": 3}
_FS_LENGTHS = {b"&": 2, b".": 2, b"!": 3, b"W": 3, b"S": 4}
_GS_LENGTHS = {b"r": 3, b"a": 3, b"!": 3, b"I": 3, b"B": 3, b"L": 4, b"W": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A piece of paper that left the printer, by the cutter ("cut") or as a roll's end ("torn")."""

    number: int
    how: str
    image: Image.Image = field(repr=False)
    text: str = field(repr=False)  # what came as text, 〓 for an inline picture

    @property
    def blank(self) -> bool:
        return self.image.getextrema() == (255, 255)


@dataclass(slots=True, kw_only=True)
class Dialect:
    """What this model understands."""

    process_id: bool = True  # GS ( H
    automatic: bool = True  # GS a
    clear: bool = True  # DLE DC4 8
    real_time: tuple[int, ...] = (1, 2, 3, 4)  # n of DLE EOT n
    hasty: bool = False  # answers GS r at once, "plenty of paper", before it prints


class Machine:
    """`serial` chooses where real-time codes are obeyed; `font` draws text (None: no text)."""

    def __init__(
        self,
        answer: Callable[[bytes], None],
        *,
        dots: int = 576,
        buffer_size: int = 4096,
        font: Path | None = None,
    ) -> None:
        self._answer = answer
        self.dots = dots
        self.buffer_size = buffer_size
        self._font = ImageFont.truetype(font, 24) if font else None
        self.dialect = Dialect()
        self.serial = False
        self.slips: list[Slip] = []
        self._taken_off = 0
        self.on_slip: Callable[[Slip], None] = lambda slip: None
        self.paper = "full"
        self.rows_left: int | None = None
        self.cover = False
        self.jam = False
        self.rubbish = 0  # bytes that are no command
        self.codes_in_pictures = 0  # real-time codes obeyed inside a picture
        self._hanging: list[int] = []  # rows printed and not cut yet; one integer a row
        self._text: list[str] = []
        self._power_on()

    # --- what the outside does -----------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        if self.serial:
            for byte in data:
                self._pending.append(byte)
                self._watch_real_time(byte)
        else:
            self._pending += data
        self._run()

    @property
    def full(self) -> bool:
        """The receive buffer takes no more."""
        return not self._can_print and self._held >= self.buffer_size

    def power_cycle(self) -> None:
        self._power_on()

    def set_paper(self, level: str) -> None:
        if level not in LEVELS:
            raise ValueError(f"paper is one of {', '.join(LEVELS)}")
        if self.paper == "out" and level != "out" and self._hanging:
            self._take_off("torn")  # the end of the old roll falls out
        self.paper = level
        self.rows_left = None
        self._changed()
        self._run()

    def set_cover(self, is_open: bool) -> None:
        self.cover = is_open
        self._changed()
        self._run()

    def set_jam(self, jammed: bool) -> None:
        self.jam = jammed
        self._changed()
        self._run()

    @property
    def hanging(self) -> int:
        """Rows that are printed and not cut off."""
        return len(self._hanging)

    @property
    def held(self) -> int:
        """Bytes received and not printed."""
        return self._held

    # --- bytes → commands ----------------------------------------------------------------------

    def _power_on(self) -> None:
        self._pending = bytearray()
        self._queue: deque[bytes] = deque()
        self._rows: deque[int | None] = deque()  # None: cut here
        self._recent = bytearray()
        self._automatic = 0
        self._reset_modes()

    def _reset_modes(self) -> None:
        self._line: list[Image.Image] = []
        self._align = 0
        self._spacing = LINE_SPACING
        self._hanzi = True
        self._scale = self._hanzi_scale = (1, 1)

    @property
    def _held(self) -> int:
        return len(self._pending) + sum(map(len, self._queue)) + len(self._rows)

    def _run(self) -> None:
        while True:
            command = self._next_command()
            if command is None:
                break
            if command[0] == DLE:
                if not self.serial:
                    self._real_time(command)
            elif self.dialect.hasty and command[:2] == b"\x1dr":
                self._answer(b"\0")
            else:
                self._queue.append(command)
            self._work()
        self._work()

    def _next_command(self) -> bytes | None:
        while self._pending:
            length = _length(bytes(self._pending[:9]), self._hanzi_mode_ahead())
            if length == 0:
                self.rubbish += 1
                del self._pending[:1]
                continue
            if length is None or len(self._pending) < length:
                return None
            command = bytes(self._pending[:length])
            del self._pending[:length]
            if command != b"\0":
                return command
        return None

    def _hanzi_mode_ahead(self) -> bool:
        mode = self._hanzi
        for command in self._queue:
            if command in (b"\x1c&", b"\x1b@"):
                mode = True
            elif command == b"\x1c.":
                mode = False
        return mode

    def _watch_real_time(self, byte: int) -> None:
        """Serial: codes are seen as they arrive, wherever they stand."""
        self._recent = (self._recent + bytes((byte,)))[-len(CLEAR) :]
        recent = bytes(self._recent)
        for code in (recent[-3:], recent[-10:]):
            if (len(code) == 3 and code[:2] in (b"\x10\x04", b"\x10\x05")) or code == CLEAR:
                ahead = bytes(self._pending[: -len(code)])
                if ahead and (_length(ahead[:9], True) or 0) > len(ahead):
                    self.codes_in_pictures += 1
                self._real_time(code)
                self._recent.clear()
                return

    def _real_time(self, code: bytes) -> None:
        if code[1] == 0x04 and code[2] in self.dialect.real_time:
            self._answer(bytes((self._status(code[2]),)))
        elif code[1] == 0x05 and code[2] == 2 and self.jam:
            self._empty()
            self.set_jam(False)
        elif code == CLEAR and self.dialect.clear:
            self._empty()
            self._answer(b"\x37\x25\x00")

    def _empty(self) -> None:
        if self.serial:
            self._pending.clear()
        self._queue.clear()
        self._rows.clear()
        self._line.clear()

    # --- sensors -------------------------------------------------------------------------------

    @property
    def _can_print(self) -> bool:
        return self.paper != "out" and not self.cover and not self.jam

    def _status(self, n: int) -> int:
        out = self.paper == "out"
        bits = {
            1: 0x08 * (not self._can_print),
            2: 0x04 * self.cover | 0x20 * out | 0x40 * self.jam,
            3: 0x08 * self.jam,
            4: 0x0C * (self.paper != "full") | 0x60 * out,
        }
        return 0x12 | bits[n]

    def _paper_bits(self) -> int:
        return 0x03 * (self.paper != "full") | 0x0C * (self.paper == "out")

    def _changed(self) -> None:
        if self._automatic:
            first = 0x10 | 0x08 * (not self._can_print) | 0x20 * self.cover
            self._answer(bytes((first, 0x08 * self.jam, self._paper_bits(), 0x0F)))

    # --- commands → paper ----------------------------------------------------------------------

    def _work(self) -> None:
        """Prints row by row and obeys command by command, as long as there is paper."""
        while self._can_print and (self._rows or self._queue):
            if self._rows:
                row = self._rows.popleft()
                if row is None:
                    self._take_off("cut")
                else:
                    self._print_row(row)
            else:
                self._obey(self._queue.popleft())

    def _print_row(self, row: int) -> None:
        self._hanging.append(row)
        if self.rows_left is not None:
            self.rows_left -= 1
            if self.rows_left <= 0:
                self.rows_left, self.paper = None, "out"
                self._changed()

    def _obey(self, command: bytes) -> None:
        first, second = command[0], command[1:2]
        if first == ESC:
            self._obey_esc(second, command)
        elif first == FS:
            if second in (b"&", b"."):
                self._hanzi = second == b"&"
            elif second == b"!":
                n = command[2]
                self._hanzi_scale = (1 + bool(n & 0x04), 1 + bool(n & 0x08))
        elif first == GS:
            self._obey_gs(second, command)
        elif first == 0x0A:
            self._end_line(self._spacing)
        elif first >= 0x20:
            self._character(command)

    def _obey_esc(self, second: bytes, command: bytes) -> None:
        if second == b"@":
            self._reset_modes()
            self._automatic = 0
        elif second == b"J":
            self._end_line(command[2], exactly=True)
        elif second == b"d":
            self._end_line(self._spacing * command[2])
        elif second == b"a":
            self._align = command[2] % 48
        elif second == b"2":
            self._spacing = LINE_SPACING
        elif second == b"3":
            self._spacing = command[2]
        elif second == b"*":
            columns = len(command[5:]) // 3 if command[2] in (32, 33) else 0
            if columns:
                turned = Image.frombytes("1", (24, columns), _inverted(command[5:]))
                self._place(turned.transpose(Image.Transpose.TRANSPOSE))
                self._text.append("〓")

    def _obey_gs(self, second: bytes, command: bytes) -> None:
        if second == b"v":
            self._raster(command)
        elif second == b"V":
            if self._line:
                self._end_line(0)
            if command[2] in (65, 66):
                self._rows.extend([0] * (CUTTER_GAP + command[3]))
            self._rows.append(None)
        elif second == b"r":
            self._answer(bytes((self._paper_bits(),)))
        elif second == b"a":
            self._automatic = command[2] if self.dialect.automatic else 0
            self._changed()
        elif second == b"!":
            n = command[2]
            self._scale = self._hanzi_scale = (1 + (n >> 4 & 7), 1 + (n & 7))
        elif command[:3] == b"\x1d(H" and self.dialect.process_id and command[5:7] == b"00":
            self._answer(b"\x37\x22" + command[7:11] + b"\0")

    def _raster(self, command: bytes) -> None:
        wide = command[4] | command[5] << 8
        bits = wide * 8
        spare = max(self.dots - bits, 0)
        left = (0, spare // 2, spare)[self._align % 3]
        for start in range(8, len(command), wide or 1):
            row = int.from_bytes(command[start : start + wide])
            shift = self.dots - bits - left
            self._rows.append(row << shift if shift >= 0 else row >> -shift)

    def _character(self, code: bytes) -> None:
        scale = self._hanzi_scale if len(code) == 2 else self._scale
        width = 24 if len(code) == 2 else 12
        character = code.decode("gbk", errors="replace")
        self._text.append(character)
        cell = Image.new("L", (width, 24), 255)
        if self._font is not None:
            pen = ImageDraw.Draw(cell)
            pen.text((0, 21), character, fill=0, font=self._font, anchor="ls")
        size = (width * scale[0], 24 * scale[1])
        ink = cell.point([255 if grey > 140 else 0 for grey in range(256)])
        self._place(ink.resize(size, Image.Resampling.NEAREST).convert("1"))

    def _place(self, cell: Image.Image) -> None:
        if sum(c.width for c in self._line) + cell.width > self.dots:
            self._end_line(self._spacing)
        self._line.append(cell)

    def _end_line(self, feed: int, *, exactly: bool = False) -> None:
        if not self._line:
            self._rows.extend([0] * feed)
            if not exactly:
                self._text.append("\n")
            return
        height = max(cell.height for cell in self._line)
        image = Image.new("1", (self.dots, max(height, feed)), 1)
        spare = self.dots - sum(cell.width for cell in self._line)
        left = (0, spare // 2, spare)[self._align % 3]
        for cell in self._line:
            image.paste(cell, (left, height - cell.height))
            left += cell.width
        self._line.clear()
        self._text.append("\n")
        data, step = _inverted(image.tobytes()), (self.dots + 7) // 8
        self._rows.extend(int.from_bytes(data[at : at + step]) for at in range(0, len(data), step))

    def _take_off(self, how: str) -> None:
        step = self.dots // 8
        data = b"".join(row.to_bytes(step) for row in self._hanging)
        image = Image.frombytes("1", (self.dots, len(self._hanging)), _inverted(data))
        text = "".join(self._text)
        self._taken_off += 1
        slip = Slip(number=self._taken_off, how=how, image=image, text=text)
        self._hanging.clear()
        self._text.clear()
        self.slips.append(slip)
        self.on_slip(slip)


def _inverted(data: bytes) -> bytes:
    return bytes(255 - byte for byte in data)


def _length(head: bytes, hanzi: bool) -> int | None:
    """Bytes of the command that starts with `head`; None: not known yet; 0: no command."""
    first = head[0]
    if first in _COMMANDS:
        if len(head) < 2:
            return None
        return _COMMANDS[first](head)
    if first in (0x00, 0x09, 0x0A, 0x0C, 0x0D, 0x18):  # CAN counts in page mode only
        return 1
    if first >= 0x81 and hanzi:
        return 2
    return 1 if first >= 0x20 else 0


def _esc_length(head: bytes) -> int | None:
    if head[1:2] != b"*":
        return _ESC_LENGTHS.get(head[1:2], 0)
    if len(head) < 5:
        return None
    return 5 + (head[3] | head[4] << 8) * (3 if head[2] in (32, 33) else 1)


def _fs_length(head: bytes) -> int | None:
    return _FS_LENGTHS.get(head[1:2], 0)


def _gs_length(head: bytes) -> int | None:
    second = head[1:2]
    if second == b"V":
        return None if len(head) < 3 else 4 if head[2] in (65, 66) else 3
    if second == b"(":
        return None if len(head) < 5 else 5 + (head[3] | head[4] << 8)
    if second == b"v":
        if len(head) < 8:
            return None
        return 8 + (head[4] | head[5] << 8) * (head[6] | head[7] << 8)
    return _GS_LENGTHS.get(second, 0)


def _dle_length(head: bytes) -> int | None:
    if head[1] == 0x14:
        return None if len(head) < 3 else 10 if head[2] == 8 else 5
    return 3 if head[1] in (0x04, 0x05) else 0


_COMMANDS: dict[int, Callable[[bytes], int | None]] = {
    ESC: _esc_length,
    FS: _fs_length,
    GS: _gs_length,
    DLE: _dle_length,
}
