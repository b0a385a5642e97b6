"""Resident identity card readers on a serial line: the SAM protocol (GA/T 467).

Found as `sam-serial` in the entry point group `kiosk.drivers`.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Literal

import msgspec

from drivers.resident_id.frames import (
    FIND,
    READ,
    SAM_ID,
    SELECT,
    STATUS,
    Command,
    FrameParser,
    Reply,
    encode,
    sam_id_text,
    split_reading,
)
from drivers.resident_id.record import id_card
from drivers.resident_id.status import LINE_ERRORS, NO_CARD, fault_of
from drivers.serial_port import SerialPort, serial_ports
from kiosk.devices.contract import CONTRACT, CancelToken, Kind, Progress, Trace
from kiosk.devices.values import Candidate, IdCard, Identity, Readiness
from kiosk.faults import DeviceFault, FaultCode, MediaFault

NAME = "sam-serial"
EMPTY_LOOKS = 2  # "no card" so often in a row: it was lifted
BAUDS = (115200, 57600, 38400, 19200, 9600)  # in the order of the scan

QUIET = 0.1  # seconds without a byte after which a spoiled answer is over
LONGEST_READING = 1295  # bytes of the answer to READ, frame included
BITS_PER_BYTE = 10  # 8N1

Seconds = Annotated[float, msgspec.Meta(gt=0, le=10)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[devices.<role>.settings]`. Limits are seconds from command to whole answer."""

    port: str
    baud: Literal[115200, 57600, 38400, 19200, 9600, "auto"] = 115200
    poll_interval: Annotated[float, msgspec.Meta(ge=0.05, le=5)] = 0.3
    status_limit: Seconds = 0.5
    card_limit: Seconds = 0.5  # find, select
    read_limit: Seconds = 2.5  # plus the time on the wire


