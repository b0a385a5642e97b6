"""Cards, chips and icon tiles: plates with something on them."""

from __future__ import annotations

from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.elements import Element, Row
from screens.widgets.icons import Icon
from screens.widgets.press import Action, Pressable
from screens.widgets.shapes import Plate
from screens.widgets.words import Words


class Card(Element):
    """A plate around one element. Paddings in design pixels."""

    def __init__(
        self,
        look: Look,
        child: Element,
        *,
        fill: str = "surface",
        line: str | None = "hairline",
        padding: float = tokens.CARD_PADDING,
        padding_y: float | None = None,
        radius: float = tokens.CARD_RADIUS,
        stroke: float = tokens.HAIRLINE,
        **kw: float,
    ) -> None:
        super().__init__(look, **kw)  # type: ignore[arg-type]
        self.child = child
        self._padding = look.px(padding)
        self._padding_y = look.px(padding if padding_y is None else padding_y)
        soft_in_contrast = line is None and look.contrast and fill.endswith("_soft")
        self._plate = Plate(
            look,
            fill=fill,
            line="hairline" if soft_in_contrast else line,
            radius=radius,
            stroke=stroke,
        )
        self.canvas.before.add(self._plate)
        self.add_widget(child)

    def natural_width(self) -> float:
        return self.look.px(self.wide) or self.child.natural_width() + 2 * self._padding

    def natural_height(self, width: float) -> float:
        return self.child.natural_height(width - 2 * self._padding) + 2 * self._padding_y

    def arrange(self) -> None:
        self._plate.put(self.x, self.y, self.width, self.height)
        self.child.place(
            self.x + self._padding,
            self.y + self._padding_y,
            self.width - 2 * self._padding,
            self.height - 2 * self._padding_y,
        )


class PressCard(Pressable):
    """A card that is one big button: a choice, a row of a list.

    `kind` is "plain" (surface), "accent" (the main choice) or "flat" (a row, only a line below).
    """

    def __init__(
        self,
        look: Look,
        child: Element,
        *,
        on_press: Action,
        test_id: str,
        kind: str = "plain",
        chosen: bool = False,
        padding: float = tokens.CARD_PADDING,
        padding_y: float | None = None,
        least: float = tokens.TARGET,
        enabled: bool = True,
        repeats: bool = False,
        radius: float = tokens.CARD_RADIUS,
        **kw: float,
    ) -> None:
        super().__init__(
            look,
            on_press=on_press,
            test_id=test_id,
            enabled=enabled,
            repeats=repeats,
            radius=radius,
            **kw,
        )
        self.child = child
        self.kind = kind
        self.chosen = chosen
        self._padding = look.px(padding)
        self._padding_y = look.px(padding if padding_y is None else padding_y)
        self._least = look.px(least)
        self._plate = Plate(look, fill="surface", line="hairline", radius=radius)
        self.canvas.before.add(self._plate)
        self.add_widget(child)
        self.restyle()

    def choose(self, chosen: bool) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self.restyle()

    def restyle(self) -> None:
        if self.kind == "accent":
            self._plate.paint(fill="accent")
        elif self.chosen:
            self._plate.paint(fill="accent_soft", line="accent", stroke=tokens.EMPHASIS)
        elif not self.enabled:
            self._plate.paint(fill="ground", line="hairline")
        else:
            self._plate.paint(fill="surface", line="hairline")
        if self.width > 0:
            self._plate.put(self.x, self.y, self.width, self.height)

    def natural_width(self) -> float:
        return self.look.px(self.wide) or self.child.natural_width() + 2 * self._padding

    def natural_height(self, width: float) -> float:
        inner = self.child.natural_height(width - 2 * self._padding)
        return max(inner + 2 * self._padding_y, self._least)

    def arrange(self) -> None:
        super().arrange()
        self._plate.put(self.x, self.y, self.width, self.height)
        self.child.place(
            self.x + self._padding,
            self.y + self._padding_y,
            self.width - 2 * self._padding,
            self.height - 2 * self._padding_y,
        )


class Chip(Card):
    """A short statement in a pill. `tone` is a colour role with a soft ground: accent, good, …"""

    def __init__(
        self,
        look: Look,
        text: str,
        tone: str = "accent",
        *,
        icon: str | None = None,
        role: str = "second",
        ground: str | None = None,
        **kw: float,
    ) -> None:
        words = Words(look, text, role, colour=tone, bold=True, align="centre", grow=1)
        parts: list[Element] = [words]
        if icon:
            side = tokens.ICON_SMALL * tokens.TYPE[role] / tokens.TYPE["second"]
            parts.insert(0, Icon(look, icon, side=side, colour=tone, stroke=5))
        super().__init__(
            look,
            _Snug(look, parts, gap=10),
            fill=ground or f"{tone}_soft",
            line=None,
            padding=26,
            padding_y=8,
            radius=999,
            **kw,
        )
        self.words = words


class _Snug(Row):
    """A row whose words take no more room than they need."""

    def natural_width(self) -> float:
        return super().natural_width() + 2


class IconTile(Element):
    """An icon on a soft square."""

    def __init__(
        self,
        look: Look,
        name: str,
        *,
        side: float = tokens.TILE,
        fill: str = "accent_soft",
        colour: str = "accent",
        icon: float = 64,
        radius: float = tokens.CARD_RADIUS,
        **kw: float,
    ) -> None:
        super().__init__(look, **kw)  # type: ignore[arg-type]
        self._side = look.px(side)
        line = "hairline" if look.contrast and fill.endswith("_soft") else None
        self._plate = Plate(look, fill=fill, line=line, radius=radius)
        self.canvas.before.add(self._plate)
        self.icon = Icon(look, name, side=icon, colour=colour)
        self.add_widget(self.icon)

    def natural_width(self) -> float:
        return self._side

    def natural_height(self, width: float) -> float:
        return self._side

    def arrange(self) -> None:
        y = self.center_y - self._side / 2
        self._plate.put(self.x, round(y), self._side, self._side)
        self.icon.place(self.x, y, self._side, self._side)
