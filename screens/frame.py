"""The whole glass: header, step bar, the screen, foot bar, and what lies over them."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import datetime
from typing import Any

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.journey.views import Overlay, Rest, View
from screens.base import Screen
from screens.bridge import Bridge
from screens.registry import screen_for
from screens.theme import tokens, typeset
from screens.theme.look import Look
from screens.widgets.footbar import FootBar
from screens.widgets.header import Header
from screens.widgets.overlay import OverlaySheet
from screens.widgets.stepbar import StepBar

WallClock = Callable[[], datetime]
SWEEP_AFTER = 0.2  # seconds


class Frame(Widget):
    """Shows a view; a frame is built for one look. Screens are kept by their body's type."""

    def __init__(self, look: Look, bridge: Bridge, *, wall_clock: WallClock) -> None:
        super().__init__(size_hint=(None, None), size=(look.width, look.height))
        self.look = look
        self._bridge = bridge
        self._wall_clock = wall_clock
        self._header = Header(look, bridge, languages=bridge.texts.languages)
        self._steps = StepBar(look, bridge)
        self._foot = FootBar(look, bridge)
        self._screens: dict[type[Any], Screen[Any]] = {}
        self._screen: Screen[Any] | None = None
        self._sheet: OverlaySheet | None = None
        self._view: View | None = None
        self._deaf_until = float("-inf")
        self.add_widget(self._header)
        top = look.header
        self._header.place(0, look.height - top, look.width, top)

    @property
    def screen(self) -> Screen[Any] | None:
        return self._screen

    @property
    def sheet(self) -> OverlaySheet | None:
        """What lies over the screen now."""
        return self._sheet

    def show(self, view: View) -> None:
        """Brings the glass to `view`. Cheap when little changed."""
        if view == self._view:
            return
        before, self._view = self._view, view
        self.tell_time()
        self._header.offer_language(not isinstance(view.body, Rest))
        if isinstance(view.body, Rest) and not (before and isinstance(before.body, Rest)):
            self._forget()
        screen = self._screen_of(view)
        self._frame_parts(view)
        self._place_screen(screen, view)
        screen.show(view.body)
        self._show_overlay(view.overlay)

    def tell_time(self) -> None:
        if self._view:
            clock = self._wall_clock().strftime("%H:%M")
            self._header.show(self._view.place, self._view.terminal, clock)

    def _forget(self) -> None:
        """Between citizens: no screen keeps what it showed."""
        if self._screen:
            self._screen.hide()
            self.remove_widget(self._screen)
            self._screen = None
            self._deaf_until = Clock.time() + tokens.SECOND_TAP
        self._screens.clear()
        typeset.forget()
        self._bridge.hand.clear()
        # Parents and children hold each other: they go only now, when nobody waits for the glass.
        Clock.schedule_once(lambda _: gc.collect(), SWEEP_AFTER)

    def _screen_of(self, view: View) -> Screen[Any]:
        kind = type(view.body)
        screen = self._screens.get(kind)
        if screen is None:
            screen = self._screens[kind] = screen_for(kind)(self.look, self._bridge)
        if screen is not self._screen:
            if self._screen:
                self._screen.hide()
                self.remove_widget(self._screen)
                # The second tap of a double tap must not press what only just appeared.
                self._deaf_until = Clock.time() + tokens.SECOND_TAP
            self._screen = screen
            self.add_widget(screen)
        return screen

    def _frame_parts(self, view: View) -> None:
        for part, wanted in ((self._steps, view.stage), (self._foot, view.foot)):
            if wanted is None and part.parent:
                self.remove_widget(part)
            elif wanted is not None and not part.parent:
                self.add_widget(part)
        if view.foot:
            self._foot.show(view.foot, view.modes)
            self._foot.place(0, 0, self.width, self._foot.natural_height(self.width - 80))
        if view.stage:
            margin = self.look.px(tokens.MARGIN)
            high = self._steps.natural_height(self.width)
            self._steps.show(view.stage)
            self._steps.place(margin, self._header.y - high, self.width - 2 * margin, high)

    def _place_screen(self, screen: Screen[Any], view: View) -> None:
        px = self.look.px
        left = 0 if screen.bleeds else px(tokens.MARGIN)
        lower = self._foot.top if view.foot else 0
        upper = self._steps.y if view.stage else self._header.y
        if not screen.bleeds:
            lower += px(tokens.GAP if view.foot else tokens.MARGIN)
            upper -= px(tokens.SMALL_GAP if view.stage else tokens.BIG_GAP)
        place = (left, lower, self.width - 2 * left, upper - lower)
        if (*screen.pos, *screen.size) != place:
            screen.place(*place)

    def _show_overlay(self, overlay: Overlay | None) -> None:
        if self._sheet and (overlay is None or overlay.kind is not self._sheet.kind):
            self.remove_widget(self._sheet)
            self._sheet = None
            self._deaf_until = Clock.time() + tokens.SECOND_TAP
        if overlay is None:
            return
        if self._sheet is None:
            self._sheet = OverlaySheet(self.look, self._bridge, overlay.kind)
        if self._sheet.parent:
            self.remove_widget(self._sheet)
        self.add_widget(self._sheet)
        self._sheet.show(overlay)
        self._sheet.place(0, 0, self.width, self.height)

    def on_touch_down(self, touch: Any) -> bool:
        if Clock.time() < self._deaf_until:
            return True
        return bool(super().on_touch_down(touch))
