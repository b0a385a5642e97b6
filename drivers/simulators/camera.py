"""A document camera as a network stream: MJPEG over HTTP on loopback, looking down on a tray.

``http://127.0.0.1:<port>/stream.mjpg`` answers `multipart/x-mixed-replace`, a JPEG a part
(RFC 2046 §5.1). The picture is drawn when a lever moves, as a handful of JPEGs that differ in
their noise only; they are sent in turn, so that a running stream costs next to nothing.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from drivers.simulators.faults import FaultBox
from drivers.simulators.lifetime import Lifetime
from drivers.simulators.papers import Press

Address = tuple[str, int]

NO_PAGE = "none"
VARIANTS = 5  # JPEGs of one scene that differ in their noise
NOISE = 2.2  # grey levels, standard deviation
DARKNESS = 0.12  # of the light
TRAY = (42, 44, 47)
JPEG_QUALITY = 88
BOUNDARY = "picture"
PICTURE = (1920, 1080)  # what the drawings are made for; other sizes are scaled from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What lies in front of the camera. `dx`, `dy` in pixels of 1920×1080, `angle` in degrees."""

    page: str = NO_PAGE
    person: Mapping[str, str] | None = None
    dx: int = 0
    dy: int = 0
    angle: float = 0.0
    dark: bool = False
    glare: bool = False


