"""The core of Tongban Kiosk (通办自助终端)."""

__version__ = "0.1.0"
