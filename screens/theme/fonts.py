"""The faces, and which of them draws a character.

Noto Sans SC draws everything usual, HanaMinB the rare characters of GB 18030 that it lacks. What
neither has is written as its code point: an empty box tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from screens.theme.cmap import Coverage, read

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "fonts"

REGULAR = "NotoSansSC-Regular"
BOLD = "NotoSansSC-Bold"
RARE = "HanaMinB"
FILES = {REGULAR: "NotoSansSC-Regular.otf", BOLD: "NotoSansSC-Bold.otf", RARE: "HanaMinB.ttf"}


class MissingFont(FileNotFoundError):
    """A face is not in `assets/fonts`; set-up puts it there."""


def path_of(face: str) -> Path:
    path = FOLDER / FILES[face]
    if not path.is_file():
        raise MissingFont(f"assets/fonts/{FILES[face]}")
    return path


@cache
def coverage(face: str) -> Coverage:
    return read(path_of(face))


def register() -> None:
    """Makes the faces known to Kivy, also as its default, so that nothing falls back to Roboto."""
    from kivy.core.text import DEFAULT_FONT, LabelBase

    for face in FILES:
        LabelBase.register(face, str(path_of(face)))
    LabelBase.register(DEFAULT_FONT, str(path_of(REGULAR)), fn_bold=str(path_of(BOLD)))


@cache
def _face_of(character: str, *, main: str) -> str | None:
    if character in coverage(main):
        return main
    return RARE if character in coverage(RARE) else None


def runs(text: str, *, bold: bool = False) -> Iterator[tuple[str, str]]:
    """Cuts a line into (face, text) runs; what no face has comes as `U+XXXX` in the main one."""
    main = BOLD if bold else REGULAR
    pieces: list[tuple[str, str]] = []
    for character in text:
        face = _face_of(character, main=main)
        pieces.append((face, character) if face else (main, f"U+{ord(character):04X}"))
    for face, group in groupby(pieces, key=lambda piece: piece[0]):
        yield face, "".join(piece for _, piece in group)


def undrawable(text: str) -> str:
    """The characters of `text` that no face can draw, for tests."""
    return "".join(c for c in text if c != "\n" and _face_of(c, main=REGULAR) is None)
