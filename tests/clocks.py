"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Wall and monotonic clock of one story; both move by `advance` only."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)) -> None:
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def set_to(self, moment: datetime) -> None:
        """The wall clock jumps; monotonic time does not."""
        self._now = moment

    def jump(self, seconds: float) -> None:
        """The wall clock only, forwards or back."""
        self._now += timedelta(seconds=seconds)
