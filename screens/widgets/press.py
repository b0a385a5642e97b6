"""What can be pressed: acts on release inside itself, and not twice in 0.4 s."""

from __future__ import annotations

from collections.abc import Callable

from kivy.clock import Clock

from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.elements import Element
from screens.widgets.shapes import Plate

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
        self._veil: Plate | None = None  # only under a finger

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
        if self._veil:
            self._veil.put(self.x, self.y, self.width, self.height)

    def _veiled(self, on: bool) -> None:
        if on and not self._veil:
            self._veil = Plate(self.look, fill="veil", radius=self._radius)
            self._veil.put(self.x, self.y, self.width, self.height)
            self.canvas.after.add(self._veil)
        elif not on and self._veil:
            self.canvas.after.remove(self._veil)
            self._veil = None

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
