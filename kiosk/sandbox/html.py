"""Pages from templates: `$name` in a file of pages/, everything escaped that is not `Markup`."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template

PAGES = Path(__file__).parent / "pages"


class Markup(str):
    """Text that is HTML already. Made only by this module."""

    __slots__ = ()


@functools.cache
def _template(source: str) -> Template:
    return Template(source)


@functools.cache
def _file(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def page(name: str, /, **values: object) -> Markup:
    """A file of pages/ with its places filled. Raises `KeyError` for a place without a value."""
    return html(_file(name), **values)


def html(source: str, /, **values: object) -> Markup:
    """A short piece written where it is used. `source` is ours, never a value."""
    safe = {
        name: value if isinstance(value, Markup) else escape(str(value))
        for name, value in values.items()
    }
    return Markup(_template(source).substitute(safe))


def join(pieces: Iterable[Markup]) -> Markup:
    return Markup("".join(pieces))
