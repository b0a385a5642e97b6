"""The SAM codec: golden bytes, any pieces, rubbish on the line, corrupted bytes."""

from __future__ import annotations

import tomllib
from functools import reduce
from itertools import pairwise
from operator import xor
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from drivers.resident_id.frames import (
    FIND,
    LONGEST_REPLY,
    PREAMBLE,
    READ,
    SAM_ID,
    SELECT,
    STATUS,
    FrameParser,
    Garbled,
    Reply,
    encode,
    sam_id_text,
    split_reading,
)
from drivers.resident_id.record import id_card

GOLDEN = tomllib.loads((Path(__file__).parents[1] / "golden/sam.toml").read_text("utf-8"))
COMMANDS = {command.name: command for command in (STATUS, SAM_ID, FIND, SELECT, READ)}

TEXT = bytes.fromhex(GOLDEN["text_block"]["bytes"])
TRAP = bytes.fromhex("aaaaaa9669000400009094")  # a whole good answer, inside the photo
PHOTO = b"WLf" + TRAP + bytes(n % 256 for n in range(1010))
READING = encode(b"\0\0\x90" + b"\1\0\4\0" + TEXT + PHOTO)
CARD = id_card(TEXT, PHOTO)


def parse(*pieces: bytes) -> list[Reply | Garbled]:
    parser = FrameParser()
    found = [item for piece in pieces for item in parser.feed(piece)]
    return found + parser.flush()


def replies(items: list[Reply | Garbled]) -> list[Reply]:
    return [item for item in items if isinstance(item, Reply)]


@pytest.mark.parametrize("golden", GOLDEN["command"], ids=lambda golden: golden["name"])
def test_a_command_is_written_as_published(golden: dict[str, str]) -> None:
    assert encode(COMMANDS[golden["name"]].code).hex() == golden["frame"]


@pytest.mark.parametrize("golden", GOLDEN["reply"], ids=lambda g: f"{g['to']}-{g['status']:02X}")
def test_a_published_reply_is_understood(golden: dict[str, str]) -> None:
    (reply,) = parse(bytes.fromhex(golden["frame"]))
    assert isinstance(reply, Reply)
    assert (reply.status, reply.data.hex()) == (golden["status"], golden["data"])
    assert COMMANDS[golden["to"]].accepts(reply)


def test_a_reading_has_the_published_head_size_and_check() -> None:
    frame = encode(b"\0\0\x90" + b"\1\0\4\0" + TEXT + bytes(1024))
    assert frame.hex().startswith(GOLDEN["reading"]["begins"])
    assert len(frame) == GOLDEN["reading"]["size"]
    assert frame[-1] == GOLDEN["text_block"]["check"]


def test_the_sam_id_reads_as_printed_on_the_module() -> None:
    golden = GOLDEN["sam_id"]
    assert sam_id_text(bytes.fromhex(golden["data"])) == golden["text"]


def test_byte_by_byte_gives_the_same_as_whole() -> None:
    assert parse(*(READING[n : n + 1] for n in range(len(READING)))) == parse(READING)


@given(cuts=st.lists(st.integers(0, 2 * len(READING)), max_size=12))
def test_any_pieces_give_the_same_as_whole(cuts: list[int]) -> None:
    stream = READING + bytes.fromhex(GOLDEN["reply"][0]["frame"])
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    assert parse(*pieces) == parse(stream)
    assert [reply.status for reply in replies(parse(*pieces))] == [0x90, 0x90]


_LINE_NOISE = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            PREAMBLE,  # false start
            PREAMBLE[:3],  # half a preamble
            PREAMBLE + b"\xff\xff",  # absurd length
            PREAMBLE + b"\x00\x03",  # shorter than any reply
            PREAMBLE + b"\x0f\x00",  # believable length that never comes
            READING[:700],  # half a frame
            b"\xaa" * 9,
        ]
    ),
)