class SamReader:
    """An open reader. Made by `DRIVER.open`; lives in one thread."""

    def __init__(self, port: SerialPort, settings: Settings) -> None:
        self._port = port
        self._settings = settings
        self._parser = FrameParser()
        self._answer_due: float | None = None  # a withdrawn command may be answered until then
        self._sam_id = ""
        self._mark_key = secrets.token_bytes(32)
        self._given = b""  # the mark of the card given last, until the field was seen empty
        self._empty_looks = 0  # in a row

    def start(self) -> None:
        """Finds the speed, asks for the status, remembers the SAM id. Raises `DeviceFault`."""
        if self._settings.baud == "auto":
            self._find_speed()
        self.check()
        self._sam_id = sam_id_text(self._done(SAM_ID, self._settings.status_limit))

    def identity(self) -> Identity:
        return Identity(model="GA/T 467 SAM", serial_number=self._sam_id)

    def check(self) -> Readiness:
        self._done(STATUS, self._settings.status_limit)
        with suppress(MediaFault):  # whatever lies there now, the field is not empty
            if self._given and not self._card_found(None):
                self._field_empty()
        return Readiness()

    def close(self) -> None:
        self._port.close()

    def read(self, cancel: CancelToken, progress: Progress) -> IdCard:
        """Waits for a card without limit; `cancel` ends the wait.

        A card is given once: one that was forgotten on the reader must be lifted before it is
        given again, or the next citizen would go on with it. (Some readers report a card once and
        then "no card" until it was lifted; there it has to be lifted anyhow.)
        """
        told_left = False
        while True:
            if not self._card_found(cancel):
                self._field_empty()
                if told_left and not self._given:
                    progress("waiting")
                    told_left = False
            else:
                card = self._new_card(cancel, progress)
                if card is not None:
                    return card
                if self._given and not told_left:
                    progress("card_left")
                    told_left = True
            cancel.wait(self._settings.poll_interval)

    def _new_card(self, cancel: CancelToken, progress: Progress) -> IdCard | None:
        """The card in the field; None for the one given last, which is looked at without a word."""
        self._empty_looks = 0
        known = self._given
        try:
            card, mark = self._read_found(cancel, _silent if known else progress)
        except MediaFault as problem:
            if known and problem.fault.code is FaultCode.CARD_REMOVED:
                return None  # the one before is being lifted just now
            raise
        if mark == known:
            return None
        self._given = mark
        return card

    def _field_empty(self) -> None:
        """One "no card" proves nothing; readers differ, and some flicker."""
        self._empty_looks += 1
        if self._empty_looks >= EMPTY_LOOKS:
            self._given = b""

    def _read_found(self, cancel: CancelToken, progress: Progress) -> tuple[IdCard, bytes]:
        """The card in the field, and its mark: it says that two cards are the same, no more."""
        progress("card_seen")
        self._done(SELECT, self._settings.card_limit, cancel)
        progress("reading")
        on_the_wire = LONGEST_READING * BITS_PER_BYTE / self._port.baud
        data = self._done(READ, self._settings.read_limit + on_the_wire, cancel)
        parts = split_reading(data)
        assert parts is not None, "READ accepts no other data"
        text, photo = parts
        mark = hmac.digest(self._mark_key, text + photo, "sha256")
        return id_card(text, photo, self._sam_id), mark

    def _find_speed(self) -> None:
        """Sets the first speed at which the status command is answered, else the usual one."""
        for baud in BAUDS:
            self._port.set_baud(baud)
            try:
                if self._exchange(STATUS, self._settings.status_limit, None) is not None:
                    return
            except DeviceFault as error:
                if error.fault.code is not FaultCode.DEVICE_SILENT:
                    raise
        self._port.set_baud(BAUDS[0])

    def _card_found(self, cancel: CancelToken | None) -> bool:
        reply = self._ask(FIND, self._settings.card_limit, cancel)
        if reply.status == NO_CARD:
            return False
        if reply.status != FIND.good:
            raise fault_of(reply.status, reply.card_status, FIND.name)
        return True

    def _done(self, command: Command, limit: float, cancel: CancelToken | None = None) -> bytes:
        """The data of the good answer. Raises the fault of a bad one."""
        reply = self._ask(command, limit, cancel)
        if reply.status != command.good:
            raise fault_of(reply.status, reply.card_status, command.name)
        return reply.data

    def _ask(self, command: Command, limit: float, cancel: CancelToken | None) -> Reply:
        """Asks, and once more when the line spoiled question or answer.

        Raises DEVICE_SILENT, DEVICE_GARBLED, DEVICE_LOST, `Cancelled`.
        """
        for _ in range(2):
            reply = self._exchange(command, limit, cancel)
            if reply is not None and reply.status not in LINE_ERRORS:
                return reply
        raise DeviceFault(
            FaultCode.DEVICE_GARBLED,
            detail=f"{command.name}: two spoiled exchanges at {self._port.baud} baud",
        )

    def _exchange(self, command: Command, limit: float, cancel: CancelToken | None) -> Reply | None:
        """One question, one answer; None when bytes came that are no answer to it."""
        self._let_late_answer_pass(cancel)
        self._parser.reset()
        self._port.drain()
        deadline = time.monotonic() + limit
        self._port.write(encode(command.code), deadline)
        self._answer_due = deadline
        spoiled = False
        while True:
            until = min(deadline, time.monotonic() + QUIET) if spoiled else deadline
            data = self._port.read_some(until, cancel)
            over = not data or time.monotonic() >= deadline
            found = self._parser.feed(data)
            if over:
                found += self._parser.flush()
            for item in found:
                if isinstance(item, Reply) and command.accepts(item):
                    self._answer_due = None
                    return item
                spoiled = True
            if over:
                self._answer_due = None
                if spoiled or self._parser.skipped:
                    return None
                raise DeviceFault(
                    FaultCode.DEVICE_SILENT, detail=f"{command.name}: no answer in {limit:.1f} s"
                )

    def _let_late_answer_pass(self, cancel: CancelToken | None) -> None:
        """After a withdrawn command its answer, perhaps a citizen's card, is read and dropped."""
        while self._answer_due is not None:
            data = self._port.read_some(self._answer_due, cancel)
            if not data or self._parser.feed(data):
                self._answer_due = None


def _silent(_: str) -> None: ...


class SamSerial:
    """The driver: stateless."""

    contract = CONTRACT
    name = NAME
    kind = Kind.RESIDENT_ID
    title = "Resident ID card reader, serial (GA/T 467 SAM)"
    Settings = Settings

    def candidates(self) -> Sequence[Candidate]:
        return [Candidate(driver=NAME, port=path, title=title) for path, title in serial_ports()]

    def open(self, settings: Settings, trace: Trace) -> SamReader:
        baud = BAUDS[0] if settings.baud == "auto" else settings.baud
        reader = SamReader(SerialPort.open(settings.port, baud, trace=trace), settings)
        try:
            reader.start()
        except BaseException:
            reader.close()
            raise
        return reader


DRIVER = SamSerial()
