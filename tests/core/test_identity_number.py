"""GB 11643 against the published example numbers. All other numbers here belong to nobody."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.applications.identity_number import age_on, birth_of, check_character, is_valid

EXAMPLES = ("11010519491231002X", "440524188001010014")  # printed in GB 11643-1999

BODIES = st.builds(
    lambda region, birth, serial: f"{region:06}{birth:%Y%m%d}{serial:03}",
    st.integers(0, 999999),
    st.dates(date(1900, 1, 1), date(2026, 11, 22)),
    st.integers(0, 999),
)


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_examples_of_the_standard_are_valid(number: str):
    assert is_valid(number)


def test_the_date_is_read_from_the_number():
    assert birth_of("11010519491231002X") == date(1949, 12, 31)
    assert birth_of("440524188001010014") == date(1880, 1, 1)


@pytest.mark.parametrize("region", ["421127", "360402", "659012", "510211", "330113", "000000"])
def test_no_region_is_ever_refused(region: str):
    body = f"{region}19900101999"
    assert is_valid(body + check_character(body))


@pytest.mark.parametrize(
    "number",
    [
        "",
        "11010519491231002",
        "11010519491231002x",
        "11010519491231002Ｘ",
        "110105194912310021",
        "1101051949123100２X",
        "110105194913310021",
        "X10105194912310021",
        "11010519491231002X ",
    ],
)
def test_what_is_not_a_number_is_not_valid(number: str):
    assert not is_valid(number)


def test_a_day_that_never_was_is_not_valid_even_with_a_right_check_character():
    body = "11010519900230001"
    number = body + check_character(body)
    assert birth_of(number) is None
    assert not is_valid(number)


@given(BODIES, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(body: str, place: int, shift: int):
    number = body + check_character(body)
    assert is_valid(number)
    wrong = str((int(number[place]) + shift) % 10)
    assert not is_valid(number[:place] + wrong + number[place + 1 :])


@given(BODIES, st.integers(0, 15))
def test_two_swapped_digits_are_always_found(body: str, place: int):
    number = body + check_character(body)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (swapped == number) or not is_valid(swapped)


@given(st.text())
def test_any_text_is_judged_without_an_exception(text: str):
    assert not is_valid(text) or len(text) == 18


def test_age_changes_on_the_birthday():
    assert age_on(date(2008, 11, 22), date(2026, 11, 21)) == 17
    assert age_on(date(2008, 11, 22), date(2026, 11, 22)) == 18
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18


def test_only_seventeen_digits_have_a_check_character():
    with pytest.raises(ValueError):
        check_character("1101051949123100")
    with pytest.raises(ValueError):
        check_character("1101051949123100２")
