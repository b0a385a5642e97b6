"""A pilot in the same process: drives the real application by touches, under a clock of its own.

Touches come through a real input provider, so grabbing and dispatch are those of the product. Time
is the pilot's: nothing waits. Each step ends with `glFinish`, or a software driver queues frames
until memory is gone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import (
    GL_RGBA,
    GL_UNSIGNED_BYTE,
    glFinish,
    glReadPixels,
)
from kivy.input.motionevent import MotionEvent
from kivy.input.provider import MotionEventProvider
from kivy.uix.widget import Widget
from PIL import Image

from screens.kiosk_app import KioskApp
from screens.theme import tokens
from screens.widgets.elements import Element
from screens.widgets.press import Pressable
from screens.widgets.words import Words

STEP = 1 / 30

Rectangle = tuple[float, float, float, float]
"""x, y of the lower left corner, width, height; pixels of the window."""


class NotOnGlass(LookupError):
    """No visible, enabled widget has this test id."""


class PilotTouch(MotionEvent):
    """One finger; `args` are x and y from 0 to 1."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("is_touch", True)
        kwargs.setdefault("type_id", "touch")
        super().__init__(*args, **kwargs)
        self.profile = ("pos",)

    def depack(self, args: Sequence[float]) -> None:
        self.sx, self.sy = args
        super().depack(args)


class PilotProvider(MotionEventProvider):
    """Hands queued (phase, touch) pairs to Kivy at its next round."""

    def __init__(self) -> None:
        super().__init__("pilot", "")
        self.queue: list[tuple[str, MotionEvent]] = []

    def update(self, dispatch_fn: Any) -> None:
        waiting, self.queue = self.queue, []
        for phase, touch in waiting:
            dispatch_fn(phase, touch)


class VirtualClock:
    """Stands in for `Clock.time`; moves only when told, on from where Kivy's clock stood."""

    def __init__(self) -> None:
        self.now = max(Clock.time(), Clock.get_time())

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text as it stands on the glass."""

    text: str
    place: Rectangle


class Pilot:
    """`app` comes from `screens.app.build_app`; used in a `with`."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._clock = VirtualClock()
        self._provider = PilotProvider()
        self._touches = 0

    def __enter__(self) -> Pilot:
        Clock.time = self._clock
        self._app.rates = (0, 0)  # the pilot's steps are the frames
        EventLoop.add_input_provider(self._provider)
        self._app._run_prepare()
        if EventLoop.status != "started":
            EventLoop.start()
        self.settle()
        return self

    def __exit__(self, *_: object) -> None:
        EventLoop.remove_input_provider(self._provider)
        self._app.stop()
        if self._app.root is not None:
            Window.remove_widget(self._app.root)

    # --- time -------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        return self._clock.now

    def step(self, seconds: float = STEP) -> None:
        """One frame, `seconds` later."""
        self._clock.now += seconds
        EventLoop.idle()
        glFinish()

    def settle(self, frames: int = 3) -> None:
        """Frames enough for a change to be on the glass, and past the guard against second taps."""
        self.step()
        self.step()
        self.step(tokens.SECOND_TAP + STEP)
        for _ in range(frames):
            self.step()

    def wait(self, seconds: float, step: float = STEP) -> None:
        """Lets time pass in steps, as a person who does nothing."""
        for _ in range(math.ceil(seconds / step)):
            self.step(step)

    def until(self, seen: Callable[[], bool], *, seconds: float = 10.0) -> bool:
        """Steps in real time until `seen()`: for what other threads do (a reader, a sender)."""
        for _ in range(math.ceil(seconds / STEP)):
            if seen():
                return True
            time.sleep(STEP)
            self.step()
        return seen()

    # --- touching ---------------------------------------------------------------------------------

    def find(self, test_id: str) -> Element:
        """The visible, enabled widget of that name. Raises `NotOnGlass`."""
        for element in self.elements():
            if element.test_id == test_id and getattr(element, "enabled", True):
                return element
        known = sorted(e.test_id for e in self.elements() if e.test_id)
        raise NotOnGlass(f"{test_id}; on the glass: {', '.join(known)}")

    def sees(self, test_id: str) -> bool:
        return any(e.test_id == test_id and getattr(e, "enabled", True) for e in self.elements())

    def tap(self, test_id: str) -> None:
        """Presses and releases in the middle of the widget, then settles."""
        x, y = self.find(test_id).center
        self.touch([(x, y)])
        self.settle()

    def draw(self, test_id: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Draws on a widget: points from 0 to 1 within it, origin top left."""
        pad = self.find(test_id)
        for stroke in strokes:
            self.touch([(pad.x + x * pad.width, pad.top - y * pad.height) for x, y in stroke])
        self.settle()

    def touch(self, points: Sequence[tuple[float, float]]) -> None:
        """One finger along `points` (pixels of the window)."""
        self._touches += 1
        touch = PilotTouch("pilot", self._touches, self._share(points[0]))
        self._send("begin", touch)
        for point in points[1:]:
            touch.move(self._share(point))
            self._send("update", touch)
        self._send("end", touch)

    def _share(self, point: tuple[float, float]) -> tuple[float, float]:
        return (point[0] / Window.width, point[1] / Window.height)

    def _send(self, phase: str, touch: PilotTouch) -> None:
        self._provider.queue.append((phase, touch))
        self.step()

    # --- looking ----------------------------------------------------------------------------------

    def elements(self) -> Iterator[Element]:
        """All that is on the glass now; under an overlay, only the overlay."""
        frame = self._app.frame
        if frame is None:
            return
        sheet = frame.sheet
        roots: list[Widget] = [sheet] if sheet else list(frame.children)
        for root in roots:
            for widget in root.walk(restrict=True):
                if isinstance(widget, Element) and widget.width > 0 and widget.height > 0:
                    yield widget

    def texts_on_glass(self) -> list[Text]:
        return [
            Text(text=e.text, place=(*e.pos, *e.size))
            for e in self.elements()
            if isinstance(e, Words) and e.text
        ]

    def says(self, text: str) -> bool:
        """Whether a text on the glass contains `text`."""
        return any(text in each.text for each in self.texts_on_glass())

    def targets(self) -> list[Pressable]:
        return [e for e in self.elements() if isinstance(e, Pressable)]

    def picture(self) -> Image.Image:
        """What is on the glass, read back from the graphics memory."""
        Window.dispatch("on_draw")
        glFinish()
        width, height = (int(side) for side in Window.system_size)
        pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        picture = Image.frombytes("RGBA", (width, height), bytes(pixels))
        Window.dispatch("on_flip")
        return picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")

    def shot(self, path: Path) -> None:
        """Saves the picture as PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.picture().save(path, compress_level=1)
