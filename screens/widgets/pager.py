"""Pages instead of scrolling: a list is turned like a book, with two large buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from screens.bridge import Bridge
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.buttons import Button
from screens.widgets.elements import Box, Element, Grid, Row
from screens.widgets.words import Words


@dataclass(frozen=True, slots=True)
class Later:
    """An item of a long list: made when its page is turned to. `height` at a width is that which
    it will have; the list is divided by it."""

    make: Callable[[], Element]
    height: Callable[[float], float]


class Pager(Box):
    """Fills the pages greedily with `items` by the height that there is.

    `columns` > 1 lays them out in a grid. Buttons: test ids `<test_id>:previous`, `<test_id>:next`.
    """

    def __init__(
        self,
        look: Look,
        bridge: Bridge,
        items: Sequence[Element | Later],
        *,
        columns: int = 1,
        gap: float = tokens.TARGET_GAP,
        test_id: str = "page",
        **kw: float,
    ) -> None:
        self._items = list(items)
        self._columns = columns
        self._bridge = bridge
        self.page = 0
        self.pages: list[range] = [range(len(self._items))]  # of items
        self._known: dict[tuple[int, float], float] = {}  # heights of items not yet made
        self._grid = Grid(look, [], columns=columns, gap=gap)
        high = tokens.PAGER if look.portrait else tokens.TARGET
        self._previous = Button(
            look,
            bridge.text("pager.previous"),
            icon="chevron_left",
            role="body",
            high=high,
            on_press=lambda: self.turn(-1),
            test_id=f"{test_id}:previous",
            repeats=True,
        )
        self._next = Button(
            look,
            bridge.text("pager.next"),
            icon_after="chevron_right",
            role="body",
            high=high,
            on_press=lambda: self.turn(+1),
            test_id=f"{test_id}:next",
            repeats=True,
        )
        self._where = Words(look, "", "body", colour="second", align="centre", grow=1)
        self._bar = Row(look, [self._previous, self._where, self._next], gap=tokens.TARGET_GAP)
        super().__init__(look, [self._grid], gap=gap, **kw)  # type: ignore[arg-type]

    def natural_height(self, width: float) -> float:
        """All items on one page: what it would like."""
        heights = self._rows(width)
        return sum(heights) + self.look.px(self.gap) * max(len(heights) - 1, 0)

    @property
    def overfull(self) -> bool:
        """A single item higher than the page: a fault of the screen."""
        bar = self._bar.height + self.look.px(self.gap) if len(self.pages) > 1 else 0
        return self._grid.height > self.height - bar + 1

    def turn(self, by: int) -> None:
        self.page = min(max(self.page + by, 0), len(self.pages) - 1)
        self._show_page()

    def arrange(self) -> None:
        self.pages = self._divide(self.height)
        if len(self.pages) > 1:
            bar = self._bar.natural_height(self.width)
            self.pages = self._divide(self.height - bar - self.look.px(self.gap))
        self.page = min(self.page, len(self.pages) - 1)
        self._show_page()

    def _rows(self, width: float) -> list[float]:
        """The heights of all rows at a width."""
        cell = (width - self.look.px(self.gap) * (self._columns - 1)) / self._columns
        each = [self._height(index, cell) for index in range(len(self._items))]
        return [max(each[i : i + self._columns]) for i in range(0, len(each), self._columns)]

    def _height(self, index: int, width: float) -> float:
        item = self._items[index]
        if isinstance(item, Element):
            return item.natural_height(width)
        height = self._known.get((index, width))
        if height is None:
            height = self._known[index, width] = item.height(width)
        return height

    def _divide(self, room: float) -> list[range]:
        starts = [0]
        used = 0.0
        for i, height in enumerate(self._rows(self.width)):
            if i * self._columns > starts[-1] and used + height > room + 0.5:
                starts.append(i * self._columns)
                used = 0.0
            used += height + self.look.px(self.gap)
        return [range(*ends) for ends in pairwise([*starts, len(self._items)])]

    def _made(self, index: int) -> Element:
        item = self._items[index]
        if isinstance(item, Element):
            return item
        made = self._items[index] = item.make()
        return made

    def _show_page(self) -> None:
        self._grid.hold([self._made(index) for index in self.pages[self.page]])
        many = len(self.pages) > 1
        super().hold([self._grid, self._bar] if many else [self._grid])
        bar = self._bar.natural_height(self.width) if many else 0.0
        height = self._grid.natural_height(self.width)
        self._grid.place(self.x, self.top - height, self.width, height)
        if many:
            self._previous.enabled = self.page > 0
            self._next.enabled = self.page < len(self.pages) - 1
            self._where.text = self._bridge.text(
                "pager.where", page=self.page + 1, count=len(self.pages)
            )
            self._bar.place(self.x, self.y, self.width, bar)
