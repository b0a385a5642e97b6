"""When to try again. Pure: the same arguments and the same dice give the same moment.

A hall whose network flaps should not wait a minute, so the first two repeats come soon: after
`first_delay` and three times that (5 s, 15 s). Then 1 min, doubling to 30 min, for ever: nothing
is given up by count. Each delay is drawn from its upper half, so that many terminals that lost
the platform together do not come back together.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

FIRST_DELAY = 5.0  # seconds
_MINUTE = 60.0
_CAP = 30 * _MINUTE
_RETRY_AFTER_CAP = 60 * _MINUTE  # a platform may not silence a terminal for longer

LONGEST = timedelta(hours=2)
"""No attempt is ever planned further away: an entry that is, was planned by a wrong clock."""


def delay(
    attempts: int,
    retry_after: float | None = None,
    *,
    rng: Random,
    first_delay: float = FIRST_DELAY,
) -> float:
    """Seconds to wait after `attempts` attempts (1, 2, …), never less than the platform asked."""
    if attempts <= 1:
        backoff = first_delay
    elif attempts == 2:
        backoff = 3 * first_delay
    else:
        backoff = _MINUTE * 2 ** min(attempts - 3, 5)
    waited = min(backoff, _CAP) * (0.5 + 0.5 * rng.random())
    if retry_after is None:
        return waited
    asked = min(max(retry_after, 0.0), _RETRY_AFTER_CAP)
    return max(waited, asked * (1.0 + 0.1 * rng.random()))


def next_attempt(
    attempts: int,
    now: datetime,
    retry_after: float | None = None,
    *,
    rng: Random,
    first_delay: float = FIRST_DELAY,
) -> datetime:
    return now + timedelta(seconds=delay(attempts, retry_after, rng=rng, first_delay=first_delay))
