"""The vigil over a running terminal: the watchdog, out of service and back."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.cli.vigil import DEFECTS_WITHIN, STALE, Vigil, tell_systemd
from kiosk.faults import Fault, FaultCode
from kiosk.outbox.keeper import NAME as KEEPER
from kiosk.threads import Pulses
from tests.clocks import FakeClock


@dataclass
class Glass:
    """What the vigil asks of the controller."""

    reasons: list[Fault | None] = field(default_factory=list)
    abandoned: int = 0

    def put_out_of_service(self, fault: Fault | None) -> None:
        self.reasons.append(fault)

    def abandon(self, now: float) -> None:
        del now
        self.abandoned += 1


@dataclass
class Watch:
    clock: FakeClock
    pulses: Pulses
    glass: Glass
    told: list[str]
    vigil: Vigil

    def lives(self, seconds: float, *names: str) -> None:
        """Time passes; only `names` give a sign of life."""
        for _ in range(int(seconds)):
            self.clock.advance(1.0)
            for name in names:
                self.pulses.beat(name)
            self.vigil.turn()


@pytest.fixture
def watch() -> Watch:
    clock = FakeClock()
    pulses = Pulses(clock.monotonic)
    glass, told = Glass(), []
    for name in (KEEPER, "sender"):
        pulses.register(name)
    terminal = SimpleNamespace(controller=glass, pulses=pulses)
    vigil = Vigil(terminal, notify=told.append, now=clock.monotonic)  # type: ignore[arg-type]
    return Watch(clock, pulses, glass, told, vigil)


def test_the_watchdog_is_fed_while_every_thread_lives(watch: Watch) -> None:
    watch.lives(10, KEEPER, "sender")
    assert watch.told == ["WATCHDOG=1"] * 10
    watch.lives(STALE + 10, KEEPER)
    fed = len(watch.told)
    watch.lives(20, KEEPER)
    assert len(watch.told) == fed, "a dead sender is for systemd to mend"
    assert watch.glass.reasons == []


def test_without_the_thread_that_keeps_nobody_is_served(watch: Watch) -> None:
    watch.lives(STALE + 5, "sender")
    (reason,) = watch.glass.reasons
    assert reason is not None
    assert reason.code is FaultCode.STORE_SILENT
    watch.lives(3, KEEPER, "sender")
    assert watch.glass.reasons[-1] is None, "back by itself"


def test_one_defect_costs_one_visit_three_cost_the_service_for_a_while(watch: Watch) -> None:
    for number in range(1, 4):
        assert watch.vigil.defect(_raised()) is True
        assert watch.glass.abandoned == number
    (reason,) = watch.glass.reasons
    assert reason is not None
    assert reason.code is FaultCode.DEFECT
    watch.lives(DEFECTS_WITHIN + 2, KEEPER, "sender")
    assert watch.glass.reasons[-1] is None


def _raised() -> Exception:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError as defect:
        return defect


def test_systemd_hears_on_its_own_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(path))
        systemd.settimeout(2)
        monkeypatch.setitem(os.environ, "NOTIFY_SOCKET", str(path))
        tell_systemd("READY=1")
        assert systemd.recv(100) == b"READY=1"


def test_without_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_systemd("READY=1")