class CameraSimulator(Lifetime):
    """Built at rest: `start` listens, `stop` closes everything. Levers work at any time."""

    def __init__(
        self,
        font: Path,
        address: Address = ("127.0.0.1", 0),
        *,
        size: tuple[int, int] = PICTURE,
        rate: float = 25.0,
    ) -> None:
        self.faults = FaultBox("refuse", "drop", "stall", "garble")
        self._press = Press(font)
        self._wanted = address
        self._size = size
        self._rate = rate
        self._state = threading.Condition()  # guards the rest
        self._server: _Server | None = None
        self._scene = Scene()
        self._jpegs: tuple[bytes, ...] = ()
        self._frozen: bytes | None = None
        self._stalled = False
        self._connections: set[socket.socket] = set()
        self._sent = 0
        self._light, self._grain = _light(size), _grain(size)

    # its life

    @property
    def url(self) -> str:
        host, port = self._wanted
        return f"http://{host}:{port}/stream.mjpg"

    def start(self) -> None:
        """Raises `OSError` when the address is taken."""
        if not self._jpegs:
            self._draw(self._scene)
        self.plug()

    def stop(self) -> None:
        """May be called twice."""
        self.unplug()

    # levers

    def levers(self) -> Mapping[str, Callable[..., object]]:
        names = "page move dark glare freeze stall drop unplug plug"
        return {name: getattr(self, name) for name in names.split()}

    def state(self) -> Mapping[str, object]:
        with self._state:
            scene = self._scene
            return {
                "url": self.url,
                "plugged": self._server is not None,
                "page": scene.page,
                "pages": [*self._press.papers, NO_PAGE],
                "position": [scene.dx, scene.dy, scene.angle],
                "dark": scene.dark,
                "glare": scene.glare,
                "frozen": self._frozen is not None,
                "stalled": self._stalled,
                "watched_by": len(self._connections),
                "frames_sent": self._sent,
            }

    def page(self, name: str, person: Mapping[str, str] | None = None) -> None:
        """Lays another paper, or "none"; every frame sent from now on shows it."""
        self._draw(replace(self._scene, page=name, person=person))

    def move(self, dx: int = 0, dy: int = 0, angle: float = 0.0) -> None:
        """Puts the paper at a place, counted from the middle of the tray."""
        self._draw(replace(self._scene, dx=dx, dy=dy, angle=angle))

    def dark(self, on: bool = True) -> None:
        """The lamp is off."""
        self._draw(replace(self._scene, dark=on))

    def glare(self, on: bool = True) -> None:
        """A lamp mirrors in the paper."""
        self._draw(replace(self._scene, glare=on))

    def freeze(self, on: bool = True) -> None:
        """Sends one and the same JPEG again and again, whatever lies on the tray."""
        with self._state:
            self._frozen = self._jpegs[0] if on else None

    def stall(self, on: bool = True) -> None:
        """Keeps connections open and sends nothing."""
        with self._state:
            self._stalled = on

    def drop(self) -> None:
        """Closes the connections; new ones are served."""
        with self._state:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def unplug(self) -> None:
        """Nobody listens any more, and all connections are closed."""
        with self._state:
            server, self._server = self._server, None
            self._state.notify_all()
        if server is not None:
            server.shutdown()
            server.server_close()
        self.drop()

    def plug(self) -> None:
        """Listens again, at the same port."""
        with self._state:
            if self._server is not None:
                return
            server = self._server = _Server(self._wanted, self)
            self._wanted = ("127.0.0.1", server.server_port)
        threading.Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="simulated-camera",
            daemon=True,
        ).start()

    # the stream; one thread a connection

    def stream(self, connection: socket.socket) -> None:
        """Sends frames at the camera's rate until the connection or the camera is gone."""
        with self._state:
            server = self._server
            self._connections.add(connection)
        try:
            for turn in itertools.count():
                started = time.monotonic()
                jpeg = self._next(turn)
                if jpeg is not None:
                    head = (
                        f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}"
                    )
                    connection.sendall(head.encode() + b"\r\n\r\n" + jpeg + b"\r\n")
                left = 1 / self._rate - (time.monotonic() - started)
                with self._state:
                    if self._state.wait_for(lambda: self._server is not server, max(0.0, left)):
                        return
        except (OSError, _Dropped):
            return
        finally:
            with self._state:
                self._connections.discard(connection)

    def _next(self, turn: int) -> bytes | None:
        if self.faults.take("drop") is not None:
            raise _Dropped
        if self.faults.take("stall") is not None:
            self.stall()
        with self._state:
            if self._stalled:
                return None
            jpeg = self._frozen or self._jpegs[turn % len(self._jpegs)]
            self._sent += 1
        if (parameters := self.faults.take("garble")) is not None:
            return jpeg[: int(parameters.get("at", len(jpeg) // 2))]
        return jpeg

    # the picture

    def _draw(self, scene: Scene) -> None:
        picture = self._lit(self._composed(scene), scene)
        jpegs = []
        for variant in range(VARIANTS):
            shift = (97 * variant + 1, 61 * variant + 1)
            noisy = picture + np.roll(self._grain, shift, axis=(0, 1))[..., None]
            np.clip(noisy, 0, 255, out=noisy)
            out = BytesIO()
            Image.fromarray(noisy.astype(np.uint8)).save(out, "JPEG", quality=JPEG_QUALITY)
            jpegs.append(out.getvalue())
        with self._state:
            self._scene = scene
            self._jpegs = tuple(jpegs)

    def _composed(self, scene: Scene) -> Image.Image:
        tray = Image.new("RGB", PICTURE, TRAY)
        if scene.page != NO_PAGE:
            paper = self._press.draw(scene.page, scene.person).convert("RGBA")
            paper = paper.rotate(scene.angle, Image.Resampling.BICUBIC, expand=True)
            left = (PICTURE[0] - paper.width) // 2 + scene.dx
            top = (PICTURE[1] - paper.height) // 2 + scene.dy
            shade = Image.new("L", PICTURE, 0)
            shade.paste(150, (left + 8, top + 10), paper.getchannel("A"))
            tray.paste((12, 12, 14), (0, 0), shade.filter(ImageFilter.GaussianBlur(9)))
            tray.paste(paper, (left, top), paper)
        return tray if self._size == PICTURE else tray.resize(self._size, Image.Resampling.BOX)

    def _lit(self, picture: Image.Image, scene: Scene) -> npt.NDArray[np.float32]:
        light = self._light * np.float32(DARKNESS if scene.dark else 1.0)
        lit = np.asarray(picture, np.float32) * light[..., None]
        if scene.glare:
            lit += _spot(self._size)[..., None]
        return lit


class _Dropped(Exception):
    """The fault box ends this connection."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: Address, camera: CameraSimulator) -> None:
        self.camera = camera
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        if self.path != "/stream.mjpg":
            self.send_error(404)
        elif server.camera.faults.take("refuse") is not None:
            self.send_error(503)
        else:
            self.send_response(200)
            self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            server.camera.stream(self.connection)
        self.close_connection = True

    def log_message(self, *_line: object) -> None:
        """A stream server has nothing to tell a terminal's standard error."""


def _light(size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Brightness over the tray: a little less towards the edges."""
    x = np.linspace(-1, 1, size[0], dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, size[1], dtype=np.float32)[:, None]
    return np.asarray(1.0 - 0.10 * (x * x + y * y) + 0.03 * x, np.float32)


def _spot(size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """A mirrored lamp, right of the middle."""
    x = np.linspace(-1, 1, size[0], dtype=np.float32)[None, :] - 0.15
    y = np.linspace(-1, 1, size[1], dtype=np.float32)[:, None] + 0.1
    return np.asarray(420 * np.exp(-((x / 0.16) ** 2) - (y / 0.22) ** 2), np.float32)


def _grain(size: tuple[int, int]) -> npt.NDArray[np.float32]:
    chance = np.random.default_rng(20250101)
    grain = chance.standard_normal((size[1], size[0]), np.float32)
    grain *= NOISE
    return grain
