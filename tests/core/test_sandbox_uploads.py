"""Pages: named by their bytes, resumable, verified on the last byte."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.sandbox_client import Terminal, running_sandbox

PAGE = random.Random(7).randbytes(100_000)
DIGEST = hashlib.sha256(PAGE).hexdigest()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with running_sandbox(tmp_path) as server:
        terminal = Terminal(server.url)
        terminal.enrol()
        yield terminal


def offset_of(terminal: Terminal, digest: str = DIGEST) -> int:
    return int(terminal.call("HEAD", f"/v1/uploads/{digest}").headers["Upload-Offset"])


def test_a_page_in_pieces(terminal: Terminal) -> None:
    created = terminal.create(PAGE)
    assert created.status_code == 201
    assert created.headers["Location"] == f"/v1/uploads/{DIGEST}"
    for start in range(0, len(PAGE), 30_000):
        assert offset_of(terminal) == start
        answer = terminal.send(DIGEST, PAGE[start : start + 30_000], start)
        assert answer.status_code == 204
        assert int(answer.headers["Upload-Offset"]) == min(start + 30_000, len(PAGE))
    head = terminal.call("HEAD", f"/v1/uploads/{DIGEST}")
    assert head.headers["Upload-Offset"] == head.headers["Upload-Length"] == str(len(PAGE))
    assert requests.get(f"{terminal.url}/staff/pages/{DIGEST}", timeout=10).content == PAGE


def test_a_page_that_is_there_is_not_sent_again(terminal: Terminal) -> None:
    terminal.upload(PAGE)
    assert terminal.create(PAGE).status_code == 200


def test_an_upload_goes_on_after_a_restart(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as server:
        terminal = Terminal(server.url)
        terminal.enrol()
        terminal.create(PAGE)
        terminal.send(DIGEST, PAGE[:40_000], 0)
        server.stop()
        server.start()
        assert terminal.create(PAGE).status_code == 201
        assert offset_of(terminal) == 40_000
        assert terminal.send(DIGEST, PAGE[40_000:], 40_000).status_code == 204
        assert terminal.create(PAGE).status_code == 200


def test_a_process_that_died_between_the_last_byte_and_the_check(tmp_path: Path) -> None:
    """Both sides of the rename: the part is whole, or the file is there and the row is not."""
    with running_sandbox(tmp_path) as server:
        terminal = Terminal(server.url)
        terminal.enrol()
        for name, page in ((".part", PAGE), ("", PAGE[::-1])):
            digest = hashlib.sha256(page).hexdigest()
            terminal.create(page)
            (tmp_path / "uploads" / digest[:2] / f"{digest}{name}").write_bytes(page)
            assert offset_of(terminal, digest) == len(page)
            assert terminal.create(page).status_code == 200


def test_a_wrong_offset_is_answered_with_the_right_one(terminal: Terminal) -> None:
    terminal.create(PAGE)
    terminal.send(DIGEST, PAGE[:1000], 0)
    for wrong in (0, 999, 1001):
        answer = terminal.send(DIGEST, b"x", wrong)
        assert (answer.status_code, answer.json()["code"]) == (409, "offset_mismatch")
        assert answer.headers["Upload-Offset"] == "1000"


def test_other_bytes_than_announced_begin_again(terminal: Terminal) -> None:
    terminal.create(PAGE)
    answer = terminal.send(DIGEST, PAGE[:-1] + b"\0", 0)
    assert (answer.status_code, answer.json()["code"]) == (460, "digest_mismatch")
    assert terminal.call("HEAD", f"/v1/uploads/{DIGEST}").status_code == 404
    terminal.upload(PAGE)
    assert terminal.create(PAGE).status_code == 200


def test_more_bytes_than_announced(terminal: Terminal) -> None:
    terminal.create(PAGE)
    assert terminal.send(DIGEST, PAGE + b"x", 0).json()["code"] == "too_large"
    assert offset_of(terminal) == 0


def test_a_length_told_wrong_at_first_can_be_put_right(terminal: Terminal) -> None:
    headers = {"Upload_Digest": DIGEST, "Upload_Media_Type": "image/jpeg"}
    terminal.call("POST", "/v1/uploads", Upload_Length="10", **headers)
    terminal.send(DIGEST, PAGE[:5], 0)
    assert terminal.create(PAGE).status_code == 201
    assert offset_of(terminal) == 0


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Upload_Length", "0", "invalid"),
        ("Upload_Length", "many", "invalid"),
        ("Upload_Length", str(1 << 40), "too_large"),
        ("Upload_Digest", "../../etc/passwd", "invalid"),
        ("Upload_Digest", DIGEST.upper(), "invalid"),
        ("Upload_Media_Type", "", "invalid"),
    ],
)
def test_announcements_that_are_refused(
    terminal: Terminal, name: str, value: str, code: str
) -> None:
    headers = {"Upload_Length": "10", "Upload_Digest": DIGEST, "Upload_Media_Type": "image/jpeg"}
    answer = terminal.call("POST", "/v1/uploads", **{**headers, name: value})
    assert answer.json()["code"] == code


def test_an_upload_that_nobody_announced(terminal: Terminal) -> None:
    assert terminal.call("HEAD", f"/v1/uploads/{DIGEST}").status_code == 404
    assert terminal.send(DIGEST, b"x", 0).json()["code"] == "not_found"
