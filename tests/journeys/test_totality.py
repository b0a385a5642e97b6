"""Every reachable state and every event: never an exception, never a dead end, never a leak."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.devices.health import State
from kiosk.devices.values import Printed
from kiosk.faults import FaultCode
from kiosk.journey import effects as asks
from kiosk.journey import events as said
from kiosk.journey import moves, views
from kiosk.journey.facts import (
    ID_READER,
    RECEIPT_PRINTER,
    TRAY_CAMERA,
    Facts,
    Submission,
)
from kiosk.journey.machine import Ended, Machine
from kiosk.journey.present import view_of
from kiosk.journey.session import Session
from kiosk.journey.steps.base import AnyEvent
from kiosk.journey.views import CameraStage, PrintStage
from tests.clocks import FakeClock
from tests.journeys import alphabet
from tests.journeys.citizen import (
    UNEMPLOYMENT,
    Citizen,
    card,
    device_trouble,
    health,
    photograph,
    printed,
)
from tests.journeys.conftest import make_surroundings
from tests.journeys.held import everything_in, personal_in, unsayable

MOST_STATES = 1500
ASKED_OF = {
    asks.ReadCard: ID_READER,
    asks.TakePhotograph: TRAY_CAMERA,
    asks.PrintReceipt: RECEIPT_PRINTER,
}
NOT_SAFE_YET = (Submission.NOT_YET, Submission.KEEPING)


@dataclass(frozen=True)
class Hall:
    """A session, and what the controller would know beside it: who is asked, who sends pictures."""

    session: Session
    asked: frozenset[str] = frozenset()
    preview: bool = False

    def after(self, event: AnyEvent, session: Session, effects: tuple[object, ...]) -> Hall:
        asked = set(self.asked)
        preview = self.preview
        match event:
            case moves.CardRead():
                asked.discard(ID_READER)
            case moves.PageTaken():
                asked.discard(TRAY_CAMERA)
            case moves.ReceiptEnded():
                asked.discard(RECEIPT_PRINTER)
            case moves.DeviceTrouble(role, _):
                asked.discard(role)
            case _:
                pass
        for effect in effects:
            match effect:
                case asks.ReadCard() | asks.TakePhotograph() | asks.PrintReceipt():
                    asked.add(ASKED_OF[type(effect)])
                case asks.Withdraw(role):
                    asked.discard(role)
                case asks.Preview(_, on):
                    preview = on
                case _:
                    pass
        return Hall(session=session, asked=frozenset(asked), preview=preview)

    def key(self) -> object:
        """What decides what happens next; the same person's page is as good as another."""
        session, facts = self.session, self.session.facts
        trouble = session.trouble
        return (
            session.step,
            session.overlay,
            session.warned_at is None,
            session.returning,
            session.modes.large,
            None if trouble is None else (trouble.fault.code, trouble.fault.about, trouble.broken),
            _facts_key(facts),
            frozenset((role, known.state) for role, known in facts.board.items()),
            self.asked,
            self.preview,
        )


def _facts_key(facts: Facts) -> object:
    return (
        facts.province is None,
        facts.decided_in and facts.decided_in.code,
        facts.item and facts.item.code,
        facts.guide_open,
        facts.consented_at is None,
        facts.card_stage,
        facts.card is None,
        frozenset((key, value) for key, value in facts.answers.items()),
        facts.question_index,
        facts.answer_tried,
        frozenset((key, min(len(pages), 3)) for key, pages in facts.pages.items()),
        facts.material_index,
        facts.camera_stage,
        facts.photograph is None,
        bool(facts.signature),
        facts.application is None,
        facts.submission,
        facts.printing,
        facts.printed,
        facts.copies,
        facts.stars,
        bool(facts.reasons),
    )


# --- what always holds ---------------------------------------------------------------------------


