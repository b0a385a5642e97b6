"""The leak hunt: after a citizen's visit every byte that the terminal wrote or said is searched.

The citizen is invented, and so unlike anybody that her words stand nowhere else.
"""

from __future__ import annotations

import base64
import gc
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from drivers.simulators.hall import Hall
from kiosk.applications.model import Application, Party
from kiosk.cli.vigil import Vigil
from kiosk.devices.values import IdCard, Photograph
from kiosk.journey import events, views
from kiosk.journey.facts import Facts
from kiosk.sandbox.server import SandboxServer
from kiosk.wiring import Terminal
from tests.hall.visitor import PHONE, SIGNATURE, Visitor
from tests.waiting import eventually

CARD = {
    "name": "欧阳漏痕",
    "sex": "1",
    "nation": "01",
    "birth": "19800101",
    "address": "漏痕省查无市寻迹街9号无痕里7栋",
    "id_number": "990001198001010019",
    "authority": "查无市公安局寻迹分局",
    "valid_from": "20150101",
    "valid_until": "20350101",
}
WORDS = (CARD["name"], CARD["id_number"], CARD["address"], CARD["authority"], PHONE)
ENCODINGS = ("utf-8", "utf-16-le", "gb18030")


def traces(words: tuple[str, ...]) -> dict[bytes, str]:
    """Each word as bytes: in every encoding, plain and as base64 wherever it may begin."""
    found: dict[bytes, str] = {}
    for word in words:
        for encoding in ENCODINGS:
            plain = word.encode(encoding)
            found[plain] = f"{word} as {encoding}"
            for before in range(3):
                # the characters at the edges also depend on the neighbours: left out
                encoded = base64.b64encode(b"\0" * before + plain)
                found[encoded[4 if before else 0 : (before + len(plain)) // 3 * 4]] = (
                    f"{word} as {encoding} in base64"
                )
        found[json.dumps(word)[1:-1].encode()] = f"{word} in JSON"
    return found


def leaks(data: bytes, words: tuple[str, ...] = WORDS) -> list[str]:
    return sorted({name for trace, name in traces(words).items() if trace in data})


def files_in(*folders: Path) -> Iterator[Path]:
    """All that was written, but the slips: they are pictures of what the citizen took along."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and "slips" not in path.parts:
                yield path


class Overheard(logging.Handler):
    """Every record of every logger, formatted with its traceback; and what went to the streams."""

    def __init__(self, streams: pytest.CaptureFixture[str]) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._streams = streams

    def everything(self) -> tuple[str, ...]:
        return (*self.lines, *self._streams.readouterr())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class Watched(Visitor):
    """What a careless `repr` in a log or a crash report would have shown, at every look."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.shown: set[str] = set()

    @property
    def view(self) -> views.View:
        controller = self.terminal.controller
        self.shown |= {repr(controller.view), repr(controller.session), repr(controller)}
        return controller.view


@pytest.fixture
def overheard(capfd: pytest.CaptureFixture[str]) -> Iterator[Overheard]:
    handler, root = Overheard(capfd), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(before)
    root.removeHandler(handler)


def submit(visitor: Visitor, hall: Hall, item: str) -> views.ShowReceipt:
    hall.id_reader.lay(card=CARD)
    hall.tray_camera.page("household_register_first")
    visitor.to_sign(item)
    visitor.submits()
    return visitor.has_slip()


def leave(visitor: Visitor, hall: Hall, *rating: events.Said) -> None:
    visitor.say(events.NextPressed(), *rating, events.NextPressed())
    visitor.sees(views.Goodbye)
    visitor.lifts_card(hall)
    visitor.say(events.NextPressed())
    visitor.sees(views.Rest)


def test_the_hunt_finds_what_is_there():
    for word in WORDS:
        for encoding in ENCODINGS:
            plain = word.encode(encoding)
            assert leaks(b"..." + plain + b"...") == [f"{word} as {encoding}"] or word.isascii()
            for before in range(3):
                assert leaks(base64.b64encode(b"." * before + plain + b"...."))
    assert leaks("欧*** 9900**********0019 138****0000".encode()) == []


def test_nothing_of_a_visit_is_left_in_clear_anywhere(
    terminal_in: Callable[[], Terminal],
    hall: Hall,
    sandbox: SandboxServer,
    tmp_path: Path,
    overheard: Overheard,
):
    terminal = terminal_in()
    visitor = Watched(terminal)
    visitor.ready()
    item = next(
        item.code
        for item in terminal.controller.catalogue.items()
        if item.name == "夫妻投靠户口迁移"
    )

    # one citizen is received; the next one's application stays here, for the platform is down
    hall.receipt_printer.paper("out")
    hall.id_reader.faults.fail_next("pull_during_read")
    visitor.to_identify(item)
    hall.id_reader.lay(card=CARD)
    visitor.sees(views.Trouble)
    visitor.say(events.ActionChosen("ask_staff"), events.StayPressed())
    visitor.say(events.LeavePressed(), events.LeaveConfirmed())
    visitor.sees(views.Rest)
    hall.receipt_printer.paper("full")
    first = submit(visitor, hall, item)
    case = requests.get(f"{sandbox.url}/sandbox/cases/{first.platform_number}", timeout=5)
    every_case = requests.get(f"{sandbox.url}/sandbox/cases", timeout=5)
    leave(visitor, hall, events.StarsGiven(5))
    eventually(lambda: terminal.outbox.board().waiting == 0, what="the rating to be delivered")
    sandbox.stop()
    second = submit(visitor, hall, item)
    assert second.platform_number == ""
    leave(visitor, hall, events.StarsGiven(5))
    # a defect on the drawing thread, whose message quotes the card
    hall.id_reader.lay(card=CARD)
    visitor.to_identify(item)
    visitor.until(lambda: terminal.controller.session.facts.card, what="the card")
    try:
        raise ValueError(str(CARD))
    except ValueError as defect:
        assert Vigil(terminal).defect(defect)
    visitor.sees(views.Rest)

    state, hall_folder = tmp_path / "state", tmp_path / "hall"
    live = {path: path.read_bytes() for path in files_in(state, hall_folder)}
    assert any(path.name.endswith("-wal") for path in live)
    page_files = [path for path in live if path.parent.name == "pages"]
    assert len(page_files) >= 4
    terminal.stop()
    board = subprocess.run(
        [sys.executable, "-m", "kiosk", "outbox", "board", "--state", str(state), "--json"],
        capture_output=True,
        check=True,
    )
    assert json.loads(board.stdout)["waiting"] == 2, "the application and its rating"

    for path, data in live.items():
        assert leaks(data) == [], path
        assert SIGNATURE not in data, path
        assert b"\xff\xd8\xff\xe0" not in data or path.parent.name == "pages", path
    for path in page_files:
        assert not live[path].startswith((b"\xff\xd8\xff", b"\x89PNG")), (
            "a page lies there in clear"
        )
    for path in files_in(state, hall_folder):
        assert leaks(path.read_bytes()) == [], path
    assert overheard.lines, "somebody logs"
    for said in (*overheard.everything(), *visitor.shown):
        assert leaks(said.encode()) == [], said[:200]
    for answer in (case, every_case):
        assert answer.ok
        assert leaks(answer.content) == [], "the platform's masked copy"
    assert leaks(board.stdout + board.stderr) == []


PERSONAL = (IdCard, Party, Application, Photograph, Facts)


def test_when_a_visit_is_over_nothing_of_it_is_left_in_memory(
    visitor: Visitor, hall: Hall, item: str
):
    submit(visitor, hall, item)
    kept = visitor.terminal.controller.session.facts.pages.values()
    taken = {sha256(page).digest() for pages in kept for page in pages}
    del kept

    def is_hers(thing: object) -> bool:
        match thing:
            case IdCard() | Party():
                return thing.name == CARD["name"]
            case Application():
                return is_hers(thing.applicant)
            case Facts():
                return thing.card is not None and is_hers(thing.card)
            case Photograph():
                return sha256(thing.jpeg).digest() in taken
            case _:
                return False

    def remembered() -> list[str]:
        gc.collect()
        things = [thing for thing in gc.get_objects() if isinstance(thing, PERSONAL)]
        return [type(thing).__name__ for thing in things if is_hers(thing)]

    assert taken
    assert "IdCard" in remembered(), "the hunt finds her while she is here"
    leave(visitor, hall)
    eventually(lambda: not remembered(), what="the last citizen to be forgotten")
