"""What a maker's driver is examined by, in ten lines of the maker's own test::

    from kiosk.devices.conformance import examine
    from kiosk.devices.jobs import ReadIdCard
    from acme.driver import DRIVER

    def test_contract():
        findings = examine(
            DRIVER,
            settings={"port": "/dev/serial/by-id/acme"},
            missing={"port": "/dev/serial/by-id/nothing"},
            job=ReadIdCard(),  # with nothing laid on the reader, so that it has to wait
        )
        assert not [finding for finding in findings if not finding.passed], findings

`settings` must lead to a device, or a simulator of it, that is there; `missing` to none. An
exception that the contract does not name is not a finding: it comes out as it is, with its
traceback.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.devices.contract import CONTRACT, CancelToken, Device, Driver, NoTrace
from kiosk.devices.jobs import Job
from kiosk.devices.registry import settings_of, shape_faults
from kiosk.devices.values import Candidate, Identity, Readiness
from kiosk.faults import Cancelled, DeviceFault, FaultCode, KioskError

NOT_FOUND_WITHIN = 2.0  # seconds
CHECK_WITHIN = 1.0
CANCEL_WITHIN = 0.5
CANCEL_AFTER = 0.2  # the job is surely under way then


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    rule: str
    passed: bool
    detail: str = ""

    def __str__(self) -> str:
        return f"{'ok  ' if self.passed else 'FAIL'} {self.rule}: {self.detail}"


def examine(
    driver: Driver,
    *,
    settings: Mapping[str, Any],
    missing: Mapping[str, Any],
    job: Job | None = None,
) -> list[Finding]:
    """Examines `driver`; `job` must be one that waits or takes longer than 0.2 s, else it proves
    nothing about withdrawing. Takes a few seconds."""
    findings = [
        Finding(
            rule="contract",
            passed=driver.contract == CONTRACT,
            detail=f"{driver.contract}, wanted {CONTRACT}",
        )
    ]
    wrong = shape_faults(driver)
    findings.append(Finding(rule="shape", passed=not wrong, detail="; ".join(wrong)))
    findings += [_candidates(driver), _closed_settings(driver, settings), _absent(driver, missing)]
    try:
        device = driver.open(settings_of(driver, settings), NoTrace())
    except KioskError as error:
        return [*findings, Finding(rule="open", passed=False, detail=str(error.fault))]
    try:
        findings += [Finding(rule="open", passed=True), _identity(device), _check(device)]
        if job is not None:
            findings.append(_withdrawn(device, job))
    finally:
        device.close()
    device.close()
    findings.append(Finding(rule="close twice", passed=True))
    return [*findings, _opens_again(driver, settings)]


def _candidates(driver: Driver) -> Finding:
    found = driver.candidates()
    passed = all(_is(one, Candidate) and one.driver == driver.name for one in found)
    return Finding(rule="candidates", passed=passed, detail=f"{len(found)} listed")


def _closed_settings(driver: Driver, settings: Mapping[str, Any]) -> Finding:
    rule = "closed settings"
    try:
        settings_of(driver, settings)
    except KioskError as error:
        return Finding(rule=rule, passed=False, detail=str(error.fault))
    try:
        settings_of(driver, {**settings, "no_such_setting": 1})
    except KioskError:
        return Finding(rule=rule, passed=True)
    return Finding(rule=rule, passed=False, detail="an unknown key was accepted")


def _absent(driver: Driver, missing: Mapping[str, Any]) -> Finding:
    rule = "missing port"
    began = time.monotonic()
    try:
        driver.open(settings_of(driver, missing), NoTrace()).close()
    except DeviceFault as error:
        took = time.monotonic() - began
        right = error.fault.code is FaultCode.DEVICE_NOT_FOUND and took <= NOT_FOUND_WITHIN
        return Finding(rule=rule, passed=right, detail=f"{error.fault} after {took:.2f} s")
    return Finding(rule=rule, passed=False, detail="it opened")


def _identity(device: Device) -> Finding:
    return Finding(rule="identity", passed=_is(device.identity(), Identity))


def _check(device: Device) -> Finding:
    began = time.monotonic()
    readiness = device.check()
    took = time.monotonic() - began
    passed = _is(readiness, Readiness) and took <= CHECK_WITHIN
    return Finding(rule="check", passed=passed, detail=f"{took:.2f} s")


def _withdrawn(device: Device, job: Job) -> Finding:
    rule = "withdrawn job"
    cancel = CancelToken()
    withdraw = threading.Timer(CANCEL_AFTER, cancel.cancel)
    began = time.monotonic()
    withdraw.start()
    try:
        job.run(device, cancel, lambda _stage: None)
    except Cancelled:
        late = time.monotonic() - began - CANCEL_AFTER
        return Finding(rule=rule, passed=late <= CANCEL_WITHIN, detail=f"ended after {late:.2f} s")
    except KioskError as error:
        return Finding(rule=rule, passed=False, detail=f"{error.fault} instead of Cancelled")
    finally:
        withdraw.cancel()
    took = time.monotonic() - began
    done_before = took <= CANCEL_AFTER
    return Finding(rule=rule, passed=done_before, detail=f"answered after {took:.2f} s")


def _opens_again(driver: Driver, settings: Mapping[str, Any]) -> Finding:
    """What was closed is free: no port stays claimed, no thread holds on to it."""
    try:
        driver.open(settings_of(driver, settings), NoTrace()).close()
    except KioskError as error:
        return Finding(rule="open again", passed=False, detail=str(error.fault))
    return Finding(rule="open again", passed=True)


def _is(value: object, kind: type) -> bool:
    """What is declared is not yet what a stranger's code returns."""
    return isinstance(value, kind)
