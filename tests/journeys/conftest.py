"""The journey in its real surroundings: shipped catalogue and texts, a clock of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import paths
from kiosk.journey.facts import Surroundings
from kiosk.journey.machine import Machine
from kiosk.settings.load import load
from kiosk.wiring import Folders, surroundings
from tests.clocks import FakeClock
from tests.journeys.citizen import Citizen

TERMINAL = {
    "terminal": {
        "id": "TEST-01",
        "place": "黄梅县政务服务中心",
        "name": "3 号机",
        "region": "421127",
        "number_prefix": "HM",
    }
}


def make_surroundings(clock: FakeClock, state: Path) -> Surroundings:
    settings = load(paths.CONFIG, overrides=TERMINAL).settings
    return surroundings(settings, Folders(state=state), clock)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def here(clock: FakeClock, tmp_path: Path) -> Surroundings:
    return make_surroundings(clock, tmp_path)


@pytest.fixture
def machine(here: Surroundings) -> Machine:
    return Machine(here)


@pytest.fixture
def citizen(machine: Machine, clock: FakeClock) -> Citizen:
    return Citizen(machine, clock)


@pytest.fixture
def printing_citizen(machine: Machine, clock: FakeClock) -> Citizen:
    """In front of a terminal whose devices are all well, the printer among them."""
    return Citizen(machine, clock).finds_devices_well()
