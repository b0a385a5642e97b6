"""Plays a story on the real terminal by synthetic touches, and leaves pictures and a summary.

The pilot's clock is virtual, the devices' is not: a player waits for them in real time, frame by
frame, as the window would.
"""

from __future__ import annotations

import json
import math
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from kiosk.cli.demo import Stage
from kiosk.cli.output import say_error
from kiosk.journey.views import Body
from kiosk.wiring import Terminal, build

if TYPE_CHECKING:
    from screens.pilot import Pilot

Stroke = Sequence[tuple[float, float]]
PATIENCE = 25.0  # real seconds for anything a device or the platform does
FRAME = 0.01  # real seconds between frames while waiting
SUMMARY = "summary.json"
OURS = re.compile(r"\d\d+-[\w-]+\.png|receipt(-\d+)?\.png")
"""Names of the pictures that a play leaves."""


class StoryFailed(AssertionError):
    """The glass did not show what the story tells."""


@dataclass(slots=True)
class Scene:
    """One screen as it was met: `seconds` until the next one."""

    screen: str
    picture: str
    taps: int
    seconds: float
    met_at: float

    def told(self) -> dict[str, object]:
        return {
            "screen": self.screen,
            "picture": self.picture,
            "taps": self.taps,
            "seconds": round(self.seconds, 2),
        }


class Player:
    """What a story can do: look, touch, and move the levers of the hall."""

    def __init__(self, pilot: Pilot, terminal: Terminal, on: Stage, out: Path) -> None:
        self._pilot = pilot
        self._terminal = terminal
        self._on = on
        self._out = out
        self._scenes: list[Scene] = []
        self.facts: dict[str, Any] = {}

    @property
    def hall(self):
        return self._on.hall

    @property
    def sandbox(self):
        return self._on.sandbox

    @property
    def terminal(self) -> Terminal:
        return self._terminal

    @property
    def body(self) -> Body:
        return self._terminal.controller.view.body

    @property
    def scenes(self) -> list[Scene]:
        return self._scenes

    # --- looking --------------------------------------------------------------------------------

    def until(self, so: Callable[[], object], what: str, within: float = PATIENCE) -> None:
        """Lets the terminal live until something is so; real devices take real time."""
        deadline = time.monotonic() + within
        while not so():
            if time.monotonic() > deadline:
                raise StoryFailed(f"not within {within} s: {what}; seeing {self.body.name}")
            self._pilot.step()
            time.sleep(FRAME)

    def sees(self, screen: str, note: str = "", within: float = PATIENCE) -> None:
        """Waits for a screen and takes its picture."""
        self.until(lambda: self.body.name == screen, f"to see {screen}", within)
        self.look(note)

    def look(self, note: str = "") -> None:
        """A picture of the glass as it is."""
        self._pilot.settle()
        now = time.monotonic()
        if self._scenes:
            self._scenes[-1].seconds = now - self._scenes[-1].met_at
        screen = self.body.name
        name = "-".join(word for word in (f"{len(self._scenes) + 1:02d}", screen, note) if word)
        self._pilot.shot(self._out / f"{name}.png")
        self._scenes.append(Scene(screen, f"{name}.png", 0, 0.0, now))

    # --- touching -------------------------------------------------------------------------------

    def tap(self, test_id: str) -> None:
        self._pilot.tap(test_id)
        if self._scenes:
            self._scenes[-1].taps += 1

    def can_tap(self, test_id: str) -> bool:
        return self._pilot.sees(test_id)

    def tap_on_pages(self, test_id: str, turn: str = "page:next", most: int = 12) -> None:
        """Turns the pages of a list until the target is there."""
        for _ in range(most):
            if self._pilot.sees(test_id):
                break
            self.tap(turn)
        self.tap(test_id)

    def sign(self, test_id: str = "sign-pad") -> None:
        self._pilot.draw(test_id, signature())
        if self._scenes:
            self._scenes[-1].taps += 1

    def platform_fault(self, fault: str, path: str, count: int = 1) -> None:
        """Turns a fault knob of the sandbox; `path` is matched against "METHOD /path"."""
        knob = {"fault": fault, "path": path, "count": count}
        requests.put(f"{self.sandbox.url}/sandbox/faults", json=knob, timeout=5).raise_for_status()

    def cases(self) -> list[dict[str, Any]]:
        """What the platform has, masked."""
        answer = requests.get(f"{self.sandbox.url}/sandbox/cases", timeout=5)
        return answer.json()["cases"]

    def pass_time(self, seconds: float) -> None:
        """Nobody does anything for so long, by the terminal's clock."""
        self._pilot.wait(seconds, step=min(0.5, seconds / 4))


