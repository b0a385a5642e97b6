"""Time as a thing that can be handed over, so that tests own it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Wall clock, aware, UTC. May jump; never measure a duration with it."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back. For every deadline."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
