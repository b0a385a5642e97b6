"""The Kivy application: turns the controller, shows its view, passes on that someone is there."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.widget import Widget

from kiosk.journey.events import Touched
from kiosk.journey.views import OutOfService, Rest, View
from screens.bridge import Bridge, Controller
from screens.frame import Frame, WallClock
from screens.theme import fonts
from screens.theme.look import Look
from screens.widgets.shapes import quicken_plain_shapes

TURN = 1 / 30  # seconds between turns of the controller
AWAKE, RESTING = 50, 20  # looks for touches a second, and most frames
COLLECT = (10_000, 10, 50)
"""A screen is some thousand objects: Python's own thresholds would stop the glass to look through
everything several times a visit. Between citizens everything is looked through (`Frame`)."""


class KioskApp(App):
    """`drawn` is called once, after the first picture; `fed` at each turn: the watchdog lives on
    the thread that draws."""

    use_kivy_settings = False

    def __init__(
        self,
        controller: Controller,
        *,
        wall_clock: WallClock,
        diagonal: float,
        drawn: Callable[[], None],
        fed: Callable[[], None],
    ) -> None:
        super().__init__()
        self._controller = controller
        self._bridge = Bridge(controller)
        self._wall_clock = wall_clock
        self._diagonal = diagonal
        self._drawn = drawn
        self._fed = fed
        self._glass = Widget(size_hint=(None, None))
        self._shown: View | None = None
        self.frame: Frame | None = None
        self.rates = (AWAKE, RESTING)

    def open_settings(self, *_: object) -> bool:
        return False

    def build(self) -> Widget:
        fonts.register()
        quicken_plain_shapes()
        gc.freeze()  # what was loaded till now stays: no collection need look through it
        gc.set_threshold(*COLLECT)
        self.show(self._controller.view)
        return self._glass

    def on_start(self) -> None:
        Window.bind(on_motion=self._touched, on_resize=lambda *_: self._resized())
        Window.bind(on_flip=self._first_drawn)
        self.keep_turning()

    def _first_drawn(self, *_: object) -> None:
        Window.unbind(on_flip=self._first_drawn)
        Clock.schedule_once(lambda _: self._drawn())

    def keep_turning(self) -> None:
        """(Again) from now on. Kivy drops an interval whose callback raised, even if it goes on."""
        for callback, interval in ((self._turn, TURN), (self._tell_time, 1)):
            Clock.unschedule(callback)
            Clock.schedule_interval(callback, interval)

    def _turn(self, _: float) -> None:
        self._controller.turn(Clock.time())
        view = self._controller.view
        if view is not self._shown:
            self.show(view)
        self._fed()

    def _tell_time(self, _: float) -> None:
        if self.frame:
            self.frame.tell_time()

    def _touched(self, _: object, kind: str, _touch: Any) -> None:
        if kind == "begin":
            self._controller.say(Touched())

    def _resized(self) -> None:
        self.show(self._controller.view)

    def show(self, view: View) -> None:
        look = Look(
            width=int(Window.width),
            height=int(Window.height),
            language=view.modes.language,
            large=view.modes.large,
            contrast=view.modes.contrast,
            diagonal=self._diagonal,
        )
        if self.frame is None or self.frame.look != look:
            if self.frame and self.frame.screen:
                self.frame.screen.hide()
            self._glass.clear_widgets()
            self._glass.size = (look.width, look.height)
            Window.clearcolor = look.colour("ground")  # cheaper than a rectangle of that size
            self.frame = Frame(look, self._bridge, wall_clock=self._wall_clock)
            self._glass.add_widget(self.frame)
        self.frame.show(view)
        self._shown = view
        awake, resting = self.rates
        Clock._max_fps = resting if isinstance(view.body, Rest | OutOfService) else awake
