"""A picture from bytes or from a camera, kept in proportion inside its place."""

from __future__ import annotations

from io import BytesIO

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from PIL import Image, UnidentifiedImageError

from screens.theme.look import Look
from screens.theme.tokens import Rgba
from screens.widgets.elements import Element


def texture_of(encoded: bytes, largest: int) -> Texture | None:
    """The picture at most about `largest` pixels a side; None when the bytes are no picture."""
    try:
        with Image.open(BytesIO(encoded)) as picture:
            picture.draft("RGB", (largest, largest))  # JPEG: decodes straight to a small size
            picture.thumbnail((largest, largest))
            rgba = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError):
        return None
    texture = Texture.create(size=rgba.size, colorfmt="rgba")
    texture.blit_buffer(rgba.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


class Picture(Element):
    """Shows a texture as large as fits, centred; on a ground, if one is given."""

    def __init__(self, look: Look, ground: Rgba | None = None, **kw: float) -> None:
        super().__init__(look, **kw)  # type: ignore[arg-type]
        self._shown: bytes | None = None
        self._ground: Rectangle | None = None
        with self.canvas:
            if ground:
                Color(*ground)
                self._ground = Rectangle()
            self._light = Color(1, 1, 1, 0)
            self._picture = Rectangle()

    def natural_height(self, width: float) -> float:
        return width * 0.75

    def show_bytes(self, encoded: bytes | None, largest: int = 1024) -> None:
        """Decodes only what is not shown already."""
        if encoded == self._shown:
            return
        self._shown = encoded
        self.show(texture_of(encoded, largest) if encoded else None)

    def show(self, texture: Texture | None) -> None:
        self._light.a = 1 if texture is not None else 0
        self._picture.texture = texture
        self.arrange()

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """x, y, width and height of the picture itself on the window."""
        return (*self._picture.pos, *self._picture.size)

    def arrange(self) -> None:
        if self._ground:
            self._ground.pos, self._ground.size = self.pos, self.size
        texture = self._picture.texture
        if texture is None or not self._light.a:
            self._picture.size = (0, 0)
            return
        scale = min(self.width / texture.width, self.height / texture.height)
        width, height = texture.width * scale, texture.height * scale
        self._picture.size = (width, height)
        self._picture.pos = (self.center_x - width / 2, self.center_y - height / 2)
