"""Layout in one pass: an element says how high it would be at a width, then is placed.

Kivy's layouts settle over several frames by triggers; text whose height depends on its width needs
the answer at once. Lengths here are pixels of the window; Kivy's origin is the lower left corner.
"""

from __future__ import annotations

from collections.abc import Sequence

from kivy.graphics import Color, Rectangle
from kivy.uix.widget import Widget

from screens.theme import tokens
from screens.theme.look import Look


class Element(Widget):
    """A widget that is measured and placed by its parent.

    `grow`: share of the room left over in a `Column` or `Row`. `drop`: when the room is too small,
    elements with the highest `drop` are left out first; 0 stays always.
    """

    def __init__(
        self, look: Look, *, test_id: str = "", grow: float = 0.0, drop: int = 0, wide: float = 0.0
    ) -> None:
        super().__init__(size_hint=(None, None), size=(0, 0))  # until it is placed
        self.look = look
        self.test_id = test_id
        self.grow = grow
        self.drop = drop
        self.wide = wide  # fixed width in design pixels; 0: natural

    def apply_class_lang_rules(self, *_: object, **__: object) -> None:
        """Kivy's style sheet goes by class names, and would dress our `Button` as its own."""

    def natural_width(self) -> float:
        """Width that it would like, in pixels."""
        return self.look.px(self.wide)

    def natural_height(self, width: float) -> float:
        """Height that it needs at `width`, in pixels."""
        raise NotImplementedError

    def place(self, x: float, y: float, width: float, height: float) -> None:
        """Takes its place; `x`, `y` is the lower left corner."""
        self.pos = (round(x), round(y))
        self.size = (round(width), round(height))
        self.arrange()

    def arrange(self) -> None:
        """Places children and drawings within `pos` and `size`."""


class Space(Element):
    """Nothing: a gap of `length` design pixels along the parent, or a share of what is left."""

    def __init__(
        self, look: Look, length: float = 0.0, *, grow: float = 0.0, drop: int = 0
    ) -> None:
        super().__init__(look, grow=grow, drop=drop)
        self.length = length

    def natural_width(self) -> float:
        return self.look.px(self.length)

    def natural_height(self, width: float) -> float:
        return self.look.px(self.length)


class Rule(Element):
    """A hairline across."""

    def __init__(self, look: Look, *, colour: str = "hairline", **kw: float) -> None:
        super().__init__(look, **kw)  # type: ignore[arg-type]
        with self.canvas:
            Color(*look.colour(colour))
            self._line = Rectangle()

    def natural_height(self, width: float) -> float:
        return max(self.look.px(tokens.HAIRLINE), 1)

    def arrange(self) -> None:
        self._line.pos, self._line.size = self.pos, self.size


class Box(Element):
    """Holds other elements. `content` are those shown now."""

    def __init__(
        self,
        look: Look,
        children: Sequence[Element],
        *,
        gap: float = 0.0,
        grow: float = 0.0,
        drop: int = 0,
        wide: float = 0.0,
        test_id: str = "",
    ) -> None:
        super().__init__(look, test_id=test_id, grow=grow, drop=drop, wide=wide)
        self.gap = gap
        self.content: tuple[Element, ...] = ()
        self.hold(children)

    def hold(self, children: Sequence[Element]) -> None:
        """Replaces what it holds; `place` (or `relay`) is due afterwards."""
        self.clear_widgets()
        self.content = tuple(children)
        for child in self.content:
            self.add_widget(child)

    def relay(self) -> None:
        """Lays its content out again in the place that it has."""
        if self.width > 0:
            self.arrange()

    def _show_only(self, shown: Sequence[Element]) -> None:
        for child in self.content:
            present = child.parent is self
            if child in shown and not present:
                self.add_widget(child)
            elif child not in shown and present:
                self.remove_widget(child)


