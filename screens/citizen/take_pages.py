"""Papers under the camera: the live picture, one sentence, the pages taken, one thing to press."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from kiosk.journey.events import CapturePressed, PageKept, PageRemoved, RetakePressed
from kiosk.journey.views import CameraStage, TakePages
from screens.base import Screen
from screens.theme import tokens
from screens.theme.look import Look
from screens.widgets.buttons import Button, button_row
from screens.widgets.cards import Card
from screens.widgets.elements import Column, Element, Row, Space
from screens.widgets.filling import Filling
from screens.widgets.icons import Icon
from screens.widgets.picture import Picture
from screens.widgets.viewfinder import Viewfinder
from screens.widgets.words import Title, Words

TILE = 184  # wide enough for a button that a thumb hits
TILES = 5  # side by side
TILES_LARGE = 4
THUMBNAIL = 118


class Thumbnail(Picture):
    """A page that was kept, small."""

    def __init__(self, look: Look, jpeg: bytes, high: float) -> None:
        super().__init__(look, look.colour("hairline" if not look.contrast else "ground"))
        self._high = look.px(high)
        self.show_bytes(jpeg, 2 * self._high)

    def natural_height(self, width: float) -> float:
        return self._high


class TakePagesScreen(Screen[TakePages]):
    """The viewfinder is kept while pages come and go: one texture, never rebuilt."""

    def shape(self, body: TakePages) -> object:
        return (body.material, body.page_name, body.stage, body.pages, body.can_add, body.number)

    def build(self, body: TakePages) -> Element:
        look = self.look
        self._finder = self._kept_finder()
        self._capture: Button | None = None
        head = self._head(body)
        taken = self._taken(body)
        buttons = self._buttons(body)
        below: list[Element] = [taken] if taken else []
        if buttons:
            below.append(buttons)
        finder = Filling(look, self._finder, least=320)
        if look.portrait:
            return Column(look, [*head, finder, *below], gap=tokens.TARGET_GAP)
        left = Column(look, [*head, Space(look, grow=1), *below], gap=tokens.TARGET_GAP)
        return self.sides(left, finder, ratio=1.1 if look.large else 0.9)

    def _kept_finder(self) -> Viewfinder:
        finder: Viewfinder | None = getattr(self, "_finder", None)
        if finder is None:
            return Viewfinder(self.look, self.text("take_pages.starting"), lambda _: self._paint())
        if finder.parent:
            finder.parent.remove_widget(finder)
        return finder

    def _head(self, body: TakePages) -> list[Element]:
        look = self.look
        if body.page_name:
            title = self.text("take_pages.title", material=body.material, page=body.page_name)
        else:
            which = "title_more" if body.can_add else "title_all"
            title = self.text(f"take_pages.{which}", material=body.material)
        progress = self.text("take_pages.progress", number=body.number, count=body.count)
        said = " · ".join(part for part in (progress, body.hint if body.can_add else "") if part)
        return [Title(look, title), Words(look, said, "second", colour="second", drop=1)]

    def _taken(self, body: TakePages) -> Element | None:
        """The pages kept, each with its way out, and a place for the next."""
        if body.stage is CameraStage.PREVIEW:
            return None
        look = self.look
        room = TILES if look.portrait and not look.large else TILES_LARGE
        waiting = body.can_add
        first = max(len(body.pages) - room + waiting, 0)
        tiles: list[Element] = [self._tile(body, index) for index in range(first, len(body.pages))]
        if waiting:
            tiles.append(self._place_for_next(body))
        return Row(look, tiles, gap=tokens.TARGET_GAP, align="top")

    def _thumbnail_high(self) -> float:
        return THUMBNAIL if self.look.portrait else 84

    def _name(self, body: TakePages, index: int) -> str:
        name = body.page_names[index] if index < len(body.page_names) else ""
        return name or self.text("take_pages.page", number=index + 1)

    def _tile(self, body: TakePages, index: int) -> Element:
        look = self.look
        name = Words(look, self._name(body, index), "least", align="centre", bold=True)
        return Column(
            look,
            [
                Thumbnail(look, body.pages[index], self._thumbnail_high()),
                name,
                Button(
                    look,
                    self.text("take_pages.remove"),
                    role="least",
                    icon=None if look.large else "trash",
                    high=tokens.TARGET,
                    padding=6,
                    on_press=lambda: self.say(PageRemoved(index)),
                    test_id=f"page-remove:{index}",
                ),
            ],
            gap=4,
            wide=TILE if not look.large else TILE + 16,
        )

    def _place_for_next(self, body: TakePages) -> Element:
        look = self.look
        icon = Icon(look, "camera", side=64, colour="second")
        box = Card(
            look,
            Column(look, [icon], align="centre"),
            fill="ground",
            padding_y=(self._thumbnail_high() - 64) / 2,
            radius=tokens.BUTTON_RADIUS,
        )
        words = body.page_name or self.text("take_pages.next_up")
        name = Words(look, words, "least", colour="second", align="centre")
        return Column(look, [box, name], gap=4, wide=TILE if not look.large else TILE + 16)

    def _buttons(self, body: TakePages) -> Element | None:
        look = self.look
        if body.stage is CameraStage.PREVIEW:
            retake = Button(
                look,
                self.text("take_pages.retake"),
                icon="retake",
                on_press=lambda: self.say(RetakePressed()),
                test_id="retake",
            )
            keep = Button(
                look,
                self.text("take_pages.keep"),
                kind="primary",
                icon="check",
                on_press=lambda: self.say(PageKept()),
                test_id="keep",
            )
            if not look.portrait or look.large:
                return Column(look, [keep, retake], gap=tokens.TARGET_GAP)
            keep.grow = 1.5
            return button_row(look, [retake, keep])
        if not body.can_add:
            return None
        self._capture = Button(
            look,
            self.text("take_pages.capture"),
            kind="primary",
            icon="camera",
            enabled=False,
            on_press=lambda: self.say(CapturePressed()),
            test_id="capture",
        )
        return self._capture

    def update(self, body: TakePages) -> None:
        if body.stage is CameraStage.PREVIEW:
            self._finder.judge(body.photograph)
            self._finder.say(self.text("take_pages.preview"), "search")
            return
        self._finder.look_at(self.bridge.preview(body.camera_role))
        self._paint()

    def _paint(self) -> None:
        """The sentence and the shutter: there is nothing to take while there is no picture."""
        body = self.body
        if body is None or body.stage is CameraStage.PREVIEW:
            return
        live = self._finder.live
        if body.stage is CameraStage.CAPTURING:
            self._finder.say(self.text("take_pages.capturing"), "clock")
        elif not body.can_add:
            self._finder.say(self.text("take_pages.enough"), "check")
        else:
            self._finder.say(self.text("take_pages.live") if live else "", "paper")
        if self._capture is not None:
            self._capture.enabled = live and body.stage is CameraStage.LIVE

    def hide(self) -> None:
        finder: Viewfinder | None = getattr(self, "_finder", None)
        if finder is not None:
            finder.stop()


SCREEN = TakePagesScreen


def _sample(shade: int) -> bytes:
    """A JPEG that looks like a page, for previews."""
    page = Image.new("RGB", (640, 460), (238, shade, 226))
    pen = ImageDraw.Draw(page)
    for row in range(80, 400, 44):
        pen.line((60, row, 580 - (row * 3) % 120, row), fill=(110, 120, 116), width=8)
    out = BytesIO()
    page.save(out, "JPEG", quality=80)
    return out.getvalue()


_HINT = "把这一页平放在灯光下的托盘里"


def _preview(stage: CameraStage, kept: int, **given: object) -> TakePages:
    names = ("首页", "户主页", "本人页")
    fields: dict[str, object] = {
        "material": "户口簿",
        "number": 2,
        "count": 3,
        "page_name": names[kept] if kept < len(names) else "",
        "hint": _HINT,
        "stage": stage,
        "camera_role": "tray_camera",
        "pages": tuple(_sample(230 + i) for i in range(kept)),
        "page_names": tuple((*names, "", "", "")[:kept]),
    }
    return TakePages(**{**fields, **given})  # type: ignore[arg-type]


PREVIEWS = {
    "first": _preview(CameraStage.LIVE, 0),
    "live": _preview(CameraStage.LIVE, 2),
    "capturing": _preview(CameraStage.CAPTURING, 1),
    "preview": _preview(CameraStage.PREVIEW, 1, photograph=_sample(236)),
    "more": _preview(CameraStage.LIVE, 6),
    "all": _preview(CameraStage.LIVE, 3, can_add=False, page_name=""),
}
