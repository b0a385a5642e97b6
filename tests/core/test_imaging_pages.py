"""Pages as bytes and arrays."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from kiosk.imaging.pages import (
    Picture,
    decode_jpeg,
    digest,
    encode_jpeg,
    screen_picture,
    thumbnail,
    turned,
)


def page(width: int, height: int) -> Picture:
    """Blue above, red below, in OpenCV's order."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, :, 0] = 200
    picture[height // 2 :, :, 2] = 200
    return picture


def test_a_jpeg_is_read_by_others_with_its_size_colours_and_resolution() -> None:
    image = Image.open(io.BytesIO(encode_jpeg(page(400, 300), dpi=200)))
    assert image.format == "JPEG"
    assert image.size == (400, 300)
    assert image.info["dpi"] == (200, 200)
    red, green, blue = image.getpixel((200, 50))  # pyright: ignore
    assert blue > 150 > red
    assert green < 60


def test_without_a_known_resolution_none_is_claimed() -> None:
    image = Image.open(io.BytesIO(encode_jpeg(page(40, 30))))
    assert image.info.get("dpi") is None or image.info["jfif_unit"] == 0


def test_what_goes_to_the_screen_is_rgba_and_contiguous() -> None:
    shown = screen_picture(page(1920, 1080), 960)
    assert shown.shape == (540, 960, 4)
    assert shown.flags.c_contiguous
    assert tuple(shown[10, 10]) == (0, 0, 200, 255)
    assert tuple(shown[500, 10]) == (200, 0, 0, 255)


def test_a_small_picture_is_not_enlarged() -> None:
    assert screen_picture(page(320, 200), 960).shape == (200, 320, 4)


@pytest.mark.parametrize("width", [100, 333, 1000])
def test_a_thumbnail_has_the_width_that_was_asked(width: int) -> None:
    small = thumbnail(encode_jpeg(page(2000, 1500)), width)
    assert small.shape == (round(1500 * width / 2000), width, 4)
    assert small[5, 5, 2] > 150


@pytest.mark.parametrize("rubbish", [b"", b"not a picture", b"\xff\xd8\xff\xe0 cut"])
def test_rubbish_is_no_picture(rubbish: bytes) -> None:
    with pytest.raises(ValueError, match="not a JPEG"):
        thumbnail(rubbish, 100)
    with pytest.raises(ValueError, match="not a JPEG"):
        decode_jpeg(rubbish)


def test_what_is_no_picture_is_not_encoded() -> None:
    with pytest.raises(ValueError, match="not a picture"):
        encode_jpeg(np.zeros((0, 0, 3), np.uint8))


def test_turning_is_clockwise() -> None:
    right = turned(page(40, 20), 90)
    assert right.shape == (40, 20, 3)
    assert right[0, -1, 0] == 200  # what was above is at the right now
    assert right[0, 0, 2] == 200
    assert (turned(turned(page(40, 20), 90), 270) == page(40, 20)).all()


def test_a_page_is_named_by_its_sha_256() -> None:
    # FIPS 180-2, appendix B.1
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
