"""Due dates in working days, and the honesty about years that are not announced."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.deadlines import Due, WorkingDays
from kiosk.faults import FaultCode, KioskError
from kiosk.paths import CONFIG

HOLIDAYS = CONFIG / "catalogue" / "holidays.toml"
DAYS = WorkingDays.load(HOLIDAYS)


@pytest.mark.parametrize(
    ("from_date", "days", "due"),
    [
        (date(2026, 9, 21), 10, date(2026, 10, 12)),  # over 中秋 and 国庆, a Saturday is worked
        (date(2026, 2, 10), 5, date(2026, 2, 24)),  # Saturday 14 February is worked
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over a plain weekend
        (date(2026, 11, 22), 5, date(2026, 11, 27)),  # received on a Sunday
        (date(2026, 4, 30), 3, date(2026, 5, 8)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_due_dates_of_2026(from_date: date, days: int, due: date):
    assert DAYS.due(from_date, days) == Due(date=due, provisional=False)


def test_a_date_after_the_last_announced_day_is_provisional():
    due = DAYS.due(date(2026, 12, 15), 20)
    assert due.provisional
    assert due.date > DAYS.published_through
    assert not DAYS.due(date(2026, 12, 30), 1).provisional
    assert DAYS.due(date(2026, 12, 31), 1) == Due(date=date(2027, 1, 4), provisional=True)


def test_days_fixed_by_regulation_are_free_before_they_are_announced():
    assert not DAYS.works(date(2027, 1, 1))
    assert not DAYS.works(date(2027, 10, 1))


def test_2026_has_as_many_working_days_as_announced():
    """261 weekdays, 19 of them off, 6 weekend days worked."""
    assert DAYS.between(date(2025, 12, 31), date(2026, 12, 31)) == 248


@given(st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(1, 60))
def test_counting_back_gives_the_same_number(from_date: date, days: int):
    due = DAYS.due(from_date, days)
    assert DAYS.works(due.date)
    assert DAYS.between(from_date, due.date) == days
    assert DAYS.between(from_date, due.date - timedelta(days=1)) == days - 1
    assert DAYS.between(due.date, from_date) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("published_through = 2026-12-31\nrest_days = []\n", "work_days"),
        (
            "published_through = 2026-12-31\nrest_days = [2026-10-03]\nwork_days = []\n",
            "rest_days: 2026-10-03 is a weekend day",
        ),
        (
            "published_through = 2026-12-31\nrest_days = []\nwork_days = [2026-10-09]\n",
            "work_days: 2026-10-09 is not a weekend day",
        ),
        ("published_through = ", "holidays.toml"),
    ],
)
def test_a_calendar_with_a_mistake_is_refused(tmp_path: Path, text: str, said: str):
    path = tmp_path / "holidays.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KioskError) as caught:
        WorkingDays.load(path)
    assert caught.value.fault.code is FaultCode.CATALOGUE_DAMAGED
    assert said in caught.value.fault.detail
