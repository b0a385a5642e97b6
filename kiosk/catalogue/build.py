"""The snapshot from its authoring sources (docs/catalogue.md); the same sources, the same bytes.

catalogue.toml   edition, whether it is a demonstration
items.tsv        one row an item
lists.toml       the lists that items stand on, and the provinces of each
themes.toml      the themes, in the order of the screen
regions.json     places, GB/T 2260
shared.toml      questions and materials that several guides use
guides/*.toml    one file an item that is worked out in full
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import msgspec

from kiosk.applications.model import HandlingMode
from kiosk.catalogue.guides import check_guide
from kiosk.catalogue.model import Guide, Item, ItemList, Region, Snapshot, Theme
from kiosk.catalogue.sources import (
    Problems,
    Row,
    Table,
    Value,
    convert,
    read_table,
    read_text,
    read_toml,
    with_shared,
)
from kiosk.catalogue.store import Catalogue

COLUMNS = (
    "code", "list", "name", "name_en", "theme", "department", "target", "mode", "action",
    "state", "state_since", "minimum_age", "note",
)  # fmt: skip

MODES = {
    "全程网办": HandlingMode.ALL_ONLINE,
    "异地代收代办": HandlingMode.REMOTE_COLLECTION,
    "授信办理": HandlingMode.REMOTE_AUTHORISED,
    "多地联办": HandlingMode.JOINT,
}
TARGETS = ("individual", "enterprise", "both")
STATES = ("active", "suspended", "retired")
ACTIONS = (
    "apply", "query_print", "query", "query+guide", "appointment", "guide", "guide+appointment",
    "face_check", "pay", "none",
)  # fmt: skip


def build(sources: Path) -> bytes:
    """The JSON of the snapshot. Raises `SourceError` with every mistake found."""
    problems = Problems()
    head = read_toml(sources / "catalogue.toml", problems)
    lists = _entries(sources / "lists.toml", "lists", ItemList, problems)
    themes = _entries(sources / "themes.toml", "themes", Theme, problems)
    regions = _regions(sources / "regions.json", problems)
    guides = _guides(sources, problems)
    items = _items(sources / "items.tsv", lists, themes, guides, problems)
    known = {item.code for item in items}
    for code, (where, _) in guides.items():
        problems.demand(code in known, f"{where} item", f"items.tsv has no {code!r}")
    edition = str(head.get("edition", ""))
    problems.demand(edition, "catalogue.toml edition", "missing")
    problems.raise_if_any()

    snapshot = Snapshot(
        version=edition,
        demonstration=bool(head.get("demonstration", True)),
        regions=regions,
        themes=themes,
        items=items,
        lists=lists,
    )
    snapshot = replace(snapshot, version=f"{edition}-{_fingerprint(snapshot)}")
    body = msgspec.json.format(msgspec.json.encode(snapshot), indent=1) + b"\n"
    Catalogue.of(body)  # what a terminal would refuse is never written
    return body


def _items(
    path: Path,
    lists: tuple[ItemList, ...],
    themes: tuple[Theme, ...],
    guides: Mapping[str, tuple[str, Guide]],
    problems: Problems,
) -> tuple[Item, ...]:
    by_key = {one.key: one for one in lists}
    theme_keys = {theme.key for theme in themes}
    items: dict[str, Item] = {}
    for row in read_table(path, COLUMNS, problems):
        problems.demand(row["code"] not in items, f"{row.where} code", "twice")
        for column in ("code", "name", "name_en", "department"):
            problems.demand(row[column], f"{row.where} {column}", "missing")
        _among(row, "list", tuple(by_key), problems)
        _among(row, "theme", tuple(theme_keys), problems)
        _among(row, "target", TARGETS, problems)
        _among(row, "mode", tuple(MODES), problems)
        _among(row, "action", ACTIONS, problems)
        _among(row, "state", STATES, problems)
        item = _item(row, by_key, guides, problems)
        if item is not None:
            items[item.code] = item
    return tuple(items.values())


def _item(
    row: Row,
    lists: Mapping[str, ItemList],
    guides: Mapping[str, tuple[str, Guide]],
    problems: Problems,
) -> Item | None:
    if row["list"] not in lists or row["mode"] not in MODES or row["state"] not in STATES:
        return None  # said already
    _, guide = guides.get(row["code"], ("", None))
    table = {
        "code": row["code"],
        "version": "",
        "name": row["name"],
        "name_en": row["name_en"],
        "theme": row["theme"],
        "department": row["department"],
        "target": row["target"],
        "mode": MODES[row["mode"]].value,
        "action": row["action"],
        "layer": lists[row["list"]].layer.value,
        "list_key": row["list"],
        "state": row["state"],
        "state_since": row["state_since"] or None,
        "minimum_age": row["minimum_age"] or 0,
        "note": row["note"],
    }
    item = convert(table, Item, row.where, problems)
    if item is None:
        return None
    if guide is not None:
        item = replace(item, guide=guide)
        where, _ = guides[item.code]
        check_guide(guide, where, problems, can_apply=item.action == "apply")
    return replace(item, version=_fingerprint(item))


def _guides(sources: Path, problems: Problems) -> dict[str, tuple[str, Guide]]:
    """Item code → (file name, guide)."""
    shared = read_toml(sources / "shared.toml", problems)
    guides: dict[str, tuple[str, Guide]] = {}
    for path in sorted((sources / "guides").glob("*.toml")):
        table = dict(with_shared(read_toml(path, problems), shared, path.name, problems))
        code = str(table.pop("item", ""))
        problems.demand(code, f"{path.name} item", "missing")
        problems.demand(code not in guides, f"{path.name} item", f"a second guide of {code}")
        guide = convert(table, Guide, path.name, problems)
        if guide is not None:
            guides[code] = (path.name, guide)
    return guides


def _regions(path: Path, problems: Problems) -> tuple[Region, ...]:
    text = read_text(path, problems)
    try:
        table: object = json.loads(text or "[]")
    except json.JSONDecodeError as error:
        problems.add(f"{path.name}:{error.lineno} column {error.colno}", error.msg)
        return ()
    regions = convert(table, tuple[Region, ...], path.name, problems) or ()
    codes = {region.code for region in regions}
    problems.demand(len(codes) == len(regions), path.name, "a code twice")
    for region in regions:
        shape = len(region.code) == 6 and region.code.isascii() and region.code.isdigit()
        problems.demand(shape, f"{path.name} {region.code}", "a code has six digits")
        there = region.parent in codes or not region.parent
        problems.demand(there, f"{path.name} {region.code} parent", f"no {region.parent}")
    return regions


def _entries(path: Path, key: str, kind: type[Value], problems: Problems) -> tuple[Value, ...]:
    table: Table = read_toml(path, problems)
    entries = cast("list[Table]", table.get(key, []))
    problems.demand(entries, path.name, f"no [[{key}]]")
    values = (
        convert(entry, kind, f"{path.name} {key}[{number}]", problems)
        for number, entry in enumerate(entries, start=1)
    )
    return tuple(value for value in values if value is not None)


def _among(row: Row, column: str, known: tuple[str, ...], problems: Problems) -> None:
    if row[column] not in known:
        problems.add(f"{row.where} {column}", f"{row[column]!r} is none of {', '.join(known)}")


def _fingerprint(value: object) -> str:
    """Eight hexadecimal digits: a text that changes makes a new version by itself."""
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()[:8]
