"""Wire taps. A tap sees everything a device says, so what it keeps or writes is decided here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Describe = Callable[[bytes], str]
"""Says what a piece of wire traffic is, without any of the data in it."""


def length_only(data: bytes) -> str:
    return f"{len(data)} bytes"


@dataclass(slots=True)
class CountingTrace:
    """Counts what passes and keeps none of it."""

    pieces_sent: int = 0
    bytes_sent: int = 0
    pieces_received: int = 0
    bytes_received: int = 0

    def sent(self, data: bytes) -> None:
        self.pieces_sent += 1
        self.bytes_sent += len(data)

    def received(self, data: bytes) -> None:
        self.pieces_received += 1
        self.bytes_received += len(data)


class RedactingTrace:
    """Writes a line for each piece: time since the first, direction, description.

    Without a protocol's own `describe` the bytes stay unsaid: pieces come as the port gives them,
    so nobody can tell here which of them belong to a name or an ID number.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        clock: Callable[[], float],
        describe: Describe = length_only,
    ) -> None:
        self._write = write
        self._clock = clock
        self._describe = describe
        self._began: float | None = None

    def sent(self, data: bytes) -> None:
        self._line("→", data)

    def received(self, data: bytes) -> None:
        self._line("←", data)

    def _line(self, direction: str, data: bytes) -> None:
        now = self._clock()
        if self._began is None:
            self._began = now
        self._write(f"{now - self._began:9.4f} {direction} {self._describe(data)}")
