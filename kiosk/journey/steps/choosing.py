"""Rest, the deciding place, the item: nothing personal yet, nothing to lose."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from kiosk.catalogue.coverage import state_on, verdict
from kiosk.catalogue.model import Coverage, Item, ItemState
from kiosk.journey.events import (
    BackPressed,
    ItemChosen,
    RegionChosen,
    StartPressed,
    ThemeChosen,
)
from kiosk.journey.facts import RECEIPT_PRINTER, Facts
from kiosk.journey.moves import Back, Ignored, Move, Next, Stay
from kiosk.journey.steps.base import BROKEN, AnyEvent, Patience, Step
from kiosk.journey.views import (
    Chip,
    ChooseItem,
    ChooseRegion,
    Foot,
    ItemRow,
    RegionChoice,
    Rest,
    Stage,
    ThemeChoice,
)
from kiosk.texts import Phrase

APPLY = "apply"
MOST_EXAMPLES = 8


class RestStep(Step):
    key = "rest"
    patience = Patience.NO_LIMIT

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case StartPressed(what) if what == APPLY:
                return Next(facts)
            case _:
                return Ignored()

    def view(self, facts: Facts) -> Rest:
        printer = facts.board.get(RECEIPT_PRINTER)
        without_paper = printer is not None and printer.state in BROKEN
        return Rest(
            open_items=sum(
                1
                for item in self.here.catalogue.items()
                if state_on(item, self.here.local_date()) is ItemState.ACTIVE
            ),
            choices=(APPLY,),
            languages=self.here.languages,
            examples=self._examples(),
            notice=Phrase("notice.no_receipts") if without_paper else None,
        )

    def _examples(self) -> tuple[str, ...]:
        """Items that the terminal can begin for at least one other province."""
        catalogue, here = self.here.catalogue, self.here.region
        own = catalogue.province_of(here.code)
        elsewhere = next((place for place in catalogue.provinces() if place != own), here)
        names = (
            item.name
            for item in catalogue.items()
            if item.guide is not None
            and verdict(catalogue, item.code, elsewhere, here, self.here.local_date()).coverage
            is Coverage.COVERED
        )
        return tuple(islice(names, MOST_EXAMPLES))

    def foot(self, facts: Facts) -> Foot | None:
        return None


class RegionStep(Step):
    key = "choose_region"
    stage = Stage.CHOOSE

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        catalogue = self.here.catalogue
        match event:
            case RegionChosen(code) if facts.province is None:
                province = catalogue.region(code)
                if province is None or province.parent:
                    return Ignored()
                return Stay(replace(facts, province=province))
            case RegionChosen(code):
                place = catalogue.region(code)
                if place is None or place not in self._choices(facts):
                    return Ignored()
                if place == facts.decided_in:
                    return Next(facts)  # gone back only to look
                return Next(_matter_changed(replace(facts, decided_in=place)))
            case BackPressed() if facts.province is not None:
                return Stay(replace(facts, province=None))
            case BackPressed():
                return Back(facts)
            case _:
                return Ignored()

    def _choices(self, facts: Facts):
        if facts.province is None:
            return self.here.catalogue.provinces()
        # a province without cities below it (Hong Kong, Macao) decides itself
        return self.here.catalogue.cities(facts.province.code) or (facts.province,)

    def view(self, facts: Facts) -> ChooseRegion:
        return ChooseRegion(
            within=facts.province.name if facts.province else None,
            regions=tuple(
                RegionChoice(code=region.code, name=region.name) for region in self._choices(facts)
            ),
            here=self.here.region.name,
        )


class ItemStep(Step):
    key = "choose_item"
    stage = Stage.CHOOSE

    def handle(self, facts: Facts, event: AnyEvent) -> Move:
        match event:
            case ThemeChosen(key):
                known = {"", *(theme.key for theme in self.here.catalogue.themes())}
                return Stay(replace(facts, theme=key)) if key in known else Ignored()
            case ItemChosen(code):
                item = self.here.catalogue.item(code)
                if item is None or facts.decided_in is None:
                    return Ignored()
                chosen = facts if facts.item == item else _matter_changed(facts)
                answer = verdict(
                    self.here.catalogue,
                    item.code,
                    facts.decided_in,
                    self.here.region,
                    self.here.local_date(),
                )
                return Next(replace(chosen, item=item, verdict=answer, guide_open=False))
            case BackPressed():
                return Back(facts)
            case _:
                return Ignored()

    def view(self, facts: Facts) -> ChooseItem:
        themes = self.here.catalogue.themes()
        return ChooseItem(
            region=facts.decided_in.name if facts.decided_in else "",
            themes=tuple(ThemeChoice(key=theme.key, name=theme.name) for theme in themes),
            theme=facts.theme,
            items=tuple(self._rows(facts)),
        )

    def _rows(self, facts: Facts) -> list[ItemRow]:
        rows = [
            ItemRow(
                code=item.code,
                name=item.name,
                department=item.department,
                mode=item.mode.value,
                chip=self._chip(facts, item),
            )
            for item in self.here.catalogue.items(facts.theme)
        ]
        order = list(Chip)
        return sorted(rows, key=lambda row: order.index(row.chip))

    def _chip(self, facts: Facts, item: Item) -> Chip:
        if facts.decided_in is None:
            return Chip.GUIDED
        answer = verdict(
            self.here.catalogue,
            item.code,
            facts.decided_in,
            self.here.region,
            self.here.local_date(),
        )
        return {Coverage.COVERED: Chip.HERE, Coverage.NOT_OPEN: Chip.CLOSED}.get(
            answer.coverage, Chip.GUIDED
        )


def _matter_changed(facts: Facts) -> Facts:
    """Another matter has other questions and papers; who the citizen is stays known."""
    return replace(
        facts,
        item=None,
        verdict=None,
        answers={},
        question_index=0,
        pages={},
        material_index=0,
        photograph=None,
        signature=b"",
    )
