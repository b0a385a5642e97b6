"""The real loop: it outlives a defect, feeds its watchdog, and ends when it is told to."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.screens.in_window import ROOT, run


def test_a_defect_is_told_and_the_screens_go_on(tmp_path: Path) -> None:
    done = run("tests.screens.app_story", "once", home=tmp_path)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["told"] == ["ValueError"]
    assert seen["turns"] == 20


def test_the_watchdog_is_fed_by_whole_turns_only(tmp_path: Path) -> None:
    done = run("tests.screens.app_story", "once", home=tmp_path)
    fed = json.loads(done.stdout.splitlines()[-1])["fed"]
    assert 5 not in fed
    assert {4, 6, 19} <= set(fed)


def test_that_the_first_picture_stands_is_told_once(tmp_path: Path) -> None:
    done = run("tests.screens.app_story", "once", home=tmp_path)
    drawn = json.loads(done.stdout.splitlines()[-1])["drawn"]
    assert len(drawn) == 1
    assert drawn[0] <= 2  # turns


def test_a_termination_signal_ends_it_at_once(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.screens.app_story", "endless"],
        cwd=ROOT,
        env={**os.environ, "KIVY_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    with running:
        assert running.stdout.readline() == "running\n"
        running.send_signal(signal.SIGTERM)
        told_at = time.monotonic()
        assert running.wait(timeout=5) == -signal.SIGTERM
        assert time.monotonic() - told_at < 1.0
