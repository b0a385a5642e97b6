"""How things look just now: the window, the modes, and the tokens turned into pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from screens.theme import tokens
from screens.theme.tokens import Palette, Rgba


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Widgets are built for one look and built anew for another.

    `width` and `height` are pixels of the window, `diagonal` inches of the panel.
    """

    width: int
    height: int
    language: str = "zh_CN"
    large: bool = False
    contrast: bool = False
    diagonal: float = tokens.DIAGONAL
    portrait: bool = field(init=False, compare=False)
    scale: float = field(init=False, compare=False)
    """Pixels of the window per design pixel."""
    _ems: Mapping[str, int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # asked thousands of times for each screen
        portrait = self.height >= self.width
        width, height = tokens.PORTRAIT if portrait else tokens.LANDSCAPE
        object.__setattr__(self, "portrait", portrait)
        object.__setattr__(self, "scale", min(self.width / width, self.height / height))
        object.__setattr__(self, "_ems", {role: self._em(role) for role in tokens.TYPE})

    @property
    def palette(self) -> Palette:
        return tokens.HIGH_CONTRAST if self.contrast else tokens.LIGHT

    def colour(self, role: str) -> Rgba:
        return self.palette.role(role)

    def px(self, length: float) -> int:
        """Design pixels as whole pixels of the window."""
        return round(length * self.scale)

    def em(self, role: str) -> int:
        """Text size in pixels of the window: larger on a panel smaller than designed for."""
        return self._ems[role]

    def _em(self, role: str) -> int:
        size = float(tokens.TYPE[role])
        if self.large:
            size *= tokens.LARGE_BY_ROLE.get(role, tokens.LARGE)
        smaller_panel = min(max(tokens.DIAGONAL / self.diagonal, 1.0), 1.25)
        return round(size * smaller_panel * self.scale)

    def line(self, role: str) -> int:
        """Height of one line of text, in pixels of the window."""
        heading = role in ("attract", "huge", "title")
        return round(self.em(role) * (tokens.TITLE_LINE_HEIGHT if heading else tokens.LINE_HEIGHT))

    @property
    def button(self) -> int:
        """Height of a main button, in pixels of the window."""
        return self.px(tokens.BUTTON_LARGE if self.large and self.portrait else tokens.BUTTON)

    @property
    def header(self) -> int:
        """Height of the header, in pixels of the window."""
        return self.px(tokens.HEADER if self.portrait else tokens.HEADER_LYING)

    @property
    def step_bar(self) -> int:
        """Height of the step bar, in pixels of the window."""
        if not self.portrait:
            return self.px(tokens.STEP_BAR_LYING)
        return self.px(tokens.STEP_BAR_LARGE if self.large else tokens.STEP_BAR)

    @property
    def foot_room(self) -> int:
        """Room above and below the foot bar's buttons, together, in pixels of the window."""
        return self.px(tokens.FOOT if self.portrait else tokens.FOOT_LYING)
