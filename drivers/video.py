"""Live video by OpenCV: the only room that opens a `cv2.VideoCapture`.

Two kinds of port: a stream by URL (`http://…/stream.mjpg`, by FFmpeg) and a V4L2 device by path
(`/dev/v4l/by-id/…`: that path names the camera, `/dev/video0` names whichever came first). Every
wait has a limit, every setting is read back: a refused one is silent otherwise.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.faults import DeviceFault, FaultCode

# FFmpeg writes to standard error by itself, addresses included; what matters comes back as a fault.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET, read at the first opening

CONNECT_WITHIN = 1.0  # seconds until a network camera must take a connection
DEFAULT_PORTS = {"http": 80, "https": 443, "rtsp": 554}
BY_ID = Path("/dev/v4l/by-id")
SYSFS = Path("/sys/class/video4linux")
MANUAL_EXPOSURE = 1  # V4L2_EXPOSURE_MANUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a camera is asked for. `focus` and `exposure` are in the camera's own units."""

    width: int
    height: int
    fourcc: str = "MJPG"
    focus: int | None = None
    exposure: int | None = None


class Video:
    """An open stream. Not safe between threads: whoever grabs also closes."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture

    @property
    def size(self) -> tuple[int, int]:
        """Width, height that the camera says it gives."""
        width = self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)
        return int(width), int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))

    def grab(self) -> bool:
        """Takes the next frame off the wire. After one False the stream is dead: open it anew."""
        return bool(self._capture.grab())

    def retrieve(self) -> npt.NDArray[np.uint8] | None:
        """The frame last grabbed, H×W×3 BGR, owned by the caller."""
        done, picture = self._capture.retrieve()
        return picture.astype(np.uint8, copy=False) if done else None

    def close(self) -> None:
        self._capture.release()


def open_video(port: str, wish: Wish, *, open_within: float, read_within: float) -> Video:
    """Opens `port`; the limits are in seconds.

    Raises `DeviceFault`: DEVICE_NOT_FOUND (no such device, nobody listens), DEVICE_PORT_BUSY (a
    device that another program holds), CAMERA_NO_PICTURE (a server that gives no stream),
    DEVICE_REFUSED (a smaller picture than asked).
    """
    capture = (
        _open_url(port, open_within, read_within) if "://" in port else _open_device(port, wish)
    )
    video = Video(capture)
    width, height = video.size
    if width < wish.width or height < wish.height:
        video.close()
        detail = f"{spoken(port)}: asked {wish.width}x{wish.height}, gives {width}x{height}"
        raise DeviceFault(FaultCode.DEVICE_REFUSED, "", detail)
    return video


def spoken(port: str) -> str:
    """`port` without a user name and password in it, for logs and faults."""
    if "://" not in port:
        return port
    parts = urlsplit(port)
    return f"{parts.scheme}://{parts.hostname}:{_port_number(port)}{parts.path}"


def model_of(port: str) -> str:
    """The name that a device gives itself in sysfs; a stream gives none."""
    if "://" in port:
        return "network camera"
    try:
        return (SYSFS / Path(port).resolve().name / "name").read_text("utf-8").strip()
    except OSError:
        return ""


def listed() -> list[tuple[str, str]]:
    """Ports and titles of the capture devices here, found by listing, not by opening."""
    if not BY_ID.is_dir():
        return []
    paths = sorted(BY_ID.glob("*-video-index0"))  # further indexes carry metadata
    return [(str(path), model_of(str(path)) or path.name) for path in paths]


def _open_url(port: str, open_within: float, read_within: float) -> cv2.VideoCapture:
    parts = urlsplit(port)
    if not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        raise DeviceFault(FaultCode.DEVICE_NOT_FOUND, "", "not the address of a stream")
    try:  # FFmpeg only says "no"; a plain connection tells a missing camera from a mute one
        number = _port_number(port)
        socket.create_connection((parts.hostname, number), timeout=CONNECT_WITHIN).close()
    except OSError as error:
        raise DeviceFault(FaultCode.DEVICE_NOT_FOUND, "", spoken(port)) from error
    limits = [
        cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
        round(open_within * 1000),
        cv2.CAP_PROP_READ_TIMEOUT_MSEC,
        round(read_within * 1000),
    ]
    capture = cv2.VideoCapture(port, cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        capture.release()
        raise DeviceFault(FaultCode.CAMERA_NO_PICTURE, "", spoken(port))
    return capture


def _open_device(port: str, wish: Wish) -> cv2.VideoCapture:
    if not Path(port).exists():
        raise DeviceFault(FaultCode.DEVICE_NOT_FOUND, "", port)
    capture = cv2.VideoCapture(port, cv2.CAP_V4L2)
    if not capture.isOpened():
        capture.release()
        raise DeviceFault(FaultCode.DEVICE_PORT_BUSY, "", port)
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*wish.fourcc))  # before the size:
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, wish.width)  # raw formats offer fewer sizes
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wish.height)
    asked: list[tuple[int, int]] = []
    if wish.focus is not None:
        asked += [(cv2.CAP_PROP_AUTOFOCUS, 0), (cv2.CAP_PROP_FOCUS, wish.focus)]
    if wish.exposure is not None:
        asked += [
            (cv2.CAP_PROP_AUTO_EXPOSURE, MANUAL_EXPOSURE),
            (cv2.CAP_PROP_EXPOSURE, wish.exposure),
        ]
    for control, value in asked:
        capture.set(control, value)
        if round(capture.get(control)) != value:
            capture.release()
            detail = f"{port}: camera control {control} does not take {value}"
            raise DeviceFault(FaultCode.DEVICE_REFUSED, "", detail)
    return capture


def _port_number(port: str) -> int:
    parts = urlsplit(port)
    try:
        return parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError as error:  # "http://host:wrong/"
        raise DeviceFault(FaultCode.DEVICE_NOT_FOUND, "", "not a port number") from error
