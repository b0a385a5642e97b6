"""Every screen in every preview state as a picture, and what is wrong with them by measure.

Run in a process of its own: it opens the window. One size of window a run.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kiosk.journey.events import Said
from kiosk.journey.views import (
    Foot,
    Modes,
    OutOfService,
    Overlay,
    OverlayKind,
    Rest,
    ShowVerdict,
    Stage,
    Tone,
    View,
)
from kiosk.texts import Phrase, Texts
from screens.app import build_app
from screens.theme import fonts, tokens

if TYPE_CHECKING:
    import numpy.typing as npt

    from screens.pilot import Pilot

TEXTS = Path(__file__).resolve().parents[1] / "assets" / "texts"
SIZES = {"portrait": tokens.PORTRAIT, "landscape": tokens.LANDSCAPE}
NOON = datetime(2026, 1, 5, 10, 24)  # noqa: DTZ001 - a face for the clock, nothing is reckoned
PLACE = "示例县政务服务中心"
TERMINAL = "3 号机"
STAGES = {
    "choose_region": Stage.CHOOSE,
    "choose_item": Stage.CHOOSE,
    "verdict": Stage.CHOOSE,
    "guide": Stage.CHOOSE,
    "consent": Stage.IDENTIFY,
    "identify": Stage.IDENTIFY,
    "question": Stage.FORM,
    "take_pages": Stage.MATERIALS,
    "review": Stage.CONFIRM,
    "sign": Stage.CONFIRM,
    "submitting": Stage.CONFIRM,
    "receipt": Stage.RECEIPT,
    "rate": Stage.RECEIPT,
}
FEET = {
    "choose_region": Foot(),
    "choose_item": Foot(),
    "guide": Foot(),
    "submitting": Foot(back=False, leave=False),
    "review": Foot(next=Phrase("review.to_sign")),
    "sign": Foot(next=Phrase("sign.submit")),
    "receipt": Foot(back=False, leave=False, next=Phrase("receipt.next")),
    "rate": Foot(leave=False, next=Phrase("rate.skip")),
    "trouble": Foot(back=False, leave=False),
    "goodbye": Foot(back=False, leave=False, next=Phrase("goodbye.home")),
}
NO_FOOT = (Rest, OutOfService)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticFrame:
    pixels: npt.NDArray[np.uint8]


class SyntheticPreview:
    """A sheet of paper on a dark desk, always new."""

    def take(self) -> SyntheticFrame:
        pixels = np.full((720, 1280, 4), (58, 64, 72, 255), np.uint8)
        pixels[60:660, 190:1090] = (246, 246, 242, 255)
        for row in range(120, 600, 44):
            pixels[row : row + 12, 260 : 1020 - (row * 7) % 190] = (120, 124, 130, 255)
        return SyntheticFrame(pixels=pixels)


class StillController:
    """Shows one view and remembers what was said to it."""

    def __init__(self, texts: Texts, view: View) -> None:
        self.texts = texts
        self.view = view
        self.said: list[Said] = []

    def say(self, event: Said) -> None:
        self.said.append(event)

    def turn(self, now: float) -> None:
        pass

    def preview(self, role: str) -> SyntheticPreview:
        return SyntheticPreview()


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """One picture of the gallery."""

    name: str
    view: View


def stills(modes: Modes) -> Iterator[Still]:
    """Every body in every preview state, then the overlays. Screens not yet there are left out."""
    from screens.registry import BODIES, previews_of

    for body_type in BODIES:
        for state, body in previews_of(body_type).items():
            yield Still(name=f"{body_type.name}-{state}", view=view_of(body, modes))
    for kind, seconds in ((OverlayKind.IDLE, 24), (OverlayKind.LEAVE, 0), (OverlayKind.HELP, 0)):
        identify = next(b for b in BODIES if b.name == "identify")
        under = view_of(next(iter(previews_of(identify).values())), modes)
        view = replace(under, overlay=Overlay(kind=kind, seconds_left=seconds))
        yield Still(name=f"overlay-{kind}", view=view)


def view_of(body: Any, modes: Modes) -> View:
    """`body` within a likely frame."""
    foot = FEET.get(body.name, Foot(next=Phrase("foot.next")))
    if isinstance(body, ShowVerdict):
        foot = Foot(next=Phrase("verdict.start") if body.tone is Tone.GOOD else None)
    return View(
        body=body,
        modes=modes,
        place=PLACE,
        terminal=TERMINAL,
        stage=STAGES.get(body.name),
        foot=None if isinstance(body, NO_FOOT) else foot,
    )


def render(
    out: Path,
    *,
    language: str = "zh_CN",
    large: bool = False,
    contrast: bool = False,
    orientation: str = "portrait",
    size: tuple[int, int] | None = None,
    only: Sequence[str] = (),
) -> list[str]:
    """Writes a PNG a still and `index.html` into `out`; returns the structural faults.

    `only`: names (or beginnings of names) of the stills wanted.
    """
    modes = Modes(language=language, large=large, contrast=contrast)
    texts = Texts.load(TEXTS)
    controller = StillController(texts, view_of(_blank(), modes))
    app = build_app(
        controller, size=size or SIZES[orientation], headless=True, wall_clock=lambda: NOON
    )
    from screens.pilot import Pilot

    found: list[str] = []
    names: list[str] = []
    with Pilot(app) as pilot:
        for still in stills(modes):
            if only and not still.name.startswith(tuple(only)):
                continue
            controller.view = still.view
            pilot.settle()
            pilot.shot(out / f"{still.name}.png")
            found += [f"{still.name}: {fault}" for fault in faults(pilot)]
            names.append(still.name)
    _index(out, names, found, title=f"{language} {orientation}")
    return found


def _blank() -> Rest:
    return Rest(open_items=0, choices=(), languages=("zh_CN", "en"))


def faults(pilot: Pilot) -> list[str]:
    """What can be measured on the glass as it stands: nothing outside, nothing cut, no two targets
    overlapping or small, every character drawable."""
    from kivy.core.window import Window

    from screens.widgets.elements import Column, Row
    from screens.widgets.pager import Pager
    from screens.widgets.words import Words

    found: list[str] = []
    for element in pilot.elements():
        label = element.test_id or getattr(element, "text", "") or type(element).__name__
        if not (
            element.x >= -1
            and element.y >= -1
            and element.right <= Window.width + 1
            and element.top <= Window.height + 1
        ):
            found.append(f"outside the window: {label}")
        if isinstance(element, Words):
            if element.cut:
                found.append(f"cut: {element.text}")
            missing = fonts.undrawable(element.text)
            if missing:
                found.append(f"no glyph: {', '.join(f'U+{ord(c):04X}' for c in missing)}")
        if isinstance(element, Column | Row | Pager) and element.overfull:
            found.append(f"overfull: {label} {[type(c).__name__ for c in element.content]}")
    return found + _target_faults(pilot)


def _target_faults(pilot: Pilot) -> list[str]:
    found: list[str] = []
    targets = pilot.targets()
    for target in targets:
        least = target.look.px(80) - 1
        small = min(target.width, target.height) < least
        key = target.width >= target.look.px(64) - 1 and target.height >= least
        if small and not (target.repeats and key):
            found.append(f"small target: {target.test_id} {target.width}×{target.height}")
    for one, other in combinations(targets, 2):
        if (
            one.x < other.right - 1
            and other.x < one.right - 1
            and one.y < other.top - 1
            and other.y < one.top - 1
        ):
            found.append(f"overlapping targets: {one.test_id}, {other.test_id}")
    ids = [target.test_id for target in targets]
    found += [f"two targets named {name}" for name in sorted({i for i in ids if ids.count(i) > 1})]
    return found


def _index(out: Path, names: Sequence[str], found: Sequence[str], *, title: str) -> None:
    figures = "".join(
        f'<figure><a href="{name}.png"><img src="{name}.png" loading="lazy" height="640"></a>'
        f"<figcaption>{html.escape(name)}</figcaption></figure>"
        for name in names
    )
    faults_list = "".join(f"<li>{html.escape(fault)}</li>" for fault in found)
    (out / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>{html.escape(title)}</title>'
        "<style>body{font-family:sans-serif}figure{display:inline-block;margin:8px}</style>"
        f"<h1>{html.escape(title)}</h1><ul>{faults_list}</ul>{figures}",
        encoding="utf-8",
    )
