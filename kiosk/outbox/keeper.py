"""The thread that writes to the outbox, so that the glass never waits for a disk."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Mapping
from datetime import timedelta

from kiosk.applications.model import Application, Rating
from kiosk.clock import Clock
from kiosk.events import ApplicationKept, Event, KeepFailed, WorkerFailed
from kiosk.faults import Fault, FaultCode
from kiosk.outbox.contract import Outbox, StoreFault
from kiosk.threads import PulsedThread, Pulses

NAME = "outbox-keeper"
ERASE_EVERY = 3600.0  # seconds

log = logging.getLogger(__name__)


class Keeper:
    """`kept` is called after each durable write: it wakes the sender."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        post: Callable[[Event], None],
        pulses: Pulses,
        *,
        kept: Callable[[], None],
        keep_settled: timedelta,
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._post = post
        self._kept = kept
        self._keep_settled = keep_settled
        self._chores: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread = PulsedThread(NAME, self._run, pulses)
        self._erased_at = clock.monotonic()

    @property
    def thread(self) -> PulsedThread:
        return self._thread

    def start(self) -> None:
        self._thread.start()

    def keep(self, application: Application, pages: Mapping[str, bytes]) -> None:
        self._add(lambda: self._keep(application, pages))

    def keep_rating(self, rating: Rating) -> None:
        self._add(lambda: self._keep_rating(rating))

    def _add(self, chore: Callable[[], None]) -> None:
        self._chores.put(chore)
        self._thread.wake()

    def _run(self, thread: PulsedThread) -> None:
        """What was asked for before the stop is still written."""
        while True:
            try:
                chore = self._chores.get_nowait()
            except queue.Empty:
                if thread.stopping:
                    return
                self._edge(self._erase_when_due)
                thread.rest(60.0)
                continue
            self._edge(chore)
            del chore  # it holds a citizen's application and pages: not until the next one comes
            thread.beat()

    def _edge(self, chore: Callable[[], None]) -> None:
        try:
            chore()
        except Exception as error:  # noqa: BLE001 - the edge of this thread: a defect, recorded
            fault = Fault(code=FaultCode.DEFECT, about="outbox", detail=type(error).__name__)
            self._post(WorkerFailed(worker=NAME, fault=fault))

    def _keep(self, application: Application, pages: Mapping[str, bytes]) -> None:
        try:
            self._outbox.keep(application, pages, self._clock.now())
        except StoreFault as problem:
            self._post(KeepFailed(application_id=application.id, fault=problem.fault))
        except Exception:
            # the citizen waits for an answer: say that it failed, then let the edge record why
            defect = Fault(code=FaultCode.STORE_FAILED, about="outbox", detail="defect")
            self._post(KeepFailed(application_id=application.id, fault=defect))
            raise
        else:
            self._post(ApplicationKept(application_id=application.id))
            self._kept()

    def _keep_rating(self, rating: Rating) -> None:
        try:
            self._outbox.keep_rating(rating, self._clock.now())
        except StoreFault as problem:
            log.warning("a rating could not be kept: %s", problem.fault)
        else:
            self._kept()

    def _erase_when_due(self) -> None:
        now = self._clock.monotonic()
        if now - self._erased_at < ERASE_EVERY:
            return
        self._erased_at = now
        shredded = self._outbox.erase(self._clock.now() - self._keep_settled)
        if shredded:
            log.info("shredded %d settled entries", shredded)
