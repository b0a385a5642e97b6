"""Watches over the running terminal from the thread that draws.

Feeds systemd's watchdog only while every thread is alive; takes the terminal out of service, and
back, when it cannot keep what it would accept; decides about defects on the drawing thread.
"""

from __future__ import annotations

import logging
import os
import socket
import time
import traceback
from collections.abc import Callable

from kiosk.faults import Fault, FaultCode
from kiosk.outbox.keeper import NAME as KEEPER
from kiosk.wiring import Terminal

LOOK_EVERY = 1.0  # seconds
STALE = 60.0  # seconds without a pulse: longer than any deadline of a driver or of the platform
MOST_DEFECTS = 3
DEFECTS_WITHIN = 600.0  # seconds

log = logging.getLogger("kiosk")


class Vigil:
    def __init__(
        self,
        terminal: Terminal,
        *,
        notify: Callable[[str], None] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terminal = terminal
        self._notify = notify or tell_systemd
        self._now = now
        self._looked_at = now()
        self._defects: list[float] = []
        self._reason: Fault | None = None

    def turn(self) -> None:
        """Once a frame; looks once a second."""
        now = self._now()
        if now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        stale = self._terminal.pulses.stale(now, STALE)
        if not stale:
            self._notify("WATCHDOG=1")
        self._defects = [at for at in self._defects if now - at < DEFECTS_WITHIN]
        self._judge(stale)

    def defect(self, problem: Exception) -> bool:
        """An exception on the drawing thread: the visit is over and wiped, the next may begin.

        True: go on. The log has the type and the place, never the message: it may quote what was
        on the glass.
        """
        last = traceback.extract_tb(problem.__traceback__)[-1]
        log.error("defect: %s in %s:%s", type(problem).__name__, last.name, last.lineno)
        now = self._now()
        self._terminal.controller.abandon(now)
        self._defects.append(now)
        self._judge(self._terminal.pulses.stale(now, STALE))
        return True

    def _judge(self, stale: tuple[str, ...]) -> None:
        """Out of service while nothing can be kept, or after the third defect in ten minutes."""
        reason: Fault | None = None
        if KEEPER in stale:
            reason = Fault(code=FaultCode.STORE_SILENT, about="outbox")
        elif len(self._defects) >= MOST_DEFECTS:
            reason = Fault(code=FaultCode.DEFECT, about="screens")
        if reason != self._reason:
            self._reason = reason
            log.error("out of service: %s", reason) if reason else log.warning("back in service")
            self._terminal.controller.put_out_of_service(reason)


def tell_systemd(state: str) -> None:
    """sd_notify(3): one datagram to $NOTIFY_SOCKET; without one nobody asked."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # the abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        try:
            wire.sendto(state.encode(), address)
        except OSError as problem:
            log.warning("systemd was not told: %s", problem.strerror)
