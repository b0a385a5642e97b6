"""Every character has a face, or is shown as its code: never as an empty box."""

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from screens.theme import cmap, fonts

pytestmark = pytest.mark.skipif(
    not all((fonts.FOLDER / name).is_file() for name in fonts.FILES.values()),
    reason="assets/fonts is filled at set-up",
)


@pytest.mark.parametrize("face", sorted(fonts.FILES))
def test_our_reading_of_the_cmap_agrees_with_fonttools(face: str) -> None:
    peer = set(TTFont(fonts.path_of(face), lazy=True).getBestCmap())
    ours = fonts.coverage(face)
    wrong = [code for code in range(0x20, 0x32000) if (chr(code) in ours) != (code in peer)]
    assert wrong == []


def test_usual_text_is_one_run_in_the_main_face() -> None:
    assert list(fonts.runs("户口迁移 2026", bold=True)) == [(fonts.BOLD, "户口迁移 2026")]


def test_a_rare_character_in_a_name_is_drawn_by_the_rare_face() -> None:
    rare = "\U0002b5b9"  # CJK extension D
    assert list(fonts.runs(f"张{rare}示")) == [
        (fonts.REGULAR, "张"),
        (fonts.RARE, rare),
        (fonts.REGULAR, "示"),
    ]
    assert fonts.undrawable(f"张{rare}示") == ""


def test_a_character_that_no_face_has_is_shown_as_its_code() -> None:
    unknown = "\U000f0001"  # private use
    assert list(fonts.runs(f"张{unknown}")) == [(fonts.REGULAR, "张U+F0001")]
    assert fonts.undrawable(f"张{unknown}") == unknown


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=20))
def test_runs_never_hold_what_their_face_cannot_draw(text: str) -> None:
    for face, run in fonts.runs(text):
        assert all(character in fonts.coverage(face) for character in run)


def test_a_file_that_is_no_font_is_refused(tmp_path) -> None:
    path = tmp_path / "no.ttf"
    path.write_bytes(b"\0\1\0\0" + bytes(60))
    with pytest.raises(cmap.UnreadableFont):
        cmap.read(path)
