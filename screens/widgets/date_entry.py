"""A date by its digits: year, month, day in three boxes, filled from a keypad.

Old hands know their birthday by heart: eight digits are quicker and surer than wheels. A month
that begins with 2–9, or a day that begins with 4–9, can only have one digit and gets its nought.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.elements import Column, Element, Row
from screens.widgets.keypad import BACKSPACE, CLEAR
from screens.widgets.press import Pressable
from screens.widgets.shapes import Plate
from screens.widgets.words import Words

PARTS = ("year", "month", "day")
LENGTHS = (4, 2, 2)
HIGHEST_FIRST_DIGIT = (9, 1, 3)


@dataclass(frozen=True, slots=True)
class DateDigits:
    """What was entered so far, and the part that the next digit goes to."""

    parts: tuple[str, str, str] = ("", "", "")
    at: int = 0

    @classmethod
    def of(cls, value: str) -> DateDigits:
        """From ISO 8601, whole or broken off: "1951-03-07", "1951-03", ""."""
        parts = [*value.split("-"), "", "", ""][:3]
        at = next((i for i in range(3) if len(parts[i]) < LENGTHS[i]), 2)
        return cls((parts[0], parts[1], parts[2]), at)

    @property
    def value(self) -> str:
        """ISO 8601, broken off where digits are missing."""
        return "-".join(self.parts).rstrip("-")

    @property
    def complete(self) -> bool:
        return all(len(p) == n for p, n in zip(self.parts, LENGTHS, strict=True))

    def pressed(self, key: str) -> DateDigits:
        """After a digit, BACKSPACE or CLEAR."""
        if key == CLEAR:
            return DateDigits()
        if key == BACKSPACE:
            return self._back()
        part = self.parts[self.at]
        if len(part) == LENGTHS[self.at]:
            part = ""  # a full box that was touched, or the last: it is written anew
        if not part and int(key) > HIGHEST_FIRST_DIGIT[self.at]:
            key = f"0{key}"
        part += key
        full = len(part) == LENGTHS[self.at]
        return self._with(self.at, part, min(self.at + 1, 2) if full else self.at)

    def touched(self, at: int) -> DateDigits:
        """After a touch on box `at`."""
        return DateDigits(self.parts, at)

    def _back(self) -> DateDigits:
        at = self.at if self.parts[self.at] else max(self.at - 1, 0)
        return self._with(at, self.parts[at][:-1], at)

    def _with(self, at: int, part: str, then: int) -> DateDigits:
        parts = [*self.parts[:at], part, *self.parts[at + 1 :]]
        return DateDigits((parts[0], parts[1], parts[2]), then)


class _Box(Pressable):
    """One part of the date, touched to be written anew."""

    def __init__(self, look: Look, part: str, label: str, on_press: Callable[[], None]) -> None:
        super().__init__(look, on_press=on_press, test_id=f"date:{part}", repeats=True)
        self.grow = 1.5 if part == "year" else 1.0
        self._plate = Plate(look, fill="surface", line="hairline", radius=tokens.BUTTON_RADIUS)
        self.canvas.before.add(self._plate)
        self.digits = Words(look, " ", "title", bold=True, align="centre")
        label_words = Words(look, label, "second", colour="second", align="centre")
        self._column = Column(look, [self.digits, label_words])
        self.add_widget(self._column)
        self._padding = look.px(tokens.SMALL_GAP)

    def show(self, digits: str, length: int, *, active: bool) -> None:
        self._plate.paint(
            fill="surface",
            line="accent" if active else "hairline",
            stroke=tokens.EMPHASIS if active else tokens.HAIRLINE,
        )
        self.digits.set(digits or "–" * length, colour="ink" if digits else "second")
        if self.width > 0:
            self._plate.put(self.x, self.y, self.width, self.height)

    def natural_width(self) -> float:
        return self.look.px(tokens.TARGET * 2)

    def natural_height(self, width: float) -> float:
        return self._column.natural_height(width) + 2 * self._padding

    def arrange(self) -> None:
        super().arrange()
        self._plate.put(self.x, self.y, self.width, self.height)
        self._column.place(
            self.x, self.y + self._padding, self.width, self.height - 2 * self._padding
        )


class DateBoxes(Row):
    """The three boxes. `on_touch` is told which one was touched."""

    def __init__(
        self, look: Look, labels: tuple[str, str, str], on_touch: Callable[[int], None]
    ) -> None:
        def touched(at: int) -> Callable[[], None]:
            return lambda: on_touch(at)

        self._boxes = [
            _Box(look, part, label, touched(i))
            for i, (part, label) in enumerate(zip(PARTS, labels, strict=True))
        ]
        children: list[Element] = list(self._boxes)
        super().__init__(look, children, gap=tokens.TARGET_GAP, align="fill")

    def show(self, date: DateDigits) -> None:
        for i, box in enumerate(self._boxes):
            box.show(date.parts[i], LENGTHS[i], active=i == date.at)
