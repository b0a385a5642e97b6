"""Receipts → bytes: pictures without hidden commands, text without foreign ones."""

from __future__ import annotations

import logging
import tempfile
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from drivers.receipt_printer import encode, status
from drivers.receipt_printer.layout import CharacterNotPrintable, Fonts, clean, picture, wrap
from drivers.receipt_printer.text import TextPrinter
from drivers.simulators.escpos_machine import CUTTER_GAP, Machine
from kiosk.receipts.receipt import Align, Blank, KeyValue, QrCode, Receipt, Rule, Size, Text

ROOT = Path(__file__).parents[2]
FONTS = Fonts.in_folder(ROOT / "assets" / "fonts")
GOLDEN = tomllib.loads((ROOT / "tests" / "golden" / "escpos.toml").read_text())
COMMANDS = {case["name"]: bytes.fromhex(case["bytes"]) for case in GOLDEN["command"]}

bitmaps = hnp.arrays(bool, st.tuples(st.integers(1, 150), st.integers(1, 12).map(lambda n: n * 8)))


def image_of(white: np.ndarray) -> Image.Image:
    return Image.fromarray(white.astype(np.uint8) * 255).convert("1")


def printed(commands: tuple[bytes, ...], dots: int, *, serial: bool = False) -> Machine:
    answers: list[bytes] = []
    machine = Machine(answers.append, dots=dots)
    machine.serial = serial
    machine.receive(encode.initialise() + b"".join(commands) + encode.cut("partial"))
    assert answers == []
    assert machine.rubbish == 0
    return machine


def test_published_commands() -> None:
    letter = image_of(np.array([[0, *[1] * 8], [0, *[1] * 8], [0] * 9, [1] * 9, [1] * 9], bool))
    assert {
        "initialise": encode.initialise(),
        "feed 300 dots": encode.feed(300),
        "cut partial": encode.cut("partial"),
        "cut full": encode.cut("full"),
        "ask printer": status.ask(status.PRINTER),
        "ask paper sensor": status.ask(status.PAPER_SENSOR),
        "ask processed": status.ASK_PROCESSED,
        "ask process id AB12": status.ask_process_id(b"AB12"),
        "clear buffers": status.CLEAR_BUFFERS,
        "picture of an L": b"".join(encode.raster(letter)),
    } == COMMANDS


@given(bitmaps)
@settings(max_examples=60, deadline=None)
def test_no_picture_holds_a_real_time_code(white: np.ndarray) -> None:
    for command in encode.raster(image_of(white)):
        for code in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
            assert code not in command


def test_a_picture_made_of_real_time_codes_is_mended() -> None:
    """Dense noise, so long that every shift of it holds a code somewhere."""
    image = image_of(np.random.default_rng(7).random((3000, 576)) < 0.5)
    commands = encode.raster(image)
    assert not any(map(encode.holds_real_time_code, commands))
    slip = printed(commands, 576, serial=True).slips[0]
    wanted = np.asarray(image)
    got = np.asarray(slip.image)[: wanted.shape[0]]
    assert 0 < (got != wanted).sum() < 100  # a dot here and there was added
    assert not (got & ~wanted).any()  # and none taken away


@given(bitmaps)
@settings(max_examples=60, deadline=None)
def test_pictures_are_printed_dot_by_dot(white: np.ndarray) -> None:
    image = image_of(white)
    height, width = white.shape
    machine = printed(encode.raster(image), 104)
    slip = np.asarray(machine.slips[0].image)
    assert slip.shape[0] == height + CUTTER_GAP
    shift = encode.shift_of(image)
    assert (slip[:height, shift:width] == white[:, : width - shift]).all()
    assert slip[height:].all()
    assert slip[:, width + shift :].all()


def test_a_picture_with_a_code_is_shifted_and_stays_whole() -> None:
    row = np.unpackbits(np.frombuffer(b"\x10\x04\x01\x00" * 3, np.uint8)).astype(bool)
    image = image_of(~np.vstack([row] * 5))
    assert encode.shift_of(image) == 1
    (band,) = encode.raster(image)
    assert band[8:] == b"\x08\x02\x00\x80" * 14 + b"\x08\x02\x00\x80"


def test_a_half_sent_command_is_ended_by_the_flush() -> None:
    """Whatever was cut off, after the NULs the printer listens to commands again."""
    image = image_of(np.zeros((100, 576), bool))
    whole = b"".join(encode.raster(image))
    for length in (1, 2, 3, 5, 7, 8, 9, 100, len(whole) - 1):
        answers: list[bytes] = []
        machine = Machine(answers.append, dots=576)
        machine.receive(whole[:length] + encode.flush(576) + status.ASK_PROCESSED)
        assert answers == [b"\0"], length


