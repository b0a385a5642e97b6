"""The second half of the journey on the real application: each touch arrives as the right event."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from screens.widgets import strokes
from screens.widgets.clauses import CLAUSE
from screens.widgets.date_entry import DateDigits
from screens.widgets.keypad import BACKSPACE, CLEAR
from tests.screens.in_window import run


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("second-half")


@pytest.fixture(scope="module")
def story(out: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    home = tmp_path_factory.mktemp("kivy")
    done = run("tests.screens.second_half_story", str(out), home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# --- questions


def test_a_choice_is_the_answer(story: dict[str, object]) -> None:
    assert story["choice"] == [["relation", "spouse"]]


def test_a_telephone_number_is_keyed_in_and_shown_in_groups(story: dict[str, object]) -> None:
    assert story["phone"] == "13800001111"
    assert story["phone_shown"] is True


def test_a_twelfth_digit_is_not_taken(story: dict[str, object]) -> None:
    assert story["twelfth_digit"] == []


def test_digits_can_be_taken_back_one_by_one_or_all(story: dict[str, object]) -> None:
    assert story["backspace"] == ["1380000111"]
    assert story["clear"] == [""]


def test_keys_may_follow_as_fast_as_fingers_go(story: dict[str, object]) -> None:
    assert story["fast_keys"] == ["7", "77"]


def test_a_date_is_said_at_every_digit_and_fills_its_own_noughts(story: dict[str, object]) -> None:
    assert story["date"] == ["1", "19", "197", "1978", "1978-05", "1978-05-07"]


def test_a_touched_part_of_a_date_is_written_anew(story: dict[str, object]) -> None:
    assert story["month_again"] == "1978-12-07"


# --- papers


def test_pages_are_taken_removed_kept_and_taken_again(story: dict[str, object]) -> None:
    assert story["camera"] == ["CapturePressed()", "PageRemoved(index=1)"]
    assert story["judged"] == ["PageKept()", "RetakePressed()"]


def test_a_stale_picture_is_taken_down_within_a_second_and_comes_back(
    story: dict[str, object],
) -> None:
    assert story["live"] is True
    assert story["held_short"] is True
    assert story["held_long"] is True
    assert story["back_again"] is True


def test_there_is_no_shutter_without_a_picture_or_while_one_is_taken(
    story: dict[str, object],
) -> None:
    assert story["nothing_to_take"] is True
    assert story["while_capturing"] is True


# --- check, sign, end


def test_each_line_of_the_review_leads_back_to_its_question(story: dict[str, object]) -> None:
    assert story["change"] == ["ChangePressed(target='form:phone')"]


def test_every_stroke_says_the_signature_as_it_stands(story: dict[str, object], out: Path) -> None:
    assert story["signed"] == [strokes.HEIGHT, strokes.HEIGHT]
    picture = Image.open(out / "signature.png").convert("L")
    dark = sum(picture.histogram()[:100])
    assert picture.getpixel((2, 2)) == 255
    assert 0.002 < dark / (picture.width * picture.height) < 0.1


def test_a_signature_outlives_a_change_of_size_and_contrast(story: dict[str, object]) -> None:
    assert story["strokes_outlive_the_look"] is True


def test_a_wiped_signature_is_said_as_nothing(story: dict[str, object]) -> None:
    assert story["wiped"] is True
    assert story["pad_empty"] is True


def test_the_next_citizen_finds_no_stroke_of_the_last(story: dict[str, object]) -> None:
    assert story["hand_forgotten"] is True


def test_the_number_stands_on_the_glass_whole(story: dict[str, object]) -> None:
    assert story["number"] is True


def test_the_code_on_the_glass_can_be_read_by_a_telephone(
    story: dict[str, object], out: Path
) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    assert story["number"] is True
    found = zxingcpp.read_barcodes(Image.open(out / "receipt.png"))
    assert [code.text for code in found] == ["TB:HM-261122-7K4D-92FK"]


def test_stars_reasons_and_actions_are_said(story: dict[str, object]) -> None:
    assert story["rated"] == [
        "StarsGiven(stars=1)",
        "ReasonToggled(reason='rate.reason.slow')",
    ]
    assert story["action"] == ["ActionChosen(action='print_again')"]


# --- without a window


@given(st.dates())
def test_any_date_can_be_keyed_in_by_its_eight_digits(day: object) -> None:
    entered = DateDigits()
    for digit in str(day).replace("-", ""):
        entered = entered.pressed(digit)
    if str(day)[0] != "0":
        assert entered.value == str(day)


@given(st.lists(st.sampled_from([*"0123456789", BACKSPACE, CLEAR]), max_size=30))
def test_no_row_of_keys_breaks_a_date(keys: list[str]) -> None:
    entered = DateDigits()
    for key in keys:
        entered = entered.pressed(key)
        assert all(len(part) <= most for part, most in zip(entered.parts, (4, 2, 2), strict=True))
        assert len(entered.value) <= 10
    for _ in range(12):
        entered = entered.pressed(BACKSPACE)
    assert entered.value == ""


def test_a_date_that_is_given_back_is_the_date_that_was_said() -> None:
    for value in ("", "19", "1978", "1978-1", "1978-12", "1978-12-3", "1978-12-31"):
        assert DateDigits.of(value).value == value


def test_a_signature_is_drawn_from_its_strokes_alone() -> None:
    png = strokes.png([[(0.1, 0.9), (0.9, 0.1)], [(1.5, 0.5)]], aspect=2.0)
    picture = Image.open(BytesIO(png))
    assert picture.size == (2 * strokes.HEIGHT, strokes.HEIGHT)
    assert picture.getpixel((round(1.5 * strokes.HEIGHT), strokes.HEIGHT // 2)) < 60
    assert picture.getpixel((5, 5)) == 255  # the strokes count from the lower left corner
    assert strokes.png([], 2.0) == b""


def test_a_curve_begins_and_ends_where_the_finger_did() -> None:
    stroke = [(0.0, 0.0), (0.5, 1.0), (1.0, 0.0), (1.5, 1.0)]
    curve = strokes.smooth(stroke)
    assert curve[0] == stroke[0]
    assert curve[-1] == stroke[-1]
    assert len(curve) > 2 * len(stroke)


@given(st.text(alphabet="中文ab ，。；：“”《》,.!？\n", max_size=60))
def test_clauses_lose_no_character(text: str) -> None:
    assert "".join(CLAUSE.findall(text)) == text
