"""Handing in: once for ever, the same answer for ever, nothing half."""

from __future__ import annotations

import hashlib
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox_client import Terminal, application, encode, new_id, running_sandbox
from tests.waiting import eventually


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with running_sandbox(tmp_path) as server:
        terminal = Terminal(server.url)
        terminal.enrol()
        yield terminal


def filled_in(terminal: Terminal, **changes: object) -> dict[str, Any]:
    page = terminal.upload(b"a page of paper")
    return application(terminal.upload(b"ink on glass", "image/png"), [page], **changes)


def test_an_application_is_received_under_a_case_number(terminal: Terminal) -> None:
    body = filled_in(terminal)
    answer = terminal.put(body)
    assert answer.status_code == 201
    assert "Idempotent-Replay" not in answer.headers
    receipt = answer.json()
    assert receipt["id"] == body["id"]
    assert receipt["digest"] == hashlib.sha256(encode(body)).hexdigest()
    assert receipt["state"] == "received"
    assert receipt["platform_number"].startswith("PT")
    assert terminal.call("GET", f"/v1/applications/{body['id']}").json() == receipt


def test_the_same_bytes_again_are_answered_as_the_first_time(terminal: Terminal) -> None:
    body = filled_in(terminal)
    first, again = terminal.put(body), terminal.put(body)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["Idempotent-Replay"] == "true"
    assert len(terminal.cases()) == 1


def test_the_first_answer_is_repeated_even_after_a_decision(terminal: Terminal) -> None:
    body = filled_in(terminal)
    first = terminal.put(body)
    decide(terminal, first.json()["platform_number"], "refused", "演练")
    assert terminal.put(body).content == first.content
    now = terminal.call("GET", f"/v1/applications/{body['id']}").json()
    assert (now["state"], now["reason"]) == ("refused", "演练")


def test_the_same_id_with_other_bytes_is_refused(terminal: Terminal) -> None:
    body = filled_in(terminal)
    first = terminal.put(body)
    answer = terminal.put({**body, "delivery": "post"})
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert terminal.put(body).content == first.content


def test_a_replaced_terminal_with_a_rescued_queue_doubles_nothing(terminal: Terminal) -> None:
    body = filled_in(terminal)
    first = terminal.put(body)
    spare = Terminal(terminal.url, "HM-SPARE-02")
    spare.enrol()
    again = spare.put(body)
    assert (again.status_code, again.content) == (200, first.content)


def test_fifty_at_once_make_one_case_and_equal_answers(terminal: Terminal) -> None:
    body = filled_in(terminal)
    wires = [Terminal(terminal.url, f"HM-RACE-{n:02d}") for n in range(50)]
    for wire in wires:
        wire.enrol()
    start = threading.Barrier(len(wires))

    def send(wire: Terminal) -> requests.Response:
        start.wait(20)
        return wire.put(body)

    with ThreadPoolExecutor(len(wires)) as pool:
        answers = list(pool.map(send, wires))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len(terminal.cases()) == 1


def test_many_different_ones_at_once_get_different_numbers(terminal: Terminal) -> None:
    bodies = [filled_in(terminal) for _ in range(30)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda body: Terminal.put(terminal, body).json(), bodies))
    assert len({answer["platform_number"] for answer in answers}) == 30
    day = answers[0]["received_at"][:10]
    listed = terminal.call("GET", f"/v1/applications?day={day}").json()
    assert listed["count"] == 30
    assert {(a["id"], a["digest"]) for a in answers} == {
        (each["id"], each["digest"]) for each in listed["applications"]
    }


