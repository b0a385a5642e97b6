"""What goes wrong in a hall, one fault a story: nothing is lost, doubled or shown to another.

Everything is real but the people: the core, the drivers, the wires, the platform's HTTP.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date

import numpy as np
import pytest
import requests
import zxingcpp

from drivers.receipt_printer.layout import Fonts, draw, hatching
from drivers.simulators.escpos_machine import Slip
from drivers.simulators.hall import Hall
from kiosk import paths
from kiosk.devices.health import State
from kiosk.faults import FaultCode
from kiosk.journey import events, views
from kiosk.journey.facts import ID_READER, RECEIPT_PRINTER, Submission
from kiosk.receipts.receipt import Align, Size, Text
from kiosk.sandbox.server import SandboxServer
from tests.hall.test_main_job import cases
from tests.hall.visitor import Visitor

FIRST, SECOND = "zhang-shifan", "wang-yan"
DOTS = 576
FONTS = Fonts.in_folder(paths.FONTS)


def trouble(visitor: Visitor, code: FaultCode, within: float = 15.0) -> views.Trouble:
    """Waits for the trouble screen with this fault; it always says a way on."""

    def seen() -> bool:
        body = visitor.view.body
        return isinstance(body, views.Trouble) and body.code == code

    visitor.until(seen, within, f"trouble {code.name}")
    body = visitor.view.body
    assert isinstance(body, views.Trouble)
    assert body.actions
    return body


def choose(visitor: Visitor, action: str) -> None:
    body = visitor.view.body
    assert isinstance(body, views.Trouble)
    assert action in [offered.id for offered in body.actions]
    visitor.say(events.ActionChosen(action))


def to_papers(visitor: Visitor, hall: Hall, item: str) -> None:
    hall.id_reader.lay(person=FIRST)
    hall.tray_camera.page("household_register_first")
    visitor.to_identify(item)
    visitor.identifies()
    visitor.answers_all()
    visitor.sees(views.TakePages)


def to_sign(visitor: Visitor, hall: Hall, item: str) -> None:
    to_papers(visitor, hall, item)
    visitor.captures_all()
    visitor.sees(views.Review)
    visitor.say(events.NextPressed())
    visitor.sees(views.Sign)


def leaves_after_the_receipt(visitor: Visitor) -> None:
    visitor.say(events.NextPressed(), events.NextPressed())
    visitor.sees(views.Goodbye)
    visitor.say(events.NextPressed())
    visitor.sees(views.Rest)


# --- the card -----------------------------------------------------------------------------------


def test_a_card_pulled_while_it_is_read_is_laid_again_and_read(
    visitor: Visitor, hall: Hall, item: str
) -> None:
    visitor.to_identify(item)
    hall.id_reader.faults.fail_next("pull_during_read")
    hall.id_reader.lay(person=FIRST)
    trouble(visitor, FaultCode.CARD_REMOVED)
    assert visitor.terminal.controller.session.facts.card is None
    hall.id_reader.lay(person=FIRST)
    choose(visitor, "retry")
    visitor.identifies()
    visitor.sees(views.AskQuestion)


def test_one_wrong_byte_on_the_line_is_never_seen_by_the_citizen(
    visitor: Visitor, hall: Hall, item: str
) -> None:
    visitor.to_identify(item)
    hall.id_reader.faults.fail_next("garble", command="read", at=100, mask=0x40)
    hall.id_reader.lay(person=FIRST)

    def read() -> bool:
        assert not isinstance(visitor.view.body, views.Trouble)
        return visitor.terminal.controller.session.facts.card is not None

    visitor.until(read, what="the card in spite of the wrong byte")
    assert hall.id_reader.faults.armed() == {"next": {}, "always": []}
    card = visitor.terminal.controller.session.facts.card
    assert card is not None
    assert (card.name, card.id_number) == ("张示范", "11010519491231002X")


def test_a_line_that_spoils_everything_is_told_and_when_it_is_well_again_the_screen_goes_on(
    visitor: Visitor, hall: Hall, item: str
) -> None:
    visitor.to_identify(item)
    hall.id_reader.faults.fail_always("garble", at=9, mask=0x40)
    trouble(visitor, FaultCode.DEVICE_GARBLED)
    hall.id_reader.faults.clear()
    visitor.sees(views.Identify)
    hall.id_reader.lay(person=FIRST)
    visitor.identifies()


def test_a_reader_that_lost_its_cable_and_got_it_back(
    visitor: Visitor, hall: Hall, item: str
) -> None:
    visitor.to_identify(item)
    hall.id_reader.unplug()
    visitor.sees(views.Trouble)
    assert visitor.terminal.devices.board()[ID_READER].state is State.FAULTY
    hall.id_reader.plug()
    visitor.sees(views.Identify)
    hall.id_reader.lay(person=FIRST)
    visitor.identifies()
    visitor.sees(views.AskQuestion)


# --- the camera ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lever", "code"),
    [("freeze", FaultCode.CAMERA_FROZEN), ("stall", FaultCode.CAMERA_NO_PICTURE)],
)
def test_a_camera_that_hangs_costs_no_page(
    visitor: Visitor, hall: Hall, item: str, lever: str, code: FaultCode
) -> None:
    to_papers(visitor, hall, item)
    visitor.say(events.CapturePressed())
    visitor.until(lambda: visitor.terminal.controller.session.facts.photograph, what="a photograph")
    visitor.say(events.PageKept())
    kept = visitor.terminal.controller.session.facts.pages
    getattr(hall.tray_camera, lever)(True)
    told = trouble(visitor, code)
    assert told.safe.id == "trouble.safe.pages_kept"
    getattr(hall.tray_camera, lever)(False)
    visitor.sees(views.TakePages)
    assert visitor.terminal.controller.session.facts.pages == kept
    visitor.captures_all()
    visitor.sees(views.Review)


# --- the paper ----------------------------------------------------------------------------------


def contains(slip: Slip, *elements: Text) -> bool:
    """Whether these lines stand on the slip, dot for dot."""
    return draw(elements, DOTS, FONTS).tobytes() in slip.image.tobytes()


def is_waste(slip: Slip) -> bool:
    """Crossed bars: nobody takes it for a receipt."""
    return hatching(DOTS).tobytes() in slip.image.tobytes()


def codes(slip: Slip) -> list[str]:
    picture = np.asarray(slip.image.convert("L"))
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def whole_receipts(visitor: Visitor, hall: Hall) -> list[Slip]:
    """Slips with head and code, cut off, not marked as waste."""
    title = Text(
        text=visitor.terminal.controller.texts.say("print.title"),
        size=Size.TITLE,
        align=Align.CENTRE,
        bold=True,
    )
    return [
        slip
        for slip in hall.receipt_printer.slips
        if slip.how == "cut" and contains(slip, title) and codes(slip) and not is_waste(slip)
    ]


def test_no_paper_then_paper_prints_by_itself_and_once(
    visitor: Visitor, hall: Hall, sandbox: SandboxServer, item: str
) -> None:
    to_sign(visitor, hall, item)
    hall.receipt_printer.paper("out")
    visitor.submits()
    told = trouble(visitor, FaultCode.PAPER_OUT)
    assert told.number, "the number is on the screen while there is no slip"
    assert hall.receipt_printer.slips == []
    hall.receipt_printer.paper("full")
    receipt = visitor.has_slip()
    (slip,) = hall.receipt_printer.slips
    assert whole_receipts(visitor, hall) == [slip]
    assert codes(slip) == [f"TB:{receipt.local_number}"]
    assert len(cases(sandbox)) == 1


def until_uncertain(visitor: Visitor, hall: Hall, item: str) -> None:
    """The roll ends in the middle of the slip; then there is a new one."""
    to_sign(visitor, hall, item)
    hall.receipt_printer.paper_out_after(220)
    visitor.submits()
    trouble(visitor, FaultCode.PRINT_UNCERTAIN)
    hall.receipt_printer.paper("full")
    visitor.until(
        lambda: visitor.terminal.devices.board()[RECEIPT_PRINTER].state is State.READY,
        what="a clean printer",
    )
    trouble(visitor, FaultCode.PRINT_UNCERTAIN)  # only the citizen knows what came out
    assert whole_receipts(visitor, hall) == [], "the rest of the first slip is no receipt"


def test_paper_that_ends_in_the_middle_is_asked_about_and_the_second_slip_says_copy(
    visitor: Visitor, hall: Hall, sandbox: SandboxServer, item: str
) -> None:
    until_uncertain(visitor, hall, item)
    choose(visitor, "print_again")
    receipt = visitor.has_slip()
    (slip,) = whole_receipts(visitor, hall)
    copy = visitor.terminal.controller.texts.say("print.copy", number=1)
    assert contains(slip, Text(text=copy, align=Align.CENTRE, bold=True))
    assert codes(slip) == [f"TB:{receipt.local_number}"]
    for other in hall.receipt_printer.slips:
        assert other is slip or other.how == "torn" or is_waste(other) or other.blank
    assert len(cases(sandbox)) == 1


def test_paper_that_ended_in_the_middle_and_a_citizen_who_wants_no_other_slip(
    visitor: Visitor, hall: Hall, item: str
) -> None:
    until_uncertain(visitor, hall, item)
    choose(visitor, "finish")
    visitor.sees(views.ShowReceipt)
    leaves_after_the_receipt(visitor)
    assert whole_receipts(visitor, hall) == []


# --- the platform -------------------------------------------------------------------------------


def test_a_platform_that_is_down_gets_it_when_it_is_back(
    visitor: Visitor, hall: Hall, sandbox: SandboxServer, item: str
) -> None:
    to_sign(visitor, hall, item)
    sandbox.stop()
    visitor.submits()
    receipt = visitor.has_slip()
    assert (receipt.tone, receipt.platform_number) == (views.Tone.WARN, "")
    assert receipt.headline.id == "receipt.headline.stored"
    assert visitor.terminal.controller.session.facts.submission is Submission.STORED
    stored = visitor.terminal.controller.texts.say("print.state.stored")
    assert contains(hall.receipt_printer.slips[0], Text(text=stored, size=Size.LARGE, bold=True))
    sandbox.start()
    visitor.until(
        lambda: visitor.terminal.outbox.board().waiting == 0, 30, "the queue to empty itself"
    )
    (case,) = cases(sandbox)
    assert case["local_number"] == receipt.local_number

    def told() -> bool:
        body = visitor.view.body
        return isinstance(body, views.ShowReceipt) and bool(body.platform_number)

    visitor.until(told, what="the screen to say that it was received")


@pytest.mark.parametrize("fault", ["reset_after_storing", "half_answer"])
def test_an_answer_that_is_lost_after_storing_makes_no_second_case(
    visitor: Visitor, hall: Hall, sandbox: SandboxServer, item: str, fault: str
) -> None:
    to_sign(visitor, hall, item)
    knob = {"fault": fault, "count": 1, "path": "^PUT /v1/applications"}
    assert requests.put(f"{sandbox.url}/sandbox/faults", json=knob, timeout=5).ok
    visitor.submits()
    receipt = visitor.has_slip()
    visitor.until(lambda: visitor.terminal.outbox.board().waiting == 0, 30, "an empty queue")
    assert requests.get(f"{sandbox.url}/sandbox/faults", timeout=5).json() == {"faults": []}
    (case,) = cases(sandbox)
    assert case["local_number"] == receipt.local_number
    assert len(whole_receipts(visitor, hall)) == 1


# --- the citizen --------------------------------------------------------------------------------


def test_a_citizen_who_goes_away_in_the_middle_leaves_nothing_behind(
    visitor: Visitor, hall: Hall, sandbox: SandboxServer, item: str
) -> None:
    to_papers(visitor, hall, item)
    visitor.say(events.CapturePressed())
    visitor.until(lambda: visitor.terminal.controller.session.facts.photograph, what="a photograph")
    seen = personal_words(visitor)
    assert {"张示范", "11010519491231002X"} <= is_known(visitor, seen)
    controller = visitor.terminal.controller
    now = time.monotonic()
    controller.turn(now + 95)
    assert visitor.view.overlay is not None
    assert visitor.view.overlay.kind is views.OverlayKind.IDLE
    controller.turn(now + 95 + 31)
    visitor.sees(views.Rest)
    facts = controller.session.facts
    assert facts.card is None
    assert facts.photograph is None
    assert not facts.pages
    assert not facts.answers
    assert not is_known(visitor, seen)
    assert not visitor.terminal.devices.preview("tray_camera").is_open
    assert cases(sandbox) == []
    assert visitor.terminal.outbox.board().counts == {}


def test_a_card_laid_after_the_wait_was_given_up_is_not_read(
    visitor: Visitor, hall: Hall, item: str
) -> None:
    visitor.to_identify(item)
    now = time.monotonic()
    visitor.terminal.controller.turn(now + 95)
    visitor.terminal.controller.turn(now + 95 + 31)
    visitor.sees(views.Rest)
    hall.id_reader.lay(person=FIRST)
    told = hall.id_reader.state()["commands"]
    visitor.until(lambda: hall.id_reader.state()["commands"] != told, what="a look at the reader")
    assert hall.id_reader.state()["reads"] == 0
    assert visitor.terminal.controller.session.facts.card is None


def test_a_card_that_comes_too_late_enters_nobody_elses_visit(
    visitor: Visitor, hall: Hall, item: str
) -> None:
    hall.id_reader.delay(0.8)
    hall.id_reader.lay(person=FIRST)
    visitor.to_identify(item)

    def reading() -> bool:
        body = visitor.view.body
        return isinstance(body, views.Identify) and body.stage is views.CardStage.READING

    visitor.until(reading, what="the card being read")
    visitor.say(events.LeavePressed(), events.LeaveConfirmed())
    visitor.sees(views.Rest)
    hall.id_reader.remove()
    visitor.to_identify(item)
    commands = int(str(hall.id_reader.state()["commands"]))

    def looked_again() -> bool:
        body = visitor.view.body
        assert isinstance(body, views.Identify)
        assert body.stage is views.CardStage.WAITING
        assert body.rows == ()
        return int(str(hall.id_reader.state()["commands"])) >= commands + 3

    visitor.until(looked_again, what="the reader to look for the next card")
    assert visitor.terminal.controller.session.facts.card is None
    hall.id_reader.lay(person=SECOND)
    visitor.identifies()
    card = visitor.terminal.controller.session.facts.card
    assert card is not None
    assert card.name == "王䶮𠮷"


def test_two_citizens_one_after_the_other(
    visitor: Visitor, hall: Hall, sandbox: SandboxServer, item: str
) -> None:
    hall.id_reader.lay(person=FIRST)
    hall.tray_camera.page("household_register_first")
    visitor.say(events.LanguageChosen("en"), events.LargeTypeToggled(), events.ContrastToggled())
    visitor.to_sign(item)
    visitor.submits()
    visitor.has_slip()
    first = personal_words(visitor)
    assert {"张示范", "11010519491231002X"} <= is_known(visitor, first)
    leaves_after_the_receipt(visitor)
    hall.id_reader.remove()

    assert visitor.view.modes == views.Modes()
    assert not is_known(visitor, first)
    hall.id_reader.lay(person=SECOND)
    hall.tray_camera.page("marriage_certificate")
    visitor.to_identify(item)
    visitor.identifies()
    question = visitor.sees(views.AskQuestion)
    assert question.value == ""
    assert not visitor.terminal.controller.session.facts.answers
    visitor.answers_all()
    assert visitor.sees(views.TakePages).pages == ()
    visitor.captures_all()
    visitor.sees(views.Review)
    visitor.say(events.NextPressed())
    assert not visitor.sees(views.Sign).signed
    visitor.submits()
    visitor.has_slip()
    assert not is_known(visitor, first)
    newest, oldest = cases(sandbox)
    assert newest["local_number"] != oldest["local_number"]
    assert len(whole_receipts(visitor, hall)) == 2


def personal_words(visitor: Visitor) -> set[str]:
    """What the terminal now knows of this person: card, numbers, pages, signature."""
    facts = visitor.terminal.controller.session.facts
    pages = [page for kept in facts.pages.values() for page in kept]
    found = {*_words((pages, facts.photograph, facts.platform_number))}
    if facts.card is not None:
        card = replace(facts.card, photo=b"", sam_id="")  # alike on every simulated card
        found |= {*_words(card)} - {*_words(card.photo)}
    if facts.application is not None:
        found |= {facts.application.id, facts.application.local_number}
    return {word for word in found if len(word) > 2}


def is_known(visitor: Visitor, words: set[str]) -> set[str]:
    """Which of these words stand anywhere in the session or on the glass."""
    controller = visitor.terminal.controller
    known = {*_words((controller.session, controller.view))}
    return {word for word in words if any(word in text for text in known)}


def _words(value: object) -> Iterator[str]:
    """Every string inside; bytes by their digest, dates by their words."""
    match value:
        case str():
            yield value
        case bytes():
            yield hashlib.sha256(value).hexdigest()
        case date():
            yield value.isoformat()
        case Mapping():
            yield from _words([*value, *value.values()])
        case tuple() | list():
            for inner in value:
                yield from _words(inner)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from _words(getattr(value, field.name))
        case _:
            return


def test_a_card_left_on_the_reader_is_not_the_next_citizens(
    visitor: Visitor, hall: Hall, item: str
) -> None:
    hall.id_reader.lay(person=FIRST)
    visitor.to_identify(item)
    visitor.until(lambda: visitor.terminal.controller.session.facts.card, what="the first card")
    visitor.say(events.LeavePressed(), events.LeaveConfirmed())
    visitor.to_identify(item)  # somebody else; the card still lies there

    def told() -> bool:
        body = visitor.view.body
        return isinstance(body, views.Identify) and body.stage is views.CardStage.CARD_LEFT

    visitor.until(told, what="to be told of the card that was left")
    assert visitor.terminal.controller.session.facts.card is None
    hall.id_reader.lay(person=SECOND)
    visitor.identifies()
    assert not is_known(visitor, {"张示范"})
