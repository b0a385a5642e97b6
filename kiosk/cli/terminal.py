"""`kiosk run`: the terminal itself, until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
import time
import traceback
from pathlib import Path
from types import FrameType

from kiosk.cli.output import say_error
from kiosk.faults import Fault, FaultCode
from kiosk.installation import demand_unmixed
from kiosk.journey.controller import Controller
from kiosk.settings.load import load
from kiosk.settings.schema import Settings
from kiosk.wiring import Terminal, build

log = logging.getLogger("kiosk")


class DefectPolicy:
    """What to do about an exception on the drawing thread: wipe the visit and go on; after the
    third within ten minutes go out of service, where an attendant is asked for."""

    MOST = 3
    WITHIN = 600.0  # seconds

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._at: list[float] = []

    def __call__(self, problem: Exception) -> bool:
        now = time.monotonic()
        self._at = [at for at in self._at if now - at < self.WITHIN] + [now]
        last = traceback.extract_tb(problem.__traceback__)[-1]
        # the type and the place, never the message: it may quote what was on the glass
        log.error("defect: %s in %s:%s", type(problem).__name__, last.name, last.lineno)
        self._controller.abandon(now)
        if len(self._at) >= self.MOST:
            self._controller.put_out_of_service(Fault(code=FaultCode.DEFECT, about="screens"))
        return True


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

    def stop_late() -> None:
        """Who asked while the window was still being made was heard by nobody."""
        if asked.is_set():
            stop_app()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    terminal.start()
    try:
        run_app(
            terminal.controller,
            size=(settings.screen.width, settings.screen.height),
            fullscreen=settings.screen.fullscreen,
            at=at,
            diagonal=settings.screen.diagonal_inches,
            wall_clock=terminal.controller.local_now,
            policy=DefectPolicy(terminal.controller),
            fed=stop_late,
        )
    finally:
        for name in terminal.stop():
            say_error(f"thread {name} would not end")