def signature() -> list[Stroke]:
    """Three invented strokes that look like a hand."""

    def wave(x: float, y: float, width: float, height: float) -> Stroke:
        return [
            (x + width * t / 20, y + height * math.sin(t / 3.2) * (0.5 + t / 40)) for t in range(21)
        ]

    return [
        [(0.18, 0.25), (0.24, 0.45), (0.16, 0.75)],
        wave(0.28, 0.5, 0.25, 0.16),
        wave(0.58, 0.48, 0.26, 0.2),
    ]


def play(name: str, on: Stage, out: Path, *, quiet: bool = False) -> dict[str, Any]:
    """Plays story `name`; the summary is also in `out`/summary.json."""
    from kiosk.cli.stories import STORIES
    from screens.app import build_app

    fresh(out)
    started = time.monotonic()
    terminal = build(on.settings, now=started)
    size = (on.settings.screen.width, on.settings.screen.height)
    headless = not os.environ.get("DISPLAY")
    application = build_app(
        terminal.controller,
        size=size,
        headless=headless,
        diagonal=on.settings.screen.diagonal_inches,
        wall_clock=terminal.controller.local_now,
    )
    from screens.pilot import Pilot  # opens Kivy's window: only after it was prepared

    terminal.start()
    problem = ""
    try:
        with Pilot(application) as pilot:
            player = Player(pilot, terminal, on, out)
            try:
                STORIES[name](player)
            except (StoryFailed, LookupError) as failure:
                problem = str(failure)
                player.look("failed")
        summary = _summary(name, player, problem, time.monotonic() - started)
    finally:
        hanging = terminal.stop()
    if hanging and not problem:
        problem = f"threads that would not end: {', '.join(hanging)}"
        summary |= {"as_told": False, "problem": problem}
    _leave_slips(on, out)
    (out / SUMMARY).write_text(
        json.dumps(summary, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8"
    )
    if problem and not quiet:
        say_error(problem)
    return summary


def fresh(out: Path) -> None:
    """Makes the folder; takes away what an earlier play left in it, and nothing else."""
    out.mkdir(parents=True, exist_ok=True)
    if (out / SUMMARY).exists():
        for file in out.glob("*.png"):
            if OURS.fullmatch(file.name):
                file.unlink()
        (out / SUMMARY).unlink()


def _leave_slips(on: Stage, out: Path) -> None:
    for number, slip in enumerate(on.hall.receipt_printer.slips, start=1):
        name = "receipt.png" if number == 1 else f"receipt-{number}.png"
        slip.image.save(out / name)


def _summary(name: str, player: Player, problem: str, seconds: float) -> dict[str, Any]:
    facts = player.facts
    board = player.terminal.outbox.board()
    if player.scenes:
        last = player.scenes[-1]
        last.seconds = time.monotonic() - last.met_at
    return {
        "story": name,
        "as_told": not problem,
        "problem": problem,
        "outcome": facts.get("outcome", "none"),
        "application_id": facts.get("application_id", ""),
        "local_number": facts.get("local_number", ""),
        "platform_number": facts.get("platform_number", ""),
        "print_outcome": facts.get("print_outcome", "none"),
        "outbox": {
            "waiting": board.waiting,
            "counts": {state.value: count for state, count in board.counts.items()},
        },
        "seconds": round(seconds, 2),
        "steps": [scene.told() for scene in player.scenes],
        "platform_case": _case(player, facts.get("platform_number", "")),
    }


def _case(player: Player, number: str) -> dict[str, Any] | None:
    """The platform's own copy, masked by the platform."""
    if not number:
        return None
    answer = requests.get(f"{player.sandbox.url}/sandbox/cases/{number}", timeout=5)
    return answer.json() if answer.ok else None
