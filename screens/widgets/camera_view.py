"""The live picture of a camera: one texture, refilled; never a stale picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.graphics.texture import Texture

from screens.bridge import Preview
from screens.theme.look import Look
from screens.widgets.picture import Picture

FRAMES = 12  # looks a second; the slot holds only the newest picture
STALE_AFTER = 1.0  # seconds without a new frame


class CameraView(Picture):
    """`start` before it is shown, `stop` when it is left. `on_live(bool)` tells whether the picture
    is alive; a picture older than `STALE_AFTER` is taken down, for it would show the past."""

    def __init__(self, look: Look, on_live: Callable[[bool], None], **kw: float) -> None:
        super().__init__(look, **kw)
        self.live = False
        self._on_live = on_live
        self._preview: Preview | None = None
        self._texture: Texture | None = None
        self._newest = 0.0
        self._poll: Any = None

    def start(self, preview: Preview | None) -> None:
        """Looks at `preview` from now on; None shows nothing."""
        if preview is self._preview and self._poll is not None:
            return
        self.stop()
        self._preview = preview
        if preview is not None:
            self._poll = Clock.schedule_interval(self._refill, 1 / FRAMES)
            self._refill(0)

    def stop(self) -> None:
        """Takes the picture down and wipes the texture: nothing of it is shown later."""
        if self._poll is not None:
            self._poll.cancel()
            self._poll = None
        self._preview = None
        self._texture = None
        self._turn(False)

    def _refill(self, _: float) -> None:
        assert self._preview is not None
        frame = self._preview.take()
        now = Clock.get_time()
        if frame is None:
            if self.live and now - self._newest > STALE_AFTER:
                self._turn(False)
            return
        pixels = frame.pixels
        size = (pixels.shape[1], pixels.shape[0])
        if self._texture is None or tuple(self._texture.size) != size:
            self._texture = Texture.create(size=size, colorfmt="rgba")
            self._texture.flip_vertical()
        self._texture.blit_buffer(pixels.reshape(-1), colorfmt="rgba", bufferfmt="ubyte")
        self._newest = now
        if self.live:
            self.canvas.ask_update()
        else:
            self._turn(True)

    def _turn(self, live: bool) -> None:
        self.show(self._texture if live else None)
        if live != self.live:
            self.live = live
            self._on_live(live)
