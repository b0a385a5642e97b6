"""Played in its own process by test_pilot: prints one JSON document of what was seen."""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from kiosk.journey import events
from kiosk.journey.views import Modes, Overlay, OverlayKind
from kiosk.texts import Texts
from screens import gallery
from screens.app import build_app

MODES = Modes()


def play(out: Path) -> dict[str, object]:
    controller = gallery.StillController(
        Texts.load(gallery.TEXTS), gallery.view_of(gallery._blank(), MODES)
    )
    app = build_app(controller, size=(1080, 1920), headless=True, wall_clock=lambda: gallery.NOON)
    from screens.citizen.choose_item import PREVIEWS as ITEMS
    from screens.citizen.consent import PREVIEWS as CONSENT
    from screens.citizen.identify import PREVIEWS as IDENTIFY
    from screens.citizen.rest import PREVIEWS as REST
    from screens.pilot import NotOnGlass, Pilot

    seen: dict[str, object] = {}

    def said() -> list[str]:
        names = [repr(event) for event in controller.said if not isinstance(event, events.Touched)]
        controller.said.clear()
        return names

    with Pilot(app) as pilot:
        controller.view = gallery.view_of(REST["standard"], MODES)
        pilot.settle()
        pilot.tap("start:apply")
        seen["touched"] = any(isinstance(event, events.Touched) for event in controller.said)
        seen["start"] = said()
        pilot.shot(out / "rest.png")

        controller.view = gallery.view_of(ITEMS["all"], MODES)
        pilot.settle()
        seen["first_page"] = pilot.sees("item:DEMO-001") and not pilot.sees("item:DEMO-010")
        pilot.tap("page:next")
        seen["second_page"] = pilot.sees("item:DEMO-010") and not pilot.sees("item:DEMO-001")
        pilot.tap("item:DEMO-010")
        seen["item"] = said()

        controller.view = gallery.view_of(CONSENT["asking"], MODES)
        pilot.settle()
        x, y = pilot.find("agree").center
        pilot.touch([(x, y)])
        pilot.touch([(x, y)])  # the second tap of a double tap
        seen["double_tap"] = said()
        pilot.touch([(x, y), (x, y + 600)])  # slides off: not meant
        seen["slid_off"] = said()
        controller.view = gallery.view_of(CONSENT["agreed"], MODES)
        pilot.settle()
        seen["agreed"] = pilot.says("您已同意")

        view = gallery.view_of(IDENTIFY["waiting"], MODES)
        controller.view = replace(view, foot=replace(view.foot, next_enabled=False))
        pilot.settle()
        try:
            pilot.tap("next")
            seen["disabled"] = "pressed"
        except NotOnGlass:
            seen["disabled"] = "not pressed"
        pilot.tap("help")
        seen["help"] = said()

        controller.view = replace(
            controller.view, overlay=Overlay(kind=OverlayKind.IDLE, seconds_left=20)
        )
        pilot.settle()
        seen["covered"] = not pilot.sees("help")
        pilot.tap("stay")
        seen["stay"] = said()
        pilot.shot(out / "idle.png")

        controller.view = gallery.view_of(REST["standard"], MODES)
        pilot.settle()
        app.frame.show(controller.view)
        controller.view = gallery.view_of(CONSENT["asking"], MODES)
        pilot.step()  # the screen has only just appeared
        pilot.touch([(x, y)])
        seen["too_early"] = said()
    return seen


if __name__ == "__main__":
    started = time.perf_counter()
    story = play(Path(sys.argv[1]))
    story["seconds"] = time.perf_counter() - started
    sys.stdout.write(json.dumps(story) + "\n")
