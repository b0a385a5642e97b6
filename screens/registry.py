"""Which screen shows which body: by the body's name, loaded when it is first shown."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from kiosk.journey import views
from screens.base import Screen

BODIES: tuple[type[Any], ...] = (
    views.Rest,
    views.ChooseRegion,
    views.ChooseItem,
    views.ShowVerdict,
    views.ShowGuide,
    views.AskConsent,
    views.Identify,
    views.AskQuestion,
    views.TakePages,
    views.Review,
    views.Sign,
    views.Submitting,
    views.ShowReceipt,
    views.Rate,
    views.Goodbye,
    views.Trouble,
    views.OutOfService,
)


def screen_for(body: type[Any]) -> type[Screen[Any]]:
    """Raises `ModuleNotFoundError` for a body without a screen."""
    screen: type[Screen[Any]] = importlib.import_module(f"screens.citizen.{body.name}").SCREEN
    return screen


def previews_of(body: type[Any]) -> Mapping[str, Any]:
    previews: Mapping[str, Any] = importlib.import_module(f"screens.citizen.{body.name}").PREVIEWS
    return previews