class Column(Box):
    """One under the other. `align` is "fill", "left", "centre" or "right"."""

    def __init__(
        self, look: Look, children: Sequence[Element], *, align: str = "fill", **kw: float
    ) -> None:
        super().__init__(look, children, **kw)  # type: ignore[arg-type]
        self.align = align

    def natural_width(self) -> float:
        return self.look.px(self.wide) or max(
            (child.natural_width() for child in self.content), default=0.0
        )

    def natural_height(self, width: float) -> float:
        return self._height_of(self.content, width)

    def _child_width(self, child: Element, width: float) -> float:
        return width if self.align == "fill" else min(width, child.natural_width() or width)

    def _height_of(self, children: Sequence[Element], width: float) -> float:
        heights = [c.natural_height(self._child_width(c, width)) for c in children]
        return sum(heights) + self.look.px(self.gap) * max(len(heights) - 1, 0)

    def arrange(self) -> None:
        shown = _fitting(self.content, lambda some: self._height_of(some, self.width), self.height)
        self._show_only(shown)
        # A child that grows also gives way: it leaves out or pages what does not fit.
        spare = self.height - self._height_of(shown, self.width)
        shares = sum(child.grow for child in shown)
        top = self.top
        for child in shown:
            width = self._child_width(child, self.width)
            height = child.natural_height(width)
            if shares:
                height = max(height + spare * child.grow / shares, 0.0)
            left = {"centre": (self.width - width) / 2, "right": self.width - width}.get(
                self.align, 0.0
            )
            child.place(self.x + left, top - height, width, height)
            top -= height + self.look.px(self.gap)

    @property
    def overfull(self) -> bool:
        """More content than room, with everything droppable dropped: a fault of the screen."""
        heights = [child.height for child in self.content if child.parent is self]
        gaps = self.look.px(self.gap) * max(len(heights) - 1, 0)
        return sum(heights) + gaps > self.height + len(heights)


class Row(Box):
    """Side by side, widths natural unless `grow`. `align` is "fill", "top", "middle", "bottom"."""

    def __init__(
        self, look: Look, children: Sequence[Element], *, align: str = "middle", **kw: float
    ) -> None:
        super().__init__(look, children, **kw)  # type: ignore[arg-type]
        self.align = align

    def natural_width(self) -> float:
        if self.wide:
            return self.look.px(self.wide)
        total = sum(child.natural_width() for child in self.content)
        return total + self.look.px(self.gap) * max(len(self.content) - 1, 0)

    def _widths(self, width: float) -> list[float]:
        gaps = self.look.px(self.gap) * max(len(self.content) - 1, 0)
        shares = sum(child.grow for child in self.content)
        fixed = sum(0.0 if c.grow else c.natural_width() for c in self.content)
        spare = max(width - gaps - fixed, 0.0)
        return [spare * c.grow / shares if c.grow else c.natural_width() for c in self.content]

    def natural_height(self, width: float) -> float:
        pairs = zip(self.content, self._widths(width), strict=True)
        return max((child.natural_height(w) for child, w in pairs), default=0.0)

    def arrange(self) -> None:
        left = self.x
        for child, width in zip(self.content, self._widths(self.width), strict=True):
            natural = child.natural_height(width)
            height = self.height if self.align == "fill" else min(natural, self.height)
            drop = {"top": self.height - height, "middle": (self.height - height) / 2}.get(
                self.align, 0.0
            )
            child.place(left, self.y + drop, width, height)
            left += width + self.look.px(self.gap)

    @property
    def overfull(self) -> bool:
        used = sum(child.width for child in self.content)
        return used + self.look.px(self.gap) * (len(self.content) - 1) > self.width + 1 + len(
            self.content
        )


class Grid(Box):
    """Equal cells, row by row; every row as high as its highest cell."""

    def __init__(
        self, look: Look, children: Sequence[Element], *, columns: int, **kw: float
    ) -> None:
        super().__init__(look, children, **kw)  # type: ignore[arg-type]
        self.columns = columns

    def natural_width(self) -> float:
        cell = max((child.natural_width() for child in self.content), default=0.0)
        return cell * self.columns + self.look.px(self.gap) * (self.columns - 1)

    def _cell(self, width: float) -> float:
        return (width - self.look.px(self.gap) * (self.columns - 1)) / self.columns

    def _rows(self) -> list[tuple[Element, ...]]:
        return [
            self.content[i : i + self.columns] for i in range(0, len(self.content), self.columns)
        ]

    def natural_height(self, width: float) -> float:
        cell = self._cell(width)
        rows = [max(child.natural_height(cell) for child in row) for row in self._rows()]
        return sum(rows) + self.look.px(self.gap) * max(len(rows) - 1, 0)

    def arrange(self) -> None:
        cell = self._cell(self.width)
        rows = self._rows()
        spare = max(self.height - self.natural_height(self.width), 0.0)
        stretch = spare / len(rows) if rows and self.grow else 0.0
        top = self.top
        for row in rows:
            height = max(child.natural_height(cell) for child in row) + stretch
            for i, child in enumerate(row):
                left = self.x + i * (cell + self.look.px(self.gap))
                child.place(left, top - height, cell, height)
            top -= height + self.look.px(self.gap)


def _fitting(children: Sequence[Element], measure: object, room: float) -> list[Element]:
    """Leaves droppable children out, the highest `drop` first, until the rest fits."""
    shown = list(children)
    while measure(shown) > room + 0.5:  # type: ignore[operator]
        droppable = [child for child in shown if child.drop]
        if not droppable:
            break
        shown.remove(max(reversed(droppable), key=lambda child: child.drop))
    return shown
