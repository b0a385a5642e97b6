"""One print job, from the first status to an honest outcome; and the way back to a clean printer.

Rules: silence is never success. Nothing is ever sent twice. The cut leaves only after the printer
has proved the body, so a printer that holds a rest (paper out, cover open, lost line) never holds
the cut that would turn that rest into a receipt for somebody else.

After a job that was not proved the printer is *suspect*: no other job is sent until `recover` has
proved it clean. Where the printer knows DLE DC4 8, its buffers are emptied at once. Elsewhere it
prints the rest by itself when paper returns; that rest is then closed by crossed bars and cut off:
one waste slip, marked as such, for the attendant.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from drivers.receipt_printer import encode, status
from drivers.receipt_printer.conversation import Conversation, Halted
from drivers.receipt_printer.journal import Journal
from drivers.receipt_printer.layout import hatching
from kiosk.devices.contract import CancelToken, Progress
from kiosk.devices.values import Printed, PrintOutcome
from kiosk.faults import DeviceFault, Fault, FaultCode

ABOUT = "receipt_printer"
AT_LEAST = 3.0  # seconds given to any job
MARGIN = 2.0  # seconds on top of the arithmetic
CLEAR_WITHIN = 1.0  # seconds
REST_AT_MOST = 150  # millimetres of paper that a suspect printer may still want to print
DOTS_PER_MM = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is sent: whole commands, and how much paper they take (dots)."""

    reference: str
    body: tuple[bytes, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a job must know of the printer."""

    dots: int
    cutter: str
    process_ids: bool  # GS ( H: the outcome can be CONFIRMED
    clears: bool  # DLE DC4 8 empties the buffers
    slowest: float  # millimetres a second


class Press:
    """Prints one plan after the other, and keeps the printer's good name."""

    def __init__(self, talk: Conversation, paper: Paper, journal: Journal, suspect: bool) -> None:
        self._talk = talk
        self._paper = paper
        self._journal = journal
        self.suspect = suspect
        self.lost = False

    def print(self, plan: Plan, cancel: CancelToken, progress: Progress) -> PrintOutcome:
        """Never raises for the printer's state: the outcome says it. Raises `Cancelled` only as
        long as nothing of the job has left.
        """
        fault = self._refusal()
        if fault is not None:
            return PrintOutcome(printed=Printed.NOT_PRINTED, fault=fault)
        cancel.raise_if_cancelled()
        try:
            self._journal.begin(plan.reference)
        except DeviceFault as error:
            return PrintOutcome(printed=Printed.NOT_PRINTED, fault=_about(error.fault))
        begin = encode.initialise() + status.ENABLE_AUTOMATIC_STATUS
        harmless_until = self._talk.link.taken + len(begin)
        proved = Printed.CONFIRMED if self._paper.process_ids else Printed.PROCESSED
        try:
            self._send(begin, plan, progress)
        except Halted as halt:
            fault = halt.fault
        except DeviceFault as error:
            fault = _about(error.fault)
            self.lost = True
        else:
            self._journal.end()
            return PrintOutcome(printed=proved)
        self.suspect = True
        something_left = self._talk.link.taken > harmless_until
        self._empty()
        if something_left:
            return PrintOutcome(printed=Printed.UNCERTAIN, fault=fault)
        return PrintOutcome(printed=Printed.NOT_PRINTED, fault=fault)

    def recover(self) -> Fault | None:
        """Proves a suspect printer clean; None when it is, else why not yet. Raises DEVICE_LOST.

        The proof is an answer to a question that stands behind the crossed bars and the cut, and a
        real-time status with paper in after it.
        """
        if self.lost:
            return Fault(code=FaultCode.DEVICE_LOST, about=ABOUT)
        self._talk.drain()
        try:
            if self._paper.clears and not self._talk.clear(CLEAR_WITHIN):
                self._flush()
                self._talk.clear(CLEAR_WITHIN)
            fault = self._complaint()
            if fault is not None and fault.code is FaultCode.DEVICE_SILENT:
                self._flush()
                fault = self._complaint()
            if fault is not None:
                return fault
            self._mark_as_waste()
        except Halted as halt:
            known = halt.fault.code is not FaultCode.PRINT_UNCERTAIN
            return halt.fault if known else _quarantined(halt.fault)
        self.suspect = False
        self._journal.end()
        return None

    def _refusal(self) -> Fault | None:
        """Why not a byte may leave, or None."""
        try:
            if self.suspect:
                fault = self.recover()
                if fault is not None:
                    return _quarantined(fault)
            self._talk.drain()
            return self._complaint()
        except DeviceFault as error:
            self.lost = True
            fault = _about(error.fault)
            return _quarantined(fault) if self.suspect else fault

    def _complaint(self) -> Fault | None:
        """What keeps the printer from printing, as it says itself; None when it is well."""
        condition = self._talk.condition()
        if condition is None:
            return Fault(code=FaultCode.DEVICE_SILENT, about=ABOUT)
        if not condition.usable:
            return Fault(code=condition.fault_code or FaultCode.PRINTER_ERROR, about=ABOUT)
        return None

    def _send(self, begin: bytes, plan: Plan, progress: Progress) -> None:
        within = self._time_for(sum(map(len, plan.body)), plan.rows)
        deadline = time.monotonic() + within
        progress("sending")
        self._talk.send(begin, deadline)
        for command in plan.body:
            self._talk.send(command, deadline)
        progress("printing")
        self._prove(within)
        self._talk.send(encode.cut(self._paper.cutter), time.monotonic() + AT_LEAST)
        self._prove(AT_LEAST)

    def _prove(self, within: float) -> None:
        """Raises `Halted` unless the printer has dealt with all that was sent, and is well.

        An answer to GS r may come before the paper has moved; so the sensors are asked as well.
        """
        self._talk.barrier(within)
        if not self._paper.process_ids:
            self._still_well()

    def _still_well(self) -> None:
        """Raises `Halted` when the printer, asked once more, is not well or does not say so."""
        fault = self._complaint()
        if fault is not None:
            silent = fault.code is FaultCode.DEVICE_SILENT
            raise Halted(FaultCode.PRINT_UNCERTAIN if silent else fault.code, "after the job")

    def _empty(self) -> None:
        """What can be thrown away at once is thrown away: ours, the kernel's, the printer's."""
        if self.lost:
            return
        try:
            if not self._talk.link.discard_unsent():
                self.lost = True
            elif self._paper.clears:
                self._talk.clear(CLEAR_WITHIN)
        except DeviceFault:
            self.lost = True

    def _flush(self) -> None:
        """Ends an unfinished picture, which swallows our questions as dots. Raises `Halted`."""
        flush = encode.flush(self._paper.dots)
        self._talk.send(flush, time.monotonic() + self._line_time(len(flush)) + MARGIN)

    def _mark_as_waste(self) -> None:
        flush = encode.flush(self._paper.dots)
        bars = b"".join(encode.raster(hatching(self._paper.dots)))
        waste = flush + encode.initialise() + bars + encode.cut(self._paper.cutter)
        within = self._time_for(len(waste), REST_AT_MOST * DOTS_PER_MM)
        self._talk.send(waste, time.monotonic() + within)
        self._talk.barrier(within)
        self._still_well()

    def _time_for(self, count: int, rows: int) -> float:
        paper = rows / DOTS_PER_MM / self._paper.slowest
        return max(AT_LEAST, self._line_time(count) + paper + MARGIN)

    def _line_time(self, count: int) -> float:
        return count / self._talk.link.bytes_per_second


def _about(fault: Fault) -> Fault:
    return Fault(code=fault.code, about=ABOUT, detail=fault.detail)


def _quarantined(why: Fault) -> Fault:
    return Fault(code=FaultCode.PRINTER_QUARANTINED, about=ABOUT, detail=why.code.name)
