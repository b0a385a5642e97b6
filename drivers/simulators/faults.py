"""The fault box: the same three levers on every simulator.

A simulator asks its box at the moment where a fault would strike::

    if (parameters := self.faults.take("garble")) is not None:
        at = parameters.get("at", 10)

`fail_next` strikes once, and stays armed until it has; `fail_always` strikes until it is cleared.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any


class FaultBox:
    """Which faults are armed. Any thread may arm; the simulator's thread takes.

    `names` are the faults that the simulator knows; arming another raises `ValueError`. With no
    names any fault may be armed.
    """

    def __init__(self, *names: str) -> None:
        self.names = names
        self._lock = threading.Lock()
        self._next: defaultdict[str, deque[dict[str, Any]]] = defaultdict(deque)
        self._always: dict[str, dict[str, Any]] = {}

    def fail_next(self, fault: str, **parameters: Any) -> None:
        """Arms `fault` for one strike. Calling it twice arms two, taken in that order."""
        self._check(fault)
        with self._lock:
            self._next[fault].append(parameters)

    def fail_always(self, fault: str, **parameters: Any) -> None:
        """Arms `fault` until `clear`; a second call replaces the parameters."""
        self._check(fault)
        with self._lock:
            self._always[fault] = parameters

    def clear(self, fault: str | None = None) -> None:
        """Disarms `fault`, or all faults."""
        if fault is not None:
            self._check(fault)
        with self._lock:
            for armed in (self._next, self._always):
                if fault is None:
                    armed.clear()
                else:
                    armed.pop(fault, None)

    def take(self, fault: str, **here: Any) -> dict[str, Any] | None:
        """The parameters of an armed fault (one `fail_next` is used up), or None.

        `here` says where the simulator stands: a fault armed with another value for one of these
        names is left for later, e.g. ``take("garble", command="find")`` leaves one that was armed
        with ``command="read"``.
        """

        def strikes(parameters: Mapping[str, Any]) -> bool:
            return all(parameters.get(name, value) == value for name, value in here.items())

        with self._lock:
            waiting = self._next[fault]
            for parameters in waiting:
                if strikes(parameters):
                    waiting.remove(parameters)
                    return parameters
            always = self._always.get(fault)
            return dict(always) if always is not None and strikes(always) else None

    def armed(self) -> dict[str, Any]:
        """What would strike: {"next": {fault: count}, "always": [fault]}."""
        with self._lock:
            return {
                "next": {fault: len(waiting) for fault, waiting in self._next.items() if waiting},
                "always": sorted(self._always),
            }

    def levers(self) -> Mapping[str, Callable[..., object]]:
        """The levers that the control socket offers for every device."""
        return {
            "fail_next": self.fail_next,
            "fail_always": self.fail_always,
            "clear": self.clear,
        }

    def _check(self, fault: str) -> None:
        if self.names and fault not in self.names:
            raise ValueError(f"no fault {fault!r}; there are: {', '.join(self.names)}")
