"""A terminal without a window, to be killed: `python -m tests.endurance.terminal_process …`.

Everything is the product's own wiring: keeper, sealed outbox, sender, signed client, sync. Only the
main thread is played here: it hands applications to the keeper, one number after the other, and
says on standard output for which of them a number might now be shown to a citizen.

    ready UNSURE        the parts run; so many entries were being sent when the last process died
    accepted NUMBER     ApplicationKept was posted
    drained DELIVERED   with --drain: nothing waits any more, stopped in order

Nothing may be said twice or too early: the parent believes every whole line.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Iterator

from kiosk import paths
from kiosk.events import ApplicationKept
from kiosk.outbox.contract import EntryState
from kiosk.settings.load import load
from kiosk.wiring import Terminal, build
from tests.sample_applications import sample_application

TERMINAL_ID = "HM-TEST-01"
PAGES = 3
PAGE_SIZE = 60_000
MOST_WAITING = 5  # citizens do not come faster than this, however slow the platform is
LOOK_EVERY = 0.005  # seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--state", required=True)
    parser.add_argument("--platform", required=True)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--drain", action="store_true")
    given = parser.parse_args()
    overrides = {
        "terminal": {"id": TERMINAL_ID, "region": "421127", "number_prefix": "HM"},
        "platform": {"url": given.platform, "deadline": 5.0, "heartbeat": 5.0},
        "outbox": {"folder": given.state, "ballast_mebibytes": 1, "first_delay": 0.2},
    }
    terminal = build(load(paths.CONFIG, overrides=overrides).settings, now=time.monotonic())
    unsure = terminal.outbox.board().counts.get(EntryState.UNSURE, 0)
    terminal.start()
    say("ready", unsure)
    if given.drain:
        drain(terminal)
    else:
        receive_citizens(terminal, given.first)


def say(word: str, figure: int) -> None:
    sys.stdout.write(f"{word} {figure}\n")
    sys.stdout.flush()


def receive_citizens(terminal: Terminal, number: int) -> None:
    """For ever: until the kill."""
    pause = threading.Event()
    while True:
        application, pages = sample_application(number, pages=PAGES, page_size=PAGE_SIZE)
        terminal.keeper.keep(application, pages)
        while application.id not in set(kept(terminal)):
            pause.wait(LOOK_EVERY)
        say("accepted", number)
        number += 1
        while terminal.outbox.board().waiting >= MOST_WAITING:
            pause.wait(LOOK_EVERY)


def kept(terminal: Terminal) -> Iterator[str]:
    for event in terminal.events.drain():
        if isinstance(event, ApplicationKept):
            yield event.application_id


def drain(terminal: Terminal) -> None:
    pause = threading.Event()
    while terminal.outbox.board().waiting:
        pause.wait(LOOK_EVERY)
    counts = terminal.outbox.board().counts
    assert set(counts) <= {EntryState.DELIVERED}, counts
    delivered = counts.get(EntryState.DELIVERED, 0)
    assert terminal.stop() == (), "threads that would not end"
    say("drained", delivered)


if __name__ == "__main__":
    main()