class Law:
    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def step(self, hall: Hall, event: AnyEvent) -> Hall:
        """One event, judged: raises AssertionError with the state and the event."""
        session, effects = self.machine.handle(hall.session, event)
        after = hall.after(event, session, effects)
        where = f"{type(event).__name__} in {hall.session.step}, {hall.session.trouble}"
        if any(isinstance(effect, Ended) for effect in effects):
            assert personal_in(session) == [], f"left behind by {where}"
            assert after.asked == frozenset(), f"still asked after {where}"
            assert not after.preview, f"still a picture after {where}"
        elif session.number != hall.session.number:
            raise AssertionError(f"ended in silence: {where}")
        return after

    def holds(self, hall: Hall) -> None:
        """Of a state by itself."""
        session, facts = hall.session, hall.session.facts
        view = view_of(self.machine, session)
        where = f"{view.body.name} in {session.step}, {session.trouble}, {session.overlay}"
        assert unsayable(view, self.machine.here.texts) == [], where
        assert self._has_a_way(view), f"dead end: {where}"
        if facts.application is not None and facts.submission in NOT_SAFE_YET:
            number = facts.application.local_number
            shown = [one for one in everything_in(view) if isinstance(one, str) and number in one]
            assert shown == [], f"a number before it is safe: {where}"
        assert personal_in(replace(facts, board={})) == [] or session.step not in (
            "rest",
            "goodbye",
        )
        self._devices_fit(hall, where)

    def _has_a_way(self, view: views.View) -> bool:
        body, foot = view.body, view.foot
        if view.overlay is not None:
            return True  # answered by staying
        match body:
            case views.Rest() | views.Submitting() | views.OutOfService():
                return True
            case views.Trouble():
                return bool(body.actions)
            case views.ShowReceipt(printing=PrintStage.PRINTING):
                return True  # the printer works; its answer or its failure goes on
            case _:
                assert foot is not None
                return foot.back or foot.leave or (foot.next is not None and foot.next_enabled)

    def _devices_fit(self, hall: Hall, where: str) -> None:
        """Nobody is asked for nothing, and nobody waits for an answer that cannot come."""
        step, facts = hall.session.step, hall.session.facts
        well = hall.session.trouble is None
        where = f"{where}; asked {sorted(hall.asked)}, preview {hall.preview}"
        assert hall.preview <= (step == "materials"), where
        assert (ID_READER in hall.asked) <= (step == "identify" and facts.card is None), where
        assert (TRAY_CAMERA in hall.asked) <= (step == "materials"), where
        assert (RECEIPT_PRINTER in hall.asked) <= (step == "receipt"), where
        if well and step == "identify" and facts.card is None:
            assert ID_READER in hall.asked, where
        if well and step == "materials":
            assert hall.preview, where
            capturing = facts.camera_stage is CameraStage.CAPTURING
            assert capturing <= (TRAY_CAMERA in hall.asked), where
        if well and step == "receipt" and facts.printing is PrintStage.PRINTING:
            assert RECEIPT_PRINTER in hall.asked, where

    def can_happen(self, hall: Hall) -> tuple[AnyEvent, ...]:
        """What a real hall may say next."""
        awaited = [event for role in hall.asked for event in alphabet.ANSWERS[role]]
        stages = alphabet.STAGES if ID_READER in hall.asked else ()
        application = hall.session.facts.application
        moment = self.machine.here.clock.now()
        mine = () if application is None else alphabet.of_the_outbox(application.id, moment)
        others = alphabet.of_the_outbox("", moment)
        return (
            *alphabet.SAID,
            *alphabet.passing(hall.session),
            *alphabet.HEALTHS,
            *awaited,
            *stages,
            *mine,
            *others,
        )

    def cannot_happen(self, hall: Hall) -> Iterator[AnyEvent]:
        """What must be survived all the same."""
        yield from alphabet.NONSENSE
        for role, answers in alphabet.ANSWERS.items():
            if role not in hall.asked:
                yield from answers


@pytest.fixture
def law(machine: Machine) -> Law:
    return Law(machine)


# --- breadth first -------------------------------------------------------------------------------


def hall_of(citizen: Citizen) -> Hall:
    """The present of a story, its questions and pictures counted from the beginning."""
    hall = Hall(session=citizen.machine.first(0.0))
    for event, session, effects in citizen.diary:
        hall = hall.after(event, session, effects)
    return hall


class Diarist(Citizen):
    """A citizen who writes down what happened."""

    def __init__(self, machine: Machine, clock: FakeClock) -> None:
        super().__init__(machine, clock)
        self.diary: list[tuple[AnyEvent, Session, tuple[object, ...]]] = []

    def says(self, *said: AnyEvent) -> Diarist:
        for event in said:
            self.session, effects = self.machine.handle(self.session, event)
            self.effects += effects
            self.diary.append((event, self.session, effects))
        return self


