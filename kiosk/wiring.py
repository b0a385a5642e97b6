"""Settings in, a running terminal out: every part made and joined by hand, in this one place."""

from __future__ import annotations

import errno
import logging
import os
import secrets
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk import __version__, paths
from kiosk.applications.case_numbers import RANDOM_BYTES, application_id, local_number
from kiosk.catalogue.deadlines import WorkingDays
from kiosk.catalogue.model import Region
from kiosk.catalogue.store import Catalogue
from kiosk.clock import Clock, SystemClock
from kiosk.devices.contract import Kind
from kiosk.devices.manager import DeviceManager, RolePlan
from kiosk.devices.registry import discover
from kiosk.events import CatalogueInstalled, EventQueue, WorkerFailed
from kiosk.faults import Fault, FaultCode, KioskError
from kiosk.journey.controller import Controller
from kiosk.journey.facts import Numbers, Surroundings
from kiosk.journey.machine import Machine
from kiosk.journey.session import Limits
from kiosk.outbox.database import NAME as DATABASE
from kiosk.outbox.keeper import Keeper
from kiosk.outbox.sealing import KeyFile, KeyProvider, SystemdCredential
from kiosk.outbox.sender import Sender
from kiosk.outbox.sqlite_store import SqliteOutbox
from kiosk.platform.client import PlatformClient
from kiosk.platform.signing import RequestSigner, SigningKey
from kiosk.platform.sync import PlatformSync
from kiosk.platform.transport import Transport
from kiosk.settings.load import SettingsFault, demand_complete
from kiosk.settings.schema import Settings
from kiosk.texts import Texts
from kiosk.threads import STOP_WITHIN, Pulses, stop_all

MEBIBYTE = 1024 * 1024
SENDER = "outbox-sender"
LAST_SHARE = 0.3  # seconds of the stop: for the sync, which was told first and hung up on
KINDS = {
    "id_reader": Kind.RESIDENT_ID,
    "tray_camera": Kind.DOCUMENT_CAMERA,
    "receipt_printer": Kind.RECEIPT_PRINTER,
}
"""Which kind of device plays which role."""

