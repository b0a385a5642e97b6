"""All devices of the terminal by role: asked here, answered on the event queue.

Nothing here waits for a device. `ask` gives a ticket; exactly one `DeviceAnswered` or
`DeviceFailed` with that ticket follows, unless it is withdrawn first. A device that cannot is not
waited for: the job fails at once with the device's own fault, and the asking hurries the device
to be opened or looked at again. Only before its very first opening has ended a device has no
fault to name; then the job waits for that attempt.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.devices.contract import Driver, Kind, NoTrace, Trace
from kiosk.devices.health import Health, State
from kiosk.devices.jobs import Job
from kiosk.devices.registry import Registry, settings_of
from kiosk.devices.values import Frame
from kiosk.devices.worker import DeviceWorker, Post, Timing
from kiosk.events import DeviceFailed, HealthChanged, Ticket
from kiosk.faults import Fault, FaultCode, KioskError
from kiosk.threads import STOP_WITHIN, Latest, Pulses, stop_all

_numbers = itertools.count(1)  # of the process: a ticket of an earlier manager never comes again


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePlan:
    """What the settings say of one role. Without a driver the terminal has none, by intent.
    `kind`: what the role needs; a role that bears the name of a kind needs that one."""

    role: str
    driver: str | None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class _Crew:
    """What the plans came to."""

    workers: dict[str, DeviceWorker]
    without: dict[str, Health]  # roles with no worker, and why
    kinds: dict[str, Kind]


class DeviceManager:
    """Built at rest; `start` starts one thread a device. `post` must not block.

    Drivers are looked for when first asked about, at the latest by `start`: to load them all takes
    longer than to draw the first screen.
    """

    def __init__(
        self,
        plans: Iterable[RolePlan],
        registry: Registry | Callable[[], Registry],
        post: Post,
        pulses: Pulses,
        *,
        timing: Timing | None = None,
        trace_of: Callable[[str], Trace] | None = None,
    ) -> None:
        self._plans = tuple(plans)
        self._registry = registry
        self._post = post
        self._pulses = pulses
        self._timing = timing
        self._trace_of = trace_of
        self._previews: dict[str, Latest[Frame]] = {}
        self._mustered: _Crew | None = None

    @property
    def _crew(self) -> _Crew:
        if self._mustered is None:
            registry = self._registry if isinstance(self._registry, Registry) else self._registry()
            self._mustered = self._muster(registry)
        return self._mustered

    def _muster(self, registry: Registry) -> _Crew:
        crew = _Crew({}, {}, {})
        for plan in self._plans:
            try:
                found = _resolve(plan, registry)
            except KioskError as error:
                fault = Fault(code=error.fault.code, about=plan.role, detail=error.fault.detail)
                crew.without[plan.role] = Health(state=State.FAULTY, fault=fault)
                continue
            if found is None:
                crew.without[plan.role] = Health(state=State.ABSENT)
                continue
            driver, settings = found
            crew.kinds[plan.role] = driver.kind
            crew.workers[plan.role] = DeviceWorker(
                plan.role,
                driver,
                settings,
                self._post,
                self._pulses,
                preview=self.preview(plan.role),
                timing=self._timing,
                trace=self._trace_of(plan.role) if self._trace_of is not None else NoTrace(),
            )
        return crew

    def start(self) -> None:
        for role, health in self._crew.without.items():
            self._post(HealthChanged(role=role, health=health))
        for worker in self._crew.workers.values():
            worker.start()

    def stop(self, within: float = STOP_WITHIN) -> tuple[str, ...]:
        """Ends all threads within one deadline; returns the names of those that hang."""
        for preview in self._previews.values():
            preview.close()
        workers = self._mustered.workers.values() if self._mustered is not None else ()
        for worker in workers:
            worker.ask_to_stop()
        return stop_all((worker.thread for worker in workers), within)

    def ask(self, role: str, job: Job) -> Ticket:
        """Never blocks, never raises: what cannot be done is posted as `DeviceFailed`."""
        ticket = Ticket(role, next(_numbers))
        worker = self._crew.workers.get(role)
        if worker is None:
            self._post(DeviceFailed(ticket=ticket, fault=self._why_not(role)))
        elif self._crew.kinds[role] is not job.kind:
            detail = f"a {self._crew.kinds[role]} was asked what a {job.kind} can"
            fault = Fault(code=FaultCode.DEFECT, about=role, detail=detail)
            self._post(DeviceFailed(ticket=ticket, fault=fault))
        else:
            worker.ask(ticket, job)
        return ticket

    def withdraw(self, ticket: Ticket) -> None:
        """Nothing more will be posted for `ticket`. What is posted already, the asker ignores."""
        worker = self._crew.workers.get(ticket.role)
        if worker is not None:
            worker.withdraw(ticket)

    def board(self) -> Mapping[str, Health]:
        """How every planned role is now."""
        workers = self._crew.workers.items()
        return self._crew.without | {role: worker.health for role, worker in workers}

    def preview(self, role: str) -> Latest[Frame]:
        """The slot with the newest frame; it stays empty for a role that gives none."""
        return self._previews.setdefault(role, Latest())

    def want_preview(self, role: str, wanted: bool) -> None:
        """Frames flow only while wanted; the last one is dropped with the wish."""
        worker = self._crew.workers.get(role)
        if not wanted:
            self.preview(role).close()
        elif worker is not None:
            self.preview(role).open()
            worker.hurry()

    def supervise(self, now: float | None = None) -> None:
        """Compares every pulse with the limit. The main thread calls this about once a second."""
        for worker in self._crew.workers.values():
            worker.supervise(time.monotonic() if now is None else now)

    def _why_not(self, role: str) -> Fault:
        health = self._crew.without.get(role)
        if health is not None and health.fault is not None:
            return health.fault
        return Fault(code=FaultCode.DEVICE_ABSENT, about=role)


def _resolve(plan: RolePlan, registry: Registry) -> tuple[Driver, Any] | None:
    """The driver and its settings, or None without one by intent. Raises `KioskError` (4xx)."""
    if plan.driver is None:
        return None
    driver = registry.find(plan.driver)
    wanted = plan.kind or (Kind(plan.role) if plan.role in tuple(Kind) else driver.kind)
    if driver.kind != wanted:
        detail = f"driver {driver.name} is for a {driver.kind}"
        raise KioskError(FaultCode.SETTINGS_DRIVER_MISSING, plan.role, detail)
    return driver, settings_of(driver, plan.settings)
