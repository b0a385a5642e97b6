"""The catalogue that this terminal answers from: one snapshot, indexed once, never changed.

A newer snapshot makes a new `Catalogue`; whoever holds the old one keeps a whole old one. So a
citizen's visit never sees half of two.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kiosk.catalogue.model import Item, ItemList, Region, Snapshot, Theme
from kiosk.faults import FaultCode, KioskError


class Catalogue:
    """Look-ups are by code and total: what is not there is None or empty, never an exception."""

    def __init__(self, snapshot: Snapshot, etag: str = "") -> None:
        self.snapshot = snapshot
        self.etag = etag
        self._regions = {region.code: region for region in snapshot.regions}
        self._items = {item.code: item for item in snapshot.items}
        self._lists = {one.key: one for one in snapshot.lists}
        self._children: dict[str, tuple[Region, ...]] = {}
        for region in sorted(snapshot.regions, key=lambda region: region.code):
            self._children[region.parent] = (*self._children.get(region.parent, ()), region)

    @classmethod
    def of(cls, body: bytes) -> Catalogue:
        """Raises `KioskError` CATALOGUE_DAMAGED: not JSON, not the model, or not whole."""
        try:
            snapshot = msgspec.json.decode(body, type=Snapshot)
        except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise _damaged(str(error)) from error
        _demand_whole(snapshot)
        return cls(snapshot, etag=etag_of(body))

    @classmethod
    def load(cls, path: Path) -> Catalogue:
        """Raises `KioskError` CATALOGUE_DAMAGED."""
        try:
            body = path.read_bytes()
        except OSError as error:
            raise _damaged(f"{path.name}: {error.strerror}") from error
        return cls.of(body)

    @classmethod
    def install(cls, body: bytes, path: Path) -> Catalogue:
        """The new catalogue, once `path` holds it durably; the old file stays if `body` is bad.

        Raises `KioskError` CATALOGUE_DAMAGED (nothing was written) or STORE_FAILED.
        """
        catalogue = cls.of(body)
        beside = path.with_name(f"{path.name}.new")
        try:
            with beside.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
            _sync_folder(path.parent)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise KioskError(FaultCode.STORE_FAILED, "catalogue", error.strerror or "") from error
        return catalogue

    # --- places --------------------------------------------------------------------------------

    def provinces(self) -> tuple[Region, ...]:
        return self._children.get("", ())

    def cities(self, province_code: str) -> tuple[Region, ...]:
        """Cities of a province; districts of a municipality, which has no cities between."""
        return self._children.get(province_code, ()) if province_code else ()

    def counties(self, city_code: str) -> tuple[Region, ...]:
        """Only the counties that the snapshot names."""
        return self.cities(city_code)

    def region(self, code: str) -> Region | None:
        return self._regions.get(code)

    def place(self, code: str) -> Region:
        """The region, or the raw code as a place: a county that the snapshot does not name."""
        known = self._regions.get(code)
        if known is not None:
            return known
        province = self.province_of(code)
        return Region(code=code, name=code, parent=province.code if province is not None else "")

    def province_of(self, code: str) -> Region | None:
        """By the first two digits, so that a county that the snapshot does not name has one too."""
        return self._regions.get(f"{code[:2]}0000")

    # --- items ---------------------------------------------------------------------------------

    def themes(self) -> tuple[Theme, ...]:
        return self.snapshot.themes

    def items(self, theme: str = "") -> tuple[Item, ...]:
        """In the order of the snapshot; "" is every theme."""
        return tuple(item for item in self.snapshot.items if theme in ("", item.theme))

    def item(self, code: str) -> Item | None:
        return self._items.get(code)

    def list_of(self, item: Item) -> ItemList | None:
        return self._lists.get(item.list_key)


def etag_of(body: bytes) -> str:
    """A strong validator (RFC 9110, 8.8.3) made of the bytes themselves."""
    return f'"{hashlib.sha256(body).hexdigest()}"'


def _demand_whole(snapshot: Snapshot) -> None:
    """What the types cannot say: codes are unique, and what is referred to exists."""
    regions = _unique("region", (region.code for region in snapshot.regions))
    themes = _unique("theme", (theme.key for theme in snapshot.themes))
    lists = _unique("list", (one.key for one in snapshot.lists))
    _unique("item", (item.code for item in snapshot.items))
    for region in snapshot.regions:
        if region.parent and region.parent not in regions:
            raise _damaged(f"region {region.code}: no parent {region.parent}")
    for item in snapshot.items:
        if item.theme not in themes:
            raise _damaged(f"item {item.code}: no theme {item.theme}")
        if item.list_key and item.list_key not in lists:
            raise _damaged(f"item {item.code}: no list {item.list_key}")
    if not snapshot.items or not snapshot.regions:
        raise _damaged("empty")


def _unique(kind: str, keys: Iterable[str]) -> frozenset[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise _damaged(f"{kind} {key} twice")
        seen.add(key)
    return frozenset(seen)


def _damaged(detail: str) -> KioskError:
    return KioskError(FaultCode.CATALOGUE_DAMAGED, "catalogue", detail)


def _sync_folder(folder: Path) -> None:
    """The rename itself is durable only when the folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
