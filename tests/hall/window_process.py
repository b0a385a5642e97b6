"""The terminal in its true window, telling the test where the first choice lies on the glass."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

from kiosk.cli.demo import stage
from kiosk.wiring import build


def main(folder: Path) -> None:
    from screens.app import build_app, stop_app

    signal.signal(signal.SIGTERM, lambda *_: stop_app())
    with stage(folder / "stage") as on:
        terminal = build(on.settings, now=time.monotonic())
        application = build_app(terminal.controller)

        def tell() -> None:
            body = terminal.controller.view.body
            target = _find(application, "start:apply")
            if body.name == "rest" and target is None:
                return
            x, y = target or (0, 0)
            said = {"screen": body.name, "x": x, "y": y}
            part = folder / "seen.part"
            part.write_text(json.dumps(said))
            part.replace(folder / "seen.json")

        from kivy.clock import Clock

        Clock.schedule_interval(lambda _: tell(), 0.2)
        terminal.start()
        try:
            application.run()
        finally:
            terminal.stop()


def _find(application, test_id: str) -> tuple[int, int] | None:
    from kivy.core.window import Window

    if application.frame is None:
        return None
    for widget in application.frame.walk():
        if getattr(widget, "test_id", None) == test_id:
            return int(widget.center_x), int(Window.height - widget.center_y)
    return None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
