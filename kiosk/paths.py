"""Where things lie: what is shipped, and what this terminal writes."""

from __future__ import annotations

from pathlib import Path

import platformdirs

PROJECT = Path(__file__).resolve().parent.parent
ASSETS = PROJECT / "assets"
TEXTS = ASSETS / "texts"
FONTS = ASSETS / "fonts"
PEOPLE = ASSETS / "people"
CONFIG = PROJECT / "config"
SNAPSHOT = CONFIG / "catalogue" / "snapshot.json"
HOLIDAYS = CONFIG / "catalogue" / "holidays.toml"


def state_folder() -> Path:
    """Where a terminal without other orders keeps its queue (not created here)."""
    return platformdirs.user_state_path("tongban-kiosk")
