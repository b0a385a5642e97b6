"""Document cameras that give ordinary video: USB (UVC) by V4L2, network ones as MJPEG or RTSP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from drivers.document_camera.grabber import TURN, Grabbed, Grabber
from drivers.video import Wish, listed, model_of, open_video, spoken
from kiosk.devices.contract import CONTRACT, CancelToken, Kind, Trace
from kiosk.devices.values import Candidate, Frame, Identity, Photograph, Readiness
from kiosk.faults import DeviceFault
from kiosk.imaging.pages import encode_jpeg, screen_picture, turned

OPEN_WITHIN = 1.5  # seconds until a stream must open, and until it must show life
CLOSE_GRACE = 0.3  # seconds beyond the read limit, for the grabber to end
IN_FLIGHT = 1  # frames that may have been on the wire when a capture was asked for

Pixels = Annotated[int, msgspec.Meta(ge=160, le=20000)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    port: str
    """`/dev/v4l/by-id/…-video-index0`, `http://host:port/stream.mjpg` or `rtsp://…`."""
    width: Pixels = 1920
    """What a page is captured at. A camera that gives less is refused; see the port's formats."""
    height: Pixels = 1080
    fourcc: Annotated[str, msgspec.Meta(min_length=4, max_length=4)] = "MJPG"
    """V4L2 pixel format; USB carries full size at full rate only compressed."""
    rotation: Literal[0, 90, 180, 270] = 0
    """Clockwise turn that puts the page upright, for the way the camera is mounted."""
    preview_width: Pixels = 960
    jpeg_quality: Annotated[int, msgspec.Meta(ge=50, le=100)] = 92
    stale_after: Annotated[float, msgspec.Meta(ge=0.5, le=60)] = 1.5
    """No frame for so long: the camera is lost."""
    frozen_after: Annotated[float, msgspec.Meta(ge=1, le=600)] = 5.0
    """The same picture to the last bit for so long (it is looked at twice a second): it hangs."""
    focus: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """V4L2 focus position; autofocus hunts over a white page. None leaves the camera's own."""
    exposure: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """V4L2 exposure time in 100 µs. None leaves it automatic."""


class VideoCamera:
    """An open camera. The grabber's thread lives between `open` and `close`."""

    def __init__(self, settings: Settings, grabber: Grabber) -> None:
        self._settings = settings
        self._grabber = grabber
        self._shown = 0  # number of the frame last given

    def identity(self) -> Identity:
        return Identity(model=model_of(self._settings.port))

    def check(self) -> Readiness:
        self._grabber.look()
        return Readiness()

    def frame(self) -> Frame | None:
        grabbed = self._grabber.newest(self._shown)
        if grabbed is None:
            return None
        self._shown = grabbed.number
        upright = turned(grabbed.bgr, self._settings.rotation)
        return Frame(
            pixels=screen_picture(upright, self._settings.preview_width),
            number=grabbed.number,
            taken_at=grabbed.taken_at,
        )

    def capture(self, cancel: CancelToken) -> Photograph:
        upright = turned(self._fresh(cancel).bgr, self._settings.rotation)
        height, width = upright.shape[:2]
        jpeg = encode_jpeg(upright, self._settings.jpeg_quality)
        return Photograph(jpeg=jpeg, width=int(width), height=int(height))

    def close(self) -> None:
        self._grabber.stop(self._settings.stale_after + CLOSE_GRACE)

    def _fresh(self, cancel: CancelToken) -> Grabbed:
        """A frame that was taken after the call; the camera's health is the deadline."""
        after = self._grabber.count + IN_FLIGHT
        while True:
            cancel.raise_if_cancelled()
            grabbed = self._grabber.newest(after, TURN)
            if grabbed is not None:
                return grabbed


class VideoCaptureDriver:
    contract = CONTRACT
    name = "video-capture"
    kind = Kind.DOCUMENT_CAMERA
    title = "Document camera (V4L2, MJPEG or RTSP stream)"
    Settings = Settings

    def candidates(self) -> Sequence[Candidate]:
        return [Candidate(driver=self.name, port=port, title=title) for port, title in listed()]

    def open(self, settings: Settings, trace: Trace) -> VideoCamera:
        """`trace` sees nothing: the wire is read by FFmpeg or the kernel, not here."""
        wish = Wish(
            width=settings.width,
            height=settings.height,
            fourcc=settings.fourcc,
            focus=settings.focus,
            exposure=settings.exposure,
        )
        video = open_video(
            settings.port, wish, open_within=OPEN_WITHIN, read_within=settings.stale_after
        )
        grabber = Grabber(
            video, stale_after=settings.stale_after, frozen_after=settings.frozen_after
        )
        grabber.start()
        camera = VideoCamera(settings, grabber)
        try:
            grabber.wait_for_life(OPEN_WITHIN)
        except DeviceFault as error:
            camera.close()
            raise DeviceFault(error.fault.code, "", spoken(settings.port)) from error
        return camera


DRIVER = VideoCaptureDriver()
