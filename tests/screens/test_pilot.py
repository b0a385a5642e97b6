"""The real application, touched by the pilot: what a finger does arrives as the right event."""

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.screens.in_window import run


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    out = tmp_path_factory.mktemp("pilot")
    done = run("tests.screens.pilot_story", str(out), home=tmp_path_factory.mktemp("kivy"))
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout.splitlines()[-1]), "out": str(out)}


def test_a_choice_on_the_rest_screen_is_said(story: dict[str, object]) -> None:
    assert story["start"] == ["StartPressed(what='apply')"]


def test_any_touch_tells_that_someone_is_there(story: dict[str, object]) -> None:
    assert story["touched"] is True


def test_lists_are_turned_page_by_page(story: dict[str, object]) -> None:
    assert story["first_page"] is True
    assert story["second_page"] is True
    assert story["item"] == ["ItemChosen(code='DEMO-010')"]


def test_the_second_tap_of_a_double_tap_is_ignored(story: dict[str, object]) -> None:
    assert story["double_tap"] == ["ConsentToggled()"]


def test_a_finger_that_slides_off_presses_nothing(story: dict[str, object]) -> None:
    assert story["slid_off"] == []


def test_the_screen_follows_the_view(story: dict[str, object]) -> None:
    assert story["agreed"] is True


def test_what_is_disabled_cannot_be_pressed(story: dict[str, object]) -> None:
    assert story["disabled"] == "not pressed"


def test_help_is_on_every_screen(story: dict[str, object]) -> None:
    assert story["help"] == ["HelpPressed()"]


def test_an_overlay_covers_everything_and_is_answered(story: dict[str, object]) -> None:
    assert story["covered"] is True
    assert story["stay"] == ["StayPressed()"]


def test_a_screen_that_only_just_appeared_is_not_pressed_by_accident(
    story: dict[str, object],
) -> None:
    assert story["too_early"] == []


def test_pictures_are_taken_from_the_glass(story: dict[str, object]) -> None:
    picture = Image.open(Path(str(story["out"])) / "rest.png")
    assert picture.size == (1080, 1920)
    assert len(picture.getcolors(1 << 20) or []) > 50
