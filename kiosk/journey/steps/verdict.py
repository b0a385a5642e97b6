"""Can it be done here, why, what is needed; and the whole guide behind one touch."""

from __future__ import annotations

from dataclasses import replace

from kiosk.applications.model import Obtained
from kiosk.catalogue.model import Coverage, Guide, MaterialNeed, Verdict
from kiosk.journey.events import BackPressed, GuidePressed, NextPressed
from kiosk.journey.facts import Facts
from kiosk.journey.moves import Back, Ignored, Move, Next, Stay
from kiosk.journey.steps.base import AnyEvent, Patience, Step
from kiosk.journey.views import (
    Figure,
    Foot,
    GuideSection,
    MaterialRow,
    PathStop,
    ShowGuide,
    ShowVerdict,
    Stage,
    Tone,
)
from kiosk.texts import Phrase

_TONES = {Coverage.COVERED: Tone.GOOD, Coverage.NOT_OPEN: Tone.BAD}
_GUIDE_FIELDS = (
    "conditions",
    "application",
    "acceptance",
    "review",
    "time_limit",
    "issue",
    "fees",
    "legal_basis",
)


class VerdictStep(Step):
    key = "verdict"
    stage = Stage.CHOOSE
    patience = Patience.READING

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case GuidePressed() if facts.item is not None and facts.item.guide is not None:
                return Stay(replace(facts, guide_open=not facts.guide_open))
            case BackPressed() if facts.guide_open:
                return Stay(replace(facts, guide_open=False))
            case BackPressed():
                return Back(facts)
            case NextPressed() if _can_start(facts):
                return Next(replace(facts, guide_open=False))
            case _:
                return Ignored()

    def view(self, facts: Facts) -> ShowVerdict | ShowGuide:
        answer = facts.verdict
        assert answer is not None, "the verdict step follows the choice of an item"
        if facts.guide_open and answer.item.guide is not None:
            return _guide(answer.item.name, answer.item.guide)
        covered = answer.coverage is Coverage.COVERED
        guide = answer.item.guide
        return ShowVerdict(
            tone=_TONES.get(answer.coverage, Tone.WARN),
            headline=Phrase(f"verdict.headline.{answer.coverage.value}"),
            item=answer.item.name,
            explanation=_explanation(answer),
            path=_path(answer) if covered else (),
            figures=_figures(guide) if guide is not None else (),
            materials=_materials(guide) if guide is not None else (),
            next_steps=() if covered else tuple(Phrase(step) for step in answer.next_steps),
            has_guide=guide is not None,
            demonstration=self.here.catalogue.snapshot.demonstration,
        )

    def foot(self, facts: Facts) -> Foot:
        start = Phrase("verdict.start") if _can_start(facts) else None
        return Foot(next=start)


def _can_start(facts: Facts) -> bool:
    return facts.verdict is not None and facts.verdict.coverage is Coverage.COVERED


def _guide(name: str, guide: Guide) -> ShowGuide:
    sections = (
        GuideSection(key=f"guide.{field}", text=getattr(guide, field))
        for field in _GUIDE_FIELDS
        if getattr(guide, field)
    )
    return ShowGuide(item=name, sections=tuple(sections))


def _explanation(answer: Verdict) -> Phrase:
    if answer.coverage is not Coverage.COVERED:
        return Phrase(answer.reason)
    return Phrase(
        f"verdict.explanation.mode_{answer.item.mode.value}",
        {"decided_in": answer.decided_in.name, "received_in": answer.received_in.name},
    )


def _path(answer: Verdict) -> tuple[PathStop, ...]:
    return (
        PathStop(title=answer.decided_in.name, note=Phrase("verdict.path.decides")),
        *(
            PathStop(title=name, note=Phrase("verdict.path.basis"))
            for name in answer.path
            if name not in (answer.decided_in.name, answer.received_in.name)
        ),
        PathStop(title=answer.received_in.name, note=Phrase("verdict.path.here")),
    )


def _figures(guide: Guide) -> tuple[Figure, ...]:
    to_bring = sum(1 for need in guide.materials if need.obtained is not Obtained.EXEMPT)
    return (
        Figure(
            icon="papers",
            big=Phrase("verdict.papers.big", {"count": to_bring}),
            small=Phrase("verdict.papers.small"),
        ),
        Figure(
            icon="clock",
            big=Phrase("verdict.days.big", {"count": guide.promised_days}),
            small=Phrase("verdict.days.small"),
        ),
        Figure(
            icon="home",
            big=Phrase("verdict.visits.big", {"count": guide.visits}),
            small=Phrase("verdict.visits.none" if guide.visits == 0 else "verdict.visits.some"),
        ),
        Figure(
            icon="money",
            big=Phrase("verdict.fee.free" if guide.free else "verdict.fee.paid"),
            small=Phrase("verdict.fee.free_small" if guide.free else "verdict.fee.paid_small"),
        ),
    )


def _materials(guide: Guide) -> tuple[MaterialRow, ...]:
    return tuple(
        MaterialRow(
            name=need.name, how=Phrase(f"verdict.how.{need.obtained.value}"), tone=_tone(need)
        )
        for need in guide.materials
    )


def _tone(need: MaterialNeed) -> Tone:
    return Tone.GOOD if need.obtained is Obtained.EXEMPT else Tone.WARN
