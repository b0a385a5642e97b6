"""A citizen without a screen: says what a hand would say, sees what the view shows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from drivers.simulators.hall import Hall
from kiosk.journey import events, views
from kiosk.wiring import Terminal

B = TypeVar("B")
SIGNATURE = b"\x89PNG\r\n\x1a\n-signed-on-glass"
PHONE = "13800000000"


class Visitor:
    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._pause = threading.Event()

    @property
    def view(self) -> views.View:
        return self.terminal.controller.view

    def say(self, *said: events.Said) -> None:
        for event in said:
            self.terminal.controller.say(event)

    def until(self, predicate: Callable[[], object], within: float = 15.0, what: str = "") -> None:
        """Turns the terminal, as its window would, until something is so."""
        deadline = time.monotonic() + within
        while True:
            self.terminal.controller.turn(time.monotonic())
            if predicate():
                return
            assert time.monotonic() < deadline, f"not within {within} s: {what}; {self.describe()}"
            self._pause.wait(0.01)

    def sees(self, kind: type[B], within: float = 15.0) -> B:
        self.until(lambda: isinstance(self.view.body, kind), within, f"to see {kind.__name__}")
        body = self.view.body
        assert isinstance(body, kind)
        return body

    def describe(self) -> str:
        body = self.view.body
        code = body.code if isinstance(body, views.Trouble) else ""
        return f"seeing {body.name} {code} {getattr(body, 'stage', '')}"

    # --- the way to each screen ---------------------------------------------------------------

    def ready(self) -> None:
        """All devices were opened."""
        self.until(
            lambda: all(health.usable for health in self.terminal.devices.board().values()),
            what=f"devices ready: {self.terminal.devices.board()}",
        )

    def lifts_card(self, hall: Hall) -> None:
        """Takes the card away, and gives the reader the time to see that its field is empty."""
        hall.id_reader.remove()
        before = int(str(hall.id_reader.state()["commands"]))
        self.until(
            lambda: int(str(hall.id_reader.state()["commands"])) >= before + 8,
            what="the reader to be looked at",
        )

    def to_identify(self, item: str, place: str = "360400") -> None:
        self.say(
            events.StartPressed("apply"),
            events.RegionChosen(place[:2] + "0000"),
            events.RegionChosen(place),
            events.ItemChosen(item),
        )
        verdict = self.sees(views.ShowVerdict)
        assert verdict.tone is views.Tone.GOOD, verdict
        self.say(events.NextPressed(), events.ConsentToggled(), events.NextPressed())
        self.sees(views.Identify)

    def identifies(self) -> None:
        """The card lies there: wait until it is read, go on."""
        self.until(
            lambda: (
                isinstance(self.view.body, views.Identify)
                and self.view.body.stage is views.CardStage.READ
            ),
            what="the card to be read",
        )
        self.say(events.NextPressed())

    def answers_all(self) -> None:
        while isinstance(self.view.body, views.AskQuestion):
            body = self.view.body
            value = {"phone": PHONE, "date": "2020-05-04", "number": "2"}.get(body.kind)
            self.say(
                events.AnswerGiven(body.key, value or body.choices[0].value), events.NextPressed()
            )

    def captures_all(self) -> None:
        while isinstance(self.view.body, views.TakePages):
            body = self.view.body
            if self.view.foot is not None and self.view.foot.next_enabled:
                self.say(events.NextPressed())
                continue
            assert body.can_add
            self.say(events.CapturePressed())
            self.until(
                lambda: (
                    isinstance(self.view.body, views.TakePages)
                    and self.view.body.stage is views.CameraStage.PREVIEW
                ),
                what="the photograph",
            )
            self.say(events.PageKept())

    def to_sign(self, item: str) -> None:
        self.to_identify(item)
        self.identifies()
        self.answers_all()
        self.captures_all()
        self.sees(views.Review)
        self.say(events.NextPressed())
        self.sees(views.Sign)

    def submits(self) -> None:
        self.say(events.Signed(SIGNATURE), events.NextPressed())

    def has_slip(self) -> views.ShowReceipt:
        self.until(
            lambda: (
                isinstance(self.view.body, views.ShowReceipt)
                and self.view.body.printing is views.PrintStage.PRINTED
            ),
            within=30.0,
            what="the printed slip",
        )
        body = self.view.body
        assert isinstance(body, views.ShowReceipt)
        return body
