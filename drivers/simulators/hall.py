"""A whole hall of simulated devices behind one control socket: for demo, tests and training."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from drivers.simulators.camera import CameraSimulator
from drivers.simulators.control import Address, ControlServer, Simulator
from drivers.simulators.lifetime import Lifetime
from drivers.simulators.receipt_printer import SimulatedReceiptPrinter
from drivers.simulators.resident_id import SimulatedIdReader


class Hall(Lifetime):
    """`folder` holds the reader's port and the printed slips. `start` and `stop`, or a `with`.

    The devices are named by the role that they play in a terminal.
    """

    def __init__(
        self,
        folder: Path,
        *,
        people: Path,
        font: Path,
        card_delay: float = 0.6,
        control: Address = ("127.0.0.1", 0),
        picture: tuple[int, int] = (1920, 1080),
        frame_rate: float = 15.0,
    ) -> None:
        self._folder = folder
        self.id_reader = SimulatedIdReader(
            folder / "id-reader", card_delay=card_delay, people=people
        )
        self.tray_camera = CameraSimulator(font, size=picture, rate=frame_rate)
        self.receipt_printer = SimulatedReceiptPrinter(folder=folder / "slips", font=font)
        self.control = ControlServer(self.devices(), control)

    def devices(self) -> Mapping[str, Simulator]:
        return {
            "id_reader": self.id_reader,
            "tray_camera": self.tray_camera,
            "receipt_printer": self.receipt_printer,
        }

    def settings(self) -> dict[str, Any]:
        """What a terminal's `[devices]` has to say to use this hall; valid after `start`."""
        return {
            "id_reader": {
                "driver": "sam-serial",
                "settings": {"port": str(self._folder / "id-reader")},
            },
            "tray_camera": {
                "driver": "video-capture",
                "settings": {"port": self.tray_camera.url},
            },
            "receipt_printer": {
                "driver": "escpos",
                "settings": {
                    "port": self.receipt_printer.port,
                    "journal": str(self._folder / "printer-journal"),
                },
            },
        }

    def start(self) -> None:
        """Raises `OSError` when a port is taken."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.id_reader.start()
        self.tray_camera.start()
        self.receipt_printer.start()
        self.control.start()

    def stop(self) -> None:
        """May be called twice."""
        self.control.stop()
        self.receipt_printer.stop()
        self.tray_camera.stop()
        self.id_reader.stop()
