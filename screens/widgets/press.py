"""What can be pressed: acts on release inside itself, and not twice in 0.4 s."""

from __future__ import annotations

from collections.abc import Callable

from kivy.clock import Clock
from kivy.graphics import Color, SmoothRoundedRectangle

from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.elements import Element

Action = Callable[[], None]


class Pressable(Element):
    """`test_id` is its stable name for pilots and tests. `repeats`: keys, which may follow fast."""

    def __init__(
        self,
        look: Look,
        *,
        on_press: Action,
        test_id: str,
        enabled: bool = True,
        repeats: bool = False,
        radius: float = tokens.BUTTON_RADIUS,
        **kw: float,
    ) -> None:
        super().__init__(look, test_id=test_id, **kw)  # type: ignore[arg-type]
        self._act = on_press
        self._enabled = enabled
        self._repeats = repeats
        self._radius = radius
        self._acted_at = float("-inf")
        with self.canvas.after:
            self._veil_colour = Color(0, 0, 0, 0)
            self._veil = SmoothRoundedRectangle(size=(0, 0))

    @property
    def repeats(self) -> bool:
        return self._repeats

    @property
    def enabled(self) -> bool:
        return self._enabled

    @enabled.setter
    def enabled(self, value: bool) -> None:
        if value != self._enabled:
            self._enabled = value
            self.restyle()

    def restyle(self) -> None:
        """Looks as it is now: enabled or not, chosen or not."""

    def arrange(self) -> None:
        self._veil.pos = self.pos
        self._veil.radius = [min(self.look.px(self._radius), self.width / 2, self.height / 2)]

    def _veiled(self, on: bool) -> None:
        # Off, it has no size: a clear shape would still cost as much to draw as a solid one.
        self._veil_colour.rgba = self.look.colour("veil") if on else (0, 0, 0, 0)
        self._veil.size = self.size if on else (0, 0)

    def on_touch_down(self, touch: object) -> bool:
        if not self._enabled or not self.collide_point(*touch.pos):  # type: ignore[attr-defined]
            return False
        touch.grab(self)  # type: ignore[attr-defined]
        self._veiled(True)
        return True

    def on_touch_move(self, touch: object) -> bool:
        if touch.grab_current is not self:  # type: ignore[attr-defined]
            return False
        self._veiled(self.collide_point(*touch.pos))  # type: ignore[attr-defined]
        return True

    def on_touch_up(self, touch: object) -> bool:
        if touch.grab_current is not self:  # type: ignore[attr-defined]
            return False
        touch.ungrab(self)  # type: ignore[attr-defined]
        self._veiled(False)
        if self._enabled and self.collide_point(*touch.pos):  # type: ignore[attr-defined]
            now = Clock.time()
            if self._repeats or now - self._acted_at >= tokens.SECOND_TAP:
                self._acted_at = now
                self._act()
        return True
