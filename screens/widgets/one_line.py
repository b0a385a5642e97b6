"""Words that must not be broken (a case number): the largest type in which they fit."""

from __future__ import annotations

from screens.theme.look import Look
from screens.widgets.words import Words


class OneLine(Words):
    """`roles` from the largest wanted to the smallest allowed."""

    def __init__(self, look: Look, text: str, roles: tuple[str, ...], **kw: object) -> None:
        super().__init__(look, text, roles[0], **kw)  # type: ignore[arg-type]
        self._roles = roles

    def lines(self, width: float) -> list[str]:
        for role in self._roles:
            self.role = role
            if self._advance(self.text) <= width:
                return [self.text]
        return super().lines(width)
