"""Progress in two lanes (collecting place, deciding place), with the latest dates that can be
said honestly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kiosk.catalogue.deadlines import Due
from kiosk.journey.facts import Facts, Submission, Surroundings
from kiosk.journey.views import Lane, LaneStep
from kiosk.texts import Phrase

_SENDING = {Submission.RECEIVED: "lane.sent", Submission.HELD: "lane.held"}
ACCEPTANCE_DAYS = 5  # working days; Administrative Licensing Law, article 32


def lanes_of(facts: Facts, here: Surroundings) -> tuple[Lane, ...]:
    application = facts.application
    if application is None or facts.submission is Submission.REFUSED:
        return ()
    received = facts.submission is Submission.RECEIVED
    made_on = here.local_time(application.made_at).date()
    guide = facts.item.guide if facts.item is not None else None
    days = guide.promised_days if guide is not None else 0
    sending = _SENDING.get(facts.submission, "lane.will_send")
    collecting = Lane(
        place=application.received_in.name,
        role=Phrase("lane.collects"),
        steps=(
            LaneStep(
                phrase=Phrase(
                    "lane.stored", {"time": f"{here.local_time(application.made_at):%H:%M}"}
                ),
                done=True,
            ),
            LaneStep(phrase=Phrase(sending), done=received),
        ),
    )
    deciding = Lane(
        place=application.decided_in.name,
        role=Phrase("lane.decides"),
        steps=(
            *(_dated(made_on, days, here) if received else _undated(days)),
            LaneStep(phrase=Phrase(f"lane.delivery.{application.delivery}"), done=False),
        ),
    )
    return collecting, deciding


def _dated(made_on: date, days: int, here: Surroundings) -> Iterator[LaneStep]:
    accepted = here.working_days.due(made_on, ACCEPTANCE_DAYS)
    yield _latest("lane.accepts", accepted)
    if days:  # the clock of the decision starts with the acceptance
        yield _latest("lane.decided_by", here.working_days.due(accepted.date, days))


def _undated(days: int) -> Iterator[LaneStep]:
    """Nobody can name a date before the deciding place has it."""
    yield LaneStep(phrase=Phrase("lane.accepts_after", {"days": ACCEPTANCE_DAYS}), done=False)
    if days:
        yield LaneStep(phrase=Phrase("lane.decided_after", {"days": days}), done=False)


def _latest(text_id: str, latest: Due) -> LaneStep:
    words = f"{text_id}_provisional" if latest.provisional else text_id
    return LaneStep(phrase=Phrase(words, {"day": _day(latest.date)}), done=False)


def _day(day: date) -> str:
    return f"{day:%m-%d}"
