"""Papers under the camera, page by page: live picture, photograph, judge, keep or take again."""

from __future__ import annotations

from dataclasses import replace

from kiosk.catalogue.model import MaterialNeed
from kiosk.faults import Fault
from kiosk.journey.asked import papers_of
from kiosk.journey.effects import Effects, Preview, TakePhotograph, Withdraw
from kiosk.journey.events import (
    BackPressed,
    CapturePressed,
    NextPressed,
    PageKept,
    PageRemoved,
    RetakePressed,
)
from kiosk.journey.facts import TRAY_CAMERA, Facts
from kiosk.journey.moves import Back, DeviceTrouble, InTrouble, Move, Next, PageTaken, Stay
from kiosk.journey.steps.base import AnyEvent, Patience, Step
from kiosk.journey.troubles import TroublePlan, plan_for
from kiosk.journey.views import CameraStage, Foot, Stage, TakePages
from kiosk.texts import Phrase

MOST_PAGES = 20  # of one paper; what the tray and the queue are made for


class MaterialsStep(Step):
    key = "materials"
    stage = Stage.MATERIALS
    device = TRAY_CAMERA

    def needed(self, facts: Facts) -> bool:
        return bool(papers_of(facts))

    def complete(self, facts: Facts) -> bool:
        return not _missing(facts) and facts.camera_stage is CameraStage.LIVE

    def enter(self, facts: Facts) -> tuple[Facts, Effects]:
        """At the paper where the citizen was; when that is complete, at the first that is not."""
        index = min(facts.material_index, len(papers_of(facts)) - 1)
        missing = _missing(facts)
        if missing and index not in missing:
            index = missing[0]
        stage = CameraStage.PREVIEW if facts.photograph is not None else CameraStage.LIVE
        return replace(facts, material_index=index, camera_stage=stage), (
            Preview(TRAY_CAMERA, True),
        )

    def leave(self, facts: Facts) -> Effects:
        return (Withdraw(TRAY_CAMERA), Preview(TRAY_CAMERA, False))

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        need, number, count = _present(facts)
        kept = facts.pages.get(need.key, ())
        stage = facts.camera_stage
        match event:
            case CapturePressed() if stage is CameraStage.LIVE and _can_add(need, kept):
                capturing = replace(facts, camera_stage=CameraStage.CAPTURING)
                return Stay(capturing, (TakePhotograph(),))
            case PageTaken(photograph) if stage is CameraStage.CAPTURING:
                return Stay(
                    replace(facts, camera_stage=CameraStage.PREVIEW, photograph=photograph.jpeg)
                )
            case RetakePressed() if stage is CameraStage.PREVIEW:
                return Stay(_live(facts))
            case PageKept() if stage is CameraStage.PREVIEW and facts.photograph is not None:
                pages = {**facts.pages, need.key: (*kept, facts.photograph)}
                return Stay(_live(replace(facts, pages=pages, signature=b"")))
            case PageRemoved(index) if stage is CameraStage.LIVE and 0 <= index < len(kept):
                pages = {**facts.pages, need.key: kept[:index] + kept[index + 1 :]}
                return Stay(replace(facts, pages=pages, signature=b""))
            case NextPressed() if stage is CameraStage.LIVE and _enough(need, kept):
                if number < count:
                    return Stay(replace(facts, material_index=number))
                missing = _missing(facts)
                return Stay(replace(facts, material_index=missing[0])) if missing else Next(facts)
            case BackPressed() if stage is CameraStage.PREVIEW:
                return Stay(_live(facts))
            case BackPressed() if number > 1:
                return Stay(replace(_live(facts), material_index=number - 2), _quiet(stage))
            case BackPressed():
                return Back(_live(facts))
            case DeviceTrouble(role, fault) if role == TRAY_CAMERA:
                return InTrouble(_live(facts), fault, role=role)
            case _:
                return self.lost(facts, event)

    def waits(self, facts: Facts) -> Patience:
        busy = facts.camera_stage is CameraStage.CAPTURING
        return Patience.NO_LIMIT if busy else Patience.QUESTION

    def trouble(self, facts: Facts, fault: Fault) -> TroublePlan:
        return plan_for(fault, safe="pages_kept" if facts.pages else "nothing_lost")

    def view(self, facts: Facts) -> TakePages:
        need, number, count = _present(facts)
        kept = facts.pages.get(need.key, ())
        return TakePages(
            material=need.name,
            number=number,
            count=count,
            page_name=_page_name(need, len(kept)),
            hint=need.hint,
            stage=facts.camera_stage,
            camera_role=TRAY_CAMERA,
            pages=kept,
            page_names=tuple(_page_name(need, index) for index in range(len(kept))),
            can_add=_can_add(need, kept),
            photograph=facts.photograph,
        )

    def foot(self, facts: Facts) -> Foot:
        need, number, count = _present(facts)
        ready = facts.camera_stage is CameraStage.LIVE and _enough(
            need, facts.pages.get(need.key, ())
        )
        words = "take_pages.next_material" if number < count else "foot.next"
        return Foot(next=Phrase(words), next_enabled=ready)


def _missing(facts: Facts) -> tuple[int, ...]:
    """Which papers still lack pages."""
    needs = enumerate(papers_of(facts))
    return tuple(index for index, need in needs if not _enough(need, facts.pages.get(need.key, ())))


def _present(facts: Facts) -> tuple[MaterialNeed, int, int]:
    needs = papers_of(facts)
    index = min(facts.material_index, len(needs) - 1)
    return needs[index], index + 1, len(needs)


def _enough(need: MaterialNeed, kept: tuple[bytes, ...]) -> bool:
    return len(kept) >= max(1, len(need.page_names))


def _can_add(need: MaterialNeed, kept: tuple[bytes, ...]) -> bool:
    if not _enough(need, kept):
        return True
    return need.more_pages and len(kept) < MOST_PAGES


def _page_name(need: MaterialNeed, index: int) -> str:
    return need.page_names[index] if index < len(need.page_names) else ""


def _live(facts: Facts) -> Facts:
    return replace(facts, camera_stage=CameraStage.LIVE, photograph=None)


def _quiet(stage: CameraStage) -> Effects:
    return (Withdraw(TRAY_CAMERA),) if stage is CameraStage.CAPTURING else ()
