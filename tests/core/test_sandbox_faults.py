"""Each fault knob does on the wire what its name says, and leaves in the store what it says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox_client import Terminal, application, running_sandbox


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with running_sandbox(tmp_path) as server:
        terminal = Terminal(server.url)
        terminal.enrol()
        yield terminal


@pytest.fixture
def body(terminal: Terminal) -> dict[str, Any]:
    return application(terminal.upload(b"ink", "image/png"), [terminal.upload(b"page")])


def stored(terminal: Terminal, body: dict[str, Any]) -> bool:
    return terminal.call("GET", f"/v1/applications/{body['id']}").status_code == 200


def knobs(terminal: Terminal) -> list[dict[str, Any]]:
    return requests.get(terminal.url + "/sandbox/faults", timeout=10).json()["faults"]


@pytest.mark.parametrize(
    ("fault", "status", "code", "retry_after"),
    [
        ("status_503", 503, "busy", "17"),
        ("status_500", 500, "internal", None),
        ("status_429", 429, "busy", "17"),
        ("disk_full", 507, "store_full", "17"),
        ("maintenance", 503, "maintenance", "17"),
        ("unauthorised", 401, "signature_invalid", None),
        ("refuse", 422, "business_refused", None),
    ],
)
def test_answers_that_store_nothing(  # noqa: PLR0917 - one row of the table an argument
    terminal: Terminal,
    body: dict[str, Any],
    fault: str,
    status: int,
    code: str,
    retry_after: str | None,
) -> None:
    terminal.fault(fault, seconds=17, path="PUT /v1/applications")
    answer = terminal.put(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers.get("Retry-After") == retry_after
    assert not stored(terminal, body)
    assert terminal.put(body).status_code == 201


def test_reset_before_anything_is_done(terminal: Terminal, body: dict[str, Any]) -> None:
    terminal.fault("reset_before", path="PUT")
    with pytest.raises(requests.ConnectionError):
        terminal.put(body)
    assert not stored(terminal, body)
    assert terminal.put(body).status_code == 201


def test_reset_after_storing(terminal: Terminal, body: dict[str, Any]) -> None:
    terminal.fault("reset_after_storing", path="PUT")
    with pytest.raises(requests.ConnectionError) as caught:
        terminal.put(body)
    assert "reset" in str(caught.value)
    assert stored(terminal, body)
    again = terminal.put(body)
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (200, "true")


def test_an_answer_that_ends_in_the_middle(terminal: Terminal, body: dict[str, Any]) -> None:
    terminal.fault("half_answer", path="PUT")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        terminal.put(body)
    assert stored(terminal, body)


def test_an_answer_that_never_comes(terminal: Terminal, body: dict[str, Any]) -> None:
    terminal.fault("answer_withheld", path="PUT")
    with pytest.raises(requests.ReadTimeout):
        requests.put(
            f"{terminal.url}/v1/applications/{body['id']}",
            json=body,
            auth=terminal.signer,
            timeout=(5, 1),
        )
    assert stored(terminal, body)


def test_a_withheld_answer_does_not_hold_up_a_stop(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as server:
        terminal = Terminal(server.url)
        terminal.enrol()
        terminal.fault("answer_withheld", path="GET", seconds=600)
        with pytest.raises(requests.ReadTimeout):
            requests.get(
                f"{server.url}/v1/catalogue", auth=terminal.signer, timeout=(5, 0.3), stream=True
            )
        before = time.monotonic()
        server.stop()
        assert time.monotonic() - before < 5


def test_a_slow_platform_still_answers(terminal: Terminal, body: dict[str, Any]) -> None:
    terminal.fault("slow", seconds=0.4, path="PUT")
    before = time.monotonic()
    assert terminal.put(body).status_code == 201
    assert time.monotonic() - before >= 0.4


def test_a_platform_whose_clock_is_wrong(terminal: Terminal, body: dict[str, Any]) -> None:
    terminal.fault("clock_skew", seconds=7200, count=0)
    answer = terminal.put(body)
    assert (answer.status_code, answer.json()["code"]) == (401, "clock_skew")
    offset = int(answer.headers["X-Server-Time"]) / 1000 - time.time()
    assert offset == pytest.approx(7200, abs=10)
    terminal.signer.clock = lambda: time.time() + offset
    assert terminal.put(body).status_code == 201


def test_a_correction_at_once(terminal: Terminal, body: dict[str, Any]) -> None:
    terminal.fault("correct", path="PUT")
    first = terminal.put(body)
    assert (first.status_code, first.json()["state"]) == (201, "correction")
    now = terminal.call("GET", f"/v1/applications/{body['id']}").json()
    assert (now["state"], bool(now["correction"])) == ("correction", True)
    assert terminal.put(body).content == first.content


def test_a_knob_counts_down_and_then_is_gone(terminal: Terminal) -> None:
    terminal.fault("status_503", count=2, path="GET /v1/catalogue")
    assert terminal.call("GET", "/v1/applications?day=2026-11-22").status_code == 200
    assert [terminal.call("GET", "/v1/catalogue").status_code for _ in range(3)] == [503, 503, 404]
    assert knobs(terminal) == []


def test_a_knob_without_count_lasts_until_it_is_cleared(terminal: Terminal) -> None:
    terminal.fault("maintenance", count=0)
    assert [terminal.call("GET", "/v1/catalogue").status_code for _ in range(4)] == [503] * 4
    assert requests.get(terminal.url + "/sandbox/health", timeout=10).status_code == 200
    assert requests.delete(terminal.url + "/sandbox/faults", timeout=10).status_code == 204
    assert terminal.call("GET", "/v1/catalogue").status_code == 404


@pytest.mark.parametrize(
    "knob",
    [{"fault": "fire"}, {"fault": "slow", "path": "("}, {"fault": "slow", "count": -1}, {}, []],
)
def test_knobs_that_do_not_exist(terminal: Terminal, knob: object) -> None:
    answer = requests.put(terminal.url + "/sandbox/faults", json=knob, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