SCREENS = {
    "rest": lambda someone: someone,
    "verdict": lambda someone: someone.goes_to_verdict(),
    "not here": lambda someone: someone.goes_to_verdict("DEMO-041"),
    "identify": lambda someone: someone.goes_to_identify(),
    "card refused": lambda someone: someone.goes_to_identify().says(
        moves.CardRead(card(id_number="1" * 18))
    ),
    "form": lambda someone: someone.goes_to_form(),
    "papers": lambda someone: someone.goes_to_papers(home="rent"),
    "preview": lambda someone: someone.goes_to_papers().says(
        said.CapturePressed(), moves.PageTaken(photograph())
    ),
    "review": lambda someone: someone.goes_to_review(home="rent"),
    "changing": lambda someone: someone.goes_to_review().says(said.ChangePressed("form:home")),
    "sign": lambda someone: someone.goes_to_sign(UNEMPLOYMENT),
    "submit": lambda someone: someone.submits(UNEMPLOYMENT),
    "receipt": lambda someone: someone.goes_to_receipt(UNEMPLOYMENT),
    "uncertain": lambda someone: someone.goes_to_receipt(UNEMPLOYMENT).says(
        printed(Printed.UNCERTAIN)
    ),
    "rate": lambda someone: someone.goes_to_rating(UNEMPLOYMENT),
    "goodbye": lambda someone: someone.goes_to_rating(UNEMPLOYMENT).next(),
}


def test_every_reachable_state_and_every_event(law: Law, clock: FakeClock):
    chance = random.Random(20260302)
    starts = []
    for way in SCREENS.values():
        for well in (True, False):
            someone = Diarist(law.machine, clock)
            starts.append(hall_of(way(someone.finds_devices_well() if well else someone)))
    seen: set[object] = set()
    frontier: list[Hall] = []

    def found(hall: Hall) -> None:
        key = hall.key()
        if key not in seen and len(seen) < MOST_STATES:
            seen.add(key)
            law.holds(hall)
            frontier.append(hall)

    for start in starts:
        found(start)
    steps: set[str] = set()
    while frontier:
        hall = frontier.pop(chance.randrange(len(frontier)))
        steps.add(hall.session.step)
        for event in law.can_happen(hall):
            found(law.step(hall, event))
        for event in law.cannot_happen(hall):
            session, _ = law.machine.handle(hall.session, event)
            if session is not hall.session:
                view_of(law.machine, session)
    assert len(seen) == MOST_STATES
    assert steps == set(law.machine.plan.keys)


# --- long visits ---------------------------------------------------------------------------------


def way_on(hall: Hall, machine: Machine) -> AnyEvent | None:
    """What a citizen who wants to get on would do, and devices that work would answer."""
    view = view_of(machine, hall.session)
    body = view.body
    if view.overlay is not None:
        return said.StayPressed()
    for role in sorted(hall.asked):
        return alphabet.ANSWERS[role][0]
    match body:
        case views.Rest():
            return said.StartPressed("apply")
        case views.ChooseRegion(within=None):
            return said.RegionChosen("360000")
        case views.ChooseRegion():
            return said.RegionChosen("360400")
        case views.ChooseItem():
            return said.ItemChosen(UNEMPLOYMENT)
        case views.AskConsent(agreed=False):
            return said.ConsentToggled()
        case views.AskQuestion(value="") as asked:
            usual = {"phone": "13800000246", "date": "2020-05-04", "number": "2"}.get(asked.kind)
            return said.AnswerGiven(asked.key, usual or asked.choices[0].value)
        case views.TakePages(stage=CameraStage.PREVIEW):
            return said.PageKept()
        case views.TakePages() if view.foot is not None and not view.foot.next_enabled:
            return said.CapturePressed()
        case views.Sign(signed=False):
            return said.Signed(b"\x89PNG\r\n\x1a\n-signed-on-glass")
        case views.Submitting():
            application = hall.session.facts.application
            moment = machine.here.clock.now()
            choices = alphabet.of_the_outbox(application.id if application else "", moment)
            return choices[2 if body.kept else 0]
        case views.Trouble():
            return said.ActionChosen(body.actions[0].id)
        case _:
            return said.NextPressed()


