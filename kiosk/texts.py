"""Every sentence shown, spoken or printed, by id, from `assets/texts/<language>.toml`.

Tables nest; an id is the dotted path: `identify.title`. Placeholders are `{name}`. A text that a
language lacks is taken from Chinese, which has them all (a test demands it).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

FIRST_LANGUAGE = "zh_CN"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence to be said later, in whatever language is then chosen."""

    id: str
    values: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)


class MissingText(LookupError):
    """No language has this id: a defect, found by the tests."""


class Texts:
    def __init__(self, languages: Mapping[str, Mapping[str, str]]) -> None:
        if FIRST_LANGUAGE not in languages:
            raise MissingText(FIRST_LANGUAGE)
        self._languages = languages

    @classmethod
    def load(cls, folder: Path) -> Texts:
        """Reads every `<language>.toml` in `folder`."""
        languages: dict[str, Mapping[str, str]] = {}
        for path in sorted(folder.glob("*.toml")):
            with path.open("rb") as file:
                languages[path.stem] = dict(_flatten(tomllib.load(file)))
        return cls(languages)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._languages)

    def ids(self, language: str = FIRST_LANGUAGE) -> frozenset[str]:
        return frozenset(self._languages[language])

    def has(self, text_id: str) -> bool:
        return text_id in self._languages[FIRST_LANGUAGE]

    def say(self, text_id: str, language: str = FIRST_LANGUAGE, **values: object) -> str:
        """The sentence in `language`, its placeholders filled. Raises `MissingText`."""
        sentence = self._languages.get(language, {}).get(text_id)
        if sentence is None:
            sentence = self._languages[FIRST_LANGUAGE].get(text_id)
        if sentence is None:
            raise MissingText(text_id)
        return sentence.format(**values) if values else sentence

    def speak(self, phrase: Phrase, language: str = FIRST_LANGUAGE) -> str:
        """A phrase's values may be phrases themselves."""
        values = {
            key: self.speak(value, language) if isinstance(value, Phrase) else value
            for key, value in phrase.values.items()
        }
        return self.say(phrase.id, language, **values)


def _flatten(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flatten(cast("Mapping[str, object]", value), f"{path}.")
        else:
            yield path, str(value)
