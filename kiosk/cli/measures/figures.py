"""Times to figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence


def timed(act: Callable[[], object]) -> float:
    """Seconds of the wall clock that `act` took."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0…1) of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -int(-share * len(ordered) // 1)  # rounded up
    return ordered[max(rank, 1) - 1]


def milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)


def spread(name: str, seconds: Sequence[float], *shares: int) -> dict[str, object]:
    """`{name}_p50_ms` and so on, for shares in percent."""
    return {
        f"{name}_p{share}_ms": milliseconds(percentile(seconds, share / 100)) for share in shares
    }
