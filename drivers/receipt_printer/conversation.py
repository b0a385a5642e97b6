"""One open printer: bytes out with a deadline, answers in, whichever order they come in.

Real-time answers do not say which question they answer, so one question is open at a time. An
answer to GS r does not say which GS r it answers, so unanswered ones are counted: a late answer
to an old question never passes for the answer to a new one.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from drivers.receipt_printer import status
from drivers.receipt_printer.status import Answer, Automatic, Classifier, Condition
from drivers.receipt_printer.transport import Link
from kiosk.faults import DeviceFault, Fault, FaultCode

SLICE = 0.1  # longest wait without a look at what the printer says, seconds
POLL = 0.5  # how often the printer is asked while we wait for the end of a job, seconds
QUIET = 2.0  # so long a silence after an answer proves that no older answer is on its way
_TAG = bytes(range(0x30, 0x3A)) + bytes(range(0x41, 0x5B))


class Halted(Exception):
    """The printer cannot go on, or does not say that it did. Ends a job."""

    def __init__(self, code: FaultCode, detail: str = "") -> None:
        self.fault = Fault(code=code, about="receipt_printer", detail=detail)
        super().__init__(str(self.fault))


class Conversation:
    """`process_ids`: the printer knows GS ( H. `asks`: the n of DLE EOT n that it answers."""

    def __init__(
        self, link: Link, *, process_ids: bool, asks: tuple[int, ...], answer_within: float
    ) -> None:
        self.link = link
        self._process_ids = process_ids
        self._asks = asks
        self._answer_within = answer_within
        self._classifier = Classifier()
        self._heard: deque[Answer] = deque()
        self._owed = 0  # GS r questions without an answer yet
        self._late = False  # a real-time question is unanswered: its answer may still come
        self.alive: Callable[[], object] = bool  # called between the short waits

    def send(self, data: bytes, deadline: float) -> None:
        """Raises `Halted` at the deadline or when the printer says that it cannot, DEVICE_LOST."""
        done = 0
        while done < len(data):
            now = time.monotonic()
            if now >= deadline:
                raise Halted(FaultCode.PRINT_UNCERTAIN, f"{done} of {len(data)} bytes taken")
            done += self.link.write_some(data[done:], min(deadline, now + SLICE))
            self._listen(now)
            self._halt_if_it_says_so()

    def condition(self) -> Condition | None:
        """What the printer says of itself in real time; None when it is silent.

        Raises DEVICE_LOST.
        """
        answers: dict[int, int] = {}
        for n in self._asks:
            answer = self._ask(n)
            if answer is None:
                return None
            answers[n] = answer
        return status.from_real_time(answers)

    def barrier(self, within: float) -> None:
        """Returns when the printer has dealt with all that was sent before.

        Raises `Halted` (paper out, cover open, no answer `within` seconds), DEVICE_LOST.
        """
        deadline = time.monotonic() + within
        tag = bytes(secrets.choice(_TAG) for _ in range(4))
        if self._process_ids:
            self.send(status.ask_process_id(tag), deadline)
        else:
            self._owed += 1
            self.send(status.ASK_PROCESSED, deadline)
        last: status.Processed | None = None
        quiet_from = ask_at = time.monotonic() + POLL
        while (now := time.monotonic()) < deadline:
            answer = self._hear(now + SLICE)
            if answer == status.ProcessId(tag=tag):
                return
            if isinstance(answer, status.Processed) and not self._process_ids:
                last, quiet_from = answer, time.monotonic()
            elif isinstance(answer, Automatic):
                ask_at = time.monotonic()  # something changed: ask what it is now
            if last and (self._owed == 0 or time.monotonic() - quiet_from > QUIET):
                self._owed = 0
                _halt_unless_usable(status.from_processed(last))
                return
            if answer is None and time.monotonic() >= ask_at:
                condition = self.condition()
                if condition is not None:
                    _halt_unless_usable(condition)
                ask_at = time.monotonic() + POLL
        raise Halted(FaultCode.PRINT_UNCERTAIN, "no answer behind the job")

    def clear(self, within: float) -> bool:
        """DLE DC4 8: empties the printer's buffers; True when it says that it has.

        Raises DEVICE_LOST.
        """
        deadline = time.monotonic() + within
        with suppress(Halted):  # it may say "paper out" and obey all the same
            self.send(status.CLEAR_BUFFERS, deadline)
        while time.monotonic() < deadline:
            if isinstance(self._hear(deadline), status.Cleared):
                self._owed = 0
                return True
        return False

    def drain(self) -> None:
        """Drops what the printer said before now. Raises DEVICE_LOST."""
        self._listen(time.monotonic())
        self._heard.clear()
        self._classifier.forget()

    def _ask(self, n: int) -> int | None:
        """One question, one answer; what else is heard meanwhile is kept in its order."""
        self._listen(time.monotonic() + (SLICE if self._late else 0))
        self._heard = deque(a for a in self._heard if not isinstance(a, status.RealTime))
        deadline = time.monotonic() + self._answer_within
        question, done = status.ask(n), 0
        while done < len(question):
            count = self.link.write_some(question[done:], deadline)
            if count == 0:
                return None
            done += count
        kept: list[Answer] = []
        try:
            while time.monotonic() < deadline:
                answer = self._hear(deadline)
                if isinstance(answer, status.RealTime):
                    self._late = False
                    return answer.byte
                if answer is not None:
                    kept.append(answer)
            self._late = True
            return None
        finally:
            self._heard.extendleft(reversed(kept))

    def _hear(self, deadline: float) -> Answer | None:
        """The next answer, or None at the deadline."""
        while not self._heard:
            if time.monotonic() >= deadline:
                return None
            self._listen(min(deadline, time.monotonic() + SLICE))
        return self._heard.popleft()

    def _listen(self, deadline: float) -> None:
        self.alive()
        answers = self._classifier.feed(self.link.read_some(deadline))
        self._owed -= sum(isinstance(answer, status.Processed) for answer in answers)
        self._owed = max(self._owed, 0)
        self._heard.extend(answers)

    def _halt_if_it_says_so(self) -> None:
        latest = [answer for answer in self._heard if isinstance(answer, Automatic)]
        if latest:
            _halt_unless_usable(status.from_automatic(latest[-1]))


def _halt_unless_usable(condition: Condition) -> None:
    code = condition.fault_code
    if not condition.usable and code is not None:
        raise Halted(code)


def silent(detail: str = "") -> DeviceFault:
    return DeviceFault(FaultCode.DEVICE_SILENT, about="receipt_printer", detail=detail)
