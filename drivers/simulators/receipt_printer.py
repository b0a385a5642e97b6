"""A receipt printer at the far end of real wires: TCP on loopback, a pseudo-terminal, or both.

One host at a time, as with real printers: a second connection waits. What the printer holds
outlives a connection. Each slip is kept in memory and, with `folder`, as `slip-0001.png`.

The hidden side of `escpos_machine.Machine`: sockets, a thread, the levers and the fault box.
"""

from __future__ import annotations

import os
import pty
import select
import socket
import termios
import threading
import tty
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from drivers.simulators.escpos_machine import Machine, Slip
from drivers.simulators.faults import FaultBox
from drivers.simulators.lifetime import Lifetime

TURN = 0.05  # seconds between looks at the levers
STOP_WITHIN = 2.0  # seconds
SERIAL_BUFFER, NETWORK_BUFFER = 4096, 65536  # bytes held without paper; usual sizes
RECEIVE_WINDOW = 4096  # bytes that the network card takes on top of the printer's own buffer

FAULTS = (
    "mute",  # an answer is swallowed; always: all answers
    "garble",  # an answer becomes FFh
    "stale",  # an old "all is well" comes before the answer
    "one_bit",  # paper end is told by one of its two bits only
    "no_fixed_bits",  # answers to DLE EOT are 00h
    "stall",  # takes no bytes while armed (fail_always)
    "cut_at_byte",  # drops the line after `at` more bytes
)


