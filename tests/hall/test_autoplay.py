"""The stories on the real glass: real window (offscreen), real devices' wires, real platform."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.paths import PROJECT

HEADLESS = {name: value for name, value in os.environ.items() if name != "DISPLAY"}


def play(story: str, out: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "kiosk", "demo", "--autoplay", story, "--out", str(out)]
    ended = subprocess.run(
        [*command, "--json", *options],
        cwd=PROJECT,
        env=HEADLESS,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ended.returncode == 0, f"{ended.stdout[-2000:]}\n{ended.stderr[-3000:]}"
    summary = json.loads(ended.stdout)
    assert summary == json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return summary


@pytest.mark.timeout(300)
def test_the_first_journey_ends_with_a_slip_and_an_accepted_case(tmp_path: Path) -> None:
    summary = play("first-journey", tmp_path / "out")
    assert summary["outcome"] == "accepted"
    assert summary["print_outcome"] == "processed"
    assert summary["outbox"]["waiting"] == 0
    assert summary["platform_case"]["platform_number"] == summary["platform_number"]
    assert summary["platform_case"]["id"] == summary["application_id"]
    assert "*" in summary["platform_case"]["applicant"]["id_number"]
    screens = [step["screen"] for step in summary["steps"]]
    order = ["rest", "choose_region", "choose_item", "verdict", "consent", "identify", "question"]
    order += ["take_pages", "review", "sign", "receipt", "rate", "goodbye"]
    assert [name for name in dict.fromkeys(screens) if name in order] == order
    assert screens[-1] == "rest"
    for step in summary["steps"]:
        with Image.open(tmp_path / "out" / step["picture"]) as picture:
            assert picture.size == (1080, 1920)
            assert len(picture.getcolors(maxcolors=1 << 21) or []) > 8, step
    with Image.open(tmp_path / "out" / "receipt.png") as slip:
        assert slip.width == 576


@pytest.mark.timeout(300)
@pytest.mark.parametrize("story", ["paper-out", "left-alone"])
def test_troubles_on_glass_lying_on_its_side(story: str, tmp_path: Path) -> None:
    summary = play(story, tmp_path / "out", "--landscape")
    assert summary["as_told"]
    with Image.open(tmp_path / "out" / summary["steps"][0]["picture"]) as picture:
        assert picture.size == (1920, 1080)


def test_an_unknown_story_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "demo", "--autoplay", "nonsense"]
    ended = subprocess.run(
        command, cwd=tmp_path, env=HEADLESS, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "first-journey" in ended.stderr


def test_by_hand_a_display_is_needed_and_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "demo"]
    ended = subprocess.run(
        command, cwd=tmp_path, env=HEADLESS, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "--autoplay" in ended.stderr
