"""The text block of a resident ID card: golden, invented citizens, and what makes no sense."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.resident_id.nations import nation_word
from drivers.resident_id.record import PLACES, id_card
from drivers.simulators.people import load_card
from kiosk.devices.values import IdCard
from kiosk.faults import FaultCode, MediaFault

ROOT = Path(__file__).parents[2]
GOLDEN = tomllib.loads((ROOT / "tests/golden/sam.toml").read_text("utf-8"))
PEOPLE = sorted((ROOT / "assets/people").glob("*.toml"))

BLOCK = bytes.fromhex(GOLDEN["text_block"]["bytes"])
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_field(field: str, words: str, block: bytes = BLOCK) -> bytes:
    start, size = PLACES[field]
    return put(block, start, words.ljust(size // 2).encode("utf-16-le")[:size])


def put(block: bytes, at: int, data: bytes) -> bytes:
    return block[:at] + data + block[at + len(data) :]


def refusal(block: bytes) -> MediaFault:
    with pytest.raises(MediaFault) as caught:
        id_card(block, b"")
    return caught.value


def test_the_golden_block_reads_field_by_field() -> None:
    card = id_card(BLOCK, b"photo", "05.01")
    for field, expected in GOLDEN["text_block"]["fields"].items():
        assert getattr(card, field) == expected, field
    assert card.valid_until is None  # 长期
    assert (card.photo, card.sam_id) == (b"photo", "05.01")


@pytest.mark.parametrize("path", PEOPLE, ids=lambda path: path.stem)
def test_every_invented_citizen_reads_as_written(path: Path) -> None:
    written = tomllib.loads(path.read_text("utf-8"))["card"]
    laid = load_card(path)
    card = id_card(laid.text_block(), laid.photo())
    for field in ("name", "sex", "birth", "address", "id_number", "authority", "valid_from"):
        assert getattr(card, field) == written[field], field
    until = written["valid_until"]
    assert card.valid_until == (None if until == "长期" else until)
    assert card.nation_code == written["nation"]
    assert len(card.photo) == 1024


@pytest.mark.parametrize("path", PEOPLE, ids=lambda path: path.stem)
def test_every_invented_id_number_is_whole_and_agrees_with_the_card(path: Path) -> None:
    card = tomllib.loads(path.read_text("utf-8"))["card"]
    number = card["id_number"]
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    assert number[17] == "10X98765432"[total % 11]
    assert number[6:14] == card["birth"].strftime("%Y%m%d")
    assert card["sex"] == ("1" if int(number[16]) % 2 else "2")
    assert number == "11010519491231002X" or number[:2] == "99", "no such region: visibly false"


def test_the_citizens_cover_what_cards_can_be() -> None:
    cards = [load_card(path) for path in PEOPLE]
    assert any(card.valid_until == "长期" for card in cards)
    assert any("·" in card.name for card in cards)
    assert any("䶮" in card.name for card in cards)
    assert any(ord(character) > 0xFFFF for card in cards for character in card.name)
    assert any(nation_word(card.nation).startswith("其他(") for card in cards)
    assert any(card.birth.startswith("1941") for card in cards)
    assert any(card.birth > "2012" for card in cards)
    assert any(card.valid_until.isdigit() and card.valid_until < "2020" for card in cards)


def test_inner_spaces_and_the_middle_dot_belong_to_the_name() -> None:
    assert id_card(with_field("name", "示 范·样例"), b"").name == "示 范·样例"


def test_a_field_that_is_full_to_the_last_character_is_whole() -> None:
    address = "演示省" + "虚" * 32
    assert id_card(with_field("address", address), b"").address == address


def test_filling_may_be_zeros() -> None:
    start, size = PLACES["name"]
    name = "张示范".encode("utf-16-le")
    assert id_card(put(BLOCK, start, name.ljust(size, b"\0")), b"").name == "张示范"


@pytest.mark.parametrize(
    ("code", "word"), [("01", "汉"), ("56", "基诺"), ("97", "其他"), ("99", "其他(99)")]
)
def test_nations_by_code_and_an_unknown_one_by_number(code: str, word: str) -> None:
    assert id_card(with_field("nation", code), b"").nation == word


@pytest.mark.parametrize("sex", ["0", "1", "2", "9"])
def test_sex_stays_the_code_of_the_standard(sex: str) -> None:
    assert id_card(with_field("sex", sex), b"").sex == sex


@pytest.mark.parametrize("letter", ["J", "I", "Y"])
def test_other_cards_are_refused_by_the_name_of_their_layout(letter: str) -> None:
    fault = refusal(put(BLOCK, 248, letter.encode("utf-16-le"))).fault
    assert fault.code is FaultCode.CARD_LAYOUT_UNSUPPORTED
    assert fault.detail.startswith(f"layout {letter}")


@pytest.mark.parametrize("letter", [" ", "\0", "0", "K", "张"])
def test_any_other_mark_is_a_resident_card(letter: str) -> None:
    block = put(BLOCK, 248, letter.encode("utf-16-le"))
    assert id_card(block, b"").birth == date(1949, 12, 31)


SENSELESS = [
    ("name", ""),
    ("name", "张\x07示范"),
    ("sex", "3"),
    ("sex", "男"),
    ("nation", "1"),
    ("nation", "汉"),
    ("nation", "０１"),
    ("birth", "19490230"),
    ("birth", "1949"),
    ("birth", "１９４９１２３１"),
    ("birth", "长期"),
    ("id_number", "1101051949123100"),
    ("id_number", "11010519491231002x"),
    ("id_number", "A1010519491231002X"),
    ("valid_from", ""),
    ("valid_until", "20251301"),
    ("valid_until", "长"),
]


@pytest.mark.parametrize(("field", "words"), SENSELESS)
def test_a_field_without_sense_is_refused_by_name_and_never_shown(field: str, words: str) -> None:
    error = refusal(with_field(field, words))
    assert error.fault.code is FaultCode.CARD_CONTENT
    assert error.fault.detail == field
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_half_a_character_is_refused() -> None:
    start, _ = PLACES["name"]
    assert refusal(put(BLOCK, start, b"\x42\xd8")).fault.detail == "name"


@pytest.mark.parametrize("size", [0, 255, 257, 512])
def test_a_block_of_another_size_is_refused(size: int) -> None:
    assert refusal(bytes(size)).fault.code is FaultCode.CARD_CONTENT


@given(st.binary(min_size=256, max_size=256))
def test_any_bytes_give_a_card_or_a_named_fault_that_shows_nothing(block: bytes) -> None:
    try:
        card = id_card(block, b"")
    except MediaFault as error:
        assert error.fault.detail.partition(" ")[0] in {*PLACES, "layout"}
    else:
        assert isinstance(card, IdCard)


def test_a_card_shows_nothing_when_printed() -> None:
    assert repr(id_card(BLOCK, b"\x01", "05.01")) == "IdCard(sam_id='05.01')"
