"""Sign with a finger, under the words that one signs for."""

from __future__ import annotations

from kiosk.journey.events import Signed
from kiosk.journey.views import Sign
from kiosk.texts import Phrase
from screens.base import Screen
from screens.theme import tokens
from screens.widgets.buttons import Button
from screens.widgets.clauses import Clauses
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.filling import Filling
from screens.widgets.icons import Icon
from screens.widgets.sign_pad import SignPad
from screens.widgets.words import Title, Words

KEPT = "signature"


class SignScreen(Screen[Sign]):
    """The strokes are the hand's; the journey has their picture."""

    def shape(self, body: Sign) -> object:
        return body.statement

    def build(self, body: Sign) -> Element:
        look = self.look
        self._pad = SignPad(look, self._signed)
        if body.signed:
            self._pad.restore(self.bridge.hand.get(KEPT, ()))
        else:
            self.bridge.hand.pop(KEPT, None)
        self._clear = Button(
            look,
            self.text("sign.clear"),
            icon="retake",
            role="body",
            high=100,
            on_press=self._wipe,
            test_id="sign-clear",
        )
        self._state = Words(look, "", "body", colour="second", grow=1)
        self._mark = Icon(look, "pen", colour="second")
        head = Column(
            look,
            [
                Title(look, self.text("sign.title")),
                Words(look, self.text("sign.subtitle"), colour="second", drop=1),
            ],
            gap=tokens.SMALL_GAP,
        )
        statement = Clauses(look, self.speak(body.statement), "body" if look.portrait else "second")
        under = Row(look, [self._mark, self._state, self._clear], gap=tokens.GAP)
        pad = Filling(look, self._pad, least=240)
        if look.portrait:
            pad.grow = 3
            return Column(
                look,
                [head, statement, Space(look, grow=1), pad, under],
                gap=tokens.BIG_GAP if not look.large else tokens.GAP,
            )
        left = Column(look, [head, statement, Space(look, grow=1)], gap=tokens.GAP)
        right = Column(look, [pad, under], gap=tokens.GAP)
        return self.sides(left, right, ratio=0.62)

    def _signed(self, png: bytes) -> None:
        self.bridge.hand[KEPT] = self._pad.strokes
        self.say(Signed(png))

    def _wipe(self) -> None:
        self._pad.clear()
        self.bridge.hand.pop(KEPT, None)
        self.say(Signed(b""))

    def update(self, body: Sign) -> None:
        if not body.signed and not self._pad.busy:
            self._pad.clear()
        self._clear.enabled = body.signed
        tone = "good" if body.signed else "second"
        self._state.set(self.text("sign.signed" if body.signed else "sign.here"), colour=tone)
        self._mark.set("check" if body.signed else "pen", colour=tone)


SCREEN = SignScreen

_STATEMENT = Phrase("sign.statement", {"version": "3"})
PREVIEWS = {
    "empty": Sign(signed=False, statement=_STATEMENT),
    "signed": Sign(signed=True, statement=_STATEMENT),
}
