"""Threads that have a name, an owner and a pulse, and that end when told.

No thread here does anything by itself: the body is handed in, says that it lives by `beat`, rests
by `rest`, and returns soon after `stopping` became true. A body that hangs in foreign code cannot
be ended; it shows by its stale pulse, and as a daemon it never holds up the end of the process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

STOP_WITHIN = 3.0  # seconds for all threads together: what an ordered stop may take


class Pulses:
    """The board of last signs of life, in monotonic seconds. Any thread may beat or look."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}

    def register(self, name: str) -> None:
        """Begins to expect beats from `name`; registering is the first."""
        self.beat(name)

    def beat(self, name: str) -> None:
        now = self._clock()
        with self._lock:
            self._last[name] = now

    def forget(self, name: str) -> None:
        """`name` has ended as it should."""
        with self._lock:
            self._last.pop(name, None)

    def last(self, name: str) -> float | None:
        """When `name` last gave a sign of life, or None when it is not expected to."""
        with self._lock:
            return self._last.get(name)

    def stale(self, now: float, limit: float) -> tuple[str, ...]:
        """The names that gave no sign of life for more than `limit` seconds, sorted."""
        with self._lock:
            return tuple(sorted(name for name, last in self._last.items() if now - last > limit))


class PulsedThread:
    """One named daemon thread around `body(thread)`.

    Built at rest: `start` starts it, `ask_to_stop` tells it to end, `join` waits for that.
    """

    def __init__(self, name: str, body: Callable[[PulsedThread], None], pulses: Pulses) -> None:
        self.name = name
        self._body = body
        self._pulses = pulses
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._woken = False
        self._thread: threading.Thread | None = None

    # what the owner does

    def start(self) -> None:
        if self._thread is not None:
            raise RuntimeError(f"thread {self.name} was started before")
        self._pulses.register(self.name)
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Ends the present `rest`, or the next one when the body is not resting."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def ask_to_stop(self) -> None:
        self._stopping.set()
        self.wake()

    def join(self, seconds: float) -> bool:
        """True when the thread has ended (or never began) within `seconds`."""
        if self._thread is None:
            return True
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    # what the body does

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def beat(self) -> None:
        self._pulses.beat(self.name)

    def rest(self, seconds: float, *, pulse_every: float = 1.0) -> None:
        """Waits until woken, told to stop, or `seconds` have passed; keeps the pulse fresh."""
        end = time.monotonic() + seconds
        with self._changed:
            while not self._woken:
                self.beat()
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, pulse_every))
            self._woken = False
        self.beat()

    def _run(self) -> None:
        try:
            self._body(self)
        finally:
            if self.stopping:  # ended as told; a body that fell out keeps its dying pulse
                self._pulses.forget(self.name)


def stop_all(threads: Iterable[PulsedThread], within: float = STOP_WITHIN) -> tuple[str, ...]:
    """Tells all to stop, then waits for all under one deadline; returns who would not end."""
    asked = list(threads)
    for thread in asked:
        thread.ask_to_stop()
    deadline = time.monotonic() + within
    return tuple(thread.name for thread in asked if not thread.join(deadline - time.monotonic()))


class Latest(Generic[T]):
    """A slot for the newest of something: putting never waits, older values are dropped.

    A value is given once. A closed slot drops what is put, so that nothing lingers in it that
    nobody wants any more (a picture of somebody's paper).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: T | None = None
        self._open = False

    @property
    def is_open(self) -> bool:
        return self._open

    def open(self) -> None:
        with self._lock:
            self._open = True

    def close(self) -> None:
        """Drops the value in it, and every later one."""
        with self._lock:
            self._open = False
            self._value = None

    def clear(self) -> None:
        """Drops the value in it: it is out of date."""
        with self._lock:
            self._value = None

    def put(self, value: T) -> None:
        with self._lock:
            if self._open:
                self._value = value

    def take(self) -> T | None:
        """The newest value, or None when there is none that was not taken before."""
        with self._lock:
            value, self._value = self._value, None
            return value
