"""What an object holds, however deep: for leaks in a session and for sentences in a view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from kiosk.journey import views
from kiosk.texts import Phrase, Texts
from tests.journeys.citizen import ADDRESS, ID_NUMBER, NAME, PAGE, PHONE, SIGNATURE

MARKERS = (NAME, ID_NUMBER, ADDRESS, PHONE, PAGE, SIGNATURE, b"a-face-of-somebody")


def everything_in(thing: object) -> Iterator[object]:
    yield thing
    if is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            yield from everything_in(getattr(thing, field.name))
    elif isinstance(thing, Mapping):
        for key, value in thing.items():
            yield from everything_in(key)
            yield from everything_in(value)
    elif isinstance(thing, tuple | list | set | frozenset):
        for inner in thing:
            yield from everything_in(inner)


def personal_in(thing: object) -> list[object]:
    """The markers of a person that can be reached from `thing`."""
    found: list[object] = []
    for inner in everything_in(thing):
        for marker in MARKERS:
            if type(inner) is type(marker) and marker in inner:  # type: ignore[operator]
                found.append(marker)
    return found


def phrases_in(thing: object) -> list[Phrase]:
    return [inner for inner in everything_in(thing) if isinstance(inner, Phrase)]


def named_texts(view: views.View) -> Iterator[str]:
    """Text ids that a view names by a word, not by a phrase."""
    body = view.body
    if view.stage is not None:
        yield f"stage.{view.stage.value}"
    if view.overlay is not None:
        yield f"overlay.{view.overlay.kind.value}.title"
    match body:
        case views.Rest():
            for choice in body.choices:
                yield f"rest.start.{choice}"
                yield f"rest.hint.{choice}"
        case views.ChooseItem():
            for row in body.items:
                yield f"chip.{row.chip.value}"
                yield f"mode.{row.mode}"
        case views.ShowGuide():
            yield from (section.key for section in body.sections)
        case views.Identify():
            yield f"identify.title.{body.stage.value}"
        case views.ShowReceipt():
            yield f"receipt.printing.{body.printing.value}"
        case views.Rate():
            yield from body.reasons
        case views.Trouble():
            yield from (f"action.{action.id}" for action in body.actions)
        case _:
            pass


def unsayable(view: views.View, texts: Texts) -> list[str]:
    """What a view wants to say and a language cannot: missing, or with a gap left open."""
    wrong: list[str] = []
    for language in texts.languages:
        known = texts.ids(language)
        wrong += [f"{language}: {name}" for name in named_texts(view) if name not in known]
        for phrase in phrases_in(view):
            if phrase.id not in known:
                wrong.append(f"{language}: {phrase.id}")
                continue
            try:
                sentence = texts.speak(phrase, language)
            except (KeyError, IndexError) as problem:
                wrong.append(f"{language}: {phrase.id} lacks {problem}")
            else:
                if not sentence or ("{" in sentence and not phrase.id.endswith("as_is")):
                    wrong.append(f"{language}: {phrase.id} is {sentence!r}")
    return wrong
