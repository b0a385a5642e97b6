"""Lines are broken as Chinese typography asks, whatever the text and the width."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from screens.theme.wrap import NOT_AT_END, NOT_AT_START, is_wide, latin_marks, wrap


def em(text: str) -> float:
    """Hanzi one em, everything else half."""
    return sum(1.0 if is_wide(c) else 0.5 for c in text)


def test_closing_punctuation_never_begins_a_line() -> None:
    lines = wrap("带上身份证，大约五分钟。", 5, em)
    assert lines == ["带上身份", "证，大约五", "分钟。"]


def test_opening_punctuation_never_ends_a_line() -> None:
    assert wrap("请看《办事指南》全文", 3, em)[0] == "请看"


def test_a_number_stays_whole() -> None:
    assert wrap("电话 12345678 转接", 5, em) == ["电话", "12345678", "转接"]


def test_latin_words_stay_whole_and_no_line_begins_with_a_blank() -> None:
    lines = wrap("Lay your card on the reader", 5, em)
    assert lines == ["Lay your", "card on", "the reader"]


def test_a_run_wider_than_the_line_is_broken_where_it_must_be() -> None:
    assert wrap("A" * 25, 5, em) == ["A" * 10, "A" * 10, "A" * 5]


def test_own_line_breaks_are_kept() -> None:
    assert wrap("外省的事，\n这里办。", 20, em) == ["外省的事，", "这里办。"]


def test_a_balanced_heading_leaves_no_character_alone() -> None:
    text = "请把身份证平放在感应区"
    assert wrap(text, 10, em)[-1] == "区"
    balanced = wrap(text, 10, em, balanced=True)
    assert len(balanced) == 2
    assert abs(em(balanced[0]) - em(balanced[1])) <= 1


ALPHABET = "户口迁移社保，。、；：？！）】》”（【《“0123456789abcXYZ -\n"


@given(st.text(alphabet=ALPHABET, max_size=60), st.integers(4, 20))
def test_nothing_is_lost_and_the_rules_hold(text: str, width: int) -> None:
    lines = wrap(text, width, em)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for paragraph in text.split("\n"):
        broken = wrap(paragraph, width, em)
        for before, line in pairwise(broken):
            squeezed = (
                em(before + line[:1]) > width
            )  # a run longer than a line must break somewhere
            assert line[:1] not in NOT_AT_START or squeezed
            assert before[-1:] not in NOT_AT_END or squeezed
        assert all(em(line) <= width for line in broken)


def test_quotation_marks_follow_what_they_enclose() -> None:
    assert latin_marks("press “Exit”, it’s safe") == 'press "Exit", it\'s safe'
    assert latin_marks("请点“退出”") == "请点“退出”"
