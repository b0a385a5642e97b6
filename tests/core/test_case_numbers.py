"""The numbers of an application: unique without a counter, and safe to read aloud and retype."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.applications.case_numbers import (
    ALPHABET,
    RANDOM_BITS,
    application_id,
    as_printed,
    local_number,
    valid,
)

NOW = datetime(2026, 11, 22, 2, 24, 17, tzinfo=UTC)
ZEROS = bytes(10)

# from 2000 to 2099, in milliseconds
TIMES = st.integers(946_684_800_000, 4_070_908_800_000).map(
    lambda milliseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
NUMBERS = st.builds(
    local_number,
    st.text(ALPHABET, min_size=1, max_size=6),
    TIMES,
    st.binary(min_size=10, max_size=10),
)


def test_an_application_id_is_the_uuid_of_the_standard():
    """RFC 9562, appendix A.6, with its random bits set as there."""
    random = ((0xCC3 << 68) | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    now = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    assert application_id(now, random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(TIMES, st.binary(min_size=10, max_size=10))
def test_every_application_id_is_a_version_7(now: datetime, random: bytes):
    parsed = uuid.UUID(application_id(now, random))
    assert parsed.version == 7
    assert parsed.int >> 80 == round(now.timestamp() * 1000)
    assert parsed.variant == uuid.RFC_4122


def test_application_ids_are_ordered_by_time():
    later = NOW + timedelta(milliseconds=1)
    assert application_id(NOW, b"\xff" * 10) < application_id(later, ZEROS)


def test_a_local_number_has_the_day_in_china():
    number = local_number("HM", NOW, ZEROS)
    assert number.startswith("HM-261122-")
    assert len(number) == len("HM-261122-7K4D-92FK")
    assert local_number("HM", NOW.replace(hour=16), ZEROS).startswith("HM-261123-")


@given(NUMBERS)
def test_every_number_made_is_valid_and_has_no_letter_that_looks_like_a_digit(number: str):
    assert valid(number)
    assert not set(number) & set("IO")
    assert as_printed(number) == number


@given(NUMBERS, st.data())
def test_one_wrong_character_is_always_found(number: str, data: st.DataObject):
    places = [n for n, character in enumerate(number) if character != "-"]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from(ALPHABET.replace(number[place], "")))
    assert not valid(number[:place] + wrong + number[place + 1 :])


@given(NUMBERS, st.data())
def test_what_people_type_is_read_as_it_was_meant(number: str, data: st.DataObject):
    typed = number.lower().replace("-", data.draw(st.sampled_from(["", " ", "－", "—", "-"])))
    typed = typed.replace("0", data.draw(st.sampled_from("oO0")))
    typed = typed.replace("1", data.draw(st.sampled_from("iI1")))
    assert as_printed(typed) == number


@given(st.text())
def test_any_text_is_judged_without_an_exception(text: str):
    assert valid(as_printed(text)) or not valid(text)


def test_a_terminal_never_repeats_itself_from_second_to_second():
    """Even with the same random bytes: the second of the day is part of the number."""
    day = {
        local_number("HM", NOW + timedelta(seconds=second), ZEROS) for second in range(0, 86400, 7)
    }
    assert len(day) == len(range(0, 86400, 7))


def test_within_one_second_the_random_bits_keep_numbers_apart():
    made = {local_number("HM", NOW, n.to_bytes(10, "big")) for n in range(2000)}
    assert len(made) == 2000
    assert RANDOM_BITS == 19


def test_the_last_second_of_the_day_still_fits():
    last = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
    assert valid(local_number("HM", last, b"\xff" * 10))


@pytest.mark.parametrize("prefix", ["", "hm", "HIM", "HO", "黄梅", "TOOLONGX", "H-M"])
def test_a_prefix_that_cannot_be_read_aloud_safely_is_refused(prefix: str):
    with pytest.raises(ValueError):
        local_number(prefix, NOW, ZEROS)
