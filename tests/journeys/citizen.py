"""A citizen without a screen, devices without wires: stories are lists of what is seen and said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from kiosk.devices.health import Health, State
from kiosk.devices.values import IdCard, Photograph, Printed, PrintOutcome
from kiosk.events import ApplicationDelivered, ApplicationKept, HealthChanged
from kiosk.faults import Fault, FaultCode
from kiosk.journey import events, moves, views
from kiosk.journey.effects import Effect, PrintReceipt
from kiosk.journey.facts import ID_READER, RECEIPT_PRINTER, TRAY_CAMERA
from kiosk.journey.machine import Ended, Machine
from kiosk.journey.present import view_of
from kiosk.journey.steps.base import AnyEvent
from kiosk.receipts.receipt import KeyValue, Receipt, Text
from kiosk.texts import Phrase
from tests.clocks import FakeClock

B = TypeVar("B")

NAME = "张示范"
ID_NUMBER = "11010519491231002X"  # the published example number
ADDRESS = "某省某市示范路一号院"
PHONE = "13800000246"
PAGE = b"\xff\xd8\xff\xe0-a-page-of-somebody"
SIGNATURE = b"\x89PNG\r\n\x1a\n-signed-on-glass"
PLATFORM_NUMBER = "KS-2026-000001"

MIGRATION = "DEMO-055"  # two places together; a lease for those who rent
UNEMPLOYMENT = "DEMO-005"  # all online
CLEAN_RECORD = "DEMO-050"  # collected here
DRIVER = "DEMO-095"  # authorised here
DISABILITY = "DEMO-058"
HOUSE = "DEMO-083"
JIANGXI, JIUJIANG = "360000", "360400"

Story = Iterable[tuple[type, AnyEvent]]


def card(**changes: object) -> IdCard:
    known = IdCard(
        name=NAME,
        sex="1",
        nation_code="01",
        nation="汉",
        birth=date(1949, 12, 31),
        address=ADDRESS,
        id_number=ID_NUMBER,
        authority="某市公安局示范分局",
        valid_from=date(2016, 1, 1),
        valid_until=None,
        photo=b"a-face-of-somebody",
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def photograph(jpeg: bytes = PAGE) -> Photograph:
    return Photograph(jpeg=jpeg, width=2480, height=3508)


def health(role: str, state: State, code: FaultCode | None = None) -> HealthChanged:
    fault = None if code is None else Fault(code=code, about=role)
    return HealthChanged(role=role, health=Health(state=state, fault=fault))


def device_trouble(role: str, code: FaultCode) -> moves.DeviceTrouble:
    return moves.DeviceTrouble(role, Fault(code=code, about=role))


def printed(outcome: Printed, code: FaultCode | None = None) -> moves.ReceiptEnded:
    fault = None if code is None else Fault(code=code)
    return moves.ReceiptEnded(PrintOutcome(printed=outcome, fault=fault))


def words_on(receipt: Receipt) -> str:
    """All words of a slip, line by line."""
    lines: list[str] = []
    for element in receipt.elements:
        if isinstance(element, Text):
            lines.append(element.text)
        elif isinstance(element, KeyValue):
            lines.append(f"{element.key} {element.value}")
    return "\n".join(lines)


class Citizen:
    """Says events to the machine, keeps what it asked of the world."""

    def __init__(self, machine: Machine, clock: FakeClock) -> None:
        self.machine = machine
        self.clock = clock
        self.session = machine.first(clock.monotonic())
        self.effects: list[Effect | Ended] = []

    # --- seeing ---------------------------------------------------------------------------------

    @property
    def view(self) -> views.View:
        return view_of(self.machine, self.session)

    @property
    def body(self) -> views.Body:
        return self.view.body

    @property
    def facts(self):
        return self.session.facts

    def sees(self, kind: type[B]) -> B:
        body = self.body
        assert isinstance(body, kind), f"expected {kind.__name__}, saw {body.name}: {body}"
        return body

    def reads(self, phrase: Phrase) -> str:
        return self.machine.here.texts.speak(phrase)

    def overlay(self) -> views.OverlayKind | None:
        overlay = self.view.overlay
        return None if overlay is None else overlay.kind

    def asked(self, kind: type[B]) -> list[B]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def slips(self) -> list[Receipt]:
        return [effect.receipt for effect in self.asked(PrintReceipt)]

    @property
    def wiped(self) -> bool:
        facts = self.session.facts
        return facts == replace(type(facts)(), board=facts.board, goodbye_at=facts.goodbye_at,
                                goodbye_left=facts.goodbye_left)  # fmt: skip

    # --- saying ---------------------------------------------------------------------------------

    def says(self, *said: AnyEvent) -> Citizen:
        for event in said:
            self.session, effects = self.machine.handle(self.session, event)
            self.effects += effects
        return self

    def next(self) -> Citizen:
        return self.says(events.NextPressed())

    def back(self) -> Citizen:
        return self.says(events.BackPressed())

    def chooses(self, action: str) -> Citizen:
        trouble = self.sees(views.Trouble)
        assert action in [offered.id for offered in trouble.actions], trouble.actions
        return self.says(events.ActionChosen(action))

    def waits(self, seconds: float, every: float = 1.0) -> Citizen:
        """Time passes as a window makes it pass: turn by turn."""
        left = seconds
        while left > 0:
            step = min(every, left)
            self.clock.advance(step)
            self.says(events.Ticked(self.clock.monotonic()))
            left -= step
        return self

    def plays(self, story: Story) -> Citizen:
        """Each line: what stands on the glass, and what is then said or heard."""
        for number, (expected, event) in enumerate(story, 1):
            seen = self.body
            assert isinstance(seen, expected), (
                f"line {number}: {seen.name}, not {expected.__name__}"
            )
            self.says(event)
        return self

    # --- the way to each screen -------------------------------------------------------------------

    def finds_devices_well(self) -> Citizen:
        roles = (ID_READER, TRAY_CAMERA, RECEIPT_PRINTER)
        return self.says(*(health(role, State.READY) for role in roles))

    def goes_to_verdict(self, item: str = MIGRATION, place: str = JIUJIANG) -> Citizen:
        self.says(events.StartPressed("apply"), events.RegionChosen(f"{place[:2]}0000"))
        self.says(events.RegionChosen(place), events.ItemChosen(item))
        self.sees(views.ShowVerdict)
        return self

    def goes_to_identify(self, item: str = MIGRATION) -> Citizen:
        self.goes_to_verdict(item).next().says(events.ConsentToggled()).next()
        self.sees(views.Identify)
        return self

    def goes_to_form(self, item: str = MIGRATION) -> Citizen:
        self.goes_to_identify(item).says(moves.CardRead(card())).next()
        self.sees(views.AskQuestion)
        return self

    def answers_all(self, **chosen: str) -> Citizen:
        """First choice, or what was chosen; until the last question is answered."""
        while isinstance(self.body, views.AskQuestion):
            asked = self.body
            usual = {"phone": PHONE, "date": "2020-05-04", "number": "2"}.get(asked.kind)
            value = chosen.get(asked.key) or usual or asked.choices[0].value
            self.says(events.AnswerGiven(asked.key, value)).next()
        return self

    def goes_to_papers(self, item: str = MIGRATION, **chosen: str) -> Citizen:
        self.goes_to_form(item).answers_all(**chosen)
        self.sees(views.TakePages)
        return self

    def takes_page(self, jpeg: bytes = PAGE) -> Citizen:
        self.says(events.CapturePressed(), moves.PageTaken(photograph(jpeg)), events.PageKept())
        return self

    def takes_all_pages(self) -> Citizen:
        while isinstance(self.body, views.TakePages):
            foot = self.view.foot
            if foot is not None and foot.next_enabled:
                self.next()
            else:
                self.takes_page()
        return self

    def goes_to_review(self, item: str = MIGRATION, **chosen: str) -> Citizen:
        self.goes_to_form(item).answers_all(**chosen).takes_all_pages()
        self.sees(views.Review)
        return self

    def goes_to_sign(self, item: str = MIGRATION, **chosen: str) -> Citizen:
        self.goes_to_review(item, **chosen).next()
        self.sees(views.Sign)
        return self

    def submits(self, item: str = MIGRATION, **chosen: str) -> Citizen:
        self.goes_to_sign(item, **chosen).says(events.Signed(SIGNATURE)).next()
        self.sees(views.Submitting)
        return self

    @property
    def application_id(self) -> str:
        assert self.facts.application is not None
        return self.facts.application.id

    def is_kept(self) -> Citizen:
        return self.says(ApplicationKept(application_id=self.application_id))

    def is_delivered(self) -> Citizen:
        return self.says(
            ApplicationDelivered(
                application_id=self.application_id,
                platform_number=PLATFORM_NUMBER,
                received_at=self.clock.now(),
            )
        )

    def goes_to_receipt(self, item: str = MIGRATION, **chosen: str) -> Citizen:
        self.submits(item, **chosen).is_kept().is_delivered()
        return self

    def goes_to_rating(self, item: str = MIGRATION) -> Citizen:
        self.goes_to_receipt(item)
        if self.facts.printing is views.PrintStage.PRINTING:
            self.says(printed(Printed.CONFIRMED))
        self.next()
        self.sees(views.Rate)
        return self
