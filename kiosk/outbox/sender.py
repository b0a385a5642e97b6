"""The sender: one thread that brings what was kept to the platform, for as long as it takes.

A fault of the platform stops the batch, and the next entry is tried after a rest that grows with
the failures in a row; a fault of the entry concerns that entry only. A new application ends the
rest at once (`wake`), except where the platform itself asked for it: Retry-After is obeyed, and
after a refusal of our key only `resume` or ten minutes make it ask again. `resume`, for whoever
learns that the platform is back, also makes due what was planned for later.
"""

from __future__ import annotations

import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import PurePath
from random import Random, SystemRandom

from kiosk.clock import Clock
from kiosk.events import (
    ApplicationDelivered,
    ApplicationHeld,
    ApplicationPostponed,
    ApplicationRefused,
    EventQueue,
    WorkerFailed,
)
from kiosk.faults import Fault, FaultCode, KioskError
from kiosk.outbox.contract import (
    Delivered,
    Entry,
    EntryKind,
    Held,
    Outbox,
    Outcome,
    Postponed,
    Refused,
    StoreFault,
    Unsure,
)
from kiosk.outbox.schedule import FIRST_DELAY, LONGEST, delay, next_attempt
from kiosk.platform.contract import Platform

_NAME = "sender"
_LOOK_AGAIN = 5.0  # seconds; the longest sleep, and so the slowest pulse of an idle sender
_LEAST_SLEEP = 0.2
_DENIED_REST = 600.0
_REMEMBERED = 32

_OF_THE_PLATFORM = frozenset(
    {
        FaultCode.PLATFORM_UNREACHABLE,
        FaultCode.PLATFORM_OUTCOME_UNKNOWN,
        FaultCode.PLATFORM_BUSY,
        FaultCode.PLATFORM_DENIED,
        FaultCode.PLATFORM_CLOCK,
    }
)
_OF_THE_ENTRY_FOR_GOOD = (FaultCode.STORE_DAMAGED, FaultCode.STORE_KEY)

Told = ApplicationDelivered | ApplicationRefused | ApplicationPostponed


def _nothing() -> None: ...