class SimulatedReceiptPrinter(Lifetime):
    """`tcp`: listen on 127.0.0.1:`port` (0: any); `link`: a stable path to the pseudo-terminal.

    `folder` gets the slips as PNG; `font` draws what is sent as text.
    """

    def __init__(
        self,
        *,
        tcp: bool = True,
        port: int = 0,
        link: Path | None = None,
        dots: int = 576,
        buffer_size: int | None = None,
        folder: Path | None = None,
        font: Path | None = None,
    ) -> None:
        self.faults = FaultBox(*FAULTS)
        held = buffer_size or (NETWORK_BUFFER if link is None else SERIAL_BUFFER)
        self._machine = Machine(self._answer, dots=dots, buffer_size=held, font=font)
        self._machine.on_slip = self._keep
        self._machine.serial = link is not None
        self._wanted = port if tcp else None
        self._link = link
        self._folder = folder
        self._lock = threading.RLock()
        self._listener: socket.socket | None = None
        self._connection: socket.socket | None = None
        self._master = self._slave = -1
        self._drop_after: int | None = None
        self._mute = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    # --- life ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Raises `OSError` when the port is taken."""
        if self._thread is not None:
            return
        self._stop.clear()
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        if self._wanted is not None:
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_WINDOW)
            listener.bind(("127.0.0.1", self._wanted))
            listener.listen(1)
            self._listener = listener
            self._wanted = listener.getsockname()[1]
        if self._link is not None:
            self._plug_in()
        self._thread = threading.Thread(
            target=self._serve, name="simulated-receipt-printer", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """May be called twice."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(STOP_WITHIN)
            self._thread = None
        with self._lock:
            self._hang_up()
            if self._listener is not None:
                self._listener.close()
                self._listener = None
            self._unplug()

    @property
    def address(self) -> tuple[str, int]:
        if self._wanted is None:
            raise ValueError("this printer has no network card")
        return "127.0.0.1", self._wanted

    @property
    def port(self) -> str:
        """As the driver's setting: "serial://…" where there is a line, else "tcp://…"."""
        if self._link is not None:
            return f"serial://{self._link}?baud=115200"
        return f"tcp://127.0.0.1:{self.address[1]}"

    # --- levers --------------------------------------------------------------------------------

    def levers(self) -> Mapping[str, Callable[..., object]]:
        return {
            "paper": self.paper,
            "paper_out_after": self.paper_out_after,
            "cover": self.cover,
            "jam": self.jam,
            "mute": self.mute,
            "cut_at_byte": self.cut_at_byte,
            "power_cycle": self.power_cycle,
            "dialect": self.dialect,
            "resize_buffer": self.resize_buffer,
            "take_slips": self.take_slips,
        }

    def state(self) -> Mapping[str, object]:
        with self._lock:
            machine = self._machine
            return {
                "paper": machine.paper,
                "cover_open": machine.cover,
                "jammed": machine.jam,
                "muted": self._mute,
                "slips": len(machine.slips),
                "hanging_rows": machine.hanging,
                "held_bytes": machine.held,
                "rubbish_bytes": machine.rubbish,
                "codes_in_pictures": machine.codes_in_pictures,
                "connected": self._connection is not None,
            }

    @property
    def slips(self) -> list[Slip]:
        """The roll, oldest first."""
        with self._lock:
            return list(self._machine.slips)

    def paper(self, level: str) -> None:
        """ "full", "low" or "out"; after "out", a new roll."""
        with self._lock:
            self._machine.set_paper(level)

    def paper_out_after(self, rows: int) -> None:
        with self._lock:
            self._machine.rows_left = rows

    def cover(self, open: bool) -> None:  # noqa: A002 — the lever's word on the control socket
        with self._lock:
            self._machine.set_cover(open)

    def jam(self, jammed: bool) -> None:
        with self._lock:
            self._machine.set_jam(jammed)

    def mute(self, muted: bool = True) -> None:
        self._mute = muted

    def cut_at_byte(self, n: int) -> None:
        """Drops the line when `n` more bytes have come."""
        with self._lock:
            self._drop_after = n

    def power_cycle(self) -> None:
        with self._lock:
            self._machine.power_cycle()
            self._hang_up()

    def dialect(
        self,
        process_id: bool | None = None,
        automatic: bool | None = None,
        clear: bool | None = None,
        hasty: bool | None = None,
        real_time: list[int] | None = None,
    ) -> None:
        """What this model understands; what is not named stays."""
        with self._lock:
            dialect = self._machine.dialect
            if process_id is not None:
                dialect.process_id = process_id
            if automatic is not None:
                dialect.automatic = automatic
            if clear is not None:
                dialect.clear = clear
            if hasty is not None:
                dialect.hasty = hasty
            if real_time is not None:
                dialect.real_time = tuple(real_time)

    def resize_buffer(self, size: int) -> None:
        """Bytes that the printer takes while it cannot print."""
        with self._lock:
            self._machine.buffer_size = size

    def take_slips(self) -> int:
        """Somebody takes the paper away; says how many slips there were."""
        with self._lock:
            taken = len(self._machine.slips)
            self._machine.slips.clear()
            return taken

    # --- wires ---------------------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._stop.is_set():
            sources = self._sources()
            try:
                ready, _, _ = select.select(sources, [], [], TURN)
            except (OSError, ValueError):  # a lever closed one of them
                continue
            with self._lock:
                for source in ready:
                    self._take_from(source)
                if not sources:
                    self._hang_up_if_left()
            if not sources:
                self._stop.wait(TURN)

    def _sources(self) -> list[socket.socket | int]:
        with self._lock:
            if self._machine.full or self._stalled():
                return []
            network = self._connection or self._listener
            sources: list[socket.socket | int] = [] if network is None else [network]
            return sources if self._master < 0 else [*sources, self._master]

    def _stalled(self) -> bool:
        return "stall" in self.faults.armed()["always"]

    def _take_from(self, source: socket.socket | int) -> None:
        try:
            if self._listener is not None and source is self._listener:
                self._connection, _ = self._listener.accept()
                self._connection.settimeout(1.0)
                return
            limit = 1024
            if isinstance(source, int):
                if source != self._master:
                    return
                data = os.read(source, limit)
            elif source is self._connection:
                data = source.recv(limit)
            else:
                return
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return
        self._received(data)

    def _received(self, data: bytes) -> None:
        parameters = self.faults.take("cut_at_byte")
        if parameters is not None:
            self._drop_after = int(parameters.get("at", 0))
        if self._drop_after is not None:
            data, left = data[: self._drop_after], self._drop_after - len(data)
            self._drop_after = left if left > 0 else None
            if left <= 0:
                self._machine.receive(data)
                self._drop_line()
                return
        self._machine.receive(data)

    def _answer(self, data: bytes) -> None:
        if self._mute or self.faults.take("mute") is not None:
            return
        if self.faults.take("garble") is not None:
            data = b"\xff" * len(data)
        real_time = len(data) == 1 and data[0] & 0x93 == 0x12
        if real_time and self.faults.take("stale") is not None:
            data = b"\x12\x10\x00\x00\x0f" + data
        if real_time and data[0] & 0x60 == 0x60 and self.faults.take("one_bit") is not None:
            data = bytes((data[0] & 0xBF,))
        if real_time and self.faults.take("no_fixed_bits") is not None:
            data = b"\0"
        with suppress(OSError):
            if self._connection is not None:
                self._connection.sendall(data)
            if self._master >= 0:
                os.write(self._master, data)

    def _drop_line(self) -> None:
        """The network connection is reset; a serial line is unplugged and plugged in again."""
        self._hang_up()
        if self._link is not None:
            self._unplug()
            self._plug_in()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _hang_up_if_left(self) -> None:
        """A full printer reads nothing, but its network card sees a connection end."""
        if self._connection is not None:
            poll = select.poll()
            poll.register(self._connection, select.POLLRDHUP)
            if poll.poll(0):
                self._hang_up()

    def _plug_in(self) -> None:
        assert self._link is not None
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave, termios.TCSANOW)
        os.set_blocking(self._master, False)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(os.ttyname(self._slave))

    def _unplug(self) -> None:
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def _keep(self, slip: Slip) -> None:
        if self._folder is not None:
            slip.image.save(self._folder / f"slip-{slip.number:04d}.png")
