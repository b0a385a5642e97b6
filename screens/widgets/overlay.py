"""What lies over a screen: the idle warning, the question whether to leave, and help."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle, SmoothEllipse

from kiosk.journey import events
from kiosk.journey.views import Overlay, OverlayKind
from screens.bridge import Bridge
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.buttons import Button
from screens.widgets.cards import Card, IconTile
from screens.widgets.elements import Column, Element, Row
from screens.widgets.words import Title, Words

RING = 220
RING_STROKE = 16


class CountdownRing(Element):
    """Seconds left, as a figure and as a ring that empties."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._full = 1
        self._seconds = 0
        with self.canvas.before:
            Color(*look.colour("hairline"))
            self._track = SmoothEllipse()
            Color(*look.colour("accent"))
            self._rest = SmoothEllipse()
            Color(*look.colour("surface"))
            self._hole = SmoothEllipse()
        self._figure = Words(look, "", "huge", bold=True, align="centre")
        self.add_widget(self._figure)

    def show(self, seconds: int) -> None:
        self._full = max(self._full, seconds, 1)
        self._seconds = seconds
        self._figure.set(str(seconds))
        self._rest.angle_start = 0
        self._rest.angle_end = 360 * seconds / self._full

    def natural_width(self) -> float:
        return self.look.px(RING)

    def natural_height(self, width: float) -> float:
        return self.look.px(RING)

    def arrange(self) -> None:
        side, stroke = self.look.px(RING), self.look.px(RING_STROKE)
        x, y = round(self.center_x - side / 2), round(self.center_y - side / 2)
        for ellipse in (self._track, self._rest):
            ellipse.pos, ellipse.size = (x, y), (side, side)
        self._hole.pos = (x + stroke, y + stroke)
        self._hole.size = (side - 2 * stroke, side - 2 * stroke)
        self._figure.place(x, y, side, side)
        self.show(self._seconds)


class OverlaySheet(Element):
    """Covers the glass and takes every touch. One for each kind; seconds are updated."""

    def __init__(self, look: Look, bridge: Bridge, kind: OverlayKind) -> None:
        super().__init__(look)
        self.kind = kind
        self._bridge = bridge
        with self.canvas.before:
            Color(*look.colour("scrim"))
            self._ground = Rectangle()
        self._ring = CountdownRing(look) if kind is OverlayKind.IDLE else None
        icon = {OverlayKind.LEAVE: "exit", OverlayKind.HELP: "people"}.get(kind, "clock")
        picture: Element = self._ring or IconTile(
            look, icon, side=140, icon=60 if look.large else 80
        )
        words: list[Element] = [
            Title(look, bridge.text(f"overlay.{kind}.title"), align="centre"),
            Words(
                look,
                bridge.text(f"overlay.{kind}.text"),
                colour="second",
                align="centre",
                balanced=True,
            ),
            Column(look, self._buttons(), gap=20),
        ]
        self._card = Card(look, self._compose(picture, words), padding=64)
        self.add_widget(self._card)

    def _compose(self, picture: Element, words: list[Element]) -> Element:
        look = self.look
        if look.portrait:
            head = Column(look, [picture], align="centre")
            return Column(look, [head, *words], gap=tokens.BIG_GAP)
        text = Column(look, words, gap=tokens.BIG_GAP, grow=1)
        return Row(look, [picture, text], gap=2 * tokens.MARGIN)

    def _buttons(self) -> list[Element]:
        look, bridge = self.look, self._bridge
        stay = Button(
            look,
            bridge.text(f"overlay.{self.kind}.stay"),
            kind="primary",
            role="number",
            high=220 if self.kind is OverlayKind.IDLE else 152,
            on_press=lambda: bridge.say(events.StayPressed()),
            test_id="stay",
        )
        if self.kind is OverlayKind.HELP:
            return [stay]
        leave = Button(
            look,
            bridge.text(f"overlay.{self.kind}.leave"),
            kind="secondary" if self.kind is OverlayKind.IDLE else "danger",
            on_press=lambda: bridge.say(events.LeaveConfirmed()),
            test_id="leave-confirm",
        )
        return [stay, leave]

    def show(self, overlay: Overlay) -> None:
        if self._ring:
            self._ring.show(overlay.seconds_left)

    def arrange(self) -> None:
        self._ground.pos, self._ground.size = self.pos, self.size
        width = min(
            self.width - 2 * self.look.px(tokens.MARGIN),
            self.look.px(984 if self.look.portrait else 1500),
        )
        height = self._card.natural_height(width)
        # Within reach: a little below the middle on an upright panel.
        lift = 0.42 if self.look.portrait else 0.5
        y = max((self.height - height) * lift, self.look.px(tokens.GAP))
        self._card.place(self.x + (self.width - width) / 2, self.y + y, width, height)

    def on_touch_down(self, touch: object) -> bool:
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: object) -> bool:
        super().on_touch_move(touch)
        return True

    def on_touch_up(self, touch: object) -> bool:
        super().on_touch_up(touch)
        return True
