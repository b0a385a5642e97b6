"""A signature as strokes: points in a unit of the pad's height, from its lower left corner.

The picture that is kept is drawn from the strokes, never photographed from the screen: the same
ink on white whatever the panel, the palette or the size of type.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

Point = tuple[float, float]
Stroke = Sequence[Point]

HEIGHT = 360  # pixels of the kept picture
OVERSAMPLE = 3
INK = 27  # grey of the ink, 0 black
PEN = 0.022  # thickness of the pen, in heights of the pad
CURVE = 6  # pieces between two touched points


def smooth(stroke: Stroke) -> list[Point]:
    """The stroke as a curve: through the middles of its pieces, its own points as controls.

    Quadratic Bézier, as drawing programs do it: no corner where the panel reported a point.
    """
    if len(stroke) < 3:
        return list(stroke)
    curve: list[Point] = [stroke[0]]
    for (x0, y0), (x1, y1), (x2, y2) in zip(stroke, stroke[1:], stroke[2:], strict=False):
        start = ((x0 + x1) / 2, (y0 + y1) / 2)
        end = ((x1 + x2) / 2, (y1 + y2) / 2)
        for step in range(CURVE + 1):
            t = step / CURVE
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            curve.append((a * start[0] + b * x1 + c * end[0], a * start[1] + b * y1 + c * end[1]))
    curve.append(stroke[-1])
    return curve


def png(strokes: Sequence[Stroke], aspect: float) -> bytes:
    """Ink on white, grey PNG, `HEIGHT` pixels high and `aspect` times as wide; b"" without ink."""
    if not any(strokes):
        return b""
    scale = HEIGHT * OVERSAMPLE
    size = (max(round(scale * aspect), 1), scale)
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    radius = PEN * scale / 2
    for stroke in strokes:
        path = [(x * scale, (1 - y) * scale) for x, y in smooth(stroke)]
        if len(path) > 1:
            draw.line(path, fill=INK, width=round(2 * radius), joint="curve")
        for x, y in (path[0], path[-1]):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=INK)
    kept = picture.resize((size[0] // OVERSAMPLE, HEIGHT), Image.Resampling.LANCZOS)
    out = BytesIO()
    kept.save(out, "PNG", optimize=True)
    return out.getvalue()
