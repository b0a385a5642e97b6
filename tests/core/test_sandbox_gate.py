"""Who may speak to the platform: enrolment, signatures, clocks, nonces."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.sandbox_client import Signer, Terminal, running_sandbox

DAY = "/v1/applications?day=2026-11-22"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with running_sandbox(tmp_path) as server:
        terminal = Terminal(server.url, oracle=True)
        terminal.enrol()
        yield terminal


def with_headers(terminal: Terminal, target: str, headers: dict[str, str]) -> requests.Response:
    return requests.get(terminal.url + target, headers=headers, timeout=10)


def test_a_signature_of_an_independent_library_is_accepted(terminal: Terminal) -> None:
    for _ in range(5):
        assert terminal.call("GET", DAY).status_code == 200


def test_each_signed_part_matters(terminal: Terminal) -> None:
    signed = terminal.signer.headers("GET", DAY, b"")
    other = terminal.signer.headers("GET", DAY, b"")
    for name in ("X-Timestamp", "X-Nonce", "X-Signature"):
        answer = with_headers(terminal, DAY, {**signed, name: other[name]})
        if name == "X-Timestamp" and other[name] == signed[name]:
            continue
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")
    for target in ("/v1/applications?day=2026-11-23", "/v1/catalogue"):
        assert with_headers(terminal, target, signed).json()["code"] == "signature_invalid"
    assert with_headers(terminal, DAY, signed).status_code == 200


@pytest.mark.parametrize("name", ["X-Timestamp", "X-Nonce", "X-Content-Digest", "X-Signature"])
@pytest.mark.parametrize("value", [None, "", "x", "9" * 400])
def test_a_header_that_is_missing_or_no_such_thing(
    terminal: Terminal, name: str, value: str | None
) -> None:
    headers = terminal.signer.headers("GET", DAY, b"")
    headers.pop(name) if value is None else headers.update({name: value})
    answer = with_headers(terminal, DAY, headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature_invalid")


def test_a_body_that_is_not_the_signed_one(terminal: Terminal) -> None:
    headers = terminal.signer.headers("POST", "/v1/heartbeats", b"{}")
    answer = requests.post(terminal.url + "/v1/heartbeats", b"{ }", headers=headers, timeout=10)
    assert answer.json()["code"] == "signature_invalid"


def test_a_nonce_is_good_once(terminal: Terminal) -> None:
    headers = terminal.signer.headers("GET", DAY, b"")
    assert with_headers(terminal, DAY, headers).status_code == 200
    answer = with_headers(terminal, DAY, headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "nonce_reused")


def test_a_bad_signature_spends_no_nonce(terminal: Terminal) -> None:
    headers = terminal.signer.headers("GET", DAY, b"")
    stranger = Signer(terminal.signer.terminal_id)
    forged = stranger.headers("GET", DAY, b"")["X-Signature"]
    assert with_headers(terminal, DAY, {**headers, "X-Signature": forged}).status_code == 401
    assert with_headers(terminal, DAY, headers).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401)])
def test_the_window_is_five_minutes_to_either_side(
    terminal: Terminal, seconds: int, status: int
) -> None:
    terminal.signer.clock = lambda: time.time() + seconds
    answer = terminal.call("GET", DAY)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["code"] == "clock_skew"
        assert abs(int(answer.headers["X-Server-Time"]) / 1000 - time.time()) < 5


def test_every_answer_tells_the_time(terminal: Terminal) -> None:
    for path in ("/sandbox/health", "/v1/nowhere", "/v1/catalogue", "/staff"):
        answer = requests.get(terminal.url + path, timeout=10)
        assert abs(int(answer.headers["X-Server-Time"]) / 1000 - time.time()) < 5


def test_a_stranger_is_unknown(terminal: Terminal) -> None:
    answer = Terminal(terminal.url, "HM-NOBODY-99").call("GET", DAY)
    assert (answer.status_code, answer.json()["code"]) == (401, "terminal_unknown")


def test_enrolling_again_with_the_same_key_changes_nothing(terminal: Terminal) -> None:
    again = terminal.enrol()
    assert (again.status_code, again.json()) == (200, {"state": "approved"})


def test_enrolment_waits_for_a_person_when_told_to(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, auto_approve=False) as server:
        terminal = Terminal(server.url)
        assert terminal.enrol().json() == {"state": "pending"}
        answer = terminal.call("GET", DAY)
        assert (answer.status_code, answer.json()["code"]) == (403, "terminal_unknown")

        press(server.url, terminal, "approve")
        assert terminal.call("GET", DAY).status_code == 200

        thief = Terminal(server.url)  # the same name with another key
        assert thief.enrol().json() == {"state": "pending"}
        assert thief.call("GET", DAY).json()["code"] == "signature_invalid"
        assert terminal.call("GET", DAY).status_code == 200

        press(server.url, terminal, "revoke")
        answer = terminal.call("GET", DAY)
        assert (answer.status_code, answer.json()["code"]) == (403, "terminal_revoked")
        assert thief.enrol().json()["code"] == "terminal_revoked"


def press(url: str, terminal: Terminal, act: str) -> None:
    path = f"/staff/terminals/{terminal.signer.terminal_id}"
    assert requests.post(url + path, data={"act": act}, timeout=10).status_code == 200


def test_a_key_off_the_curve_is_refused(terminal: Terminal) -> None:
    body = {"public_key": "04" + "11" * 64, "site": "示范县"}
    path = f"{terminal.url}/v1/terminals/HM-NEW-01/enrolment"
    assert requests.post(path, json=body, timeout=10).json()["code"] == "invalid"


def test_the_catalogue_comes_once_and_then_unchanged(tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_bytes('{"items": ["异地就医"]}'.encode())
    with running_sandbox(tmp_path / "data", catalogue=snapshot) as server:
        terminal = Terminal(server.url)
        terminal.enrol()
        first = terminal.call("GET", "/v1/catalogue")
        assert first.content == snapshot.read_bytes()
        etag = first.headers["ETag"]
        again = terminal.call("GET", "/v1/catalogue", If_None_Match=etag)
        assert (again.status_code, again.content) == (304, b"")
        snapshot.write_bytes(b'{"items": []}')
        changed = terminal.call("GET", "/v1/catalogue", If_None_Match=etag)
        assert (changed.status_code, changed.content) == (200, b'{"items": []}')
        assert changed.headers["ETag"] != etag


def test_without_a_snapshot_there_is_no_catalogue(terminal: Terminal) -> None:
    assert terminal.call("GET", "/v1/catalogue").json()["code"] == "not_found"


@pytest.mark.parametrize("size", [(1 << 16) + 1, 1 << 17, 1 << 23])
def test_a_body_beyond_every_measure_is_answered_and_dropped(terminal: Terminal, size: int) -> None:
    for _ in range(3):
        answer = terminal.call("POST", "/v1/heartbeats", bytes(size))
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