@given(st.text(max_size=40))
def test_control_characters_never_reach_the_printer(text: str) -> None:
    assert not any((ord(c) < 0x20 and c != "\n") or 0x7F <= ord(c) <= 0x9F for c in clean(text))


@given(st.text(alphabet="张示范，。（）ab 19-《》！¥￥", max_size=80), st.integers(4, 30))
def test_lines_keep_every_character_and_their_width(text: str, columns: int) -> None:
    def measure(character: str) -> float:
        return 1 if character.isascii() else 2

    lines = wrap(text, columns, measure)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(sum(map(measure, line)) <= columns for line in lines)


def test_no_line_starts_with_closing_punctuation() -> None:
    lines = wrap("请保留本回执，凭此查询。", 12, lambda c: 2)
    assert lines == ["请保留本回", "执，凭此查", "询。"]
    assert wrap("请保留（本人）证件", 8, lambda c: 2) == ["请保留", "（本人）", "证件"]


def test_latin_words_stay_whole() -> None:
    assert wrap("your application was", 12, lambda c: 1) == ["your", "application", "was"]


# --- text mode -----------------------------------------------------------------------------------


def text_printer(dots: int = 576, charset: str = "gbk") -> TextPrinter:
    return TextPrinter(dots=dots, charset=charset, fonts=FONTS)


def receipt(*elements: object) -> Receipt:
    return Receipt(reference="KT-0001", elements=tuple(elements))  # type: ignore[arg-type]


@given(
    st.text(
        alphabet=st.one_of(
            st.characters(min_codepoint=0, max_codepoint=0x9F),
            st.sampled_from("张示范龚䶮𠮷㙍，。￥¥"),
        ),
        max_size=30,
    )
)
@settings(max_examples=60, deadline=None)
def test_text_holds_no_foreign_command(text: str) -> None:
    """The printer reads the job to its end, cuts once, and obeys nothing that a name brought."""
    commands = text_printer().commands(receipt(KeyValue(key="申请人", value=text)))
    for serial in (False, True):
        machine = printed(commands, 576, serial=serial)
        assert len(machine.slips) == 1
        assert machine.codes_in_pictures == 0


def test_yen_is_the_two_byte_one() -> None:
    (_, line) = text_printer().commands(receipt(Text(text="¥12")))
    assert line == b"\xa3\xa412\n"


def test_a_character_outside_the_set_is_an_inline_picture() -> None:
    (_, line) = text_printer().commands(receipt(Text(text="张䶮")))
    assert line[:2] == "张".encode("gbk")
    assert line[2:7] == b"\x1b*\x21\x18\x00"
    assert len(line) == 2 + 77 + 1


def test_a_smaller_rom_gets_more_pictures() -> None:
    body = receipt(Text(text="镕"))  # in GBK, not in GB 2312
    assert b"\x1b*" not in text_printer().commands(body)[1]
    assert b"\x1b*" in text_printer(charset="gb2312").commands(body)[1]


def test_an_enlarged_line_with_a_rare_character_is_a_picture() -> None:
    commands = text_printer().commands(receipt(Text(text="龚䶮", size=Size.TITLE)))
    assert any(command.startswith(b"\x1dv0") for command in commands)


@pytest.mark.parametrize("encoding", ["raster", "text"])
def test_a_character_without_glyph_is_refused(encoding: str) -> None:
    body = receipt(Text(text="\U000e0100"))
    with pytest.raises(CharacterNotPrintable) as caught:
        text_printer().commands(body) if encoding == "text" else picture(body, 576, FONTS)
    assert "\U000e0100" not in str(caught.value)


@pytest.mark.parametrize("dots", [384, 576])
def test_every_element_has_its_place(dots: int) -> None:
    body = receipt(
        Text(text="标题", size=Size.TITLE, align=Align.CENTRE, bold=True),
        Rule(),
        KeyValue(key="申请人", value="龚䶮𠮷" * 12),
        Blank(dots=40),
        QrCode(content="https://example.invalid/q/KT-0001"),
    )
    image = picture(body, dots, FONTS)
    ink = ~np.asarray(image)
    assert image.width == dots
    assert not ink[:, :8].any()  # margins: room for a shift
    assert not ink[:, -8:].any()
    assert sum(map(len, text_printer(dots).commands(body)))


def test_a_code_with_too_much_content_is_refused() -> None:
    with pytest.raises(CharacterNotPrintable):
        picture(receipt(QrCode(content="x" * 2000)), 384, FONTS)


def test_the_encoder_leaves_no_trace() -> None:
    """python-escpos' import sets up logging and a temporary folder; we do not let it."""
    encode.initialise()
    from escpos import capabilities

    assert not Path(capabilities.pickle_dir).exists()
    assert str(capabilities.pickle_dir).startswith(tempfile.gettempdir())
    assert not any(type(h) is logging.StreamHandler for h in logging.root.handlers)
