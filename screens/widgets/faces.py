"""Five faces for five stars, drawn: told apart by the mouth first, by colour only second."""

from __future__ import annotations

from math import cos, pi, sin

from kivy.graphics import Color, Ellipse, Line

from screens.theme.look import Look
from screens.widgets.elements import Element

TONES = {5: "good", 4: "good", 3: "second", 2: "warn", 1: "bad"}

# Mouths on a face of radius 1: (centre height, half width, depth); a positive depth smiles.
MOUTHS = {5: (-0.18, 0.40, 0.30), 4: (-0.22, 0.36, 0.16), 3: (-0.34, 0.34, 0.0)}
MOUTHS |= {2: (-0.42, 0.34, -0.14), 1: (-0.52, 0.38, -0.26)}
STEPS = 16


def mouth(stars: int) -> list[tuple[float, float]]:
    """Points of the mouth on a face of radius 1 about (0, 0); at five stars it is open."""
    height, half, depth = MOUTHS[stars]
    curve = [
        (-half * cos(pi * i / STEPS), height - depth * sin(pi * i / STEPS))
        for i in range(STEPS + 1)
    ]
    return [*curve, curve[0]] if stars == 5 else curve


class Face(Element):
    """One face; `chosen` fills its ground."""

    def __init__(self, look: Look, stars: int, *, side: float, **kw: float) -> None:
        super().__init__(look, wide=side, **kw)  # type: ignore[arg-type]
        self.stars = stars
        with self.canvas:
            self._ground_colour = Color()
            self._ground = Ellipse()
            self._rim_colour = Color()
            self._rim = Line(width=look.px(2))
            self._ink = Color(*look.colour(TONES[stars]))
            self._eyes = (Ellipse(), Ellipse())
            self._mouth = Line(cap="round", joint="round")
        self.choose(False)

    def natural_height(self, width: float) -> float:
        return self.look.px(self.wide)

    def choose(self, chosen: bool) -> None:
        look, tone = self.look, TONES[self.stars]
        soft = {"good": "good_soft", "warn": "warn_soft", "bad": "bad_soft"}.get(tone, "ground")
        self._ground_colour.rgba = look.colour(soft if chosen else "surface")
        self._rim_colour.rgba = look.colour(tone if chosen else "hairline")
        self._rim.width = look.px(5 if chosen else 2)
        self.arrange()

    def arrange(self) -> None:
        radius = min(self.width, self.height) / 2 - self.look.px(5)
        if radius <= 0:
            return
        x, y = self.center
        self._ground.pos, self._ground.size = (x - radius, y - radius), (2 * radius, 2 * radius)
        self._rim.circle = (x, y, radius)
        eye = radius * 0.2
        for side, ellipse in zip((-1, 1), self._eyes, strict=True):
            ellipse.size = (eye, eye)
            ellipse.pos = (x + side * radius * 0.32 - eye / 2, y + radius * 0.22 - eye / 2)
        self._mouth.width = max(radius * 0.055, 1.5)
        self._mouth.points = [
            c for px, py in mouth(self.stars) for c in (x + px * radius, y + py * radius)
        ]
