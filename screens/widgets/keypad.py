"""A keypad of large keys. It holds nothing: each key says what it is, the screen decides."""

from __future__ import annotations

from collections.abc import Callable

from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.elements import Element, Grid
from screens.widgets.icons import Icon
from screens.widgets.press import Pressable
from screens.widgets.shapes import Plate
from screens.widgets.words import Words

BACKSPACE = "backspace"
CLEAR = "clear"
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", CLEAR, "0", BACKSPACE)
KEY_HIGH = 128


class Key(Pressable):
    """One key; may be pressed as fast as fingers go. `icon` replaces the words."""

    def __init__(
        self,
        look: Look,
        key: str,
        on_key: Callable[[str], None],
        *,
        words: str = "",
        icon: str = "",
        role: str = "title",
        high: float = KEY_HIGH,
    ) -> None:
        super().__init__(
            look, on_press=lambda: on_key(key), test_id=f"key:{key}", repeats=True, grow=1
        )
        self._high = look.px(high)
        self._plate = Plate(look, fill="surface", line="hairline", radius=tokens.BUTTON_RADIUS)
        self.canvas.before.add(self._plate)
        self._face: Element = (
            Icon(look, icon, side=76 if look.large else 64)
            if icon
            else Words(look, words or key, role, bold=True, align="centre")
        )
        self.add_widget(self._face)

    def natural_width(self) -> float:
        return self.look.px(tokens.TARGET)

    def natural_height(self, width: float) -> float:
        return self._high

    def arrange(self) -> None:
        super().arrange()
        self._plate.put(self.x, self.y, self.width, self.height)
        self._face.place(self.x, self.y, self.width, self.height)


class Keypad(Grid):
    """Digits in the order of a telephone; `clear` is the word on that key."""

    def __init__(
        self, look: Look, on_key: Callable[[str], None], *, clear: str, high: float = KEY_HIGH
    ) -> None:
        words = {CLEAR: clear}
        keys = [
            Key(
                look,
                key,
                on_key,
                words=words.get(key, ""),
                icon="backspace" if key == BACKSPACE else "",
                role="button" if key == CLEAR else "title",
                high=high,
            )
            for key in KEYS
        ]
        super().__init__(look, keys, columns=3, gap=tokens.TARGET_GAP)
