"""The platform pushes a new catalogue: between two citizens it comes into force by itself."""

from __future__ import annotations

import json
from pathlib import Path

from kiosk import paths
from kiosk.journey import events, views
from tests.hall.visitor import Visitor


def renamed(item: str, name: str) -> bytes:
    snapshot = json.loads(paths.SNAPSHOT.read_bytes())
    for entry in snapshot["items"]:
        if entry["code"] == item:
            entry["name"] = name
    return json.dumps(snapshot, ensure_ascii=False).encode()


def test_a_visit_ends_with_the_catalogue_that_it_began_with(
    visitor: Visitor, item: str, tmp_path: Path
) -> None:
    controller = visitor.terminal.controller
    visitor.say(events.StartPressed("apply"), events.RegionChosen("360000"))
    before = controller.catalogue
    (tmp_path / "catalogue.json").write_bytes(renamed(item, "改了名字的事项"))
    installed = tmp_path / "state" / "catalogue.json"
    visitor.until(installed.exists, what="the new catalogue on disk")
    visitor.until(lambda: True)
    assert controller.catalogue is before
    visitor.say(events.LeavePressed(), events.LeaveConfirmed(), events.BackPressed())
    visitor.say(events.BackPressed())
    visitor.sees(views.Rest)
    visitor.until(lambda: controller.catalogue is not before, what="the new one to be in force")
    found = controller.catalogue.item(item)
    assert found is not None
    assert found.name == "改了名字的事项"


def test_a_damaged_one_changes_nothing(visitor: Visitor, item: str, tmp_path: Path) -> None:
    controller = visitor.terminal.controller
    before = controller.catalogue
    body = renamed(item, "坏的")
    (tmp_path / "catalogue.json").write_bytes(body[: len(body) // 2])
    asked = visitor.terminal.pulses.last("platform-sync")
    assert asked is not None
    visitor.until(
        lambda: (visitor.terminal.pulses.last("platform-sync") or 0) > asked + 2.5,
        what="the platform to be asked again",
    )
    assert controller.catalogue is before
    assert not (tmp_path / "state" / "catalogue.json").exists()
