"""A driver whose device does what a test's script says; it comes through the registry's door."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint

import msgspec
import numpy as np

from kiosk.devices.contract import CONTRACT, CancelToken, Kind, Progress, Trace
from kiosk.devices.registry import Registry, discover
from kiosk.devices.values import Candidate, Frame, Identity, Readiness
from kiosk.events import Event

Act = Callable[[CancelToken, Progress], object]


@dataclass
class Script:
    """What happens next; a test writes, the device's thread reads."""

    opening: deque[Exception] = field(default_factory=deque)  # raised by the next openings
    readiness: Readiness | Exception = field(default_factory=Readiness)
    act: Act = lambda cancel, progress: "done"
    frames: bool = False
    given: int = 0  # frames
    closing: Exception | None = None
    opened: int = 0
    closed: int = 0
    threads: set[str] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)


SCRIPTS: dict[str, Script] = {}
"""By port: a driver is stateless and found by name, so its settings say which script it plays."""


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    port: str


class ScriptedDevice:
    def __init__(self, script: Script) -> None:
        self._script = script
        self._number = 0

    def identity(self) -> Identity:
        return Identity(make="Scripted", serial_number=str(self._script.opened))

    def check(self) -> Readiness:
        self._note()
        if isinstance(self._script.readiness, Exception):
            raise self._script.readiness
        return self._script.readiness

    def read(self, cancel: CancelToken, progress: Progress) -> object:
        self._note()
        return self._script.act(cancel, progress)

    def frame(self) -> Frame | None:
        if not self._script.frames:
            return None
        self._number += 1
        self._script.given += 1
        pixels = np.zeros((2, 3, 4), np.uint8)
        return Frame(pixels=pixels, number=self._number, taken_at=0.0)

    def close(self) -> None:
        self._note()
        with self._script.changed:
            self._script.closed += 1
            self._script.changed.notify_all()
        if self._script.closing is not None:
            raise self._script.closing

    def _note(self) -> None:
        self._script.threads.add(threading.current_thread().name)


class ScriptedDriver:
    contract = CONTRACT
    name = "scripted"
    kind = Kind.RESIDENT_ID
    title = "A device that plays a script"
    Settings = Settings

    def candidates(self) -> Sequence[Candidate]:
        return ()

    def open(self, settings: Settings, trace: Trace) -> ScriptedDevice:
        script = SCRIPTS[settings.port]
        script.threads.add(threading.current_thread().name)
        if script.opening:
            raise script.opening.popleft()
        script.opened += 1
        return ScriptedDevice(script)


DRIVER = ScriptedDriver()


def scripted_registry() -> Registry:
    point = EntryPoint("scripted", "tests.core.scripted_device:DRIVER", "kiosk.drivers")
    return discover([point])


class Inbox:
    """The end of the event queue that a test reads, in order, with a deadline."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.post = self._events.put

    def next(self, within: float = 5.0) -> Event:
        return self._events.get(timeout=within)

    def until(self, wanted: Callable[[Event], bool], within: float = 5.0) -> list[Event]:
        """Everything up to and with the first event that is `wanted`."""
        seen: list[Event] = []
        while not seen or not wanted(seen[-1]):
            try:
                seen.append(self._events.get(timeout=within))
            except queue.Empty:
                raise AssertionError(f"it did not come; before it came {seen}") from None
        return seen

    def rest(self) -> list[Event]:
        """What is there now."""
        seen: list[Event] = []
        while not self._events.empty():
            seen.append(self._events.get())
        return seen
