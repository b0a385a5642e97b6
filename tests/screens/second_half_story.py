"""Played in its own process by test_second_half: prints one JSON document of what was seen."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from kiosk.journey import events
from kiosk.journey.views import AskQuestion, CameraStage, Modes, TakePages
from kiosk.texts import Texts
from screens import gallery
from screens.app import build_app


class Camera:
    """A preview that can be held."""

    def __init__(self) -> None:
        self.flowing = True

    def take(self) -> gallery.SyntheticFrame | None:
        if not self.flowing:
            return None
        return gallery.SyntheticFrame(pixels=np.full((90, 160, 4), 255, np.uint8))


class Answering(gallery.StillController):
    """Gives answers and pages back in its view, as the journey does."""

    def __init__(self, texts: Texts, view: Any) -> None:
        super().__init__(texts, view)
        self.camera = Camera()

    def preview(self, role: str) -> Camera:
        return self.camera

    def say(self, event: events.Said) -> None:
        super().say(event)
        body = self.view.body
        if isinstance(event, events.AnswerGiven) and isinstance(body, AskQuestion):
            self.view = replace(self.view, body=replace(body, value=event.value))
        if isinstance(event, events.Signed):
            self.view = replace(self.view, body=replace(body, signed=bool(event.png)))


def said_by(controller: Answering) -> list[Any]:
    kept = [event for event in controller.said if not isinstance(event, events.Touched)]
    controller.said.clear()
    return kept


def play(out: Path) -> dict[str, object]:
    texts = Texts.load(gallery.TEXTS)
    modes = Modes()
    controller = Answering(texts, gallery.view_of(gallery._blank(), modes))
    app = build_app(controller, size=(1080, 1920), headless=True, wall_clock=lambda: gallery.NOON)
    from screens.citizen import question, rate, receipt, review, sign, take_pages, trouble
    from screens.pilot import Pilot

    seen: dict[str, object] = {}
    with Pilot(app) as pilot:

        def show(body: Any, **kw: Any) -> None:
            controller.view = gallery.view_of(body, Modes(**kw))
            pilot.settle()
            controller.said.clear()

        def type_keys(keys: Sequence[str]) -> list[str]:
            for key in keys:
                pilot.tap(f"key:{key}")
            return [event.value for event in said_by(controller)]

        # the question
        show(question.PREVIEWS["choice"])
        pilot.tap("choice:spouse")
        seen["choice"] = [(e.question, e.value) for e in said_by(controller)]
        show(question.PREVIEWS["phone"])
        seen["phone"] = type_keys("13800001111")[-1]
        seen["twelfth_digit"] = type_keys("2")
        seen["phone_shown"] = pilot.says("138 0000 1111")
        seen["backspace"] = type_keys(["backspace"])
        seen["clear"] = type_keys(["clear"])
        x, y = pilot.find("key:7").center
        pilot.touch([(x, y)])
        pilot.touch([(x, y)])
        seen["fast_keys"] = [event.value for event in said_by(controller)]
        show(replace(question.PREVIEWS["date"], value=""))
        seen["date"] = type_keys("197857")
        pilot.tap("date:month")
        seen["month_again"] = type_keys("12")[-1]

        # the camera
        show(take_pages.PREVIEWS["live"])
        seen["live"] = pilot.sees("capture") and not pilot.says(texts.say("take_pages.starting"))
        pilot.shot(out / "live.png")
        pilot.tap("capture")
        pilot.tap("page-remove:1")
        seen["camera"] = [repr(event) for event in said_by(controller)]
        controller.camera.flowing = False
        pilot.wait(0.8)
        seen["held_short"] = pilot.sees("capture")
        pilot.wait(1.0)
        seen["held_long"] = pilot.says(texts.say("take_pages.starting"))
        seen["nothing_to_take"] = not pilot.sees("capture")
        pilot.shot(out / "stale.png")
        controller.camera.flowing = True
        pilot.wait(0.4)
        seen["back_again"] = pilot.sees("capture")
        show(take_pages.PREVIEWS["preview"])
        pilot.tap("keep")
        pilot.tap("retake")
        seen["judged"] = [repr(event) for event in said_by(controller)]
        body = take_pages.PREVIEWS["live"]
        assert isinstance(body, TakePages)
        show(replace(body, stage=CameraStage.CAPTURING))
        seen["while_capturing"] = not pilot.sees("capture")

        # check and sign
        show(review.PREVIEWS["usual"])
        pilot.tap("change:form:phone")
        seen["change"] = [repr(event) for event in said_by(controller)]
        show(sign.PREVIEWS["empty"])
        pilot.draw("sign-pad", [[(0.2, 0.3), (0.4, 0.5), (0.6, 0.3)], [(0.5, 0.7)]])
        pngs = [event.png for event in said_by(controller)]
        seen["signed"] = [Image.open(BytesIO(png)).size[1] for png in pngs]
        (out / "signature.png").write_bytes(pngs[-1])
        pad = pilot.find("sign-pad")
        controller.view = replace(controller.view, modes=Modes(large=True, contrast=True))
        pilot.settle()
        again = pilot.find("sign-pad")
        seen["strokes_outlive_the_look"] = again is not pad and len(again.strokes) == 2
        pilot.shot(out / "signed.png")
        pilot.tap("sign-clear")
        seen["wiped"] = [event.png for event in said_by(controller)] == [b""]
        seen["pad_empty"] = again.strokes == []
        pilot.draw("sign-pad", [[(0.2, 0.3), (0.4, 0.5)]])
        controller.view = gallery.view_of(gallery._blank(), Modes())
        pilot.settle()
        seen["hand_forgotten"] = app._bridge.hand == {}

        # the end
        show(receipt.PREVIEWS["stored"])
        seen["number"] = pilot.says("HM-261122-7K4D-92FK")
        pilot.shot(out / "receipt.png")
        show(rate.PREVIEWS["none"])
        pilot.tap("star:5")
        show(rate.PREVIEWS["bad"])
        pilot.tap("star:1")
        pilot.tap("reason:slow")
        seen["rated"] = [repr(event) for event in said_by(controller)]
        show(trouble.PREVIEWS["paper"])
        pilot.tap("action:print_again")
        seen["action"] = [repr(event) for event in said_by(controller)]
    return seen


if __name__ == "__main__":
    sys.stdout.write(json.dumps(play(Path(sys.argv[1]))) + "\n")
