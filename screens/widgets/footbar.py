"""The foot of every screen: back at the left, help and modes in the middle, on at the right."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle

from kiosk.journey import events
from kiosk.journey.views import Foot, Modes
from screens.bridge import Bridge
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.buttons import Button, IconButton
from screens.widgets.elements import Box, Column, Element, Row, Space


def mode_buttons(look: Look, bridge: Bridge, *, leave: bool) -> list[Element]:
    """Help, large type, contrast, and the way out."""

    def button(name: str, icon: str, event: events.Said, label: str = "") -> IconButton:
        return IconButton(
            look,
            bridge.text(f"foot.{label or name}"),
            icon,
            on_press=lambda: bridge.say(event),
            test_id=name,
        )

    buttons: list[Element] = [
        button("help", "help", events.HelpPressed()),
        button("large", "type", events.LargeTypeToggled(), "standard" if look.large else "large"),
        button(
            "contrast",
            "contrast",
            events.ContrastToggled(),
            "plain" if look.contrast else "contrast",
        ),
    ]
    if leave:
        buttons.append(button("leave", "exit", events.LeavePressed()))
    return buttons


class FootBar(Element):
    """Built anew only when the set of buttons changes; else words and states are updated."""

    def __init__(self, look: Look, bridge: Bridge) -> None:
        super().__init__(look)
        self._bridge = bridge
        with self.canvas.before:
            Color(*look.colour("surface"))
            self._ground = Rectangle()
            Color(*look.colour("hairline"))
            self._line = Rectangle()
        self._built_for: tuple[bool, bool, bool] | None = None
        self._layout: Box | None = None
        self._next: Button | None = None

    @property
    def _two_rows(self) -> bool:
        return self.look.large and self.look.portrait

    def show(self, foot: Foot, modes: Modes) -> None:
        kind = (foot.back, foot.leave, foot.next is not None)
        if kind != self._built_for:
            self._build(foot)
            self._built_for = kind
        if self._next and foot.next:
            self._next.set(self._bridge.speak(foot.next), enabled=foot.next_enabled)

    def _build(self, foot: Foot) -> None:
        look, bridge = self.look, self._bridge
        back = next_ = None
        if foot.back:
            back = Button(
                look,
                bridge.text("foot.back"),
                icon="chevron_left",
                on_press=lambda: bridge.say(events.BackPressed()),
                test_id="back",
                padding=28,
            )
        if foot.next:
            next_ = Button(
                look,
                bridge.speak(foot.next),
                kind="primary",
                icon_after="chevron_right",
                on_press=lambda: bridge.say(events.NextPressed()),
                test_id="next",
                padding=28,
                wide=0.0 if look.portrait else 520,
            )
        self._next = next_
        modes = mode_buttons(look, bridge, leave=foot.leave)
        if self._layout:
            self.remove_widget(self._layout)
        self._layout = (
            self._stack(back, modes, next_) if self._two_rows else self._line_up(back, modes, next_)
        )
        self.add_widget(self._layout)
        if self.width > 0:
            self.arrange()

    def _line_up(self, back: Button | None, modes: list[Element], next_: Button | None) -> Row:
        look = self.look
        middle = Row(look, modes, gap=4 if look.portrait else 40, align="fill")
        parts: list[Element] = [back] if back else []
        if look.portrait and next_:
            next_.grow = 1
            parts += [middle, next_]
        else:
            if not look.portrait or not back:
                parts.append(Space(look, grow=1))
            parts += [middle, Space(look, grow=1)]
            if next_:
                parts.append(next_)
        return Row(look, parts, gap=tokens.TARGET_GAP, align="fill")

    def _stack(self, back: Button | None, modes: list[Element], next_: Button | None) -> Column:
        look = self.look
        for mode in modes:
            mode.grow = 1
        rows: list[Element] = [Row(look, modes, gap=tokens.TARGET_GAP, align="fill")]
        main: list[Element] = []
        if back:
            main.append(back)
        if next_:
            next_.grow = 1
            main.append(next_)
        if main:
            rows.append(Row(look, main, gap=tokens.TARGET_GAP, align="fill"))
        return Column(look, rows, gap=tokens.TARGET_GAP)

    def natural_height(self, width: float) -> float:
        if not self._two_rows or self._layout is None:
            return self.look.button + self.look.foot_room
        return self._layout.natural_height(width) + self.look.px(48)

    def arrange(self) -> None:
        line = max(self.look.px(2), 1)
        self._ground.pos, self._ground.size = self.pos, self.size
        self._line.pos, self._line.size = (self.x, self.top - line), (self.width, line)
        if self._layout is None:
            return
        margin = self.look.px(40)
        height = self._layout.natural_height(self.width - 2 * margin)
        self._layout.place(
            self.x + margin, self.y + (self.height - height) / 2, self.width - 2 * margin, height
        )
