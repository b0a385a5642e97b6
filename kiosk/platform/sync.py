"""The thread that keeps in touch with the platform: enrolment, heartbeat, catalogue."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from kiosk.clock import Clock
from kiosk.events import Event, WorkerFailed
from kiosk.faults import Fault, FaultCode, KioskError
from kiosk.platform.client import PlatformClient
from kiosk.threads import PulsedThread, Pulses

NAME = "platform-sync"
SOON = 5.0  # seconds: until the first contact succeeds

log = logging.getLogger(__name__)


class PlatformSync:
    """`report` makes the heartbeat's body; `install` takes a new catalogue (bytes, ETag).
    `in_touch` is called when contact begins, or begins again."""

    def __init__(
        self,
        client: PlatformClient,
        clock: Clock,
        post: Callable[[Event], None],
        pulses: Pulses,
        *,
        site: str,
        heartbeat_every: float,
        catalogue_every: float,
        report: Callable[[], Mapping[str, object]],
        install: Callable[[bytes, str], None],
        etag: str,
        in_touch: Callable[[], None],
    ) -> None:
        self._client = client
        self._clock = clock
        self._post = post
        self._site = site
        self._heartbeat_every = heartbeat_every
        self._catalogue_every = catalogue_every
        self._report = report
        self._install = install
        self._etag = etag
        self._in_touch = in_touch
        self._enrolled = False
        self._catalogue_at: float | None = None
        self._touched = False
        self._last_fault: Fault | None = None
        self._thread = PulsedThread(NAME, self._run, pulses)

    @property
    def thread(self) -> PulsedThread:
        return self._thread

    def start(self) -> None:
        self._thread.start()

    def _run(self, thread: PulsedThread) -> None:
        while not thread.stopping:
            thread.rest(self._heartbeat_every if self._turn() else SOON)

    def _turn(self) -> bool:
        """True when the platform answered."""
        try:
            if not self._enrolled:
                self._enrolled = self._client.enrol(self._site) == "approved"
            self._client.heartbeat(self._report())
            self._ask_catalogue()
        except KioskError as problem:
            if problem.fault != self._last_fault:
                log.warning("out of touch with the platform: %s", problem.fault)
            self._touched, self._last_fault = False, problem.fault
            return False
        except Exception as error:  # noqa: BLE001 - the edge of this thread: a defect, recorded
            fault = Fault(code=FaultCode.DEFECT, about="platform", detail=type(error).__name__)
            self._post(WorkerFailed(worker=NAME, fault=fault))
            return False
        if not self._touched:
            log.info("in touch with the platform")
            self._in_touch()
        self._touched, self._last_fault = True, None
        return True

    def _ask_catalogue(self) -> None:
        now = self._clock.monotonic()
        if self._catalogue_at is not None and now - self._catalogue_at < self._catalogue_every:
            return
        answer = self._client.catalogue(self._etag)
        self._catalogue_at = now
        if answer.body is not None:
            self._install(answer.body, answer.etag)
            self._etag = answer.etag
