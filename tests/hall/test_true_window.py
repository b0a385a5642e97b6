"""One visit to the true input path: an X server, SDL's own events, a real pointer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.paths import PROJECT
from tests.waiting import eventually

SIZE = "1080x1920x24"


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of its own, on a number that it chooses."""
    assert shutil.which("Xvfb"), "the package xvfb is installed by make setup"
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as said:
        number = said.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.mark.timeout(120)
def test_a_finger_on_the_true_glass_begins_a_visit(display: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": display}
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.hall.window_process", str(tmp_path)],
        cwd=PROJECT,
        env=environment,
        stderr=(tmp_path / "stderr").open("w"),
    )
    seen = tmp_path / "seen.json"
    try:
        eventually(seen.exists, within=40, what=(tmp_path / "stderr").read_text())
        place = json.loads(seen.read_text())
        assert place["screen"] == "rest"
        pointer = ["xdotool", "mousemove", str(place["x"]), str(place["y"]), "sleep", "0.5"]
        subprocess.run([*pointer, "click", "1"], env=environment, check=True)
        eventually(
            lambda: json.loads(seen.read_text())["screen"] == "choose_region",
            within=20,
            what="the touch to arrive",
        )
        program.terminate()  # SIGTERM ends it in order
        assert program.wait(10) == 0
    finally:
        program.kill()
        program.wait(10)
