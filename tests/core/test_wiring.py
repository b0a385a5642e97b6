"""A terminal is built whole or not at all, says why not, and stops in time whatever hangs."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk import paths
from kiosk.devices.health import State
from kiosk.faults import FaultCode, KioskError
from kiosk.settings.load import SettingsFault, load
from kiosk.settings.schema import Settings
from kiosk.threads import STOP_WITHIN
from kiosk.wiring import Terminal, build
from tests.sample_applications import sample_application, sample_rating
from tests.waiting import eventually

NOBODY = "http://127.0.0.1:9/"  # the discard port: nobody listens
Table = Mapping[str, Mapping[str, Any]]


def settings(state: Path, changes: Table | None = None) -> Settings:
    """A terminal without devices, with what a test changes."""
    tables: dict[str, dict[str, Any]] = {
        "terminal": {"region": "421127"},
        "platform": {"url": NOBODY, "heartbeat": 1.0},
        "outbox": {"folder": str(state), "ballast_mebibytes": 0},
    }
    for table, values in (changes or {}).items():
        tables.setdefault(table, {}).update(values)
    return load(paths.CONFIG, overrides=tables).settings


def refusal(state: Path, changes: Table) -> KioskError:
    with pytest.raises(KioskError) as caught:
        build(settings(state, changes), now=0.0)
    return caught.value


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def terminal(state: Path) -> Iterator[Terminal]:
    terminal = build(settings(state), now=time.monotonic())
    yield terminal
    terminal.stop()


# --- what the settings must say ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"platform": {"url": ""}}, ("platform.url", "https://")),
        ({"platform": {"url": "platform.example"}}, ("platform.url", "https://")),
        ({"platform": {"heartbeat": 0}}, ("platform.heartbeat",)),
        ({"platform": {"deadline": -1}}, ("platform.deadline",)),
        ({"terminal": {"region": ""}}, ("terminal.region", "six digits")),
        ({"terminal": {"region": "999999"}}, ("terminal.region", "six digits")),
        ({"terminal": {"region": "黄梅县"}}, ("terminal.region", "six digits")),
        ({"terminal": {"timezone": "Asia/Shangai"}}, ("timezone", "did you mean Asia/Shanghai")),
        ({"terminal": {"timezone": "/etc/localtime"}}, ("timezone",)),
        ({"terminal": {"timezone": "Asia"}}, ("timezone",)),
        ({"terminal": {"number_prefix": "OIL"}}, ("terminal.number_prefix",)),
        ({"terminal": {"id": "三号"}}, ("terminal.id",)),
        ({"terminal": {"id": "a\nb"}}, ("terminal.id",)),
        ({"timing": {"question": 0}}, ("timing.question",)),
        ({"timing": {"warning": float("nan")}}, ("timing.warning",)),
        ({"screen": {"width": 0}}, ("screen.width",)),
        ({"screen": {"languages": []}}, ("screen.languages",)),
        ({"screen": {"languages": ["zh_cn"]}}, ("screen.languages", "did you mean zh_CN")),
        ({"outbox": {"keep_settled_days": -1}}, ("outbox.keep_settled_days",)),
        ({"outbox": {"folder": "/proc/none"}}, ("outbox.folder", "may write")),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_name(
    state: Path, changes: Table, words: tuple[str, ...]
):
    problem = refusal(state, changes)
    assert isinstance(problem, SettingsFault)
    for word in words:
        assert word in problem.fault.detail


def test_a_refused_setting_leaves_the_outbox_shut(state: Path):
    refusal(state, {"platform": {"url": ""}})
    refusal(state, {"catalogue": {"snapshot": "/nowhere.json"}})
    build(settings(state), now=0.0).stop()


@pytest.mark.parametrize(
    ("driver", "inner", "code"),
    [
        ("no-such-driver", {}, FaultCode.SETTINGS_DRIVER_MISSING),
        ("escpos", {"port": "tcp://127.0.0.1:9"}, FaultCode.SETTINGS_DRIVER_MISSING),
        ("sam-serial", {"prot": "/dev/null"}, FaultCode.SETTINGS_INVALID),
    ],
)
def test_a_driver_that_is_missing_or_set_wrong_costs_its_device_and_not_the_terminal(
    state: Path, driver: str, inner: Mapping[str, str], code: FaultCode
):
    section = {"driver": driver, "settings": dict(inner)}
    terminal = build(settings(state, {"devices": {"id_reader": section}}), now=0.0)
    health = terminal.devices.board()["id_reader"]
    terminal.stop()
    assert health.state is State.FAULTY
    assert health.fault is not None
    assert health.fault.code is code


# --- what lies on the disk -----------------------------------------------------------------------


def test_a_second_terminal_on_the_same_outbox_is_refused(terminal: Terminal, state: Path):
    assert refusal(state, {}).fault.code is FaultCode.STORE_LOCKED


def test_a_key_that_is_gone_is_not_replaced_while_something_was_sealed_with_it(state: Path):
    build(settings(state), now=0.0).stop()
    key = state / "keys" / "outbox.key"
    content = key.read_bytes()
    key.unlink()
    assert refusal(state, {}).fault.code is FaultCode.STORE_KEY
    assert not key.exists()
    key.write_bytes(content)
    key.chmod(0o600)
    build(settings(state), now=0.0).stop()


def test_a_pushed_catalogue_that_is_damaged_is_put_aside(state: Path):
    state.mkdir()
    (state / "catalogue.json").write_bytes(b'{"version": "half')
    terminal = build(settings(state), now=0.0)
    terminal.stop()
    assert terminal.controller.catalogue.items()
    assert (state / "catalogue.damaged").exists()


def test_a_pushed_catalogue_of_another_country_is_put_aside(state: Path):
    state.mkdir()
    snapshot = json.loads(paths.SNAPSHOT.read_bytes())
    snapshot["regions"] = [
        region for region in snapshot["regions"] if not region["code"].startswith("42")
    ]
    (state / "catalogue.json").write_text(json.dumps(snapshot), encoding="utf-8")
    terminal = build(settings(state), now=0.0)
    terminal.stop()
    assert terminal.controller.catalogue.region("421127") is not None
    assert (state / "catalogue.damaged").exists()


def test_only_the_terminals_own_user_may_look_into_its_state(terminal: Terminal, state: Path):
    assert state.stat().st_mode & 0o077 == 0


# --- after a defect ------------------------------------------------------------------------------


def test_after_a_defect_the_terminal_still_knows_how_its_devices_are(terminal: Terminal):
    controller = terminal.controller
    controller.abandon(1.0)
    assert controller.session.facts.board == terminal.devices.board()
    assert set(controller.session.facts.board) == {"id_reader", "tray_camera", "receipt_printer"}


# --- the stop ------------------------------------------------------------------------------------


def stopped(terminal: Terminal) -> tuple[str, ...]:
    began = time.monotonic()
    hanging = terminal.stop()
    assert time.monotonic() - began < STOP_WITHIN + 0.5
    return hanging


def test_a_terminal_whose_platform_is_down_starts_and_stops(terminal: Terminal):
    terminal.start()
    assert stopped(terminal) == ()


def test_a_platform_that_does_not_answer_does_not_hold_up_the_stop(state: Path):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(10)
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/"
        terminal = build(settings(state, {"platform": {"url": url}}), now=time.monotonic())
        terminal.start()
        caller, _ = mute.accept()
        with caller:
            assert stopped(terminal) == ()


def test_a_disk_that_hangs_is_named_and_does_not_hold_up_the_stop(terminal: Terminal):
    disk, waits = threading.Event(), threading.Event()

    def hang(_: object) -> None:
        waits.set()
        disk.wait(30)

    terminal.start()
    hanging = threading.Thread(target=lambda: terminal.outbox._database.run(hang), daemon=True)
    hanging.start()
    assert waits.wait(5)
    terminal.keeper.keep_rating(sample_rating(sample_application()[0].id))
    eventually(terminal.keeper._chores.empty, what="the keeper to meet the disk")
    assert "outbox-keeper" in stopped(terminal)
    disk.set()
