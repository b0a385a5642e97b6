"""Sentences for reading at arm's length: lines end where a clause ends, if that costs no more
than one line."""

from __future__ import annotations

import re

from screens.theme.wrap import wrap
from screens.widgets.words import Words

CLAUSE = re.compile(r".*?(?:[，；：。？！]+[”）》]*|[,;:.?!]+ |$)", re.DOTALL)


class Clauses(Words):
    """Words whose lines prefer to end with a comma, a semicolon, a full stop."""

    def lines(self, width: float) -> list[str]:
        text, at, lines = self._broken
        if text != self.text or at != width:
            lines = self._divide(width)
            self._broken = (self.text, width, lines)
        return lines

    def _divide(self, width: float) -> list[str]:
        plain = wrap(self.text, width, self._advance)
        lines: list[str] = []
        line = ""
        for clause in (found for found in CLAUSE.findall(self.text) if found):
            if line and self._advance((line + clause).rstrip()) > width:
                lines.append(line.rstrip())
                line = clause
            else:
                line += clause
        lines.append(line.rstrip())
        good = all(self._advance(each) <= width for each in lines)
        return lines if good and len(lines) <= len(plain) + 1 else plain
