"""Pictures of pages, as bytes and as arrays. Pure functions; no capture device.

A colour picture is H×W×3 uint8 in OpenCV's order (BGR); what goes to a screen is H×W×4 uint8 RGBA,
contiguous, top row first. A page that is sent is a JPEG, named by the SHA-256 of its bytes.
"""

from __future__ import annotations

import hashlib
import struct

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

QUALITY = 90  # of 100: text edges show no ringing; A4 at 200 dpi is about 0.5 MB
_JFIF = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"  # SOI, APP0 of 16 bytes (JFIF 1.02, p. 5)
_DENSITY = slice(13, 18)  # units, X density, Y density
_PER_INCH = 1


def encode_jpeg(bgr: Picture, quality: int = QUALITY, dpi: int | None = None) -> bytes:
    """JPEG (JFIF) bytes of a BGR or grey picture; `dpi` is written into the header when known.

    Raises `ValueError` when the array is no picture.
    """
    done, encoded = cv2.imencode(".jpg", _checked(bgr), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("the picture cannot be encoded")
    jpeg = encoded.tobytes()
    if dpi is None or not jpeg.startswith(_JFIF):
        return jpeg
    whole = bytearray(jpeg)
    whole[_DENSITY] = struct.pack(">BHH", _PER_INCH, dpi, dpi)
    return bytes(whole)


def decode_jpeg(jpeg: bytes, *, shrink: int = 1) -> Picture:
    """The BGR picture in `jpeg`, at 1/`shrink` (1, 2, 4, 8) of its size; `ValueError` if none."""
    flags = {
        1: cv2.IMREAD_COLOR,
        2: cv2.IMREAD_REDUCED_COLOR_2,
        4: cv2.IMREAD_REDUCED_COLOR_4,
        8: cv2.IMREAD_REDUCED_COLOR_8,
    }
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), flags[shrink]) if jpeg else None
    if picture is None:
        raise ValueError("not a JPEG picture")
    return picture.astype(np.uint8, copy=False)


def thumbnail(jpeg: bytes, width: int) -> Picture:
    """`jpeg` as RGBA, `width` pixels wide or its own width if that is less; `ValueError` if none.

    The decoder shrinks by a power of two first, so a big page costs little.
    """
    full = decode_jpeg(jpeg, shrink=8)
    estimate = full.shape[1] * 8
    shrink = max((s for s in (1, 2, 4) if estimate // s >= 2 * width), default=1)
    return screen_picture(decode_jpeg(jpeg, shrink=shrink), width)


def screen_picture(bgr: Picture, width: int) -> Picture:
    """A BGR picture as RGBA for the screen, shrunk to `width` pixels; never enlarged."""
    height, own_width = bgr.shape[:2]
    if own_width > width:
        size = (width, max(1, round(height * width / own_width)))
        # Linear is enough down to a half; below that it would skip lines of print.
        method = cv2.INTER_LINEAR if own_width <= 2 * width else cv2.INTER_AREA
        bgr = cv2.resize(bgr, size, interpolation=method).astype(np.uint8, copy=False)
    rgba = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGBA)
    return np.ascontiguousarray(rgba, dtype=np.uint8)


def turned(bgr: Picture, degrees: int) -> Picture:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees."""
    return bgr if degrees == 0 else np.ascontiguousarray(np.rot90(bgr, k=-(degrees // 90)))


def digest(data: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits: the name of a page, here and at the platform."""
    return hashlib.sha256(data).hexdigest()


def _checked(picture: Picture) -> Picture:
    if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or picture.size == 0:
        raise ValueError(f"not a picture: {picture.dtype} {picture.shape}")
    return picture
