"""Drains a video stream in its own thread, so that the newest frame is never an old one.

A stream that is read only when somebody looks falls seconds behind. So every frame is taken off
the wire at once; it is decoded into a picture only while somebody wants pictures, and now and
then to see that the camera still sees: a real sensor has noise, so a picture that stays the same
to the last bit is a hung camera. Nothing is kept that nobody wants.
"""

from __future__ import annotations

import threading
import time
import zlib
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from drivers.video import Video
from kiosk.faults import DeviceFault, FaultCode

WANTED_FOR = 0.5  # seconds that one look keeps frames being decoded
SAMPLE_EVERY = 0.5  # seconds between looks for a change
TURN = 0.1  # seconds: the longest wait without a look at the caller's token


@dataclass(frozen=True, slots=True, kw_only=True)
class Grabbed:
    """One decoded frame: H×W×3 BGR; `number` counts every frame of this opening."""

    bgr: npt.NDArray[np.uint8] = field(repr=False)
    number: int
    taken_at: float  # monotonic seconds


class Grabber:
    """Owns an open `Video` from `start` to the end of its thread."""

    def __init__(self, video: Video, *, stale_after: float, frozen_after: float) -> None:
        self._video = video
        self._stale_after = stale_after
        self._frozen_after = frozen_after
        self._thread = threading.Thread(target=self._drain, name="camera-grabber", daemon=True)
        self._state = threading.Condition()  # guards the rest
        self._stopping = False
        self._ended: FaultCode | None = None  # why the stream is dead
        self._count = 0
        self._grabbed_at = 0.0
        self._wanted_until = 0.0
        self._picture: Grabbed | None = None
        self._changes = 0
        self._changed_at = 0.0

    def start(self) -> None:
        self._grabbed_at = self._changed_at = time.monotonic()
        self._thread.start()

    def stop(self, within: float) -> bool:
        """True when the thread has ended; one stuck in the camera's driver ends when that does."""
        with self._state:
            self._stopping = True
            self._picture = None
        self._thread.join(within)
        return not self._thread.is_alive()

    @property
    def count(self) -> int:
        """How many frames have come so far."""
        with self._state:
            return self._count

    def newest(self, after: int, wait: float = 0.0) -> Grabbed | None:
        """A frame with a number above `after`, waited for `wait` (≤ `TURN`) seconds, or None.

        Raises `DeviceFault` when the camera gives no frames, or always the same one.
        """
        with self._state:
            self._wanted_until = time.monotonic() + WANTED_FOR
            self._state.wait_for(
                lambda: self._ended is not None or self._is_newer(after), min(wait, TURN)
            )
            self._raise_for_health()
            return self._picture if self._is_newer(after) else None

    def look(self) -> None:
        """Raises `DeviceFault` when the camera gives no frames, or always the same one."""
        with self._state:
            self._raise_for_health()

    def wait_for_life(self, within: float) -> None:
        """Returns when two different frames have come; raises `DeviceFault` when they do not."""
        with self._state:
            self._state.wait_for(lambda: self._ended is not None or self._changes >= 2, within)
            if self._changes >= 2:
                return
            if self._count >= 2 and self._ended is None:
                raise DeviceFault(FaultCode.CAMERA_FROZEN)
            raise DeviceFault(FaultCode.CAMERA_NO_PICTURE)

    def _is_newer(self, after: int) -> bool:
        return self._picture is not None and self._picture.number > after

    def _raise_for_health(self) -> None:
        now = time.monotonic()
        if self._ended is not None:
            raise DeviceFault(self._ended)
        if now - self._grabbed_at > self._stale_after:
            raise DeviceFault(FaultCode.CAMERA_NO_PICTURE)
        if now - self._changed_at > self._frozen_after:
            raise DeviceFault(FaultCode.CAMERA_FROZEN)

    # the thread

    def _drain(self) -> None:
        fingerprint: int | None = None
        sample_due = 0.0
        while not self._stopping and self._video.grab():
            now = time.monotonic()
            sampled = now >= sample_due
            picture = self._video.retrieve() if sampled or now < self._wanted_until else None
            changed = False
            if sampled and picture is not None:
                before, fingerprint = fingerprint, zlib.crc32(picture.data)
                changed = fingerprint != before or _is_uniform(picture)
                # Unchanged: the very next frame is looked at too. One difference is enough.
                if changed and self._changes:
                    sample_due = now + SAMPLE_EVERY
            self._arrived(now, picture, changed=changed)
        self._video.close()
        with self._state:  # a read that timed out ends the stream just as a cut one does
            silent = time.monotonic() - self._grabbed_at > 0.9 * self._stale_after
            self._ended = FaultCode.CAMERA_NO_PICTURE if silent else FaultCode.DEVICE_LOST
            self._picture = None
            self._state.notify_all()

    def _arrived(self, now: float, picture: npt.NDArray[np.uint8] | None, *, changed: bool) -> None:
        with self._state:
            self._count += 1
            self._grabbed_at = now
            if changed:
                self._changes += 1
                self._changed_at = now
            wanted = picture is not None and now < self._wanted_until and not self._stopping
            self._picture = (
                Grabbed(bgr=picture, number=self._count, taken_at=now)
                if wanted and picture is not None
                else None
            )
            self._state.notify_all()


def _is_uniform(picture: npt.NDArray[np.uint8]) -> bool:
    """A sensor in the dark or in full light is clipped: no noise, and no proof of anything."""
    sample = picture[::16, ::16]
    return bool(sample.min() == sample.max())
