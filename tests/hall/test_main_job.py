"""One citizen, one card, one cross-province item: from rest to a slip and a case."""

from __future__ import annotations

import requests

from drivers.simulators.hall import Hall
from kiosk.journey import events, views
from kiosk.sandbox.server import SandboxServer
from tests.hall.visitor import Visitor


def cases(sandbox: SandboxServer) -> list[dict[str, object]]:
    return requests.get(f"{sandbox.url}/sandbox/cases", timeout=5).json()["cases"]


def test_from_rest_to_a_slip_and_a_case(
    visitor: Visitor, hall: Hall, sandbox: SandboxServer, item: str
) -> None:
    hall.id_reader.lay(person="zhang-shifan")
    hall.tray_camera.page("household_register_first")
    visitor.to_sign(item)
    visitor.submits()
    receipt = visitor.has_slip()
    assert receipt.tone is views.Tone.GOOD
    assert receipt.platform_number
    (case,) = cases(sandbox)
    assert case["platform_number"] == receipt.platform_number
    assert len(hall.receipt_printer.slips) == 1
    visitor.say(events.NextPressed(), events.StarsGiven(5), events.NextPressed())
    visitor.sees(views.Goodbye)
    assert visitor.terminal.controller.session.facts.card is None
    visitor.say(events.NextPressed())
    visitor.sees(views.Rest)
    visitor.until(lambda: visitor.terminal.outbox.board().waiting == 0, what="an empty queue")
