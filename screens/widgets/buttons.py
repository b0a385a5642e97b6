"""Buttons with words."""

from __future__ import annotations

from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.icons import Icon
from screens.widgets.press import Action, Pressable
from screens.widgets.shapes import Plate
from screens.widgets.words import Words

# kind → (fill, line, words)
KINDS = {
    "primary": ("accent", None, "on_accent"),
    "secondary": ("surface", "hairline", "ink"),
    "quiet": ("ground", None, "accent"),
    "danger": ("surface", "bad", "bad"),
}


class Button(Pressable):
    """Verb and noun, an icon before or after. `kind` is one of `KINDS`."""

    def __init__(
        self,
        look: Look,
        text: str,
        *,
        on_press: Action,
        test_id: str,
        kind: str = "secondary",
        icon: str | None = None,
        icon_after: str | None = None,
        role: str = "button",
        enabled: bool = True,
        repeats: bool = False,
        high: float = 0.0,
        padding: float = 32,
        **kw: float,
    ) -> None:
        super().__init__(
            look, on_press=on_press, test_id=test_id, enabled=enabled, repeats=repeats, **kw
        )
        self.kind = kind
        self._high = look.px(high) or look.button
        self._padding = look.px(padding)
        self._plate = Plate(look, fill="surface", line="hairline", radius=tokens.BUTTON_RADIUS)
        self.canvas.before.add(self._plate)
        self.words = Words(look, text, role, bold=True, align="centre", balanced=True)
        side = 48 * tokens.TYPE[role] / tokens.TYPE["button"]
        self._before = Icon(look, icon, side=side) if icon else None
        self._after = Icon(look, icon_after, side=side) if icon_after else None
        for part in (self._before, self.words, self._after):
            if part:
                self.add_widget(part)
        self.restyle()

    @property
    def text(self) -> str:
        return self.words.text

    def set(
        self, text: str | None = None, *, enabled: bool | None = None, kind: str | None = None
    ) -> None:
        if kind and kind != self.kind:
            self.kind = kind
            self.restyle()
        if enabled is not None:
            self.enabled = enabled
        if text is not None and text != self.words.text:
            self.words.text = text
            self.arrange()

    def restyle(self) -> None:
        fill, line, words = KINDS[self.kind]
        if not self.enabled:
            fill, line, words = "disabled", "hairline", "on_disabled"
        self._plate.paint(fill=fill, line=line)
        for part in (self._before, self._after):
            if part:
                part.colour = words
        self.words.colour = words
        if self.width > 0:
            self.arrange()

    def _icons_width(self) -> float:
        count = sum(1 for part in (self._before, self._after) if part)
        side = (self._before or self._after).natural_width() if count else 0.0  # type: ignore[union-attr]
        return count * (side + self.look.px(tokens.SMALL_GAP))

    def natural_width(self) -> float:
        if self.wide:
            return self.look.px(self.wide)
        return self.words.natural_width() + self._icons_width() + 2 * self._padding

    def natural_height(self, width: float) -> float:
        inner = width - self._icons_width() - 2 * self._padding
        words = self.words.natural_height(max(inner, 1)) + self.look.px(2 * tokens.SMALL_GAP)
        return max(self._high, words)

    def arrange(self) -> None:
        super().arrange()
        self._plate.put(self.x, self.y, self.width, self.height)
        room = max(self.width - self._icons_width() - 2 * self._padding, 1)
        words = min(self.words.natural_width(), room)
        gap = self.look.px(tokens.SMALL_GAP)
        left = self.x + (self.width - words - self._icons_width()) / 2
        for part in (self._before, self.words, self._after):
            if part is None:
                continue
            width = words if part is self.words else part.natural_width()
            part.place(left, self.y, width, self.height)
            left += width + gap


class IconButton(Pressable):
    """A small icon over a short word, for the modes in the foot bar."""

    def __init__(
        self, look: Look, text: str, icon: str, *, on_press: Action, test_id: str, **kw: float
    ) -> None:
        super().__init__(look, on_press=on_press, test_id=test_id, **kw)  # type: ignore[arg-type]
        self.words = Words(look, text, "least", colour="second", align="centre")
        self._icon = Icon(look, icon, side=46 if look.large else 52, colour="second")
        self._column = Column(
            look,
            [Space(look, grow=1), self._icon, self.words, Space(look, grow=1)],
            align="centre",
        )
        self.add_widget(self._column)

    def natural_width(self) -> float:
        return max(self.look.px(self.wide or tokens.TARGET), self.words.natural_width())

    def natural_height(self, width: float) -> float:
        return self.look.button

    def arrange(self) -> None:
        super().arrange()
        self._column.place(self.x, self.y, self.width, self.height)


def button_row(look: Look, buttons: list[Element], *, gap: float = tokens.TARGET_GAP) -> Row:
    """Buttons of equal width side by side, equally high."""
    for button in buttons:
        button.grow = button.grow or 1
    return Row(look, buttons, gap=gap, align="fill")
