"""`kiosk run`: the terminal itself, until it is told to stop."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path
from types import FrameType

from kiosk.cli.output import say_error
from kiosk.cli.vigil import Vigil, tell_systemd
from kiosk.installation import demand_unmixed
from kiosk.settings.load import load
from kiosk.settings.schema import Settings
from kiosk.wiring import Terminal, build


def run_terminal(folder: Path) -> None:
    """Raises `KioskError` when it cannot start."""
    demand_unmixed()
    settings = load(folder).settings
    terminal = build(settings, now=time.monotonic())
    show(terminal, settings)


def show(terminal: Terminal, settings: Settings, *, at: tuple[int, int] | None = None) -> None:
    """Opens the window and runs until SIGTERM, SIGINT or the window's own end."""
    from screens.app import run_app, stop_app

    asked = threading.Event()

    def stop(_: int, __: FrameType | None) -> None:
        asked.set()
        stop_app()

    vigil = Vigil(terminal)

    def turned() -> None:
        vigil.turn()
        if asked.is_set():  # while the window was still being made nobody heard it
            stop_app()

    def drawn() -> None:
        """Devices and senders wait for the first picture, which would only come later by them."""
        terminal.start()
        tell_systemd("READY=1")

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        run_app(
            terminal.controller,
            size=(settings.screen.width, settings.screen.height),
            fullscreen=settings.screen.fullscreen,
            at=at,
            diagonal=settings.screen.diagonal_inches,
            wall_clock=terminal.controller.local_now,
            policy=vigil.defect,
            drawn=drawn,
            fed=turned,
        )
    finally:
        tell_systemd("STOPPING=1")
        for name in terminal.stop():
            say_error(f"thread {name} would not end")
