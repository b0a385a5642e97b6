"""The door into the screens: nothing of Kivy is imported before the window is prepared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from screens import window
from screens.bridge import Controller
from screens.theme.tokens import DIAGONAL

if TYPE_CHECKING:
    from screens.kiosk_app import KioskApp

ExceptionPolicy = Callable[[Exception], bool]
"""Told of an exception in Kivy's loop; True: go on, False: let it end the loop."""


def _local_time() -> datetime:
    return datetime.now().astimezone()


def build_app(
    controller: Controller,
    *,
    size: tuple[int, int] = (1080, 1920),
    fullscreen: bool = False,
    headless: bool = False,
    at: tuple[int, int] | None = None,
    diagonal: float = DIAGONAL,
    wall_clock: Callable[[], datetime] = _local_time,
    drawn: Callable[[], None] = lambda: None,
    fed: Callable[[], None] = lambda: None,
) -> KioskApp:
    """The application, window prepared and hardened, not yet running (for the pilot).

    `drawn` is called once, when the first picture is on the glass; `fed` at each turn.
    """
    window.prepare(size=size, fullscreen=fullscreen, headless=headless, at=at)
    from screens.kiosk_app import KioskApp

    window.harden(fullscreen=fullscreen)
    return KioskApp(controller, wall_clock=wall_clock, diagonal=diagonal, drawn=drawn, fed=fed)


def run_app(
    controller: Controller,
    *,
    size: tuple[int, int] = (1080, 1920),
    fullscreen: bool = False,
    headless: bool = False,
    at: tuple[int, int] | None = None,
    diagonal: float = DIAGONAL,
    wall_clock: Callable[[], datetime] = _local_time,
    drawn: Callable[[], None] = lambda: None,
    fed: Callable[[], None] = lambda: None,
    policy: ExceptionPolicy | None = None,
) -> None:
    """Runs until `App.stop`. `policy` decides about exceptions on the drawing thread."""
    app = build_app(
        controller,
        size=size,
        fullscreen=fullscreen,
        headless=headless,
        at=at,
        diagonal=diagonal,
        wall_clock=wall_clock,
        drawn=drawn,
        fed=fed,
    )
    if policy is not None:
        _install(policy, app)
    app.run()


def stop_app() -> None:
    """Ends `run_app` from a signal handler; nothing happens when no window is open."""
    from kivy.app import App

    running = App.get_running_app()
    if running is not None:
        running.stop()


def _install(policy: ExceptionPolicy, app: KioskApp) -> None:
    from kivy.base import ExceptionHandler, ExceptionManager

    class Policy(ExceptionHandler):
        def handle_exception(self, inst: Exception) -> int:
            if not policy(inst):
                return ExceptionManager.RAISE
            app.keep_turning()
            return ExceptionManager.PASS

    ExceptionManager.add_handler(Policy())
