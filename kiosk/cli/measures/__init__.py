"""What `kiosk bench` measures, by name: each takes about ten seconds and gives plain figures."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.cli.measures.card_read import card
from kiosk.cli.measures.cold_start import start
from kiosk.cli.measures.keeping import keep
from kiosk.cli.measures.sandbox_load import sandbox
from kiosk.cli.measures.screen_change import screens

MEASURES: dict[str, Callable[[], dict[str, object]]] = {
    "start": start,
    "screens": screens,
    "card": card,
    "keep": keep,
    "sandbox": sandbox,
}