def test_pages_that_are_not_held_are_named(terminal: Terminal) -> None:
    held = terminal.upload(b"held")
    missing = {"digest": "ab" * 32, "length": 7, "media_type": "image/jpeg"}
    body = application(held, [missing, held, missing])
    answer = terminal.put(body)
    assert (answer.status_code, answer.json()["code"]) == (424, "materials_missing")
    assert answer.json()["missing"] == [missing["digest"]]
    assert terminal.call("GET", f"/v1/applications/{body['id']}").status_code == 404


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda body: body.update(remark="x"), "remark"),
        (lambda body: body["applicant"].update(phone="x"), "phone"),
        (lambda body: body["applicant"].update(id_number="110105194912310021"), "id_number"),
        (lambda body: body.pop("delivery"), "delivery"),
        (lambda body: body.update(mode=4), "mode"),
        (lambda body: body.update(made_at="2026-11-22T09:30:00"), "made_at"),
        (lambda body: body["signature"].update(length=1), "length"),
        (lambda body: body["signature"].update(digest="AB" * 32), "digest"),
    ],
)
def test_what_the_contract_does_not_name_is_invalid(
    terminal: Terminal, change: Any, place: str
) -> None:
    body = filled_in(terminal)
    change(body)
    answer = terminal.put(body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert place in answer.json()["detail"]
    assert "张示范" not in answer.text
    assert "1101051949" not in answer.text


def test_the_id_in_the_path_is_the_id_in_the_body(terminal: Terminal) -> None:
    body = filled_in(terminal)
    answer = terminal.call("PUT", f"/v1/applications/{new_id()}", encode(body))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("day", ["", "2026-13-01", "20261122", "yesterday"])
def test_a_day_that_is_none(terminal: Terminal, day: str) -> None:
    assert terminal.call("GET", f"/v1/applications?day={day}").json()["code"] == "invalid"


def test_one_matter_one_rating(terminal: Terminal) -> None:
    body = filled_in(terminal)
    terminal.put(body)
    path = f"/v1/ratings/{body['id']}"
    rating = {
        "application_id": body["id"],
        "stars": 2,
        "reasons": ["等待时间长"],
        "rated_at": "2026-11-22T09:40:00+08:00",
    }
    first = terminal.call("PUT", path, encode(rating))
    assert first.status_code == 201
    again = terminal.call("PUT", path, encode(rating))
    assert (again.status_code, again.content) == (200, first.content)
    other = terminal.call("PUT", path, encode({**rating, "stars": 5}))
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


@pytest.mark.parametrize(("stars", "code"), [(0, "invalid"), (6, "invalid"), (5, "not_found")])
def test_ratings_that_are_refused(terminal: Terminal, stars: int, code: str) -> None:
    unknown = new_id()
    rating = {
        "application_id": unknown,
        "stars": stars,
        "reasons": [],
        "rated_at": "2026-11-22T09:40:00+08:00",
    }
    answer = terminal.call("PUT", f"/v1/ratings/{unknown}", encode(rating))
    assert answer.json()["code"] == code


def decide(terminal: Terminal, number: str, decision: str, note: str = "") -> requests.Response:
    return requests.post(
        f"{terminal.url}/sandbox/cases/{number}/decision",
        json={"decision": decision, "note": note},
        timeout=10,
    )


def test_a_restart_keeps_everything_at_the_same_address(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as server:
        terminal = Terminal(server.url)
        terminal.enrol()
        bodies = [filled_in(terminal) for _ in range(3)]
        firsts = [terminal.put(body).content for body in bodies]
        cases = terminal.cases()
        server.stop()
        with pytest.raises(requests.ConnectionError):
            terminal.put(bodies[0])
        server.start()
        assert [terminal.put(body).content for body in bodies] == firsts
        assert terminal.cases() == cases


SERVE = "import sys, pathlib; from kiosk.sandbox.server import serve; " + (
    "serve('127.0.0.1', int(sys.argv[1]), pathlib.Path(sys.argv[2]))"
)


def test_what_was_answered_survives_a_killed_process(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    terminal = Terminal(f"http://127.0.0.1:{port}")

    def ready() -> bool:
        try:
            return terminal.session.get(terminal.url + "/sandbox/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    answered: dict[str, bytes] = {}
    bodies: dict[str, dict[str, Any]] = {}
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", SERVE, str(port), str(tmp_path)])
        try:
            eventually(ready, within=20, what="the sandbox answers")
            terminal.enrol()
            for key, first in answered.items():
                assert terminal.put(bodies[key]).content == first
            for _ in range(5):
                body = filled_in(terminal)
                bodies[body["id"]] = body
                answered[body["id"]] = terminal.put(body).content
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(10)
    assert len(answered) == 10
