"""The shipped snapshot is what its sources say, and an author's mistake is named to the cell."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kiosk.applications.model import HandlingMode, Obtained
from kiosk.catalogue.build import build
from kiosk.catalogue.coverage import verdict
from kiosk.catalogue.model import Coverage, ItemState
from kiosk.catalogue.rules import DELIVERY, PHONE
from kiosk.catalogue.sources import SourceError
from kiosk.catalogue.store import Catalogue
from kiosk.paths import CONFIG, SNAPSHOT

SOURCES = CONFIG / "catalogue"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return Catalogue.load(SNAPSHOT)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return shutil.copytree(SOURCES, tmp_path / "catalogue")


def test_the_committed_snapshot_is_what_the_sources_build():
    assert build(SOURCES) == SNAPSHOT.read_bytes(), "run `kiosk catalogue build`"


def test_the_shipped_list_says_that_it_is_a_demonstration(shipped: Catalogue):
    assert shipped.snapshot.demonstration
    assert shipped.snapshot.version.startswith("demo-")
    assert all(item.code.startswith("DEMO-") for item in shipped.items())
    assert all("演示" in one.name for one in shipped.snapshot.lists)


def test_it_has_every_row_province_and_theme(shipped: Catalogue):
    assert len(shipped.items()) == 131
    assert len(shipped.provinces()) == 34
    assert {"710000", "810000", "820000"} <= {region.code for region in shipped.provinces()}
    for code, name in (("421127", "黄梅县"), ("360403", "浔阳区"), ("331000", "台州市")):
        region = shipped.region(code)
        assert region is not None
        assert region.name == name
    for theme in shipped.themes():
        assert shipped.items(theme.key), theme.name


def test_each_way_of_handling_has_an_item_worked_out_in_full(shipped: Catalogue):
    here, there = shipped.place("421127"), shipped.place("360400")
    covered = [
        item
        for item in shipped.items()
        if verdict(shipped, item.code, there, here, date(2026, 11, 22)).coverage is Coverage.COVERED
    ]
    assert {item.mode for item in covered} == set(HandlingMode)
    assert len(covered) >= 6
    for item in covered:
        assert item.guide is not None
        keys = [question.key for question in item.guide.questions]
        assert PHONE in keys
        assert 2 <= len(keys) <= 5
        assert any(need.obtained is Obtained.READ_FROM_CARD for need in item.guide.materials)
        assert any(need.obtained is Obtained.EXEMPT for need in item.guide.materials) or (
            item.code == "DEMO-050"
        )


def test_the_main_example_crosses_from_huangmei_to_xunyang(shipped: Catalogue):
    item = shipped.item("DEMO-055")
    assert item is not None
    assert item.name == "夫妻投靠户口迁移"
    assert item.mode is HandlingMode.JOINT
    assert item.guide is not None
    assert item.guide.promised_days <= item.guide.legal_days
    book = next(need for need in item.guide.materials if need.key == "household_book")
    assert book.page_names == ("首页", "本人页")
    assert any(question.key == DELIVERY for question in item.guide.questions)


def test_one_item_is_retired_and_one_suspended(shipped: Catalogue):
    states = [item.state for item in shipped.items() if item.state is not ItemState.ACTIVE]
    assert sorted(states) == [ItemState.RETIRED, ItemState.SUSPENDED]
    retired = shipped.item("DEMO-045")
    assert retired is not None
    assert retired.state_since == date(2022, 12, 30)
    assert retired.note


def test_a_changed_text_makes_a_new_version_of_its_item_and_of_no_other(sources: Path):
    before = Catalogue.of(build(sources))
    _edit(sources / "guides" / "055-joining-spouse.toml", "不收费，邮寄也不收费。", "不收费。")
    after = Catalogue.of(build(sources))
    changed = {
        one.code
        for one, other in zip(before.items(), after.items(), strict=True)
        if one.version != other.version
    }
    assert changed == {"DEMO-055"}
    assert before.snapshot.version != after.snapshot.version


Spoil = Callable[[Path], None]


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _edit_guide(old: str, new: str) -> Spoil:
    return lambda folder: _edit(folder / "guides" / "055-joining-spouse.toml", old, new)


def _edit_items(old: str, new: str) -> Spoil:
    return lambda folder: _edit(folder / "items.tsv", old, new)


GUIDE = "055-joining-spouse.toml"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_edit_items("\t全程网办\t", "\t全程往办\t"), "items.tsv:5 mode: '全程往办'"),
        (_edit_items("\tproofs\t", "\tproof\t"), "items.tsv:5 theme: 'proof'"),
        (_edit_items("DEMO-002", "DEMO-001"), "items.tsv:6 code: twice"),
        (_edit_items("\tapply\t", "\t"), "items.tsv:5: 12 columns instead of 13"),
        (_edit_items("2022-12-30", "2022-12-32"), "items.tsv:49"),
        (_edit_items("code\tlist", "list\tcode"), "items.tsv:4: the heading must be"),
        (_edit_items("DEMO-055", "DEMO-555"), f"{GUIDE} item: items.tsv has no 'DEMO-055'"),
        (_edit_guide('fees = "', 'fee = "'), f"{GUIDE}: Object missing required field `fees`"),
        (_edit_guide("free = true", "frei = true"), f"{GUIDE} frei: unknown field"),
        (_edit_guide("past_only", "past"), f"{GUIDE} questions[3].past: unknown field"),
        (_edit_guide("promised_days = 5", "promised_days = 50"), "longer than the law's 20"),
        (_edit_guide('among = ["rent"]', 'among = ["lent"]'), "'lent' is no answer to home"),
        (_edit_guide('question = "home"', 'question = "phone"'), "no question 'phone' before it"),
        (_edit_guide('use = "phone"', 'use = "telephone"'), "questions[4] use: shared.toml has no"),
        (_edit_guide("conditions = ", "conditions = = "), f"{GUIDE}: Invalid value"),
        (_edit_guide('page_names = ["首页", "签字页"]\n', ""), f"{GUIDE} lease page_names"),
        (_edit_guide('kind = "date"', 'kind = "day"'), f"{GUIDE}: Invalid enum value 'day'"),
        (lambda folder: (folder / "themes.toml").unlink(), "themes.toml: No such file"),
        (
            lambda folder: _edit(folder / "regions.json", '"421100"}', '"421199"}'),
            "regions.json 421102 parent: no 421199",
        ),
        (
            lambda folder: _edit(folder / "shared.toml", 'key = "phone"', 'key = "tel"'),
            f"{GUIDE} questions: the telephone is always asked",
        ),
    ],
)
def test_a_mistake_is_named_with_its_file_row_and_column(sources: Path, spoil: Spoil, said: str):
    spoil(sources)
    with pytest.raises(SourceError) as caught:
        build(sources)
    assert any(said in line for line in caught.value.problems), caught.value.problems


def test_all_mistakes_are_told_at_once(sources: Path):
    _edit_items("\t全程网办\t", "\t全程往办\t")(sources)
    _edit_guide("free = true", "frei = true")(sources)
    with pytest.raises(SourceError) as caught:
        build(sources)
    assert len(caught.value.problems) == 2