log = logging.getLogger("kiosk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """What this terminal writes. `state` outlives everything; nothing personal is clear in it."""

    state: Path

    @property
    def outbox(self) -> Path:
        return self.state / "outbox"

    @property
    def outbox_database(self) -> Path:
        return self.outbox / DATABASE

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
        hang_up: Callable[[], None],
    ) -> None:
        """`hang_up` ends every call to the platform, now and for good."""
        self.events = events
        self.controller = controller
        self.devices = devices
        self.outbox = outbox
        self.keeper = keeper
        self.pulses = pulses
        self._sender = sender
        self._sync = sync
        self._hang_up = hang_up

    def start(self) -> None:
        for role, health in self.devices.board().items():
            if health.fault is not None:
                log.error("%s: %s", role, health.fault)
        self.devices.start()
        self.keeper.start()
        self._sender.start()
        self._sync.start()

    def stop(self) -> tuple[str, ...]:
        """The names of threads that would not end. What was being kept is kept first."""
        deadline = time.monotonic() + STOP_WITHIN
        share = STOP_WITHIN / 4  # nobody takes it all but who hangs
        self._sync.thread.ask_to_stop()
        hanging = list(stop_all([self.keeper.thread], share))
        if not self._sender.stop(share):
            hanging.append(SENDER)
        in_the_outbox = bool(hanging)
        self._hang_up()
        hanging += self.devices.stop(deadline - time.monotonic() - LAST_SHARE)
        hanging += stop_all([self._sync.thread], LAST_SHARE)
        if not in_the_outbox:  # else closing would wait for whoever hangs in it
            self.outbox.close()
        return tuple(hanging)


def build(settings: Settings, *, now: float, clock: Clock | None = None) -> Terminal:
    """Raises `KioskError` (3xx store, 4xx settings, 5xx content) when it cannot be built whole."""
    demand_complete(settings)
    clock = clock or SystemClock()
    folders = Folders(state=_state_folder(settings))
    queue = EventQueue()
    pulses = Pulses()
    here = surroundings(settings, folders, clock)
    client = _client(settings, folders, clock)
    outbox = _outbox(settings, folders)
    for fault in outbox.opening_faults:
        log.error("outbox: %s", fault)
    devices = DeviceManager(_role_plans(settings), discover, queue.post, pulses)
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
        renewed=lambda: _renewed(settings, folders, clock),
    )
    sync = PlatformSync(
        client,
        clock,
        queue.post,
        pulses,
        site=settings.terminal.place or settings.terminal.id,  # the platform wants a name
        heartbeat_every=settings.platform.heartbeat,
        catalogue_every=settings.platform.catalogue,
        report=lambda: _report(settings, devices, outbox, clock),
        install=_installer(folders, queue),
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
        hang_up=client.close,
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
        region=_region(settings, catalogue),
        catalogue=catalogue,
        working_days=WorkingDays.load(Path(holidays) if holidays else paths.HOLIDAYS),
        texts=Texts.load(paths.TEXTS),
        clock=clock,
        local_date=local_date,
        local_time=local_time,
        number=number,
        languages=settings.screen.languages,
    )


def _region(settings: Settings, catalogue: Catalogue) -> Region:
    """A county need not be in the catalogue, its province must."""
    code = settings.terminal.region
    if not (len(code) == 6 and code.isdigit() and catalogue.province_of(code)):
        raise SettingsFault(
            f"terminal.region: {code!r} is in no province of the catalogue; "
            "write the six digits (GB/T 2260) of the terminal's place"
        )
    return catalogue.place(code)


def _state_folder(settings: Settings) -> Path:
    state = Path(settings.outbox.folder) if settings.outbox.folder else paths.state_folder()
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise SettingsFault(
            f"outbox.folder: {state}: {problem.strerror}; name a folder that the terminal may write"
        ) from None
    return state


@contextmanager
def _writing(file: Path) -> Generator[None]:
    """What the disk refuses is a fault of the store."""
    try:
        yield
    except OSError as problem:
        full = problem.errno in (errno.ENOSPC, errno.EDQUOT)
        code = FaultCode.STORE_FULL if full else FaultCode.STORE_FAILED
        raise KioskError(code, "outbox", f"{file}: {problem.strerror}") from None


def _catalogue(settings: Settings, folders: Folders) -> Catalogue:
    """What the platform pushed last, else what the settings name, else the demonstration."""
    if folders.catalogue.exists():
        try:
            pushed = Catalogue.load(folders.catalogue)
            if pushed.region(settings.terminal.region) is not None:
                return pushed
            log.error("the pushed catalogue does not know our region: put aside")
        except KioskError as problem:
            log.error("the pushed catalogue is put aside: %s", problem.fault)
        folders.catalogue.rename(folders.catalogue.with_suffix(".damaged"))
    named = settings.catalogue.snapshot
    return Catalogue.load(Path(named) if named else paths.SNAPSHOT)


def _installer(folders: Folders, queue: EventQueue) -> Callable[[bytes, str], None]:
    """A new catalogue is checked, synced, and in force from the next citizen on."""

    def install(body: bytes, etag: str) -> None:
        Catalogue.install(body, folders.catalogue)
        queue.post(CatalogueInstalled(etag=etag))

    return install


def _renewed(settings: Settings, folders: Folders, clock: Clock) -> Machine | None:
    try:
        here = surroundings(settings, folders, clock)
    except KioskError as problem:
        log.error("the new catalogue cannot be used: %s", problem.fault)
        return None
    log.info("a new catalogue is in force: %s", here.catalogue.etag)
    return Machine(here, _limits(settings))


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
    # what is already kept was sealed with the key that is gone: a new one would not open it
    if not folders.outbox_key.exists() and not folders.outbox_database.exists():
        with _writing(folders.outbox_key):
            keys.create()
        log.warning("the outbox key is a plain file: right for development, not for a hall")
    return keys


def _client(settings: Settings, folders: Folders, clock: Clock) -> PlatformClient:
    if not folders.signing_key.exists():
        with _writing(folders.signing_key):
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
    for role, kind in KINDS.items():
        section = settings.devices.get(role)
        if section is None or not section.driver:
            plans.append(RolePlan(role=role, driver=None))
            continue
        plans.append(
            RolePlan(role=role, driver=section.driver, settings=section.settings, kind=kind)
        )
    return plans


def driver_faults(settings: Settings) -> tuple[Fault, ...]:
    """What is wrong with the drivers that the settings name, or with what is set for them."""
    devices = DeviceManager(_role_plans(settings), discover(), lambda _: None, Pulses())
    return tuple(health.fault for health in devices.board().values() if health.fault is not None)


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
