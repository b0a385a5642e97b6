"""The case desk: what an officer sees, decides and may not show to others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox_client import Terminal, application, encode, running_sandbox

ID_NUMBER = "11010519491231002X"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with running_sandbox(tmp_path) as server:
        terminal = Terminal(server.url)
        terminal.enrol()
        yield terminal


@pytest.fixture
def body(terminal: Terminal) -> dict[str, Any]:
    return application(terminal.upload(b"ink", "image/png"), [terminal.upload(b"page")])


@pytest.fixture
def number(terminal: Terminal, body: dict[str, Any]) -> str:
    return terminal.put(body).json()["platform_number"]


def desk(terminal: Terminal, path: str = "") -> str:
    answer = requests.get(f"{terminal.url}/staff{path}", timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text


def decide(terminal: Terminal, number: str, **form: str) -> requests.Response:
    return requests.post(f"{terminal.url}/staff/cases/{number}", data=form, timeout=10)


def test_the_list_masks_and_the_case_page_shows(terminal: Terminal, number: str) -> None:
    listed = desk(terminal)
    assert number in listed
    assert "张**" in listed
    assert "1101**********002X" in listed
    assert "张示范" not in listed
    assert ID_NUMBER not in listed
    page = desk(terminal, f"/cases/{number}")
    for text in ("张示范", ID_NUMBER, "想象路零号", "异地就医结算备案", "长期居住", "居住证明"):
        assert text in page


def test_no_personal_field_leaves_by_the_cases_as_json(terminal: Terminal, number: str) -> None:
    for path in ("/sandbox/cases", f"/sandbox/cases/{number}"):
        text = requests.get(terminal.url + path, timeout=10).text
        for secret in ("张示范", ID_NUMBER, "19491231", "1949-12-31", "想象路", "长期居住"):
            assert secret not in text
        assert number in text


def test_the_pages_are_the_uploaded_pictures(
    terminal: Terminal, number: str, body: dict[str, Any]
) -> None:
    found = re.findall(
        r'<img src="(/staff/pages/[0-9a-f]{64})"', desk(terminal, f"/cases/{number}")
    )
    contents = [requests.get(terminal.url + path, timeout=10).content for path in found]
    assert contents == [b"page", b"ink"]
    assert requests.get(f"{terminal.url}/staff/pages/{'0' * 64}", timeout=10).status_code == 404


def test_everything_from_outside_is_escaped(terminal: Terminal, body: dict[str, Any]) -> None:
    evil = "<script>alert(1)</script>$name"
    body["answers"] = [{"question": evil, "value": evil}]
    body["applicant"]["name"] = evil
    body["item"]["name"] = evil
    number = terminal.put(body).json()["platform_number"]
    for path in ("", f"/cases/{number}"):
        assert "<script" not in desk(terminal, path)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;$name" in desk(terminal, f"/cases/{number}")


@pytest.mark.parametrize(
    ("decision", "note", "key"),
    [
        ("accepted", "", None),
        ("refused", "演练理由", "reason"),
        ("correction", "缺一页", "correction"),
    ],
)
def test_a_decision_reaches_the_terminal(  # noqa: PLR0917 - one row of the table an argument
    terminal: Terminal,
    number: str,
    body: dict[str, Any],
    decision: str,
    note: str,
    key: str | None,
) -> None:
    page = decide(terminal, number, decision=decision, note=note)
    assert page.url.endswith(f"/staff/cases/{number}")
    assert note in page.text
    now = terminal.call("GET", f"/v1/applications/{body['id']}").json()
    assert now["state"] == decision
    assert {name: now.get(name) for name in ("reason", "correction")} == {
        "reason": None,
        "correction": None,
        **({key: note} if key else {}),
    }


@pytest.mark.parametrize("decision", ["refused", "correction", "forgotten"])
def test_without_a_reason_nothing_is_decided(
    terminal: Terminal, number: str, body: dict[str, Any], decision: str
) -> None:
    assert 'role="alert"' in decide(terminal, number, decision=decision, note="  ").text
    state = terminal.call("GET", f"/v1/applications/{body['id']}").json()["state"]
    assert state == "received"


def test_a_decided_case_stays_decided(terminal: Terminal, number: str) -> None:
    decide(terminal, number, decision="accepted")
    assert "已作出决定" in decide(terminal, number, decision="refused", note="x").text
    path = f"{terminal.url}/sandbox/cases/{number}"
    again = requests.post(path + "/decision", json={"decision": "accepted"}, timeout=10)
    assert again.json()["code"] == "business_refused"
    states = [event["state"] for event in requests.get(path, timeout=10).json()["history"]]
    assert states == ["received", "accepted"]


def test_a_form_of_another_site_decides_nothing(terminal: Terminal, number: str) -> None:
    for headers in ({"Origin": "http://else.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = requests.post(
            f"{terminal.url}/staff/cases/{number}",
            data={"decision": "accepted"},
            headers=headers,
            timeout=10,
        )
        assert answer.status_code == 403
    assert "待受理" in desk(terminal, f"/cases/{number}")


def test_the_list_is_searched_and_sorted_by_state(terminal: Terminal, number: str) -> None:
    decide(terminal, number, decision="accepted")
    assert number in desk(terminal, "?state=accepted")
    assert number not in desk(terminal, "?state=received")
    assert number in desk(terminal, f"?number={number[-6:].lower()}")
    assert "没有办件" in desk(terminal, "?number=PT1999")


def test_the_rating_stands_on_the_case(
    terminal: Terminal, number: str, body: dict[str, Any]
) -> None:
    rating = {
        "application_id": body["id"],
        "stars": 2,
        "reasons": ["等待时间长"],
        "rated_at": "2026-11-22T09:40:00+08:00",
    }
    terminal.call("PUT", f"/v1/ratings/{body['id']}", encode(rating))
    page = desk(terminal, f"/cases/{number}")
    assert "不满意" in page
    assert "等待时间长" in page


def test_terminals_and_their_last_heartbeat(terminal: Terminal) -> None:
    assert "从未" in desk(terminal, "/terminals")
    beat = {
        "terminal_id": "HM-TEST-01",
        "version": "0.1.0",
        "at": "2026-11-22T09:30:00+08:00",
        "devices": {"resident_id": "ready", "receipt_printer": "attention"},
        "outbox": {"waiting": 3, "oldest_waiting": None},
    }
    answer = terminal.call("POST", "/v1/heartbeats", encode(beat))
    assert answer.json()["commands"] == []
    page = desk(terminal, "/terminals")
    for text in ("HM-TEST-01", "刚刚", "凭条打印机：需处理", "3 件"):
        assert text in page
    beat["terminal_id"] = "HM-OTHER-02"
    assert terminal.call("POST", "/v1/heartbeats", encode(beat)).json()["code"] == "invalid"


def test_faults_by_button(terminal: Terminal) -> None:
    faults = f"{terminal.url}/staff/faults"
    form = {"fault": "maintenance", "count": "0", "path": "GET", "seconds": "9"}
    assert "停机维护" in requests.post(faults, data=form, timeout=10).text
    answer = terminal.call("GET", "/v1/catalogue")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "9")
    cleared = {"act": "clear", "fault": "maintenance"}
    assert "一切正常" in requests.post(faults, data=cleared, timeout=10).text
    assert terminal.call("GET", "/v1/catalogue").status_code == 404
    wrong = {"fault": "slow", "path": "("}
    assert 'role="alert"' in requests.post(faults, data=wrong, timeout=10).text
