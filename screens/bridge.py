"""All that a screen knows of the terminal: what to say, in which words, the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kiosk.journey.events import Said
from kiosk.journey.views import View
from kiosk.texts import Phrase, Texts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class PreviewFrame(Protocol):
    """H×W×4 uint8, RGBA, top row first."""

    @property
    def pixels(self) -> npt.NDArray[np.uint8]: ...


class Preview(Protocol):
    def take(self) -> PreviewFrame | None:
        """The newest frame that was not taken yet."""
        ...


class Controller(Protocol):
    """What the screens need of `kiosk.journey.controller`."""

    @property
    def view(self) -> View: ...
    @property
    def texts(self) -> Texts: ...
    def say(self, event: Said) -> None: ...
    def turn(self, now: float) -> None: ...
    def preview(self, role: str) -> Preview | None: ...


class Bridge:
    """Built on a controller; screens hold nothing else. `hand` is what a hand has half done (the
    strokes of a signature): it outlives a change of language or size, and no citizen."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self.hand: dict[str, Any] = {}

    @property
    def texts(self) -> Texts:
        return self._controller.texts

    @property
    def language(self) -> str:
        return self._controller.view.modes.language

    def say(self, event: Said) -> None:
        self._controller.say(event)

    def preview(self, role: str) -> Preview | None:
        return self._controller.preview(role)

    def text(self, text_id: str, **values: object) -> str:
        return self.texts.say(text_id, self.language, **values)

    def speak(self, phrase: Phrase) -> str:
        return self.texts.speak(phrase, self.language)
