"""A card read by the driver, against the time that its bytes take on the line."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import cast

from kiosk import paths
from kiosk.cli.measures.figures import timed
from kiosk.devices.contract import CancelToken, ResidentIdReader
from kiosk.devices.registry import discover, settings_of
from kiosk.devices.trace import CountingTrace

DRIVER = "sam-serial"
PEOPLE = ("zhang-shifan", "zhao-laoren")
BITS_PER_BYTE = 10  # 8N1
RUNS = {115200: 9, 9600: 3}


def card() -> dict[str, object]:
    """At both speeds; the simulated reader takes no time of its own."""
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="tongban-bench-") as folder:
        for baud, runs in RUNS.items():
            found |= _at(baud, runs, Path(folder) / f"reader-{baud}")
    return found


def _at(baud: int, runs: int, port: Path) -> dict[str, object]:
    """Only what the reader sends counts as time on the wire: a pseudo-terminal takes a command at
    once, and commands are 2 % of the bytes."""
    from drivers.simulators.resident_id import SimulatedIdReader

    trace = CountingTrace()
    driver = discover().find(DRIVER)
    settings = settings_of(driver, {"port": str(port), "baud": baud})
    with SimulatedIdReader(port, baud=baud, card_delay=0.0, people=paths.PEOPLE) as simulated:
        reader = cast(ResidentIdReader, driver.open(settings, trace))
        try:
            before = trace.bytes_received
            times: list[float] = []
            for run in range(runs):  # a card is given once: two take turns
                simulated.lay(person=PEOPLE[run % len(PEOPLE)])
                times.append(timed(lambda: reader.read(CancelToken(), lambda stage: None)))
        finally:
            reader.close()
    seconds = statistics.median(times)
    wire = (trace.bytes_received - before) / runs * BITS_PER_BYTE / baud
    return {
        f"at_{baud}_s": round(seconds, 4),
        f"at_{baud}_wire_s": round(wire, 4),
        f"at_{baud}_overhead_percent": round((seconds / wire - 1) * 100, 1),
    }
