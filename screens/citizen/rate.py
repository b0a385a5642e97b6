"""Five faces; skipping is as easy as rating."""

from __future__ import annotations

from kiosk.journey.events import ReasonToggled, StarsGiven
from kiosk.journey.views import Rate
from screens.base import Screen
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.choice import ChoiceCard
from screens.widgets.elements import Column, Element, Grid, Row, Space
from screens.widgets.faces import Face
from screens.widgets.press import Action, Pressable
from screens.widgets.words import Title, Words

FACE = 136
FACE_UPRIGHT = 168


class FaceButton(Pressable):
    """A face over its word."""

    def __init__(self, look: Look, stars: int, words: str, on_press: Action) -> None:
        super().__init__(look, on_press=on_press, test_id=f"star:{stars}", repeats=True, grow=1)
        self._face = Face(look, stars, side=FACE_UPRIGHT if look.portrait else FACE)
        said = Words(
            look, words, "second", bold=True, align="centre", valign="top", balanced=True, grow=1
        )
        face = Column(look, [self._face], align="centre")
        self._tree = Column(look, [face, said], gap=tokens.SMALL_GAP)
        self.add_widget(self._tree)

    def choose(self, chosen: bool) -> None:
        self._face.choose(chosen)

    def natural_width(self) -> float:
        return self._tree.natural_width()

    def natural_height(self, width: float) -> float:
        return self._tree.natural_height(width)

    def arrange(self) -> None:
        super().arrange()
        self._tree.place(self.x, self.y, self.width, self.height)


class RateScreen(Screen[Rate]):
    def shape(self, body: Rate) -> object:
        return (bool(body.stars), body.reasons)

    def build(self, body: Rate) -> Element:
        look = self.look
        self._faces = {stars: self._face(stars) for stars in (5, 4, 3, 2, 1)}
        self._reasons = {
            reason: ChoiceCard(
                look,
                self.text(reason),
                on_press=lambda reason=reason: self.say(ReasonToggled(reason)),
                test_id=f"reason:{reason.rpartition('.')[2]}",
                role="second" if look.large else "body",
                padding_y=18,
            )
            for reason in body.reasons
        }
        head = Column(
            look,
            [
                Title(look, self.text("rate.title"), align="centre"),
                Words(
                    look,
                    self.text("rate.thanks" if body.stars else "rate.subtitle"),
                    colour="second",
                    align="centre",
                    balanced=True,
                    drop=1,
                ),
            ],
            gap=tokens.SMALL_GAP,
        )
        faces = Row(look, list(self._faces.values()), gap=tokens.SMALL_GAP, align="top")
        above, below = Space(look, grow=1.4), Space(look, grow=1)
        if look.portrait or not body.reasons:
            why = self._why() if body.reasons else []
            parts = [above, head, faces, *why, below]
            return Column(look, parts, gap=tokens.BIG_GAP)
        left = Column(look, [Space(look, grow=1), head, faces, below], gap=tokens.BIG_GAP)
        right = Column(
            look, [Space(look, grow=1), *self._why(), Space(look, grow=1)], gap=tokens.TARGET_GAP
        )
        return self.sides(left, right, ratio=1.15)

    def _face(self, stars: int) -> FaceButton:
        return FaceButton(
            self.look,
            stars,
            self.text(f"rate.star.{stars}"),
            lambda: self.say(StarsGiven(stars)),
        )

    def _why(self) -> list[Element]:
        look = self.look
        columns = 1 if look.large and not look.portrait else 2
        why = Words(look, self.text("rate.why"), "body", bold=True, align="centre", drop=2)
        grid = Grid(look, list(self._reasons.values()), columns=columns, gap=tokens.TARGET_GAP)
        return [why, grid]

    def update(self, body: Rate) -> None:
        for stars, face in self._faces.items():
            face.choose(stars == body.stars)
        for reason, card in self._reasons.items():
            card.choose(reason in body.chosen)


SCREEN = RateScreen
_REASONS = tuple(f"rate.reason.{key}" for key in ("slow", "unclear", "device", "papers", "other"))
PREVIEWS = {
    "none": Rate(stars=0, reasons=(), chosen=()),
    "good": Rate(stars=5, reasons=(), chosen=()),
    "bad": Rate(stars=2, reasons=_REASONS, chosen=("rate.reason.unclear",)),
}
