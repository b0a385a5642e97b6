"""What others behind the citizen may see: enough to know oneself, too little to be known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk.masking import mask_id_number, mask_name, mask_phone


def test_an_id_number_keeps_four_at_each_end():
    assert mask_id_number("11010519491231002X") == "1101**********002X"


def test_the_birthday_in_an_id_number_is_hidden():
    assert "19491231" not in mask_id_number("11010519491231002X")
    assert "1231" not in mask_id_number("11010519491231002X")


def test_a_telephone_keeps_three_and_four():
    assert mask_phone("13800000246") == "138****0246"


def test_a_name_keeps_the_first_character():
    assert mask_name("张示范") == "张**"
    assert mask_name("欧阳龑") == "欧**"
    assert mask_name("买买提·示范") == "买*****"
    assert mask_name(" 张示范 ") == "张**"


def test_what_is_too_short_is_hidden_whole():
    assert mask_name("张") == "*"
    assert mask_name("") == ""
    assert mask_id_number("12345678") == "********"
    assert mask_id_number("") == ""
    assert mask_phone("1234567") == "*******"


def test_a_character_beyond_the_basic_plane_is_one_character():
    assert mask_name("𠮷示范") == "𠮷**"


@given(st.text(alphabet="0123456789X", max_size=40))
def test_the_length_stays_and_at_most_eight_characters_of_a_number(number: str):
    masked = mask_id_number(number)
    assert len(masked) == len(number)
    assert sum(character != "*" for character in masked) <= 8


@given(st.text(max_size=20))
def test_of_a_name_one_character_at_most_is_seen(name: str):
    masked = mask_name(name)
    seen = [place for place, character in enumerate(masked) if character != "*"]
    assert seen in ([], [0])