@pytest.mark.parametrize("seed", range(30))
def test_long_visits_at_random(law: Law, seed: int):
    """Half the time on the way on, half the time anything: two hundred events."""
    chance = random.Random(seed)
    hall = Hall(session=law.machine.first(0.0))
    for event in (health(role, State.READY) for role in alphabet.ROLES):
        hall = law.step(hall, event)
    visits = 0
    for _ in range(200):
        event = way_on(hall, law.machine) if chance.random() < 0.7 else None
        event = event or chance.choice(law.can_happen(hall))
        hall = law.step(hall, event)
        law.holds(hall)
        visits = max(visits, hall.session.number)
    assert visits >= 1


@cache
def _machine() -> Machine:
    return Machine(make_surroundings(FakeClock(), Path("nowhere")))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(SCREENS) - 1), st.lists(st.integers(0, 10_000), max_size=25))
def test_any_few_events_on_any_screen(screen: int, choices: list[int]):
    """Hypothesis looks for the shortest sequence that breaks a law."""
    law = Law(_machine())
    someone = Diarist(law.machine, FakeClock()).finds_devices_well()
    hall = hall_of(list(SCREENS.values())[screen](someone))
    for choice in choices:
        possible = law.can_happen(hall)
        hall = law.step(hall, possible[choice % len(possible)])
        law.holds(hall)


# --- everybody comes out -------------------------------------------------------------------------


def test_from_every_screen_who_walks_away_leaves_nothing_behind(law: Law, clock: FakeClock):
    """Nobody touches anything; devices that were asked fail in the end; then it is rest again."""
    for name, way in SCREENS.items():
        hall = hall_of(way(Diarist(law.machine, clock).finds_devices_well()))
        for _ in range(12):
            for role in sorted(hall.asked):
                hall = law.step(hall, device_trouble(role, FaultCode.DEVICE_LOST))
            application = hall.session.facts.application
            if hall.session.facts.submission is Submission.KEEPING and application is not None:
                kept = alphabet.of_the_outbox(application.id, clock.now())[0]
                hall = law.step(hall, kept)
            hall = law.step(hall, said.Ticked(hall.session.now + 130.0))
        assert hall.session.step == "rest", name
        assert personal_in(hall.session) == [], name


def test_every_fault_can_be_told_to_the_citizen(law: Law):
    texts = law.machine.here.texts
    missing = [
        f"{language}: faults.{code.name}.{part}"
        for language in ("zh_CN", "en")
        for code in FaultCode
        for part in ("headline", "citizen", "attendant", "technician")
        if f"faults.{code.name}.{part}" not in texts.ids(language)
    ]
    assert missing == []
    long = [
        code.name
        for code in FaultCode
        if len(texts.say(f"faults.{code.name}.headline")) > MOST_HEADLINE
    ]
    assert long == []


MOST_HEADLINE = 10  # hanzi: one line of a title


# --- the whole catalogue -------------------------------------------------------------------------

PLACES = ("360400", "420100", "810000", "110101")


@pytest.mark.parametrize("place", PLACES)
def test_every_item_says_whether_it_can_be_done_here_and_what_else(
    law: Law, clock: FakeClock, place: str
):
    someone = Diarist(law.machine, clock)
    someone.says(said.StartPressed("apply"), said.RegionChosen(f"{place[:2]}0000"))
    someone.says(said.RegionChosen(place))
    rows = someone.sees(views.ChooseItem).items
    law.holds(hall_of(someone))
    for row in rows:
        someone.says(said.ItemChosen(row.code))
        verdict = someone.sees(views.ShowVerdict)
        law.holds(hall_of(someone))
        here = row.chip is views.Chip.HERE
        foot = someone.view.foot
        assert foot is not None
        assert (foot.next is not None) is here
        assert bool(verdict.next_steps) is not here
        assert bool(verdict.path) is here
        someone.says(said.GuidePressed())
        law.holds(hall_of(someone))
        if verdict.has_guide:
            someone.says(said.GuidePressed())
        someone.says(said.BackPressed())
