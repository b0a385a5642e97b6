"""Makes the fonts ready at set-up, from the fonts that the system's packages installed.

SDL_ttf opens face 0 of a collection, which has Japanese shapes; so the simplified Chinese face of
Noto Sans CJK is written out as a font of its own, in two weights. HanaMinB draws the rest of
GB 18030-2022 level 3. Nothing is fetched.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTCollection  # pyright: ignore[reportMissingTypeStubs]

from kiosk.paths import FONTS

WEIGHTS = ("Regular", "Bold")
NOTO_FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/noto-cjk"),
    Path("/usr/share/fonts/google-noto-cjk"),
)
HANAZONO_FILES = (
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
    Path("/usr/share/fonts/truetype/fonts-japanese-mincho/HanaMinB.ttf"),
)
FAMILY = "Noto Sans CJK SC"


class FontsMissing(Exception):
    """A package is not installed; the message names it."""


def prepare(folder: Path = FONTS) -> list[Path]:
    """Writes what is missing in `folder`; gives what was written. Raises `FontsMissing`."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for weight in WEIGHTS:
        target = folder / f"NotoSansSC-{weight}.otf"
        if not target.exists():
            _extract(_find_noto(weight), target)
            written.append(target)
    rare = folder / "HanaMinB.ttf"
    if not rare.exists():
        source = next((path for path in HANAZONO_FILES if path.exists()), None)
        if source is None:
            raise FontsMissing("install the package fonts-hanazono")
        part = rare.with_suffix(".part")
        shutil.copyfile(source, part)
        os.replace(part, rare)
        written.append(rare)
    return written


def _find_noto(weight: str) -> Path:
    for folder in NOTO_FOLDERS:
        path = folder / f"NotoSansCJK-{weight}.ttc"
        if path.exists():
            return path
    raise FontsMissing("install the package fonts-noto-cjk")


def _extract(collection: Path, target: Path) -> None:
    opened: Any = TTCollection(str(collection), lazy=True)  # fontTools gives no types
    with opened:
        for font in opened.fonts:
            if font["name"].getDebugName(1) == FAMILY:
                part = target.with_suffix(".part")
                font.save(str(part))
                os.replace(part, target)
                return
    raise FontsMissing(f"{collection.name} has no face {FAMILY}")


if __name__ == "__main__":
    try:
        for path in prepare():
            print(f"  font ready: {path.name}")  # noqa: T201
    except FontsMissing as problem:
        sys.exit(f"fonts: {problem}")