class Sender:
    """`run_once` is the whole of it; the thread only repeats and waits.

    `pulse` is called at least every few seconds while idle and before every entry. `interrupt`
    ends a network call that is under way when `stop` must not wait for it.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        platform: Platform,
        clock: Clock,
        events: EventQueue,
        pulse: Callable[[], None] = _nothing,
        interrupt: Callable[[], None] = _nothing,
        rng: Random | None = None,
        first_delay: float = FIRST_DELAY,
    ) -> None:
        self._outbox = outbox
        self._platform = platform
        self._clock = clock
        self._events = events
        self._pulse = pulse
        self._interrupt = interrupt
        self._rng = rng or SystemRandom()
        self._first_delay = first_delay
        self._failures = 0  # of the platform, in a row
        self._rest_until = 0.0  # monotonic; ended by `wake`
        self._denied_until = 0.0  # monotonic; ended by `resume`
        self._asked_until = 0.0  # monotonic; the platform's own Retry-After
        self._owed: tuple[Entry, Outcome] | None = None
        self._fault: Fault | None = None
        self._failure: Fault | None = None
        self._stopping = threading.Event()
        self._nudge = threading.Event()
        self._hasten = threading.Event()
        self._thread: threading.Thread | None = None
        self._told: OrderedDict[str, Told] = OrderedDict()
        self._telling = threading.Condition()

    # -- for the other threads -------------------------------------------------------------

    @property
    def fault(self) -> Fault | None:
        """Why the platform was not reached last time; None when it was. For the board."""
        return self._fault

    def start(self) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._loop, name=_NAME, daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 3.0) -> bool:
        """True when the thread has ended. What was under way is asked about at the next start."""
        self._stopping.set()
        self._nudge.set()
        thread = self._thread
        if thread is None:
            return True
        thread.join(seconds / 3)  # the call that is under way may just be ending
        if thread.is_alive():
            self._interrupt()
            thread.join(seconds * 2 / 3)
        return not thread.is_alive()

    def wake(self) -> None:
        """Something was kept: begin now."""
        self._nudge.set()

    def resume(self) -> None:
        """The platform is back, or takes our key again: everything that waits is due now."""
        self._hasten.set()
        self.wake()

    def wait_for(self, application_id: str, seconds: float) -> Told | None:
        """What was last told about an application, waiting a little for it. Never from MAIN."""
        with self._telling:
            self._telling.wait_for(lambda: application_id in self._told, seconds)
            return self._told.get(application_id)

    # -- the thread ------------------------------------------------------------------------

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._pulse()
            if not self.run_once(self._clock.now()):
                self._nudge.wait(self._patience())

    def _patience(self) -> float:
        """Seconds until there may be something to do."""
        monotonic = self._clock.monotonic()
        resting = max(self._rest_until, self._denied_until, self._asked_until) - monotonic
        if resting > 0:
            return min(max(resting, _LEAST_SLEEP), _LOOK_AGAIN)
        try:
            due = self._outbox.next_due()
        except StoreFault:
            return _LOOK_AGAIN
        if due is None:
            return _LOOK_AGAIN
        return min(max((due - self._clock.now()).total_seconds(), _LEAST_SLEEP), _LOOK_AGAIN)

    def run_once(self, now: datetime) -> bool:
        """Tries one entry. False when there is nothing to do now. Never raises."""
        entry: Entry | None = None
        try:
            if self._resting(now) or not self._pay_what_is_owed(now):
                return False
            entry = self._outbox.claim(now)
            if entry is None:
                return False
            outcome = self._platform.submit(entry, partial(self._outbox.page, entry.id), now)
        except Exception as error:  # noqa: BLE001 - the sender's edge
            fault = _fault_of(error)
            self._report(fault)
            if entry is None:
                self._rest(self._first_delay)
                return False
            outcome = self._outcome_of(fault, entry, now)
        self._owed = (entry, outcome)
        self._judge(outcome, now)
        return self._pay_what_is_owed(now)

    def _resting(self, now: datetime) -> bool:
        monotonic = self._clock.monotonic()
        if self._nudge.is_set():
            self._nudge.clear()
            self._rest_until = 0.0
        if self._hasten.is_set():
            self._denied_until = 0.0
            self._outbox.hasten(now)
            self._hasten.clear()
        return monotonic < max(self._rest_until, self._denied_until, self._asked_until)

    def _pay_what_is_owed(self, now: datetime) -> bool:
        """Records an outcome; one that could not be recorded is kept, and recorded first.

        False when the store still cannot.
        """
        if self._owed is None:
            return True
        entry, outcome = self._owed
        try:
            self._outbox.settle(entry.id, outcome, now)
        except StoreFault as error:
            self._report(error.fault)
            if error.fault.code is not FaultCode.DEFECT:
                self._rest(self._first_delay)
                return False
        else:
            self._failure = None
        self._owed = None
        self._tell(entry, outcome)
        return True

    def _judge(self, outcome: Outcome, now: datetime) -> None:
        """Whether the batch goes on: a fault of the platform would meet every entry."""
        match outcome:
            case Postponed() | Unsure() if outcome.fault.code in _OF_THE_PLATFORM:
                self._fault = outcome.fault
                self._failures += 1
                self._rest(delay(self._failures, rng=self._rng, first_delay=self._first_delay))
                monotonic = self._clock.monotonic()
                if outcome.fault.code is FaultCode.PLATFORM_DENIED:
                    self._denied_until = monotonic + _DENIED_REST
                if outcome.not_before is not None:
                    asked = min(outcome.not_before - now, LONGEST)
                    self._asked_until = monotonic + asked.total_seconds()
            case Delivered() | Refused():
                self._fault = None
                self._failures = 0
            case _:  # of the entry alone, and nothing is said about the platform
                pass

    def _rest(self, seconds: float) -> None:
        self._rest_until = self._clock.monotonic() + seconds

    def _outcome_of(self, fault: Fault, entry: Entry, now: datetime) -> Outcome:
        """For an entry whose sending ended in an exception: a PUT may have gone out."""
        if fault.code in _OF_THE_ENTRY_FOR_GOOD:
            return Held(fault=fault)
        again = next_attempt(entry.attempts, now, rng=self._rng, first_delay=self._first_delay)
        return Unsure(fault=fault, next_attempt=again)

    # -- what is told ----------------------------------------------------------------------

    def _tell(self, entry: Entry, outcome: Outcome) -> None:
        if isinstance(outcome, Held):
            self._report(outcome.fault)
            if entry.kind is EntryKind.APPLICATION:
                self._events.post(ApplicationHeld(application_id=entry.id, fault=outcome.fault))
            return
        if entry.kind is not EntryKind.APPLICATION:
            return
        told = _told(entry.id, outcome)
        self._events.post(told)
        with self._telling:
            self._told[entry.id] = told
            self._told.move_to_end(entry.id)
            while len(self._told) > _REMEMBERED:
                self._told.popitem(last=False)
            self._telling.notify_all()

    def _report(self, fault: Fault) -> None:
        """Once, however often it repeats."""
        if fault != self._failure:
            self._failure = fault
            self._events.post(WorkerFailed(worker=_NAME, fault=fault))


def _told(application_id: str, outcome: Delivered | Refused | Postponed | Unsure) -> Told:
    match outcome:
        case Delivered():
            return ApplicationDelivered(
                application_id=application_id,
                platform_number=outcome.platform_number,
                received_at=outcome.received_at,
            )
        case Refused():
            return ApplicationRefused(
                application_id=application_id, fault=outcome.fault, reason=outcome.reason
            )
        case _:
            return ApplicationPostponed(
                application_id=application_id,
                fault=outcome.fault,
                next_attempt=outcome.next_attempt,
            )


def _fault_of(error: Exception) -> Fault:
    """A defect is named by type and place; the text of an exception may hold anything."""
    if isinstance(error, KioskError):
        return error.fault
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} at {PurePath(frame.filename).name}:{frame.lineno}"
    return Fault(code=FaultCode.DEFECT, about=_NAME, detail=place)
