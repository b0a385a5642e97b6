"""Pictures and controls → ESC/POS bytes, as a list of whole commands.

python-escpos is the encoder of what it encodes rightly (GS v 0, ESC @, GS V); its transports,
status and text are not used. The commands are kept apart, so that a sender knows at each byte
whether it stands between two commands or inside one.

A picture goes out in bands of at most `BAND` rows, each cut at its rightmost ink; white rows go
as feeds. A serial printer obeys real-time codes (DLE EOT, DLE ENQ, DLE DC4) even when they are
dots of a picture: so a picture that holds one is shifted by 1 to 7 dots until it holds none.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

BAND = 48  # rows; bounds what one unfinished command can swallow
BAND_HEADER = 8  # bytes of GS v 0 before its data
_FEED_AT_MOST = 255  # n of ESC J
_KEEP_TOGETHER = 8  # fewer white rows than this stay inside a band: a feed would stop the paper
_DLE = 0x10
_REAL_TIME = (0x04, 0x05, 0x14)  # EOT, ENQ, DC4
_MENDED = 0x30  # a DLE with one more dot


def encoder() -> Any:
    """A python-escpos printer that only collects bytes. 72 mm wide at most (576 dots)."""
    return _dummy_class()(profile="TM-T20II")


def initialise() -> bytes:
    """ESC @: modes to their defaults, print buffer emptied."""
    printer = encoder()
    printer.hw("INIT")
    return bytes(printer.output)


def cut(cutter: str) -> bytes:
    """Feed to the cutter and cut: "partial" or "full"; "none" feeds to the tear bar."""
    if cutter == "full":
        return b"\x1dVA\x00"  # GS V 65 0; python-escpos has only the partial one with a feed
    if cutter == "none":
        return feed(160)
    printer = encoder()
    printer.cut(mode="PART", feed=False)  # GS V 66 0
    return bytes(printer.output)


def feed(dots: int) -> bytes:
    """ESC J n, as often as needed."""
    whole, rest = divmod(dots, _FEED_AT_MOST)
    return b"\x1bJ\xff" * whole + (b"\x1bJ" + bytes((rest,)) if rest else b"")


def flush(dots: int) -> bytes:
    """NULs enough to end any command that this driver may have left half sent.

    A printer ignores NUL between commands, and takes it as white dots inside a picture.
    """
    return bytes(BAND * ((dots + 7) // 8) + BAND_HEADER)


def raster(image: Image.Image) -> tuple[bytes, ...]:
    """The commands that print `image` (mode "1", 0 is black), free of real-time codes."""
    return _harmless(image)[1]


def shift_of(image: Image.Image) -> int:
    """By how many dots `raster` moves `image` to the right."""
    return _harmless(image)[0]


def _harmless(image: Image.Image) -> tuple[int, tuple[bytes, ...]]:
    printer = encoder()
    for shift in range(8):
        commands = tuple(_bands(printer, _shifted(image, shift)))
        if not any(map(holds_real_time_code, commands)):
            return shift, commands
    # dense noise: one dot more for each code, and none is left
    return 0, tuple(map(mended, _bands(printer, image)))


def holds_real_time_code(data: bytes) -> bool:
    return any(bytes((_DLE, second)) in data for second in _REAL_TIME)


def mended(command: bytes) -> bytes:
    """Without real-time codes: one dot is added to each."""
    data = bytearray(command)
    for at in range(len(data) - 1):
        if data[at] == _DLE and data[at + 1] in _REAL_TIME:
            data[at] = _MENDED
    return bytes(data)


def _shifted(image: Image.Image, dots: int) -> Image.Image:
    if dots == 0:
        return image
    moved = Image.new("1", image.size, 1)
    moved.paste(image, (dots, 0))
    return moved


def _bands(printer: Any, image: Image.Image) -> Iterator[bytes]:
    ink = ~np.asarray(image, dtype=bool)
    white = 0
    for top, bottom in _runs(np.flatnonzero(ink.any(axis=1))):
        if top > white:
            yield feed(top - white)
        for start in range(top, bottom, BAND):
            end = min(start + BAND, bottom)
            columns = np.flatnonzero(ink[start:end].any(axis=0))
            right = (int(columns[-1]) // 8 + 1) * 8 if columns.size else 8
            band = image.crop((0, start, min(right, image.width), end))
            printer.clear()
            printer.image(band, impl="bitImageRaster", fragment_height=BAND)
            yield bytes(printer.output)
        white = bottom
    if image.height > white:
        yield feed(image.height - white)


def _runs(rows: npt.NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """(first, behind the last) of each run of `rows`, small gaps included."""
    if not rows.size:
        return
    gaps = np.flatnonzero(np.diff(rows) > _KEEP_TOGETHER)
    starts = [int(rows[0]), *(int(rows[gap + 1]) for gap in gaps)]
    ends = [*(int(rows[gap]) + 1 for gap in gaps), int(rows[-1]) + 1]
    yield from zip(starts, ends, strict=True)


@cache
def _dummy_class() -> Any:
    """python-escpos' `Dummy`, imported when first used.

    The import installs a handler on the root logger and leaves a temporary folder with a pickle
    behind at each start; both are undone here.
    """
    handlers = set(logging.root.handlers)
    from escpos import capabilities  # noqa: PLC0415
    from escpos.printer import Dummy  # noqa: PLC0415

    for handler in set(logging.root.handlers) - handlers:
        logging.root.removeHandler(handler)
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return Dummy
