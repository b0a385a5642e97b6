"""Finds drivers by the entry point group `kiosk.drivers`: ours and makers' by the same door.

Each entry point becomes a record with a status and, when it cannot be used, the reason. A plug-in
that is broken in any way is a record like the others; it never takes the terminal down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

import msgspec

from kiosk.devices.contract import CONTRACT, ENTRY_POINT_GROUP, Driver, Kind
from kiosk.faults import FaultCode, KioskError

OWN_DISTRIBUTION = "tongban-kiosk"


class Status(StrEnum):
    READY = "ready"
    LOAD_ERROR = "load_error"  # its module does not import, or lacks the object
    WRONG_CONTRACT = "wrong_contract"  # written for another version of the contract
    WRONG_SHAPE = "wrong_shape"  # says our version, and is not like it
    DUPLICATE_NAME = "duplicate_name"  # another distribution gives a driver of this name


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRecord:
    """One entry point, and what became of it. `driver` is set when `status` is READY."""

    name: str
    status: Status
    distribution: str  # "tongban-kiosk 0.1.0"
    target: str  # "drivers.document_camera.driver:DRIVER"
    reason: str = ""
    driver: Driver | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    records: tuple[DriverRecord, ...]

    def find(self, name: str) -> Driver:
        """Raises `KioskError` SETTINGS_DRIVER_MISSING with the reason why `name` cannot be had."""
        named = [record for record in self.records if record.name == name]
        for record in named:
            if record.driver is not None:
                return record.driver
        reasons = "; ".join(f"{record.status}: {record.reason}" for record in named)
        if not named:
            known = ", ".join(r.name for r in self.records if r.driver is not None)
            reasons = f"not installed; there are: {known or 'none'}"
        raise KioskError(FaultCode.SETTINGS_DRIVER_MISSING, "", f"driver {name}: {reasons}")


def discover(points: Iterable[EntryPoint] | None = None) -> Registry:
    """Loads every driver that is installed; `points` are given instead by tests of the door."""
    found = entry_points(group=ENTRY_POINT_GROUP) if points is None else points
    ordered = sorted(found, key=lambda point: (point.name, _distribution(point), point.value))
    claims = Counter(point.name for point in ordered)
    return Registry(tuple(_record(point, rivals=claims[point.name] - 1) for point in ordered))


def settings_of(driver: Driver, table: Mapping[str, Any]) -> Any:
    """`table` as the driver's own closed `Settings`; raises `KioskError` SETTINGS_INVALID."""
    try:
        return msgspec.convert(dict(table), driver.Settings)
    except msgspec.ValidationError as error:  # names path and type, does not repeat the value
        raise KioskError(FaultCode.SETTINGS_INVALID, "", f"{driver.name}: {error}") from error


def shape_faults(driver: object) -> tuple[str, ...]:
    """How `driver` is unlike the contract, in words; empty when it is like it."""
    wrong: list[str] = []
    for attribute in ("name", "title"):
        value = getattr(driver, attribute, None)
        if not isinstance(value, str) or not value:
            wrong.append(f"{attribute} is not a text")
    if getattr(driver, "kind", None) not in tuple(Kind):
        wrong.append(f"kind is none of: {', '.join(Kind)}")
    for method in ("candidates", "open"):
        if not callable(getattr(driver, method, None)):
            wrong.append(f"{method} is missing")
    settings = getattr(driver, "Settings", None)
    if not (isinstance(settings, type) and issubclass(settings, msgspec.Struct)):
        wrong.append("Settings is not a msgspec.Struct")
    elif not settings.__struct_config__.forbid_unknown_fields:
        wrong.append("Settings is open: declare it with forbid_unknown_fields=True")
    return tuple(wrong)


def _record(point: EntryPoint, *, rivals: int) -> DriverRecord:
    def refused(status: Status, reason: str) -> DriverRecord:
        return DriverRecord(
            name=point.name,
            status=status,
            distribution=_distribution(point),
            target=point.value,
            reason=reason,
        )

    # Our own name stays ours. Of two strangers with one name neither is guessed at.
    if rivals and not _is_own(point):
        return refused(Status.DUPLICATE_NAME, f"{rivals} other driver(s) have this name")
    try:
        driver: Any = point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a stranger's module may do anything
        return refused(Status.LOAD_ERROR, f"{type(error).__name__}: {error}")
    contract = getattr(driver, "contract", None)
    if contract != CONTRACT:
        return refused(Status.WRONG_CONTRACT, f"contract {contract!r}, wanted {CONTRACT}")
    wrong = list(shape_faults(driver))
    if not wrong and driver.name != point.name:
        wrong.append(f"calls itself {driver.name!r}, the entry point {point.name!r}")
    if wrong:
        return refused(Status.WRONG_SHAPE, "; ".join(wrong))
    return DriverRecord(
        name=point.name,
        status=Status.READY,
        distribution=_distribution(point),
        target=point.value,
        driver=cast(Driver, driver),
    )


def _is_own(point: EntryPoint) -> bool:
    return point.dist is not None and point.dist.name == OWN_DISTRIBUTION


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else "unknown"
