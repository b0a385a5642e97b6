"""Opening the one window: Kivy's settings before Kivy is imported, and the doors that stay shut.

Measured reasons: default multisampling costs 60 MB and half the frame rate on software GL; two
input paths deliver every tap twice; without SDL_NO_SIGNAL_HANDLERS a `kill` is swallowed.
"""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from typing import Any


def prepare(
    *,
    size: tuple[int, int],
    fullscreen: bool,
    headless: bool,
    at: tuple[int, int] | None = None,
) -> None:
    """Must run before anything imports Kivy's window. `headless`: SDL's offscreen driver, no X.

    `at`: left and top of the window; None leaves it to the window manager.
    """
    home = Path(tempfile.gettempdir()) / f"tongban-kivy-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    settings = {
        "KIVY_HOME": str(home),
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_CONFIG": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_WINDOW": "sdl2",
        "KIVY_TEXT": "sdl2",
        "KCFG_KIVY_LOG_LEVEL": "warning",
        "SDL_NO_SIGNAL_HANDLERS": "1",
    }
    if headless:
        settings["SDL_VIDEODRIVER"] = "offscreen"
        settings["SDL_AUDIODRIVER"] = "dummy"
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    _configure(size, fullscreen, at)


def _configure(size: tuple[int, int], fullscreen: bool, at: tuple[int, int] | None) -> None:
    logging.getLogger("kivy").setLevel(logging.WARNING)
    from kivy.config import Config

    for section, name, value in (
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "log_level", "warning"),
        ("kivy", "desktop", "0"),
        ("graphics", "width", str(size[0])),
        ("graphics", "height", str(size[1])),
        ("graphics", "multisamples", "0"),
        ("graphics", "maxfps", "50"),
        ("graphics", "resizable", "0"),
        ("graphics", "borderless", "1" if fullscreen else "0"),
        ("graphics", "fullscreen", "auto" if fullscreen else "0"),
    ):
        Config.set(section, name, value)
    if at is not None:
        Config.set("graphics", "position", "custom")
        Config.set("graphics", "left", str(at[0]))
        Config.set("graphics", "top", str(at[1]))
    for name, _ in Config.items("input"):
        Config.remove_option("input", name)
    Config.set("input", "mouse", "mouse,disable_multitouch")


def harden(*, fullscreen: bool) -> Any:
    """Shuts keyboard, window manager and cursor out. Returns the window."""
    from kivy.core.window import Window

    Window.bind(on_keyboard=lambda *_: True, on_request_close=lambda *_, **__: True)
    if fullscreen:
        Window.show_cursor = False
    return Window
