"""Drivers come through one door, and what cannot be used says why."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from kiosk.devices.registry import DriverRecord, Registry, Status, discover, settings_of
from kiosk.faults import FaultCode, KioskError

GOOD = """
import msgspec

class Settings(msgspec.Struct, forbid_unknown_fields=True):
    port: str
    baud: int = 115200

class Acme:
    contract = {contract}
    name = "{name}"
    kind = "resident_id"
    title = "Acme reader"
    Settings = Settings
    def candidates(self): return []
    def open(self, settings, trace): raise NotImplementedError

DRIVER = Acme()
"""


class Shelf:
    """A folder of installed distributions, as pip would leave them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def install(self, distribution: str, name: str, source: str) -> None:
        module = distribution.replace("-", "_")
        (self._folder / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
        info = self._folder / f"{module}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n", encoding="utf-8"
        )
        (info / "entry_points.txt").write_text(
            f"[kiosk.drivers]\n{name} = {module}:DRIVER\n", encoding="utf-8"
        )


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.syspath_prepend(str(tmp_path))
    return Shelf(tmp_path)


def record(registry: Registry, name: str, distribution: str = "") -> DriverRecord:
    (found,) = [
        record
        for record in registry.records
        if record.name == name and record.distribution.startswith(distribution)
    ]
    return found


def test_a_makers_driver_is_found_and_names_its_origin(shelf: Shelf) -> None:
    shelf.install("acme-good", "acme", GOOD.format(name="acme", contract=1))
    registry = discover()
    found = record(registry, "acme")
    assert (found.status, found.distribution) == (Status.READY, "acme-good 1.2")
    assert registry.find("acme").title == "Acme reader"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("def broken(:", "SyntaxError"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import no_such_library", "ModuleNotFoundError"),
        ("WRONG_NAME = 1", "AttributeError"),
    ],
)
def test_a_driver_that_does_not_load_is_a_record_with_the_reason(
    shelf: Shelf, source: str, reason: str
) -> None:
    # A module of its own name each time: Python keeps modules that it once imported.
    shelf.install(f"acme-broken-{abs(hash(source))}", "acme-broken", source)
    registry = discover()
    found = record(registry, "acme-broken")
    assert found.status is Status.LOAD_ERROR
    assert reason in found.reason
    with pytest.raises(KioskError, match="load_error") as refused:
        registry.find("acme-broken")
    assert refused.value.fault.code is FaultCode.SETTINGS_DRIVER_MISSING


def test_a_driver_of_another_contract_says_which(shelf: Shelf) -> None:
    shelf.install("acme-future", "acme-future", GOOD.format(name="acme-future", contract=7))
    found = record(discover(), "acme-future")
    assert found.status is Status.WRONG_CONTRACT
    assert found.reason == "contract 7, wanted 1"


def test_a_driver_unlike_the_contract_says_everything_that_is_wrong(shelf: Shelf) -> None:
    source = "class D:\n contract = 1\n name = ''\n kind = 'toaster'\nDRIVER = D()"
    shelf.install("acme-odd", "acme-odd", source)
    found = record(discover(), "acme-odd")
    assert found.status is Status.WRONG_SHAPE
    for word in ("name", "title", "kind", "candidates", "open", "Settings"):
        assert word in found.reason


def test_open_settings_are_a_wrong_shape(shelf: Shelf) -> None:
    source = GOOD.format(name="acme-open", contract=1).replace(", forbid_unknown_fields=True", "")
    shelf.install("acme-open", "acme-open", source)
    found = record(discover(), "acme-open")
    assert found.status is Status.WRONG_SHAPE
    assert "forbid_unknown_fields" in found.reason


def test_of_two_strangers_with_one_name_neither_is_guessed_at(shelf: Shelf) -> None:
    shelf.install("acme-one", "twin", GOOD.format(name="twin", contract=1))
    shelf.install("acme-two", "twin", GOOD.format(name="twin", contract=1))
    registry = discover()
    statuses = {record.status for record in registry.records if record.name == "twin"}
    assert statuses == {Status.DUPLICATE_NAME}
    with pytest.raises(KioskError, match="duplicate_name"):
        registry.find("twin")


def test_a_stranger_cannot_take_the_name_of_our_own_driver(shelf: Shelf) -> None:
    shelf.install("acme-thief", "video-capture", GOOD.format(name="video-capture", contract=1))
    registry = discover()
    assert record(registry, "video-capture", "acme").status is Status.DUPLICATE_NAME
    assert record(registry, "video-capture", "tongban").status is Status.READY
    assert registry.find("video-capture").kind == "document_camera"


def test_a_name_that_nobody_has_is_answered_with_those_there_are() -> None:
    with pytest.raises(KioskError, match=r"nothing: not installed; there are: .*video-capture"):
        discover().find("nothing")


def test_settings_are_closed_and_the_complaint_does_not_repeat_the_value(shelf: Shelf) -> None:
    shelf.install("acme-closed", "acme-closed", GOOD.format(name="acme-closed", contract=1))
    driver = discover().find("acme-closed")
    assert settings_of(driver, {"port": "/dev/x"}).baud == 115200
    with pytest.raises(KioskError, match="bund"):
        settings_of(driver, {"port": "/dev/x", "bund": 9600})
    with pytest.raises(KioskError) as refused:
        settings_of(driver, {"port": "/dev/x", "baud": "s3cret"})
    assert refused.value.fault.code is FaultCode.SETTINGS_INVALID
    assert "s3cret" not in str(refused.value)
