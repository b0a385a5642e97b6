"""Whose terminal this is, which one, what time it is, and the other language."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle

from kiosk.journey.events import LanguageChosen
from screens.bridge import Bridge
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.cards import IconTile
from screens.widgets.elements import Element, Row, Space
from screens.widgets.press import Pressable
from screens.widgets.shapes import Plate
from screens.widgets.words import Words


class LanguageButton(Pressable):
    """Shows the name of the other language, in that language."""

    def __init__(self, look: Look, text: str, language: str, bridge: Bridge) -> None:
        super().__init__(
            look,
            on_press=lambda: bridge.say(LanguageChosen(language)),
            test_id=f"language:{language}",
            radius=tokens.BUTTON_RADIUS,
        )
        self._plate = Plate(look, fill="surface", line="hairline", radius=tokens.BUTTON_RADIUS)
        self.canvas.before.add(self._plate)
        self._words = Words(look, text, "least", colour="accent", bold=True, align="centre")
        self.add_widget(self._words)

    def natural_width(self) -> float:
        return self._words.natural_width() + self.look.px(48)

    def natural_height(self, width: float) -> float:
        return self.look.px(tokens.TARGET)

    def arrange(self) -> None:
        super().arrange()
        self._plate.put(self.x, self.y, self.width, self.height)
        self._words.place(self.x, self.y, self.width, self.height)


class Header(Element):
    """`languages` are those that the terminal speaks; with two, the other one can be chosen."""

    def __init__(self, look: Look, bridge: Bridge, *, languages: tuple[str, ...]) -> None:
        super().__init__(look)
        with self.canvas.before:
            Color(*look.colour("surface"))
            self._ground = Rectangle()
            Color(*look.colour("hairline"))
            self._line = Rectangle()
        self._site = Words(look, "", "least", colour="second", align="right", grow=1)
        self._clock = Words(look, "88:88", "least", colour="second", align="right")
        self._clock.wide = self._clock.natural_width() / look.scale + 1
        brand = Words(look, bridge.text("header.brand"), "second", bold=True)
        others = [each for each in languages if each != look.language]
        parts: list[Element] = [
            IconTile(
                look, "people", side=52, fill="accent", colour="on_accent", icon=36, radius=12
            ),
            brand,
            self._site,
            Space(look, 6),
            self._clock,
        ]
        self._names = ("", "", "")
        self._plain = parts
        self._with_language = parts
        if others:
            name = bridge.texts.say("header.name", others[0])
            # In large type upright, the room goes to the place's name.
            crowded = look.large and look.portrait
            self._with_language = [
                *(part for part in parts if not (crowded and part is brand)),
                Space(look, 6),
                LanguageButton(look, name, others[0], bridge),
            ]
        self._row = Row(look, self._with_language, gap=18)
        self.add_widget(self._row)

    def offer_language(self, offered: bool) -> None:
        """The rest screen has larger buttons of its own for it."""
        parts = self._with_language if offered else self._plain
        if self._row.content != tuple(parts):
            self._row.hold(parts)
            self._name_what_fits()
            self._row.relay()

    def show(self, place: str, terminal: str, clock: str) -> None:
        self._names = (f"{place} · {terminal}", place, terminal)
        self._clock.set(clock)
        if self.width > 0:
            self._name_what_fits()

    def _name_what_fits(self) -> None:
        """The fullest name that stands on one line."""
        around = sum(e.natural_width() for e in self._row.content if e is not self._site)
        gaps = self.look.px(self._row.gap) * (len(self._row.content) - 1)
        room = self.width - 2 * self.look.px(tokens.MARGIN) - around - gaps
        for name in self._names:
            self._site.set(name)
            if self._site.natural_width() <= room:
                break

    def natural_height(self, width: float) -> float:
        return self.look.header

    def arrange(self) -> None:
        line = max(self.look.px(2), 1)
        self._ground.pos, self._ground.size = self.pos, self.size
        self._line.pos, self._line.size = self.pos, (self.width, line)
        margin = self.look.px(tokens.MARGIN)
        self._name_what_fits()
        self._row.place(self.x + margin, self.y, self.width - 2 * margin, self.height)
