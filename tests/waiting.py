"""Waiting for another thread without guessing how long: a condition, a deadline, no sleep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def eventually(predicate: Callable[[], object], *, within: float = 5.0, what: str = "") -> object:
    """Returns the first true value of `predicate`; fails after `within` seconds."""
    pause = threading.Event()
    deadline = time.monotonic() + within
    while True:
        value = predicate()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what or predicate}")
        pause.wait(0.01)
