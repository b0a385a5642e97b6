"""A catalogue is whole or it is refused, and a bad push never costs the good one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.catalogue.store import Catalogue, etag_of
from kiosk.faults import FaultCode, KioskError
from kiosk.paths import SNAPSHOT


@pytest.fixture(scope="module")
def body() -> bytes:
    return SNAPSHOT.read_bytes()


def _changed(body: bytes, **fields: object) -> bytes:
    return json.dumps({**json.loads(body), **fields}, ensure_ascii=False).encode()


def _refused(body: bytes) -> str:
    with pytest.raises(KioskError) as caught:
        Catalogue.of(body)
    assert caught.value.fault.code is FaultCode.CATALOGUE_DAMAGED
    return caught.value.fault.detail


def test_places_are_found_from_above_and_from_below(body: bytes):
    catalogue = Catalogue.of(body)
    cities = catalogue.cities("360000")
    assert [city.name for city in cities][:4] == ["南昌市", "景德镇市", "萍乡市", "九江市"]
    assert catalogue.place("360403") in catalogue.counties("360400")
    assert catalogue.place("360403") not in cities
    assert catalogue.place("110108") in catalogue.cities("110000"), "districts of a municipality"
    assert catalogue.cities("810000") == ()
    assert catalogue.cities("") == ()


def test_a_county_that_is_not_named_still_has_a_province(body: bytes):
    catalogue = Catalogue.of(body)
    assert catalogue.region("513301") is None
    place = catalogue.place("513301")
    assert place.name == "513301"
    assert place.parent == "510000"
    assert catalogue.province_of("990000") is None
    assert catalogue.province_of("") is None


def test_the_tag_is_made_of_the_bytes(body: bytes):
    catalogue = Catalogue.of(body)
    assert catalogue.etag == etag_of(body)
    assert Catalogue.of(_changed(body)).etag != catalogue.etag


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", b'{"version": 1}', b"\xff\xfe", b"<html>busy</html>"],
    ids=["empty", "half", "list", "fields", "bytes", "page"],
)
def test_what_is_not_a_snapshot_is_refused(broken: bytes):
    _refused(broken)


def test_half_of_a_snapshot_is_refused(body: bytes):
    _refused(body[: len(body) // 2])


def test_a_snapshot_that_contradicts_itself_is_refused(body: bytes):
    table = json.loads(body)
    item = table["items"][0]
    assert "twice" in _refused(_changed(body, items=[item, item]))
    assert "no theme" in _refused(_changed(body, items=[{**item, "theme": "none"}]))
    assert "no list" in _refused(_changed(body, items=[{**item, "list_key": "none"}]))
    assert "no parent" in _refused(_changed(body, regions=table["regions"][1:]))
    assert _refused(_changed(body, items=[])) == "empty"
    _refused(_changed(body, items=[{**item, "mode": 9}]))


def test_unknown_fields_of_a_newer_platform_are_passed_over(body: bytes):
    assert Catalogue.of(_changed(body, colour="green")).items()


def test_a_new_snapshot_takes_the_place_of_the_old_one(tmp_path: Path, body: bytes):
    path = tmp_path / "snapshot.json"
    path.write_bytes(body)
    newer = _changed(body, version="newer")
    installed = Catalogue.install(newer, path)
    assert installed.snapshot.version == "newer"
    assert Catalogue.load(path).etag == installed.etag
    assert [file.name for file in tmp_path.iterdir()] == ["snapshot.json"]


def test_a_bad_push_leaves_the_good_file(tmp_path: Path, body: bytes):
    path = tmp_path / "snapshot.json"
    path.write_bytes(body)
    with pytest.raises(KioskError):
        Catalogue.install(body[:1000], path)
    assert path.read_bytes() == body
    assert [file.name for file in tmp_path.iterdir()] == ["snapshot.json"]


def test_a_disk_that_does_not_take_it_is_a_fault_of_the_store(tmp_path: Path, body: bytes):
    with pytest.raises(KioskError) as caught:
        Catalogue.install(body, tmp_path / "missing" / "snapshot.json")
    assert caught.value.fault.code is FaultCode.STORE_FAILED


def test_a_missing_file_is_a_damaged_catalogue(tmp_path: Path):
    with pytest.raises(KioskError) as caught:
        Catalogue.load(tmp_path / "snapshot.json")
    assert caught.value.fault.code is FaultCode.CATALOGUE_DAMAGED
