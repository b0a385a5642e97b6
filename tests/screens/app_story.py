"""Played in its own process by test_app: the real loop, with a controller that fails once."""

import json
import sys
from pathlib import Path

from kiosk.journey.views import Modes
from kiosk.texts import Texts
from screens import gallery
from screens.app import run_app

SIZE = (540, 960)


class FailsOnce(gallery.StillController):
    """Raises at its fifth turn; ends the loop at its twentieth unless told to run on."""

    def __init__(self, *, endless: bool) -> None:
        view = gallery.view_of(gallery._blank(), Modes())
        super().__init__(Texts.load(gallery.TEXTS), view)
        self.turns = 0
        self._endless = endless

    def turn(self, now: float) -> None:
        self.turns += 1
        if self._endless:
            if self.turns == 3:
                sys.stdout.write("running\n")
                sys.stdout.flush()
            return
        if self.turns == 5:
            raise ValueError("a defect")
        if self.turns == 20:
            from kivy.app import App

            App.get_running_app().stop()


if __name__ == "__main__":
    endless = Path(sys.argv[1]).name == "endless"
    controller = FailsOnce(endless=endless)
    told: list[str] = []
    fed: list[int] = []
    drawn: list[int] = []

    def policy(error: Exception) -> bool:
        told.append(type(error).__name__)
        return True

    run_app(
        controller,
        size=SIZE,
        headless=True,
        policy=policy,
        drawn=lambda: drawn.append(controller.turns),
        fed=lambda: fed.append(controller.turns),
    )
    sys.stdout.write(
        json.dumps({"turns": controller.turns, "told": told, "fed": fed, "drawn": drawn}) + "\n"
    )
