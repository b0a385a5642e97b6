"""A QR code (ISO/IEC 18004) as one small texture, drawn without smoothing: one rectangle, crisp."""

from __future__ import annotations

import segno
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture

from screens.theme.look import Look
from screens.widgets.elements import Element

QUIET = 4  # modules of white around the code, as the standard asks


def modules(content: str) -> list[bytearray]:
    """The code's rows, 1 = dark, quiet zone included; error correction M."""
    code = segno.make(content, error="m", micro=False)
    return [bytearray(row) for row in code.matrix_iter(border=QUIET)]


class QrCode(Element):
    """Shows `content` in the largest square of whole pixels a module; nothing when it is empty.
    `side` is in design pixels.

    Always dark on white, whatever the palette: telephones read no other.
    """

    def __init__(self, look: Look, *, side: float, content: str = "", **kw: float) -> None:
        super().__init__(look, wide=side, **kw)  # type: ignore[arg-type]
        self.content = ""
        self._side = 0
        with self.canvas:
            self._paint = Color(1, 1, 1, 0)
            self._square = Rectangle()
        self.show(content)

    def natural_height(self, width: float) -> float:
        return self.look.px(self.wide)

    def show(self, content: str) -> None:
        if content == self.content:
            return
        self.content = content
        self._paint.a = 1 if content else 0
        if content:
            rows = modules(content)
            self._side = len(rows)
            texture = Texture.create(size=(self._side, self._side), colorfmt="luminance")
            texture.mag_filter = texture.min_filter = "nearest"
            pixels = bytes(0 if dark else 255 for row in reversed(rows) for dark in row)
            texture.blit_buffer(pixels, colorfmt="luminance", bufferfmt="ubyte")
            self._square.texture = texture
        else:
            self._side = 0
            self._square.texture = None
        self.arrange()

    def arrange(self) -> None:
        if not self._side:
            self._square.size = (0, 0)
            return
        scale = max(int(min(self.width, self.height)) // self._side, 1)
        side = scale * self._side
        self._square.size = (side, side)
        self._square.pos = (round(self.center_x - side / 2), round(self.center_y - side / 2))
