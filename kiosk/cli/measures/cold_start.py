"""Cold start: from the start of the process to the first finished frame.

The peer is a Kivy window with one label, opened by the same settings in the same run. Both are
programs handed to a fresh interpreter: the core itself never imports Kivy.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import msgspec

from kiosk.cli.measures.children import output_of

RUNS = 3
WITHIN = 60.0  # seconds, for one start

BARE = """
from screens import window
window.prepare(size=({width}, {height}), fullscreen=False, headless=True)
from kivy.base import runTouchApp
from kivy.uix.label import Label

def run():
    runTouchApp(Label(text="hello"))

def shown():
    return True
"""

TERMINAL = """
import sys, time
from pathlib import Path
import msgspec
from kiosk.settings.schema import Settings
from kiosk.wiring import build
from screens.app import build_app

settings = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Settings)
terminal = build(settings, now=time.monotonic())
app = build_app(
    terminal.controller, size=({width}, {height}), headless=True, drawn=terminal.start
)
run = app.run

def shown():
    return app.frame is not None and app.frame.screen is not None
"""

TO_FIRST_FRAME = """
import os, time
from kivy.core.window import Window
from kivy.graphics.opengl import glFinish

def drawn(*_):
    if shown():
        glFinish()
        os.write(1, f"{time.monotonic()}\\n".encode())
        os._exit(0)

Window.bind(on_flip=drawn)
run()
"""


def start() -> dict[str, object]:
    """The terminal with all its devices, which open after, and the bare window, in turn.

    One start of each is not counted: it leaves the bytecode that an installed terminal has.
    """
    from kiosk.cli.demo import PORTRAIT, stage

    width, height = PORTRAIT
    programs = [
        program.format(width=width, height=height) + TO_FIRST_FRAME for program in (BARE, TERMINAL)
    ]
    with tempfile.TemporaryDirectory(prefix="tongban-bench-") as folder, stage(Path(folder)) as on:
        settings = Path(folder) / "settings.json"
        settings.write_bytes(msgspec.json.encode(on.settings))
        _, *pairs = [
            [_seconds(program, str(settings)) for program in programs] for _ in range(RUNS + 1)
        ]
    bare, terminal = (statistics.median(times) for times in zip(*pairs, strict=True))
    return {
        "terminal_s": round(terminal, 2),
        "bare_window_s": round(bare, 2),
        "terminal_to_bare": round(terminal / bare, 2),
        "runs": RUNS,
    }


def _seconds(program: str, word: str) -> float:
    """The monotonic clock is the machine's: what the child reads can be held against ours."""
    started = time.monotonic()
    return float(output_of(program, word, within=WITHIN)) - started
