"""Played in its own process by test_caches: prints one JSON document of what was seen."""

import gc
import json
import sys
from dataclasses import replace
from itertools import product

from kiosk.journey.views import Modes
from kiosk.texts import Texts
from screens import gallery
from screens.app import build_app

NAME = "张示范"


def play() -> dict[str, object]:
    texts = Texts.load(gallery.TEXTS)
    controller = gallery.StillController(texts, gallery.view_of(gallery._blank(), Modes()))
    app = build_app(controller, size=(1080, 1920), headless=True, wall_clock=lambda: gallery.NOON)
    from screens.bridge import Bridge
    from screens.citizen.choose_item import PREVIEWS as ITEMS
    from screens.citizen.choose_item import ChooseItemScreen
    from screens.citizen.identify import PREVIEWS as IDENTIFY
    from screens.citizen.rest import PREVIEWS as REST
    from screens.pilot import Pilot, PilotTouch
    from screens.theme import tokens, typeset
    from screens.theme.look import Look
    from screens.widgets.pager import Later, Pager
    from screens.widgets.words import Words

    seen: dict[str, object] = {}
    body = ITEMS["all"]

    def shown(pilot: Pilot, body: object, **modes: object) -> bytes:
        controller.view = gallery.view_of(body, Modes(**modes))
        pilot.settle()
        return pilot.picture().tobytes()

    def ground(picture: bytes) -> list[int]:
        at = 3 * (1080 * 1400 + 4)  # at the left edge, beside the list
        return list(picture[at : at + 3])

    def wrong_heights() -> list[str]:
        wrong: list[str] = []
        for language, large, size in product(
            ("zh_CN", "en"), (False, True), (tokens.PORTRAIT, tokens.LANDSCAPE)
        ):
            controller.view = gallery.view_of(body, Modes(language=language, large=large))
            look = Look(width=size[0], height=size[1], language=language, large=large)
            screen = ChooseItemScreen(look, Bridge(controller))
            screen.place(0, 0, size[0] - 96, size[1] - 500)
            screen.build(body)
            for item, later in zip(body.items, screen._rows(body.items), strict=True):
                for width in (size[0] - 96, 500):
                    if later.height(width) != later.make().natural_height(width):
                        wrong.append(f"{language} {large} {size} {item.code} at {width}")
        return wrong

    with Pilot(app) as pilot:
        first = shown(pilot, body)
        seen["english"] = shown(pilot, body, language="en") != first and not pilot.says("上一页")
        contrast = shown(pilot, body, contrast=True)
        seen["grounds"] = [ground(first), ground(contrast)]
        seen["as_before"] = shown(pilot, body) == first

        renamed = tuple(replace(item, name=f"{item.name}（新）") for item in body.items)
        shown(pilot, replace(body, items=renamed))
        seen["renamed"] = pilot.says("夫妻投靠户口迁移（新）")
        shown(pilot, replace(body, items=body.items[:1]))
        seen["shortened"] = pilot.sees("item:DEMO-001") and not pilot.sees("item:DEMO-002")
        seen["no_pages_left"] = not pilot.sees("page:next")

        still = shown(pilot, body)
        x, y = pilot.find("item:DEMO-001").center
        touch = PilotTouch("pilot", 9001, (x / 1080, y / 1920))
        pilot._send("begin", touch)
        seen["veiled"] = pilot.picture().tobytes() != still
        touch.move((x / 1080, (y + 900) / 1920))
        pilot._send("update", touch)
        seen["unveiled_outside"] = pilot.picture().tobytes() == still
        pilot._send("end", touch)
        seen["unveiled"] = pilot.picture().tobytes() == still

        long = Pager(
            app.frame.look,
            Bridge(controller),
            [Later(make=lambda: made.append(1) or Words(app.frame.look, "x"), height=lambda _: 100)]
            * 40,
        )
        made: list[int] = []
        long.place(0, 0, 900, 1000)
        seen["made"] = len(made)
        seen["wrong_heights"] = wrong_heights()

        shown(pilot, IDENTIFY["read"])
        seen["named"] = any(NAME[0] in text.text for text in pilot.texts_on_glass())
        marked = replace(body, region=NAME)
        shown(pilot, marked)
        seen["there"] = _held(NAME, Words)
        del marked
        controller.view = gallery.view_of(REST["standard"], Modes())
        pilot.settle()
        pilot.wait(1.0)
        seen["left"] = _held(NAME, Words)
        seen["measures_left"] = any(NAME in str(key) for key in typeset._kept._textures)
    return seen


def _held(words: str, kind: type) -> int:
    alive = (each for each in gc.get_objects() if issubclass(type(each), kind))  # no weak proxies
    return sum(1 for each in alive if words in each.text)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(play()) + "\n")
