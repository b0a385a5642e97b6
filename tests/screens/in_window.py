"""Runs a piece of test code in a process of its own, where it may open the one window of Kivy."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(module: str, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """`python -m module arguments` without a display; `home` is Kivy's folder."""
    environment = {
        **os.environ,
        "KIVY_HOME": str(home),
        "SDL_VIDEODRIVER": "offscreen",
        "KIVY_WINDOW": "sdl2",
        "KIVY_NO_ARGS": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
