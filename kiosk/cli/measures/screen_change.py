"""A change of screen: from the finger's lifting to the finished frame of the next one.

One whole journey, played by the pilot in a process of its own (a window belongs to a process).
The frames are not held to a rate, so the figure is the work that a change costs, all frames of it
rendered to the end (`glFinish`); a display adds its own waiting. The peer is a frame drawn
again as it was, on the same screens: what the graphics alone cost here.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.cli.measures.children import output_of
from kiosk.cli.measures.figures import milliseconds, percentile, spread, timed

if TYPE_CHECKING:
    from kiosk.cli.demo import Stage

WITHIN = 120.0  # seconds
STORY = "first-journey"
MOST_REDRAWN = 30
MOST_FRAMES = 2  # a touch that has not changed the screen by then was not meant to


def screens() -> dict[str, object]:
    """p50 and p95 over a journey's changes of screen, portrait, with the slowest by name."""
    said = output_of(f"import {__name__} as measure; measure.main()", within=WITHIN)
    found = json.loads(said.splitlines()[-1])
    changes = [(str(name), float(seconds)) for name, seconds in found["changes"]]
    redrawn = [float(seconds) for seconds in found["redrawn"]]
    times = [seconds for _, seconds in changes]
    slowest, worst = max(changes, key=lambda change: change[1])
    return {
        "changes": len(changes),
        **spread("change", times, 50, 95),
        "slowest": slowest,
        "slowest_ms": milliseconds(worst),
        **spread("redrawn_frame", redrawn, 50),
        "change_to_redrawn_frame": round(percentile(times, 0.5) / percentile(redrawn, 0.5), 1),
    }


def main() -> None:
    """The child: one JSON line, [screen, seconds] pairs and the seconds of redrawn frames."""
    from kiosk.cli.demo import stage

    with tempfile.TemporaryDirectory(prefix="tongban-bench-") as folder, stage(Path(folder)) as on:
        found = _journey(on, Path(folder))
    sys.stdout.write(json.dumps(found) + "\n")


def _journey(on: Stage, out: Path) -> dict[str, object]:
    from kiosk.cli.autoplay import Player
    from kiosk.cli.stories import STORIES
    from kiosk.wiring import build
    from screens.app import build_app

    terminal = build(on.settings, now=time.monotonic())
    size = (on.settings.screen.width, on.settings.screen.height)
    application = build_app(terminal.controller, size=size, headless=True)
    from screens.pilot import STEP, Pilot, PilotTouch  # only now: it imports the window
    from screens.theme import tokens

    changes: list[tuple[str, float]] = []
    redrawn: list[float] = []

    def on_glass() -> str:
        screen = application.frame.screen if application.frame is not None else None
        return type(screen).__name__

    class Stopwatch(Pilot):
        """Takes the time from the finger's lifting until there is another screen."""

        def _send(self, phase: str, touch: PilotTouch) -> None:
            before, started = on_glass(), time.perf_counter()
            super()._send(phase, touch)
            if phase != "end":
                return
            for _ in range(MOST_FRAMES):
                if on_glass() != before:
                    changes.append((on_glass(), time.perf_counter() - started))
                    return
                self.step()

        def settle(self, frames: int = 1) -> None:
            self.step(tokens.SECOND_TAP + 2 * STEP)
            for _ in range(frames):
                self.step()
            drawing: Any = application.frame
            if drawing is not None and len(redrawn) < MOST_REDRAWN:
                drawing.canvas.ask_update()  # an unchanged frame is not even drawn
                redrawn.append(timed(self.step))

    class Passenger(Player):
        """Looks without taking pictures."""

        def look(self, note: str = "") -> None:
            pilot.settle()

    terminal.start()
    try:
        with Stopwatch(application) as pilot:
            STORIES[STORY](Passenger(pilot, terminal, on, out))
    finally:
        terminal.stop()
    return {"changes": changes, "redrawn": redrawn}
