"""Every setting: its name, type, default, meaning. Closed: an unknown key is refused by name.

Files in layers, later ones win: `config/defaults.toml`, a site's file, its secrets (mode 0600).
"""

from __future__ import annotations

from typing import Any

import msgspec


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of settings."""


class Terminal(Section, frozen=True):
    id: str = "DEMO-01"  # known to the platform
    place: str = ""  # in the header and on the receipt
    name: str = ""
    region: str = ""  # GB/T 2260, where the terminal stands
    number_prefix: str = "TB"  # of local numbers; letters
    timezone: str = "Asia/Shanghai"


class Screen(Section, frozen=True):
    width: int = 1080
    height: int = 1920
    fullscreen: bool = False
    diagonal_inches: float = 21.5
    languages: tuple[str, ...] = ("zh_CN", "en")


class Timing(Section, frozen=True):
    """Seconds of patience with a citizen."""

    question: float = 90.0
    reading: float = 120.0
    result: float = 60.0
    warning: float = 30.0


class PlatformSection(Section, frozen=True):
    url: str = ""
    verify_tls: bool = True
    deadline: float = 20.0  # seconds for one exchange, in all
    heartbeat: float = 60.0  # seconds between two


class OutboxSection(Section, frozen=True):
    folder: str = ""  # empty: the state folder of the user
    keep_settled_days: int = 7  # then shredded
    ballast_mebibytes: int = 64  # given up when the disk is full
    first_delay: float = 5.0  # seconds before the first repeat


class CatalogueSection(Section, frozen=True):
    snapshot: str = ""  # empty: the shipped demonstration
    holidays: str = ""


class DeviceSection(Section, frozen=True):
    """One device by its role. No driver: this terminal has none, by intent."""

    driver: str = ""
    settings: dict[str, Any] = {}


class Settings(Section, frozen=True):
    terminal: Terminal = Terminal()
    screen: Screen = Screen()
    timing: Timing = Timing()
    platform: PlatformSection = PlatformSection()
    outbox: OutboxSection = OutboxSection()
    catalogue: CatalogueSection = CatalogueSection()
    devices: dict[str, DeviceSection] = {}
