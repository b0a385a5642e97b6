"""The driver for ESC/POS receipt printers (entry point `escpos`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from PIL import Image

from drivers.receipt_printer import encode
from drivers.receipt_printer.conversation import Conversation, silent
from drivers.receipt_printer.job import ABOUT, Paper, Plan, Press
from drivers.receipt_printer.journal import Journal
from drivers.receipt_printer.layout import CharacterNotPrintable, Fonts, picture
from drivers.receipt_printer.text import TextPrinter
from drivers.receipt_printer.transport import open_link
from drivers.serial_port import serial_ports
from kiosk.devices.contract import CONTRACT, CancelToken, Kind, Progress, Trace
from kiosk.devices.values import (
    Candidate,
    Identity,
    Printed,
    PrintOutcome,
    Readiness,
    Receipt,
)
from kiosk.faults import DeviceFault, Fault, FaultCode, MediaFault

PROJECT = Path(__file__).resolve().parents[2]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `[devices.receipt_printer.settings]` may say."""

    port: str
    """"tcp://host:9100" or "serial:///dev/serial/by-id/…?baud=115200&rtscts=1"."""
    dots: Literal[384, 576] = 576
    """Printable width: 58 mm paper has 384, 80 mm paper has 576."""
    cutter: Literal["partial", "full", "none"] = "partial"
    encoding: Literal["raster", "text"] = "raster"
    """"text" for lines of 38 400 baud or less."""
    charset: Literal["gbk", "gb2312"] = "gbk"
    """The characters in the printer's ROM; only for text."""
    dialect: Literal["gs_r", "gs_h"] = "gs_r"
    """"gs_h" where the printer answers GS ( H: then an outcome can be CONFIRMED."""
    clears: bool = False
    """The printer obeys DLE DC4 8 (buffer clear)."""
    asks: tuple[Literal[1, 2, 3, 4], ...] = (1, 2, 3, 4)
    """The n of DLE EOT n that this printer answers."""
    answer_seconds: Annotated[float, msgspec.Meta(gt=0, le=2)] = 0.5
    slowest_mm_per_second: Annotated[float, msgspec.Meta(gt=0)] = 50.0
    fonts: str = "assets/fonts"
    """A folder; a relative one stands in the project's folder."""
    journal: str = ""
    """A folder that outlives a restart. Without one, every opening begins by cutting off, with
    crossed bars, whatever the printer may still hold or show."""
    model: str = ""


class EscposPrinter:
    """An open receipt printer. Made by `DRIVER.open`."""

    def __init__(self, settings: Settings, fonts: Fonts, talk: Conversation, press: Press) -> None:
        self._settings = settings
        self._fonts = fonts
        self._talk = talk
        self._press = press

    def identity(self) -> Identity:
        return Identity(model=self._settings.model)

    def check(self) -> Readiness:
        """Takes longer than a second only where a suspect printer is being proved clean."""
        if self._press.lost:
            raise DeviceFault(FaultCode.DEVICE_LOST, about=ABOUT)
        if self._press.suspect:
            fault = self._press.recover()
            if fault is not None and fault.code is FaultCode.DEVICE_SILENT:
                raise silent("suspect")
            if fault is not None:
                return Readiness(usable=False, fault=fault)
        condition = self._talk.condition()
        if condition is None:
            raise silent()
        code = condition.fault_code
        fault = None if code is None else Fault(code=code, about=ABOUT)
        return Readiness(usable=condition.usable, fault=fault)

    def print(self, receipt: Receipt, cancel: CancelToken, progress: Progress) -> PrintOutcome:
        try:
            plan, _ = _rendered(receipt, self._settings, self._fonts)
        except CharacterNotPrintable as refusal:
            fault = Fault(code=FaultCode.CHARACTER_NOT_PRINTABLE, about=ABOUT, detail=str(refusal))
            return PrintOutcome(printed=Printed.NOT_PRINTED, fault=fault)
        cancel.raise_if_cancelled()
        self._talk.alive = lambda: cancel.cancelled  # a look is a sign of life, no more
        try:
            return self._press.print(plan, cancel, progress)
        finally:
            self._talk.alive = bool

    def close(self) -> None:
        self._talk.link.close()


def _rendered(receipt: Receipt, settings: Settings, fonts: Fonts) -> tuple[Plan, Image.Image]:
    """What is sent, and the picture of it. Raises `CharacterNotPrintable`."""
    image = picture(receipt, settings.dots, fonts)
    if settings.encoding == "text":
        writer = TextPrinter(dots=settings.dots, charset=settings.charset, fonts=fonts)
        body = writer.commands(receipt)
    else:
        body = encode.raster(image)
    return Plan(reference=receipt.reference, body=body, rows=image.height), image


class EscposDriver:
    contract = CONTRACT
    name = "escpos"
    kind = Kind.RECEIPT_PRINTER
    title = "ESC/POS receipt printer (TCP 9100 or serial)"
    Settings: type[Any] = Settings

    def candidates(self) -> Sequence[Candidate]:
        """Serial ports; a printer in the network is typed in by its address."""
        return [
            Candidate(driver=self.name, port=f"serial://{path}?baud=115200", title=title)
            for path, title in serial_ports()
        ]

    def render(self, receipt: Receipt, settings: Settings) -> tuple[bytes, Image.Image]:
        """A receipt without a printer: the bytes of the job, and its picture.

        Raises `MediaFault` CHARACTER_NOT_PRINTABLE.
        """
        try:
            plan, image = _rendered(receipt, settings, _fonts(settings))
        except CharacterNotPrintable as refusal:
            raise MediaFault(
                FaultCode.CHARACTER_NOT_PRINTABLE, about=ABOUT, detail=str(refusal)
            ) from None
        return encode.initialise() + b"".join(plan.body) + encode.cut(settings.cutter), image

    def open(self, settings: Settings, trace: Trace) -> EscposPrinter:
        """Raises `DeviceFault`: DEVICE_NOT_FOUND, DEVICE_PORT_BUSY, DEVICE_SILENT,
        SETTINGS_INVALID (port, fonts).
        """
        fonts = _fonts(settings)
        journal = Journal(_journal_path(settings))
        link = open_link(settings.port, trace)
        talk = Conversation(
            link,
            process_ids=settings.dialect == "gs_h",
            asks=settings.asks,
            answer_within=settings.answer_seconds,
        )
        paper = Paper(
            dots=settings.dots,
            cutter=settings.cutter,
            process_ids=settings.dialect == "gs_h",
            clears=settings.clears,
            slowest=settings.slowest_mm_per_second,
        )
        press = Press(talk, paper, journal, suspect=journal.unfinished)
        printer = EscposPrinter(settings, fonts, talk, press)
        try:
            encode.encoder()  # takes a second the first time: now, not while a citizen waits
            fonts.load()
            talk.drain()
            if not press.suspect and talk.condition() is None:
                press.suspect = True  # somebody else's unfinished picture may swallow our questions
            printer.check()
        except DeviceFault:
            printer.close()
            raise
        return printer


def _fonts(settings: Settings) -> Fonts:
    return Fonts.in_folder(PROJECT / settings.fonts)


def _journal_path(settings: Settings) -> Path | None:
    if not settings.journal:
        return None
    name = hashlib.sha256(settings.port.encode()).hexdigest()[:16]
    return Path(settings.journal) / f"receipt-printer-{name}.job"


DRIVER = EscposDriver()
