"""Every setting: its name, type, default, meaning. Closed: an unknown key is refused by name.

Files in layers, later ones win: `config/defaults.toml`, a site's file, its secrets (mode 0600).
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

# Limits stand with the types, so that a value out of them is refused by its path at the start.
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]
Pixels = Annotated[int, msgspec.Meta(ge=240, le=8192)]
# what is read aloud and typed as part of a local number: never I or O
Prefix = Annotated[str, msgspec.Meta(pattern="^[0-9A-HJ-NP-Z]{1,6}$")]
# goes into a header of every request
TerminalId = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9._-]{1,64}$")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of settings."""


class Terminal(Section, frozen=True):
    id: TerminalId = "DEMO-01"  # known to the platform
    place: str = ""  # in the header and on the receipt
    name: str = ""
    region: str = ""  # GB/T 2260, where the terminal stands
    number_prefix: Prefix = "TB"  # of local numbers
    timezone: str = "Asia/Shanghai"


class Screen(Section, frozen=True):
    width: Pixels = 1080
    height: Pixels = 1920
    fullscreen: bool = False
    diagonal_inches: Annotated[float, msgspec.Meta(gt=3, le=150)] = 21.5
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("zh_CN", "en")


class Timing(Section, frozen=True):
    """Seconds of patience with a citizen."""

    question: Seconds = 90.0
    reading: Seconds = 120.0
    result: Seconds = 60.0
    warning: Seconds = 30.0


class PlatformSection(Section, frozen=True):
    url: str = ""
    verify_tls: bool = True
    deadline: Seconds = 20.0  # seconds for one exchange, in all
    heartbeat: Seconds = 60.0  # seconds between two
    catalogue: Seconds = 900.0  # seconds between two questions for a newer one


class OutboxSection(Section, frozen=True):
    folder: str = ""  # empty: the state folder of the user
    keep_settled_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 7  # then shredded
    # given up when the disk is full
    ballast_mebibytes: Annotated[int, msgspec.Meta(ge=0, le=65536)] = 64
    first_delay: Seconds = 5.0  # seconds before the first repeat


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
