"""Questions and answers on the wire: what counts as an answer, and to which question."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from drivers.receipt_printer.conversation import Conversation, Halted
from drivers.receipt_printer.transport import TcpLink
from kiosk.devices.contract import NoTrace
from kiosk.faults import DeviceFault, FaultCode

GS_R = b"\x1dr\x01"


@dataclass
class Line:
    """A conversation, and the far end of its wire in our hands."""

    far: socket.socket
    talk: Conversation

    def answering(self, *script: tuple[bytes, bytes], after: float = 0) -> threading.Thread:
        """For each (question, answer): answers the question `after` so many seconds."""

        def serve() -> None:
            self.far.settimeout(5)
            with suppress(OSError):  # the test is over
                for question, answer in script:
                    heard = b""
                    while not heard.endswith(question):
                        heard += self.far.recv(1) or question
                    threading.Event().wait(after)
                    self.far.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        return thread


@pytest.fixture
def line() -> Iterator[Callable[..., Line]]:
    opened: list[socket.socket] = []

    def make(*, process_ids: bool = False, asks: tuple[int, ...] = (1, 4)) -> Line:
        near, far = socket.socketpair()
        near.setblocking(False)
        opened.extend((near, far))
        link = TcpLink(near, NoTrace())
        talk = Conversation(link, process_ids=process_ids, asks=asks, answer_within=0.2)
        return Line(far, talk)

    yield make
    for end in opened:
        end.close()


def test_questions_are_asked_one_at_a_time(line: Callable[..., Line]) -> None:
    it = line()
    it.answering((b"\x10\x04\x01", b"\x12"), (b"\x10\x04\x04", b"\x1e"))
    condition = it.talk.condition()
    assert condition is not None
    assert condition.usable
    assert condition.paper_low


def test_one_unanswered_question_is_silence(line: Callable[..., Line]) -> None:
    it = line()
    it.answering((b"\x10\x04\x01", b"\x12"))
    assert it.talk.condition() is None


def test_an_answer_that_comes_too_late_is_not_the_next_answer(line: Callable[..., Line]) -> None:
    it = line()
    assert it.talk.condition() is None
    it.far.recv(16)
    late = threading.Timer(0.03, it.far.sendall, (b"\x12",))  # to the first question
    late.start()
    it.answering((b"\x10\x04\x01", b"\x1a"), (b"\x10\x04\x04", b"\x12"), after=0.06)
    condition = it.talk.condition()
    assert condition is not None
    assert condition.offline


def test_an_old_barrier_does_not_answer_for_a_new_one(line: Callable[..., Line]) -> None:
    it = line(asks=(1,))
    with pytest.raises(Halted):
        it.talk.barrier(0.3)
    it.answering((GS_R, b"\0"))  # one answer: it may be the old one
    with pytest.raises(Halted) as caught:
        it.talk.barrier(1.0)
    assert caught.value.fault.code is FaultCode.PRINT_UNCERTAIN


def test_both_barriers_answered_is_proof(line: Callable[..., Line]) -> None:
    it = line()
    with pytest.raises(Halted):
        it.talk.barrier(0.3)
    it.far.recv(64)
    it.answering((GS_R, b"\0\0"))
    it.talk.barrier(1.0)


def test_one_answer_and_long_silence_is_proof(line: Callable[..., Line]) -> None:
    """The old question was swallowed by an unfinished picture."""
    it = line(asks=())
    with pytest.raises(Halted):
        it.talk.barrier(0.3)
    it.far.recv(64)
    it.answering((GS_R, b"\0"))
    it.talk.barrier(4.0)


def test_a_barrier_answered_without_paper_is_no_proof(line: Callable[..., Line]) -> None:
    it = line()
    it.answering((GS_R, b"\x0f"))
    with pytest.raises(Halted) as caught:
        it.talk.barrier(1.0)
    assert caught.value.fault.code is FaultCode.PAPER_OUT


def test_only_the_tag_of_this_job_confirms(line: Callable[..., Line]) -> None:
    it = line(process_ids=True, asks=())
    it.answering((b"\x1d(H\x06\0\x30\x30", b"\x37\x22OLD1\0"))
    with pytest.raises(Halted):
        it.talk.barrier(0.5)


def test_a_status_that_says_paper_out_ends_the_sending(line: Callable[..., Line]) -> None:
    it = line()
    it.far.sendall(b"\x18\x00\x0f\x0f")  # by itself: off-line, no paper
    with pytest.raises(Halted) as caught:
        it.talk.send(b"x" * 10, _soon())
    assert caught.value.fault.code is FaultCode.PAPER_OUT


def test_a_full_line_ends_at_the_deadline(line: Callable[..., Line]) -> None:
    it = line()
    with pytest.raises(Halted) as caught:
        it.talk.send(bytes(1 << 22), _soon())
    assert caught.value.fault.code is FaultCode.PRINT_UNCERTAIN
    assert 0 < it.talk.link.taken < 1 << 22


def test_a_printer_that_goes_away(line: Callable[..., Line]) -> None:
    it = line()
    it.far.close()
    with pytest.raises(DeviceFault) as caught:
        it.talk.condition()
    assert caught.value.fault.code is FaultCode.DEVICE_LOST


def test_waiting_gives_signs_of_life(line: Callable[..., Line]) -> None:
    it = line(asks=())
    signs: list[bool] = []
    it.talk.alive = lambda: signs.append(True)
    with pytest.raises(Halted):
        it.talk.barrier(0.6)
    assert len(signs) >= 4


def _soon() -> float:
    import time

    return time.monotonic() + 0.4
