"""The control desk (演示控制台): moves the levers of the simulated hall, in a window of its own.

It talks to the simulators' control socket and to the sandbox platform, never to the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens import window

if TYPE_CHECKING:
    from screens.desk.app import DeskApp

SIZE = (720, 1080)


def build_desk(
    control_address: tuple[str, int],
    sandbox_url: str,
    *,
    size: tuple[int, int] = SIZE,
    headless: bool = False,
    at: tuple[int, int] | None = None,
) -> DeskApp:
    """The desk's application, its window prepared, not yet running."""
    window.prepare(size=size, fullscreen=False, headless=headless, at=at)
    from screens.desk.app import DeskApp

    return DeskApp.of(control_address, sandbox_url)


def run_desk(
    control_address: tuple[str, int],
    sandbox_url: str,
    *,
    size: tuple[int, int] = SIZE,
    headless: bool = False,
    at: tuple[int, int] | None = None,
) -> None:
    """Opens the desk and returns when its window is closed. In a process of its own: Kivy has one
    window a process."""
    build_desk(control_address, sandbox_url, size=size, headless=headless, at=at).run()
