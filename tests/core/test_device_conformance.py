"""The examination that a maker runs finds what a driver does wrong."""

from __future__ import annotations

import threading

import pytest

from kiosk.devices.conformance import Finding, examine
from kiosk.devices.jobs import ReadIdCard
from kiosk.faults import DeviceFault, FaultCode
from tests.core.scripted_device import DRIVER, SCRIPTS, Script


@pytest.fixture
def script() -> Script:
    SCRIPTS["there"] = Script()
    SCRIPTS["there"].act = lambda cancel, progress: cancel.wait(30.0)
    SCRIPTS["gone"] = Script()
    SCRIPTS["gone"].opening.append(DeviceFault(FaultCode.DEVICE_NOT_FOUND))
    return SCRIPTS["there"]


def failed() -> list[str]:
    findings: list[Finding] = examine(
        DRIVER, settings={"port": "there"}, missing={"port": "gone"}, job=ReadIdCard()
    )
    return [finding.rule for finding in findings if not finding.passed]


def test_a_driver_that_keeps_the_contract_passes(script: Script) -> None:
    assert failed() == []
    assert (script.opened, script.closed) == (2, 3)  # closed twice, opened again, closed


def test_a_job_that_does_not_look_at_its_token_is_found(script: Script) -> None:
    deaf = threading.Event()
    script.act = lambda cancel, progress: deaf.wait(0.9)
    assert failed() == ["withdrawn job"]


def test_a_missing_port_that_opens_is_found(script: Script) -> None:
    SCRIPTS["gone"].opening.clear()
    assert failed() == ["missing port"]


def test_a_missing_port_said_in_the_wrong_word_is_found(script: Script) -> None:
    SCRIPTS["gone"].opening[0] = DeviceFault(FaultCode.DEVICE_SILENT)
    assert failed() == ["missing port"]


def test_a_device_that_does_not_open_ends_the_examination(script: Script) -> None:
    script.opening.append(DeviceFault(FaultCode.DEVICE_PORT_BUSY))
    assert failed() == ["open"]
