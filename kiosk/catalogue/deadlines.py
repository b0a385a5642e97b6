"""Due dates in working days (行政许可法, article 82), honest about years not yet announced.

Which days are worked is announced a year at a time. A due date after the last announced day is
computed from weekends and the days fixed by regulation, and marked provisional.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from kiosk.faults import FaultCode, KioskError

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """`provisional`: the arrangement for that time is not announced, the date may move."""

    date: date
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """`rest_days` are weekdays off, `work_days` weekend days worked in exchange (调休)."""

    published_through: date
    rest_days: frozenset[date]
    work_days: frozenset[date]

    @classmethod
    def load(cls, path: Path) -> WorkingDays:
        """Raises `KioskError` CATALOGUE_DAMAGED."""
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            days = msgspec.convert(table, type=cls)
        except OSError as error:
            raise _damaged(path, error.strerror or "") from error
        except ValueError as error:  # not UTF-8, not TOML, not these fields
            raise _damaged(path, str(error)) from error
        for day in days.rest_days:
            if day.weekday() >= SATURDAY:
                raise _damaged(path, f"rest_days: {day} is a weekend day")
        for day in days.work_days:
            if day.weekday() < SATURDAY:
                raise _damaged(path, f"work_days: {day} is not a weekend day")
        return days

    def works(self, day: date) -> bool:
        if day in self.work_days:
            return True
        return day.weekday() < SATURDAY and day not in self.rest_days

    def due(self, from_date: date, days: int) -> Due:
        """The last of `days` working days; the day of receipt itself is not counted.

        With 0 days it is due the same day, whether that is a working day or not.
        """
        day = from_date
        left = days
        while left > 0:
            day += ONE_DAY
            if self.works(day):
                left -= 1
        return Due(date=day, provisional=day > self.published_through)

    def between(self, from_date: date, until: date) -> int:
        """Working days after `from_date` up to and including `until`; 0 when there are none."""
        span = (until - from_date).days
        return sum(self.works(from_date + timedelta(days=n)) for n in range(1, span + 1))


def _damaged(path: Path, detail: str) -> KioskError:
    return KioskError(FaultCode.CATALOGUE_DAMAGED, "holidays", f"{path.name}: {detail}")
