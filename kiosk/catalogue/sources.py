"""The authoring sources as values: tables and guides as people write them, checked on reading.

Every mistake says its file, its row or entry, and its column or field; all of them are reported
at once, because an author mends a file, not a line.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

import msgspec

from kiosk.faults import FaultCode, KioskError

Value = TypeVar("Value")
Table = Mapping[str, object]

REUSE = "use"  # a question or material taken from shared.toml


class SourceError(KioskError):
    """`problems`: one line each, `file:row column: what is wrong`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(FaultCode.CATALOGUE_DAMAGED, "catalogue sources", "\n".join(problems))


@dataclass(slots=True)
class Problems:
    """Where the mistakes of one build are collected."""

    lines: list[str] = field(default_factory=list[str])

    def add(self, where: str, what: str) -> None:
        self.lines.append(f"{where}: {what}")

    def demand(self, good: object, where: str, what: str) -> None:
        if not good:
            self.add(where, what)

    def raise_if_any(self) -> None:
        if self.lines:
            raise SourceError(tuple(self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table of tab-separated values; `where` is `file:line`."""

    where: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_table(path: Path, columns: tuple[str, ...], problems: Problems) -> Iterator[Row]:
    """Rows under a heading; lines that begin with # are comments. Empty when it cannot be read."""
    text = read_text(path, problems)
    if text is None:
        return
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    if not lines:
        problems.add(path.name, "no heading")
        return
    parsed = list(csv.reader((line for _, line in lines), delimiter="\t", quoting=csv.QUOTE_NONE))
    heading = tuple(parsed[0])
    if heading != columns:
        problems.add(f"{path.name}:{lines[0][0]}", f"the heading must be {' '.join(columns)}")
        return
    for (number, _), cells in zip(lines[1:], parsed[1:], strict=True):
        where = f"{path.name}:{number}"
        if len(cells) != len(columns):
            problems.add(where, f"{len(cells)} columns instead of {len(columns)}")
            continue
        yield Row(
            where=where, cells=dict(zip(columns, (cell.strip() for cell in cells), strict=True))
        )


def read_toml(path: Path, problems: Problems) -> Table:
    """Empty when it cannot be read."""
    text = read_text(path, problems)
    try:
        return tomllib.loads(text) if text is not None else {}
    except tomllib.TOMLDecodeError as error:
        problems.add(path.name, str(error))
        return {}


def read_text(path: Path, problems: Problems) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        problems.add(path.name, error.strerror or "cannot be read")
    except UnicodeDecodeError:
        problems.add(path.name, "not UTF-8")
    return None


def with_shared(table: Table, shared: Table, where: str, problems: Problems) -> dict[str, object]:
    """A guide whose `use = "name"` entries are filled from shared.toml; its own fields win."""
    whole = dict(table)
    for section in ("questions", "materials"):
        entries = table.get(section)
        if not isinstance(entries, list):
            continue  # none, or a mistake that the conversion will name
        stock = cast("Mapping[str, Table]", shared.get(section, {}))
        whole[section] = [
            _filled(entry, stock, f"{where} {section}[{number}]", problems)
            for number, entry in enumerate(cast("list[object]", entries), start=1)
        ]
    return whole


def _filled(entry: object, stock: Mapping[str, Table], where: str, problems: Problems) -> object:
    if not isinstance(entry, dict):
        return entry
    own = dict(cast("Table", entry))
    name = own.pop(REUSE, None)
    if name is None:
        return own
    if name not in stock:
        problems.add(f"{where} {REUSE}", f"shared.toml has no {name!r}")
        return own
    return {**stock[cast("str", name)], **own}


def convert(
    table: object, kind: type[Value], where: str, problems: Problems, *, column: str = ""
) -> Value | None:
    """The value, or None with the mistake noted: wrong type, missing field, unknown field."""
    try:
        value = msgspec.convert(table, type=kind, strict=False)
    except msgspec.ValidationError as error:
        problems.add(f"{where} {column}".rstrip(), str(error))
        return None
    for stranger in _strangers(table, msgspec.to_builtins(value), ""):
        problems.add(f"{where} {stranger}", "unknown field")
    return value


def _strangers(given: object, known: object, path: str) -> Iterator[str]:
    """Fields of `given` that did not survive: nobody reads them, so they are misspelt."""
    if isinstance(given, Mapping) and isinstance(known, Mapping):
        seen = cast("Mapping[str, object]", known)
        for key, value in cast("Mapping[str, object]", given).items():
            inside = f"{path}.{key}" if path else key
            if key in seen:
                yield from _strangers(value, seen[key], inside)
            else:
                yield inside
    elif isinstance(given, list | tuple) and isinstance(known, list | tuple):
        pairs = zip(cast("list[object]", given), cast("list[object]", known), strict=False)
        for number, (one, other) in enumerate(pairs, start=1):
            yield from _strangers(one, other, f"{path}[{number}]")
