"""When the outbox tries again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.outbox.schedule import LONGEST, delay, next_attempt

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "longest"),
    [(1, 5), (2, 15), (3, 60), (4, 120), (5, 240), (6, 480), (7, 960), (8, 1800), (10**6, 1800)],
)
def test_soon_at_first_then_a_minute_doubling_to_half_an_hour(
    attempts: int, longest: float
) -> None:
    for seed in range(50):
        assert longest / 2 <= delay(attempts, rng=Random(seed)) <= longest


def test_the_first_delay_can_be_set() -> None:
    assert delay(1, rng=Random(1), first_delay=0.2) <= 0.2
    assert delay(2, rng=Random(1), first_delay=0.2) <= 0.6


def test_terminals_that_lost_the_platform_together_do_not_come_back_together() -> None:
    moments = {round(delay(8, rng=Random(seed)) / 90) for seed in range(200)}
    assert len(moments) >= 10


@given(st.integers(1, 50), st.floats(0, 3600), st.integers())
def test_never_earlier_than_the_platform_asked(attempts: int, asked: float, seed: int) -> None:
    assert delay(attempts, asked, rng=Random(seed)) >= asked


@given(
    st.integers(0, 10**9),
    st.one_of(st.none(), st.floats(-1e12, 1e12, allow_nan=False), st.just(float("inf"))),
    st.integers(),
)
def test_never_in_the_past_and_never_for_ever(
    attempts: int, asked: float | None, seed: int
) -> None:
    moment = next_attempt(attempts, NOW, asked, rng=Random(seed))
    assert NOW < moment <= NOW + LONGEST


def test_the_same_dice_give_the_same_moment() -> None:
    assert next_attempt(3, NOW, rng=Random(7)) == next_attempt(3, NOW, rng=Random(7))
    assert next_attempt(3, NOW, rng=Random(7)) - NOW <= timedelta(minutes=1)
