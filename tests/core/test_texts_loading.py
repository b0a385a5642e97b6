"""Sentences by id: both languages have them all, and a gap is a defect that is found here."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from kiosk.paths import TEXTS
from kiosk.texts import MissingText, Phrase, Texts


@pytest.fixture(scope="module")
def shipped() -> Texts:
    return Texts.load(TEXTS)


def write(folder: Path, **languages: str) -> Texts:
    for language, toml in languages.items():
        (folder / f"{language}.toml").write_text(toml, encoding="utf-8")
    return Texts.load(folder)


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_an_id_is_the_path_through_the_tables(tmp_path: Path):
    texts = write(
        tmp_path, zh_CN='[foot]\nnext = "下一步"\n[a.b]\nc = "深"\n[rate.star]\n5 = "好"\n'
    )
    assert texts.say("foot.next") == "下一步"
    assert texts.say("a.b.c") == "深"
    assert texts.say("rate.star.5") == "好"
    assert texts.ids() == {"foot.next", "a.b.c", "rate.star.5"}
    assert texts.has("a.b.c")
    assert not texts.has("a.b")


def test_placeholders_are_filled(tmp_path: Path):
    texts = write(tmp_path, zh_CN='progress = "第 {number} 题，共 {count} 题"')
    assert texts.say("progress", number=2, count=5) == "第 2 题，共 5 题"


def test_a_phrase_is_said_in_the_language_then_chosen(tmp_path: Path):
    texts = write(
        tmp_path,
        zh_CN='row = "{label}：{value}"\nname = "姓名"',
        en='row = "{label}: {value}"\nname = "Name"',
    )
    phrase = Phrase("row", {"label": Phrase("name"), "value": "张**"})
    assert texts.speak(phrase) == "姓名：张**"
    assert texts.speak(phrase, "en") == "Name: 张**"


def test_what_a_citizen_says_is_never_taken_for_a_placeholder(tmp_path: Path):
    texts = write(tmp_path, zh_CN='as_is = "{words}"')
    assert texts.speak(Phrase("as_is", {"words": "{name} {0}"})) == "{name} {0}"


def test_a_gap_in_another_language_is_filled_by_chinese(tmp_path: Path):
    texts = write(tmp_path, zh_CN='a = "甲"\nb = "乙"', en='a = "A"')
    assert texts.say("b", "en") == "乙"
    assert texts.say("a", "no_such_language") == "甲"


def test_a_sentence_that_no_language_has_is_a_defect(tmp_path: Path):
    texts = write(tmp_path, zh_CN='a = "甲"')
    with pytest.raises(MissingText, match=r"b\.c"):
        texts.say("b.c")


def test_without_chinese_there_are_no_texts(tmp_path: Path):
    with pytest.raises(MissingText):
        write(tmp_path, en='a = "A"')


def test_a_phrase_does_not_repeat_its_values():
    assert "张示范" not in repr(Phrase("review.person", {"name": "张示范"}))


def test_both_languages_have_every_sentence(shipped: Texts):
    assert shipped.ids("en") ^ shipped.ids("zh_CN") == set()


def test_both_languages_have_the_same_gaps_to_fill(shipped: Texts):
    """Spoken with no values a sentence is given back as it stands."""
    different = [
        name
        for name in sorted(shipped.ids())
        if placeholders(shipped.say(name)) != placeholders(shipped.say(name, "en"))
    ]
    assert different == []


def test_no_sentence_is_empty_and_none_has_edges_of_blank(shipped: Texts):
    edged = [
        f"{language}: {name}"
        for language in shipped.languages
        for name in shipped.ids(language)
        if not shipped.say(name, language).strip()
        or (language == "zh_CN" and shipped.say(name) != shipped.say(name).strip())
    ]
    assert edged == []