@given(
    before=st.lists(_LINE_NOISE, max_size=3).map(b"".join),
    behind=st.lists(_LINE_NOISE, max_size=3).map(b"".join),
)
@example(before=PREAMBLE + b"\x0f\x00", behind=b"")
@example(before=b"\xaa\xaa\xaa\xaa", behind=PREAMBLE)
def test_a_reading_is_found_between_rubbish(before: bytes, behind: bytes) -> None:
    assume(not passes_by_chance(before + READING + behind, true_at=len(before)))
    found = replies(parse(before, READING, behind))
    readings = [split_reading(reply.data) for reply in found if READ.accepts(reply)]
    assert readings == [(TEXT, PHOTO)]


def passes_by_chance(stream: bytes, true_at: int) -> bool:
    """Whether rubbish spliced with the true frame happens to have a right check byte: one in 256
    does, which no parser of this protocol can know.
    """
    starts = [at for at in range(len(stream)) if stream.startswith(PREAMBLE, at)]
    for at in starts:
        inside = true_at <= at < true_at + len(READING)
        size = int.from_bytes(stream[at + 5 : at + 7], "big")
        counted = stream[at + 5 : at + 7 + size]
        if not inside and len(counted) == 2 + size and reduce(xor, counted) == 0:
            return True
    return False


@given(st.binary(max_size=300))
def test_any_bytes_leave_nothing_held_after_a_flush(data: bytes) -> None:
    parser = FrameParser()
    parser.feed(data)
    parser.flush()
    assert parser.held == 0


def test_an_absurd_length_never_makes_the_parser_wait() -> None:
    parser = FrameParser()
    found = parser.feed(PREAMBLE + (LONGEST_REPLY + 1).to_bytes(2, "big") + TRAP)
    assert found[0] is Garbled.LENGTH
    assert isinstance(found[1], Reply)


def test_the_parser_holds_no_more_than_one_longest_frame() -> None:
    parser = FrameParser()
    for _ in range(100):
        parser.feed(b"\xaa" * 1000)
        parser.feed(PREAMBLE + LONGEST_REPLY.to_bytes(2, "big") + bytes(1000))
        assert parser.held <= LONGEST_REPLY + 2007


@given(at=st.integers(0, len(READING) - 1), mask=st.integers(1, 255))
def test_one_corrupted_byte_never_gives_a_wrong_field(at: int, mask: int) -> None:
    spoiled = READING[:at] + bytes([READING[at] ^ mask]) + READING[at + 1 :]
    for reply in replies(parse(spoiled)):
        assert not READ.accepts(reply), "a spoiled reading was believed"


@given(length=st.integers(0, 0xFFFF).filter(lambda length: length != 0x0508))
def test_a_corrupted_length_never_gives_a_reading(length: int) -> None:
    spoiled = PREAMBLE + length.to_bytes(2, "big") + READING[7:] + bytes(50)
    assert not any(READ.accepts(reply) for reply in replies(parse(spoiled)))


@given(count=st.integers(0, len(READING) - 1))
def test_a_reading_cut_short_is_no_reading(count: int) -> None:
    assert not any(READ.accepts(reply) for reply in replies(parse(READING[:count])))


@given(data=st.binary(max_size=1400))
def test_data_that_contradicts_its_own_lengths_is_no_reading(data: bytes) -> None:
    parts = split_reading(data)
    if parts is not None:
        text, photo = parts
        assert data == len(text).to_bytes(2, "big") + len(photo).to_bytes(2, "big") + text + photo


def test_lengths_are_taken_from_the_reply() -> None:
    assert split_reading(b"\1\0\2\0" + TEXT + PHOTO[:512]) == (TEXT, PHOTO[:512])


def test_an_answer_to_another_command_is_not_accepted() -> None:
    (find,) = replies(parse(bytes.fromhex(GOLDEN["reply"][1]["frame"])))
    (reading,) = replies(parse(READING))
    assert FIND.accepts(find)
    assert not any(command.accepts(find) for command in (STATUS, SELECT, READ))
    assert not any(command.accepts(reading) for command in (STATUS, FIND, SELECT, SAM_ID))


def test_a_frame_shows_no_data_when_printed() -> None:
    (reading,) = replies(parse(READING))
    assert "data" not in repr(reading)
    assert CARD.name not in repr(reading)


def test_a_card_of_a_good_frame_is_the_card() -> None:
    (reading,) = replies(parse(READING))
    parts = split_reading(reading.data)
    assert parts is not None
    assert id_card(*parts) == CARD
