"""Everything real: the core, the drivers, simulated devices on real wires, the sandbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers.simulators.hall import Hall
from kiosk import paths
from kiosk.sandbox.server import SandboxServer
from kiosk.sandbox.settings import SandboxSettings
from kiosk.settings.load import load
from kiosk.wiring import Terminal, build
from tests.hall.visitor import Visitor

ITEM = "夫妻投靠户口迁移"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with Hall(
        tmp_path / "hall",
        people=paths.PEOPLE,
        font=paths.FONTS / "NotoSansSC-Regular.otf",
        card_delay=0.05,
        picture=(960, 540),
        frame_rate=12.0,
    ) as hall:
        yield hall


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxServer]:
    catalogue = tmp_path / "catalogue.json"
    catalogue.write_bytes(paths.SNAPSHOT.read_bytes())
    server = SandboxServer(SandboxSettings(data_dir=tmp_path / "sandbox", catalogue=catalogue))
    server.start()
    yield server
    server.stop()


def settings_for(hall: Hall, url: str, state: Path):
    devices = hall.settings()
    devices["tray_camera"]["settings"].update(width=960, height=540, preview_width=480)
    overrides = {
        "terminal": {
            "id": "TEST-01",
            "place": "黄梅县政务服务中心",
            "name": "3 号机",
            "region": "421127",
            "number_prefix": "HM",
        },
        "platform": {"url": url, "deadline": 5.0, "heartbeat": 1.0, "catalogue": 0.5},
        "outbox": {"folder": str(state), "ballast_mebibytes": 1, "first_delay": 0.3},
        "devices": devices,
    }
    return load(paths.CONFIG, overrides=overrides).settings


@pytest.fixture
def terminal_in(
    hall: Hall, sandbox: SandboxServer, tmp_path: Path
) -> Iterator[Callable[[], Terminal]]:
    """Starts a terminal on the same state folder each time it is called."""
    running: list[Terminal] = []

    def start() -> Terminal:
        settings = settings_for(hall, sandbox.url, tmp_path / "state")
        terminal = build(settings, now=time.monotonic())
        terminal.start()
        running.append(terminal)
        return terminal

    yield start
    for terminal in running:
        terminal.stop()


@pytest.fixture
def visitor(terminal_in: Callable[[], Terminal]) -> Visitor:
    visitor = Visitor(terminal_in())
    visitor.ready()
    return visitor


@pytest.fixture
def item(visitor: Visitor) -> str:
    """The code of the item that is worked out in full."""
    catalogue = visitor.terminal.controller.catalogue
    return next(item.code for item in catalogue.items() if item.name == ITEM)
