"""The design tokens: the only place where a colour or a measure of the screens is written.

Lengths are design pixels of a 21.5" panel, 1080×1920 upright or 1920×1080 lying; a `Look` turns
them into pixels of the window. Text sizes are the em; 40 design pixels are 10 mm on that panel.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from types import MappingProxyType

Rgba = tuple[float, float, float, float]


def _rgba(hexadecimal: str) -> Rgba:
    red, green, blue = (int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (red, green, blue, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours by what they mean. `*_soft` are grounds, `on_*` stand on the colour of that name."""

    ground: Rgba
    surface: Rgba
    ink: Rgba
    second: Rgba
    hairline: Rgba
    accent: Rgba
    accent_soft: Rgba
    on_accent: Rgba
    on_accent_second: Rgba
    accent_tile: Rgba
    disabled: Rgba
    on_disabled: Rgba
    good: Rgba
    good_soft: Rgba
    warn: Rgba
    warn_soft: Rgba
    bad: Rgba
    bad_soft: Rgba
    scrim: Rgba
    veil: Rgba

    def role(self, name: str) -> Rgba:
        """The colour of a role. Raises `KeyError` for a role that does not exist."""
        if name not in ROLES:
            raise KeyError(name)
        colour: Rgba = getattr(self, name)
        return colour


ROLES = frozenset(f.name for f in fields(Palette))

LIGHT = Palette(
    ground=_rgba("#F5F4F0"),
    surface=_rgba("#FFFFFF"),
    ink=_rgba("#1B2333"),
    second=_rgba("#4C566D"),
    hairline=_rgba("#D9D8D1"),
    accent=_rgba("#0B5C6B"),
    accent_soft=_rgba("#E2EFF0"),
    on_accent=_rgba("#FFFFFF"),
    on_accent_second=_rgba("#D9EAEC"),
    accent_tile=_rgba("#2F7582"),
    disabled=_rgba("#DCE3E3"),
    on_disabled=_rgba("#5E6B72"),
    good=_rgba("#1A6A3D"),
    good_soft=_rgba("#E4F2E8"),
    warn=_rgba("#8A4900"),
    warn_soft=_rgba("#FBF0DE"),
    bad=_rgba("#A8231B"),
    bad_soft=_rgba("#FBE9E7"),
    scrim=(0.106, 0.137, 0.2, 0.72),
    veil=(0.043, 0.137, 0.2, 0.16),
)

HIGH_CONTRAST = Palette(
    ground=_rgba("#000000"),
    surface=_rgba("#000000"),
    ink=_rgba("#FFFFFF"),
    second=_rgba("#FFFFFF"),
    hairline=_rgba("#FFFFFF"),
    accent=_rgba("#FFE04A"),
    accent_soft=_rgba("#000000"),
    on_accent=_rgba("#000000"),
    on_accent_second=_rgba("#000000"),
    accent_tile=_rgba("#FFE04A"),
    disabled=_rgba("#000000"),
    on_disabled=_rgba("#BDBDBD"),
    good=_rgba("#7CFFB0"),
    good_soft=_rgba("#000000"),
    warn=_rgba("#FFD27A"),
    warn_soft=_rgba("#000000"),
    bad=_rgba("#FF9C94"),
    bad_soft=_rgba("#000000"),
    scrim=(0.0, 0.0, 0.0, 0.9),
    veil=(1.0, 1.0, 1.0, 0.28),
)

TYPE = MappingProxyType(
    {
        "attract": 104,
        "huge": 80,
        "title": 64,
        "number": 52,
        "button": 46,
        "body": 40,
        "second": 34,
        "least": 32,
    }
)

LARGE = 1.5
# What is big already grows less, or a heading would not fit a line.
LARGE_BY_ROLE = MappingProxyType(
    {"attract": 1.15, "huge": 1.2, "title": 1.3, "number": 1.35, "least": 1.3, "second": 1.35}
)
LINE_HEIGHT = 1.4
TITLE_LINE_HEIGHT = 1.3

PORTRAIT = (1080, 1920)
LANDSCAPE = (1920, 1080)
DIAGONAL = 21.5

# Frame
MARGIN = 48
GAP = 24
SMALL_GAP = 12
BIG_GAP = 40
HEADER = 104
HEADER_LYING = 92
STEP_BAR = 132
STEP_BAR_LARGE = 148
STEP_BAR_LYING = 112
FOOT = 64  # above and below the buttons, together
FOOT_LYING = 40

# Shapes
CARD_RADIUS = 24
BUTTON_RADIUS = 20
HAIRLINE = 2
EMPHASIS = 4  # border of what is chosen
CARD_PADDING = 40
STROKE = 4
ICON_GRID = 56
ICON = 56
ICON_SMALL = 44
ICON_LARGE = 1.4  # in large type
TILE = 120

# Targets
TARGET = 84  # 20 mm and a little
BUTTON = 120
BUTTON_LARGE = 144  # upright
PAGER = 100
TARGET_GAP = 16

# Time
SECOND_TAP = 0.4
