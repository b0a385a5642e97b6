"""One thread for one device: opens it, checks it, runs what is asked, and opens it again.

A driver is plain blocking code; everything around it is here. The thread takes turns: open when
there is no device, else the next job, else a due check, else a preview frame while somebody wants
one, else rest. Its edge turns every exception of a driver into a posted value and goes on.

Law: a ticket is settled once, by one answer, one failure, or in silence when it was withdrawn.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from kiosk.devices.contract import CancelToken, Device, Driver, NoTrace, Trace
from kiosk.devices.health import Health, State
from kiosk.devices.jobs import Job
from kiosk.devices.values import Frame, Identity, Readiness
from kiosk.events import (
    DeviceAnswered,
    DeviceFailed,
    DeviceProgressed,
    Event,
    HealthChanged,
    Ticket,
    WorkerFailed,
)
from kiosk.faults import Cancelled, Fault, FaultCode, KioskError, MediaFault
from kiosk.threads import Latest, PulsedThread, Pulses

Post = Callable[[Event], None]

TAKES_JOBS = frozenset({State.OPENING, State.READY, State.BUSY})
"""While OPENING there is no fault to name yet: a job waits for the attempt, which decides it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds."""

    check_every: float = 0.5  # when idle: a loss is noticed within 2 s even of a silent camera
    recheck_every: float = 1.0  # in ATTENTION: somebody may be putting paper in just now
    backoff_first: float = 0.5  # before opening again; doubles
    backoff_most: float = 30.0
    settled_after: float = 3.0  # open for so long: the next fault is a new one, not a repeat
    preview_pause: float = 0.01  # between looks for a newer frame
    unresponsive_after: float = 10.0  # drivers look at their cancel token every 0.1 s


class Backoff:
    """When to open again: at once, then after `first` seconds, doubling to `most`."""

    def __init__(self, first: float, most: float) -> None:
        self._first = first
        self._most = most
        self._failures = 0
        self._due = 0.0

    def failed(self, now: float) -> None:
        doublings = min(self._failures, 16)  # beyond that only the number would grow
        self._due = now + min(self._first * 2**doublings, self._most)
        self._failures += 1

    def settled(self) -> None:
        self._failures = 0

    def wait(self, now: float) -> float:
        return max(0.0, self._due - now)


class DeviceWorker:
    """Owns one device. `ask`, `withdraw`, `health`, `supervise` may be called from any thread."""

    def __init__(
        self,
        role: str,
        driver: Driver,
        settings: Any,
        post: Post,
        pulses: Pulses,
        *,
        preview: Latest[Frame] | None = None,
        timing: Timing | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.role = role
        self._driver = driver
        self._settings = settings
        self._post = post
        self._pulses = pulses
        self._preview: Latest[Frame] = preview or Latest()
        self._timing = timing or Timing()
        self._trace = trace or NoTrace()
        self._thread = PulsedThread(f"device:{role}", self._body, pulses)

        self._lock = threading.Lock()  # guards the next five
        self._waiting: deque[_Asked] = deque()
        self._running: _Asked | None = None
        self._hurried = False
        self._own = Health(state=State.OPENING)
        self._mute = False  # no sign of life: what the thread last said of itself is not believed

        self._device: Device | None = None  # the rest belongs to the thread alone
        self._identity: Identity | None = None
        self._opened_at = 0.0
        self._check_due = 0.0
        self._backoff = Backoff(self._timing.backoff_first, self._timing.backoff_most)

    # asked from outside; nothing here waits for the device

    @property
    def thread(self) -> PulsedThread:
        return self._thread

    @property
    def health(self) -> Health:
        with self._lock:
            return self._shown()

    def start(self) -> None:
        self._post(HealthChanged(role=self.role, health=self._own))
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Also ends the present job, in silence."""
        self._thread.ask_to_stop()
        with self._lock:
            self._forget_jobs()

    def ask(self, ticket: Ticket, job: Job) -> None:
        """Runs `job` after those asked before, or fails it at once with the device's fault."""
        with self._lock:
            shown = self._shown()
            if shown.state in TAKES_JOBS and not self._thread.stopping:
                self._waiting.append(_Asked(ticket, job, _JobToken(self._thread.beat)))
            else:
                fault = shown.fault or _no_fault(self.role, shown.state)
                self._post(DeviceFailed(ticket=ticket, fault=fault))
        self.hurry()

    def withdraw(self, ticket: Ticket) -> None:
        """Nothing more is posted for `ticket`; the driver stops as soon as it looks."""
        with self._lock:
            for asked in (self._running, *self._waiting):
                if asked is not None and asked.ticket == ticket:
                    asked.open = False
                    asked.cancel.cancel()
        self._thread.wake()

    def hurry(self) -> None:
        """Somebody waits: opens or checks now, not when it is due."""
        with self._lock:
            self._hurried = True
        self._thread.wake()

    def supervise(self, now: float) -> None:
        """Shows a thread without a pulse as UNRESPONSIVE, and what it says of itself afterwards."""
        last = self._pulses.last(self._thread.name)
        stale = last is not None and now - last > self._timing.unresponsive_after
        with self._lock:
            if stale == self._mute:
                return
            self._mute = stale
            self._post(HealthChanged(role=self.role, health=self._shown()))
            if stale:
                self._fail_jobs(self._unresponsive())

    # the thread

    def _body(self, thread: PulsedThread) -> None:
        while not thread.stopping:
            thread.beat()
            fault = self._guarded(self._turn)
            if fault is not None:
                self._drop(fault)
                self._guarded(self._close)
        self._guarded(self._close)
        self._show(Health(state=State.STOPPED, identity=self._identity))

    def _guarded(self, act: Callable[[], None]) -> Fault | None:
        """The edge of the worker: whatever a driver raises becomes a value here."""
        try:
            act()
        except KioskError as error:
            return self._about_us(error.fault)
        except Exception as error:  # noqa: BLE001 - the one edge of this thread
            fault = Fault(code=FaultCode.DEFECT, about=self.role, detail=_whereabouts(error))
            self._post(WorkerFailed(worker=self._thread.name, fault=fault))
            return fault
        return None

    def _turn(self) -> None:
        now = time.monotonic()
        hurried = self._take_hurry()
        if self._device is None:
            wait = 0.0 if hurried else self._backoff.wait(now)
            if wait > 0:
                self._thread.rest(wait)
            else:
                self._open()
        elif (asked := self._next_job()) is not None:
            self._run(self._device, asked)
        elif now >= self._check_due or (hurried and self._own.state is State.ATTENTION):
            self._check(self._device)
        elif self._preview.is_open and self._own.usable:
            self._look(self._device)
        else:
            self._thread.rest(self._check_due - now)

    def _open(self) -> None:
        device = self._driver.open(self._settings, self._trace)
        self._device = device
        self._identity = device.identity()
        self._opened_at = time.monotonic()
        self._check(device)

    def _check(self, device: Device) -> None:
        ready = device.check()
        timing = self._timing
        self._check_due = time.monotonic() + (
            timing.check_every if ready.usable else timing.recheck_every
        )
        self._show(self._judged(ready))

    def _look(self, camera: Any) -> None:
        frame: Frame | None = camera.frame()
        if frame is None:
            self._thread.rest(self._timing.preview_pause)
        else:
            self._preview.put(frame)

    def _run(self, device: Device, asked: _Asked) -> None:
        before = self._own
        self._show(replace(before, state=State.BUSY))
        try:
            value = asked.job.run(device, asked.cancel, self._progress_of(asked))
        except Cancelled:
            if not asked.cancel.cancelled:
                raise  # nobody withdrew it: a defect of the driver
            self._done(asked, None)
        except MediaFault as error:
            fault = self._about_us(error.fault)
            self._done(asked, DeviceFailed(ticket=asked.ticket, fault=fault))
        else:
            self._done(asked, DeviceAnswered(ticket=asked.ticket, value=value))
        self._show(before)
        self._check_due = time.monotonic()  # paper may have run out with this job

    def _drop(self, fault: Fault) -> None:
        """The device is given up: everybody who waits for it is told, and it is opened later."""
        now = time.monotonic()
        if self._device is not None and now - self._opened_at > self._timing.settled_after:
            self._backoff.settled()
        self._backoff.failed(now)
        self._preview.clear()
        self._show(Health(state=State.FAULTY, fault=fault, identity=self._identity))
        with self._lock:
            self._fail_jobs(fault)

    def _close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()

    # jobs

    def _next_job(self) -> _Asked | None:
        with self._lock:
            while self._waiting:
                asked = self._waiting.popleft()
                if asked.open:
                    self._running = asked
                    return asked
            return None

    def _done(self, asked: _Asked, event: Event | None) -> None:
        with self._lock:
            self._running = None
            if asked.open and event is not None:
                self._post(event)
            asked.open = False

    def _progress_of(self, asked: _Asked) -> Callable[[str], None]:
        def progress(stage: str) -> None:
            self._thread.beat()
            with self._lock:
                if asked.open:
                    self._post(DeviceProgressed(ticket=asked.ticket, stage=stage))

        return progress

    def _fail_jobs(self, fault: Fault) -> None:
        """The caller holds the lock."""
        for asked in self._forget_jobs():
            self._post(DeviceFailed(ticket=asked.ticket, fault=fault))

    def _forget_jobs(self) -> list[_Asked]:
        """Closes all tickets; returns those that somebody waited for. The caller holds the lock."""
        everyone = [asked for asked in (self._running, *self._waiting) if asked is not None]
        forgotten = [asked for asked in everyone if asked.open]
        for asked in everyone:
            asked.open = False
            asked.cancel.cancel()
        self._running = None
        self._waiting.clear()
        return forgotten

    # health

    def _show(self, health: Health) -> None:
        with self._lock:
            before = self._shown()
            self._own = health
            if self._shown() != before:
                self._post(HealthChanged(role=self.role, health=self._shown()))

    def _shown(self) -> Health:
        """The caller holds the lock."""
        if not self._mute:
            return self._own
        return replace(self._own, state=State.UNRESPONSIVE, fault=self._unresponsive())

    def _judged(self, ready: Readiness) -> Health:
        fault = None if ready.fault is None else self._about_us(ready.fault)
        if ready.usable:
            return Health(state=State.READY, fault=fault, identity=self._identity)
        fault = fault or Fault(code=FaultCode.DEVICE_REFUSED, about=self.role)
        return Health(state=State.ATTENTION, fault=fault, identity=self._identity)

    def _unresponsive(self) -> Fault:
        return Fault(code=FaultCode.DEVICE_UNRESPONSIVE, about=self.role)

    def _about_us(self, fault: Fault) -> Fault:
        """A driver does not know which role it plays."""
        return replace(fault, about=self.role)

    def _take_hurry(self) -> bool:
        with self._lock:
            hurried, self._hurried = self._hurried, False
            return hurried


class _Asked:
    """A job that was asked; `open` until somebody was told how it ended."""

    __slots__ = ("cancel", "job", "open", "ticket")

    def __init__(self, ticket: Ticket, job: Job, cancel: CancelToken) -> None:
        self.ticket = ticket
        self.job = job
        self.cancel = cancel
        self.open = True


class _JobToken(CancelToken):
    """Every look of the driver at its token is a sign of life of the thread."""

    def __init__(self, beat: Callable[[], None]) -> None:
        super().__init__()
        self._beat = beat

    @property
    def cancelled(self) -> bool:
        self._beat()
        return super().cancelled

    def raise_if_cancelled(self) -> None:
        self._beat()
        super().raise_if_cancelled()

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while True:
            self._beat()
            left = end - time.monotonic()
            super().wait(min(max(left, 0.0), 1.0))
            if left <= 1.0:
                return


def _no_fault(role: str, state: State) -> Fault:
    return Fault(code=FaultCode.DEVICE_ABSENT, about=role, detail=state.value)


def _whereabouts(error: Exception) -> str:
    """Kind and place of an exception; never its text, which may repeat what was read."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
