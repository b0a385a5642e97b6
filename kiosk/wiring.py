"""Settings in, a running terminal out: every part made and joined by hand, in this one place."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk import __version__, paths
from kiosk.applications.case_numbers import PREFIX, RANDOM_BYTES, application_id, local_number
from kiosk.catalogue.deadlines import WorkingDays
from kiosk.catalogue.store import Catalogue
from kiosk.clock import Clock, SystemClock
from kiosk.devices.manager import DeviceManager, RolePlan
from kiosk.devices.registry import discover
from kiosk.events import EventQueue, WorkerFailed
from kiosk.faults import KioskError
from kiosk.journey.controller import Controller
from kiosk.journey.facts import Numbers, Surroundings
from kiosk.journey.machine import Machine
from kiosk.journey.session import Limits
from kiosk.outbox.keeper import Keeper
from kiosk.outbox.sealing import KeyFile, KeyProvider, SystemdCredential
from kiosk.outbox.sender import Sender
from kiosk.outbox.sqlite_store import SqliteOutbox
from kiosk.platform.client import PlatformClient
from kiosk.platform.signing import RequestSigner, SigningKey
from kiosk.platform.sync import PlatformSync
from kiosk.platform.transport import Transport
from kiosk.settings.load import ROLES, SettingsFault
from kiosk.settings.schema import Settings
from kiosk.texts import Texts
from kiosk.threads import STOP_WITHIN, Pulses, stop_all

MEBIBYTE = 1024 * 1024
SENDER = "outbox-sender"

log = logging.getLogger("kiosk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """What this terminal writes. `state` outlives everything; nothing personal is clear in it."""

    state: Path

    @property
    def outbox(self) -> Path:
        return self.state / "outbox"

    @property
    def signing_key(self) -> Path:
        return self.state / "keys" / "platform.json"

    @property
    def outbox_key(self) -> Path:
        return self.state / "keys" / "outbox.key"

    @property
    def catalogue(self) -> Path:
        return self.state / "catalogue.json"


class Terminal:
    """All the parts. `start` starts the threads, `stop` ends them in order within 3 s.

    Whoever drains `events` is the main thread: the controller, where there is one that is turned.
    """

    def __init__(
        self,
        *,
        events: EventQueue,
        controller: Controller,
        devices: DeviceManager,
        outbox: SqliteOutbox,
        keeper: Keeper,
        sender: Sender,
        sync: PlatformSync,
        pulses: Pulses,
    ) -> None:
        self.events = events
        self.controller = controller
        self.devices = devices
        self.outbox = outbox
        self.keeper = keeper
        self.pulses = pulses
        self._sender = sender
        self._sync = sync

    def start(self) -> None:
        self.devices.start()
        self.keeper.start()
        self._sender.start()
        self._sync.start()

    def stop(self) -> tuple[str, ...]:
        """The names of threads that would not end. What was being kept is kept first."""
        share = STOP_WITHIN / 3
        hanging = list(stop_all([self.keeper.thread], share))
        self._sync.thread.ask_to_stop()
        if not self._sender.stop(share):
            hanging.append(SENDER)
        hanging += self.devices.stop(share)
        hanging += stop_all([self._sync.thread], 0.5)
        self.outbox.close()
        return tuple(hanging)


def build(settings: Settings, *, now: float, clock: Clock | None = None) -> Terminal:
    """Raises `KioskError` (3xx store, 4xx settings, 5xx content) when it cannot be built whole."""
    _demand_prefix(settings.terminal.number_prefix)
    clock = clock or SystemClock()
    folders = Folders(state=_state_folder(settings))
    queue = EventQueue()
    pulses = Pulses()
    here = surroundings(settings, folders, clock)
    outbox = _outbox(settings, folders)
    for fault in outbox.opening_faults:
        log.error("outbox: %s", fault)
    devices = DeviceManager(_role_plans(settings), discover(), queue.post, pulses)
    client = _client(settings, folders, clock)
    pulses.register(SENDER)
    sender = Sender(
        outbox=outbox,
        platform=client,
        clock=clock,
        events=queue,
        pulse=lambda: pulses.beat(SENDER),
        interrupt=client.close,
        first_delay=settings.outbox.first_delay,
    )
    keeper = Keeper(
        outbox,
        clock,
        queue.post,
        pulses,
        kept=sender.wake,
        keep_settled=timedelta(days=settings.outbox.keep_settled_days),
    )
    controller = Controller(
        Machine(here, _limits(settings)),
        devices,
        keeper,
        queue,
        now=now,
        call_attendant=lambda about: log.warning("a citizen asks for the attendant: %s", about),
        record_failure=_record,
    )
    sync = PlatformSync(
        client,
        clock,
        queue.post,
        pulses,
        site=settings.terminal.place or settings.terminal.id,  # the platform wants a name
        heartbeat_every=settings.platform.heartbeat,
        report=lambda: _report(settings, devices, outbox, clock),
        install=_installer(folders),
        etag=here.catalogue.etag,
        in_touch=sender.resume,
    )
    return Terminal(
        events=queue,
        controller=controller,
        devices=devices,
        outbox=outbox,
        keeper=keeper,
        sender=sender,
        sync=sync,
        pulses=pulses,
    )


def surroundings(settings: Settings, folders: Folders, clock: Clock) -> Surroundings:
    """What the journey knows of this terminal. Raises `KioskError` (CATALOGUE_DAMAGED)."""
    catalogue = _catalogue(settings, folders)
    zone = ZoneInfo(settings.terminal.timezone)

    def local_time(moment: datetime) -> datetime:
        return moment.astimezone(zone)

    def local_date() -> date:
        return local_time(clock.now()).date()

    def number() -> Numbers:
        now = clock.now()
        return Numbers(
            application_id=application_id(now, secrets.token_bytes(RANDOM_BYTES)),
            local_number=local_number(
                settings.terminal.number_prefix, local_time(now), secrets.token_bytes(RANDOM_BYTES)
            ),
        )

    holidays = settings.catalogue.holidays
    return Surroundings(
        terminal_id=settings.terminal.id,
        place=settings.terminal.place,
        terminal_name=settings.terminal.name,
        region=catalogue.place(settings.terminal.region),
        catalogue=catalogue,
        working_days=WorkingDays.load(Path(holidays) if holidays else paths.HOLIDAYS),
        texts=Texts.load(paths.TEXTS),
        clock=clock,
        local_date=local_date,
        local_time=local_time,
        number=number,
        languages=settings.screen.languages,
    )


def _demand_prefix(prefix: str) -> None:
    if not PREFIX.fullmatch(prefix):
        problem = "terminal.number_prefix: one to six capital letters or digits, never I or O"
        raise SettingsFault(problem)


def _state_folder(settings: Settings) -> Path:
    return Path(settings.outbox.folder) if settings.outbox.folder else paths.state_folder()


def _catalogue(settings: Settings, folders: Folders) -> Catalogue:
    """What the platform pushed last, else what the settings name, else the demonstration."""
    if folders.catalogue.exists():
        try:
            return Catalogue.load(folders.catalogue)
        except KioskError as problem:
            log.error("the pushed catalogue is put aside: %s", problem.fault)
            folders.catalogue.rename(folders.catalogue.with_suffix(".damaged"))
    named = settings.catalogue.snapshot
    return Catalogue.load(Path(named) if named else paths.SNAPSHOT)


def _installer(folders: Folders) -> Callable[[bytes, str], None]:
    """A new catalogue is checked, synced, and in force from the next start."""

    def install(body: bytes, etag: str) -> None:
        Catalogue.install(body, folders.catalogue)
        log.info("a new catalogue is in force from the next start: %s", etag)

    return install


def _outbox(settings: Settings, folders: Folders) -> SqliteOutbox:
    return SqliteOutbox.open(
        folders.outbox,
        _outbox_key(folders),
        ballast_bytes=settings.outbox.ballast_mebibytes * MEBIBYTE,
    )


def _outbox_key(folders: Folders) -> KeyProvider:
    if os.environ.get("CREDENTIALS_DIRECTORY"):
        return SystemdCredential()
    keys = KeyFile(folders.outbox_key)
    if not folders.outbox_key.exists():
        keys.create()
        log.warning("the outbox key is a plain file: right for development, not for a hall")
    return keys


def _client(settings: Settings, folders: Folders, clock: Clock) -> PlatformClient:
    if not folders.signing_key.exists():
        SigningKey.generate().save(folders.signing_key)
    return PlatformClient(
        transport=Transport(settings.platform.url, verify=settings.platform.verify_tls),
        signer=RequestSigner(
            terminal_id=settings.terminal.id, key=SigningKey.load(folders.signing_key)
        ),
        clock=clock,
        first_delay=settings.outbox.first_delay,
        seconds=settings.platform.deadline,
    )


def _role_plans(settings: Settings) -> list[RolePlan]:
    plans: list[RolePlan] = []
    for role in ROLES:
        section = settings.devices.get(role)
        if section is None or not section.driver:
            plans.append(RolePlan(role=role, driver=None))
            continue
        plans.append(RolePlan(role=role, driver=section.driver, settings=section.settings))
    return plans


def _limits(settings: Settings) -> Limits:
    timing = settings.timing
    return Limits(
        question=timing.question,
        reading=timing.reading,
        result=timing.result,
        warning=timing.warning,
    )


def _report(
    settings: Settings, devices: DeviceManager, outbox: SqliteOutbox, clock: Clock
) -> Mapping[str, object]:
    board = outbox.board()
    oldest = board.oldest_waiting
    return {
        "terminal_id": settings.terminal.id,
        "version": __version__,
        "at": clock.now().isoformat(),
        "devices": {role: health.state.value for role, health in devices.board().items()},
        "outbox": {
            "waiting": board.waiting,
            "oldest_waiting": None if oldest is None else oldest.isoformat(),
        },
    }


def _record(failure: WorkerFailed) -> None:
    log.error("%s: %s", failure.worker, failure.fault)
