"""What every screen is: a body shown under a look, rebuilt or updated when the body changes.

A screen module `screens/citizen/<body.name>.py` exports `SCREEN` (the class) and
`PREVIEWS: dict[str, Body]` (states for the gallery).
"""

from __future__ import annotations

from typing import Generic, TypeVar

from kiosk.journey.events import Said
from kiosk.texts import Phrase
from screens.bridge import Bridge
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.elements import Column, Element, Row, Space

B = TypeVar("B")


class Screen(Element, Generic[B]):
    """Subclasses give `build`; those that must keep widgets while the body changes give `shape`
    (what the tree depends on) and `update` (what is put into it)."""

    bleeds = False  # True: the screen takes the full width and leaves its own margins

    def __init__(self, look: Look, bridge: Bridge) -> None:
        super().__init__(look)
        self.bridge = bridge
        self.body: B | None = None
        self._shape: object = None
        self._root: Element | None = None

    # --- to be given ---------------------------------------------------------------------------

    def build(self, body: B) -> Element:
        """The tree of elements for `body`."""
        raise NotImplementedError

    def shape(self, body: B) -> object:
        """Equal shapes keep the tree. By default every change builds anew."""
        return body

    def update(self, body: B) -> None:
        """Puts `body` into the tree. Called after each `build` and at every change."""

    def hide(self) -> None:
        """Left for another screen: stop what runs (a camera's picture)."""

    # --- used by the frame ---------------------------------------------------------------------

    def show(self, body: B) -> None:
        if self._root is not None and body == self.body:
            return
        shape = self.shape(body)
        self.body = body
        if self._root is None or shape != self._shape:
            self.clear_widgets()
            self._root = self.build(body)
            self._shape = shape
            self.add_widget(self._root)
            self.arrange()
        self.update(body)

    def arrange(self) -> None:
        if self._root is not None and self.width > 0:
            self._root.place(self.x, self.y, self.width, self.height)

    # --- shorthands ------------------------------------------------------------------------------

    def text(self, text_id: str, **values: object) -> str:
        return self.bridge.text(text_id, **values)

    def speak(self, phrase: Phrase) -> str:
        return self.bridge.speak(phrase)

    def say(self, event: Said) -> None:
        self.bridge.say(event)

    def sides(
        self, first: Element, second: Element, *, ratio: float = 1.0, gap: float = 0.0
    ) -> Element:
        """Two parts: one under the other upright, side by side lying (`ratio`: first to second)."""
        if self.look.portrait:
            second.grow = second.grow or 1
            return Column(self.look, [first, second], gap=gap or tokens.GAP)
        first.grow, second.grow = ratio, 1.0
        return Row(self.look, [first, second], gap=gap or 2 * tokens.MARGIN, align="fill")

    def centred(self, picture: Element, parts: list[Element], *, wide: float) -> Element:
        """A picture and what it says, in the middle of the glass; `wide`: the parts when lying."""
        look = self.look
        above = Column(look, [picture], align="centre", drop=1)
        if look.portrait:
            return Column(
                look,
                [Space(look, grow=1), above, *parts, Space(look, grow=1.4)],
                gap=tokens.BIG_GAP,
            )
        middle = Column(look, parts, gap=tokens.GAP, wide=wide)
        return Column(
            look,
            [Space(look, grow=1), above, middle, Space(look, grow=1)],
            align="centre",
            gap=tokens.GAP,
        )
