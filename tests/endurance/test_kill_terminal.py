"""The terminal is killed (SIGKILL) at random moments of submitting: nothing accepted is lost, and
nothing is on the platform twice.

30 kills by default; KIOSK_KILLS=1000 for the long campaign (`make kill-campaign`).
"""

from __future__ import annotations

import hashlib
import logging
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from kiosk import paths
from kiosk.platform import wire
from kiosk.sandbox.server import SandboxServer
from kiosk.sandbox.settings import SandboxSettings
from tests.endurance.terminal_process import PAGE_SIZE, PAGES
from tests.sample_applications import sample_application

log = logging.getLogger(__name__)
ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("KIOSK_KILLS", "30"))
LEAP = 1000  # between the numbers of two processes: none is used twice

PUT = "^PUT /v1/applications"
PATCH = "^PATCH /v1/uploads"
WINDOWS: tuple[dict[str, object], ...] = (  # what makes the narrow moments wide, now and then
    {},
    {},
    {"fault": "slow", "path": PUT, "seconds": 0.2, "count": 2},
    {"fault": "slow", "path": PATCH, "seconds": 0.1, "count": 4},
    {"fault": "reset_after_storing", "path": PUT, "count": 2},
    {"fault": "answer_withheld", "path": PUT, "seconds": 2.0, "count": 1},
    {"fault": "half_answer", "path": PUT, "count": 1},
    {"fault": "status_503", "path": PUT, "seconds": 1, "count": 1},
)


@dataclass
class Campaign:
    """What the killed processes had said by then."""

    accepted: set[int] = field(default_factory=set)
    begun: int = 0  # the highest number that a process may have begun with
    seen: Counter[str] = field(default_factory=Counter)

    def hear(self, lines: list[str]) -> None:
        for word, figure in (line.split() for line in lines):
            match word:
                case "accepted":
                    assert int(figure) not in self.accepted
                    self.accepted.add(int(figure))
                case "ready":
                    self.seen["died while sending"] += int(figure) > 0
                case _:
                    raise AssertionError(word)
        self.seen["died before it was ready"] += not lines
        self.seen["accepted nothing"] += len(lines) == 1


@pytest.mark.endurance
@pytest.mark.timeout(120 + 10 * KILLS)
def test_killed_while_submitting(tmp_path: Path) -> None:
    sandbox = SandboxServer(
        SandboxSettings(data_dir=tmp_path / "platform", catalogue=paths.SNAPSHOT)
    )
    sandbox.start()
    dice = random.Random(20260302)
    campaign = Campaign()
    try:
        for kill in range(KILLS):
            turn_knob(sandbox.url, dice.choice(WINDOWS))
            campaign.begun = (kill + 1) * LEAP
            child = start(tmp_path, sandbox.url, "--from", str(campaign.begun))
            at_start = dice.random() < 0.15  # about when it opens, mends and sweeps its outbox
            after = dice.uniform(0.5, 1.3) if at_start else dice.uniform(0.0, 0.8)
            campaign.hear(killed(child, after, at_start=at_start))
        turn_knob(sandbox.url, {})
        delivered = drained(start(tmp_path, sandbox.url, "--drain"))
    finally:
        sandbox.stop()
    log.warning("%d kills, %d accepted, %s", KILLS, len(campaign.accepted), dict(campaign.seen))
    assert len(campaign.accepted) >= KILLS // 2, "the terminals did get somewhere"
    assert campaign.seen["died while sending"] >= KILLS // 10, "the kills hit what they should"
    assert_the_platform_has(tmp_path / "platform", campaign, delivered)
    assert_nothing_is_left_over(tmp_path / "state", delivered)


# --- the processes ------------------------------------------------------------------------------


def start(folder: Path, url: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.endurance.terminal_process"]
    return subprocess.Popen(
        [*command, "--state", str(folder / "state"), "--platform", url, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(child: subprocess.Popen[str], after: float, *, at_start: bool) -> list[str]:
    """The whole lines before SIGKILL, which came `after` seconds after it was ready or begun."""
    assert child.stdout is not None
    ready = "" if at_start else child.stdout.readline()
    if not at_start:
        assert ready.startswith("ready "), child.communicate()[1]
    timer = threading.Timer(after, child.send_signal, (signal.SIGKILL,))
    timer.start()
    said, complaints = child.communicate()
    timer.join()
    assert child.returncode == -signal.SIGKILL, complaints
    said = ready + said
    return said[: said.rfind("\n") + 1].splitlines()


def drained(child: subprocess.Popen[str]) -> int:
    """How many entries the last process found delivered in the end."""
    end = threading.Timer(60.0, child.kill)
    end.start()
    said, complaints = child.communicate()
    end.cancel()
    assert child.returncode == 0, said + complaints
    word, figure = said.splitlines()[-1].split()
    assert word == "drained"
    return int(figure)


def turn_knob(url: str, knob: dict[str, object]) -> None:
    assert requests.delete(f"{url}/sandbox/faults", timeout=10).ok
    if knob:
        assert requests.put(f"{url}/sandbox/faults", json=knob, timeout=10).ok


# --- what must be so in the end -----------------------------------------------------------------


def assert_the_platform_has(data: Path, campaign: Campaign, delivered: int) -> None:
    """Each accepted application once, bit for bit, with its pages; and nothing nobody made."""
    with sqlite3.connect(data / "sandbox.sqlite") as store:
        rows = store.execute("SELECT id, digest, body, platform_number FROM applications")
        cases = [(str(id_), str(digest), bytes(body), str(n)) for id_, digest, body, n in rows]
        uploads = dict(store.execute("SELECT digest, complete FROM uploads").fetchall())
    numbers: list[int] = []
    for id_, digest, body, _ in cases:
        application = wire.application_from(body)
        number = int(application.local_number.removeprefix("HM-"))
        expected, pages = sample_application(number, pages=PAGES, page_size=PAGE_SIZE)
        assert id_ == expected.id
        assert body == wire.encode(expected)
        assert digest == hashlib.sha256(body).hexdigest()
        for page, content in pages.items():
            assert uploads[page] == 1
            assert (data / "uploads" / page[:2] / page).read_bytes() == content
        numbers.append(number)
    assert len(numbers) == len(set(numbers)) == len({number for *_, number in cases})
    assert campaign.accepted <= set(numbers), "accepted and lost"
    assert max(numbers) < campaign.begun + LEAP
    assert len(numbers) == delivered, "both sides count the same"
    assert set(uploads.values()) == {1}, "no half page"


def assert_nothing_is_left_over(state: Path, delivered: int) -> None:
    files = list((state / "outbox" / "pages").iterdir())
    assert len(files) == delivered * (PAGES + 1), "no page file without its entry"
