"""What is kept to be fast never shows what is no longer so, and nothing of the last citizen."""

import json
from typing import Any

import pytest

from tests.screens.in_window import run


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = run("tests.screens.cache_story", home=tmp_path_factory.mktemp("kivy"))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_another_language_is_in_force_at_once(story: dict[str, Any]) -> None:
    assert story["english"] is True


def test_high_contrast_changes_the_ground_too(story: dict[str, Any]) -> None:
    assert story["grounds"] == [[0xF5, 0xF4, 0xF0], [0, 0, 0]]


def test_back_in_the_first_mode_the_picture_is_the_first_to_the_last_pixel(
    story: dict[str, Any],
) -> None:
    assert story["as_before"] is True


def test_a_new_catalogue_is_shown_with_its_new_names(story: dict[str, Any]) -> None:
    assert story["renamed"] is True


def test_a_shorter_list_leaves_no_pages_behind(story: dict[str, Any]) -> None:
    assert story["shortened"] is True
    assert story["no_pages_left"] is True


def test_a_pressed_card_is_veiled_and_is_as_before_when_the_finger_leaves(
    story: dict[str, Any],
) -> None:
    assert story["veiled"] is True
    assert story["unveiled_outside"] is True
    assert story["unveiled"] is True


def test_only_the_page_on_the_glass_is_made(story: dict[str, Any]) -> None:
    assert 0 < story["made"] < 12


def test_a_matter_is_as_high_as_it_was_measured_to_be(story: dict[str, Any]) -> None:
    assert story["wrong_heights"] == []


def test_nothing_that_was_shown_outlives_the_visit(story: dict[str, Any]) -> None:
    assert story["there"] > 0
    assert story["left"] == 0
    assert story["measures_left"] is False
