"""The receipt printer driver against the simulated printer, on TCP and on a serial line.

What must hold whatever goes wrong: an outcome never claims more than was proved; a slip that the
cutter lets go is either a whole receipt of the citizen who asked, once, or marked as waste.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from drivers.receipt_printer import encode
from drivers.receipt_printer.driver import DRIVER, EscposPrinter
from drivers.receipt_printer.layout import Fonts, hatching, picture
from drivers.simulators.escpos_machine import CUTTER_GAP, Machine, Slip
from drivers.simulators.receipt_printer import FAULTS, SimulatedReceiptPrinter
from kiosk.devices.conformance import examine
from kiosk.devices.contract import CancelToken, NoTrace
from kiosk.devices.values import Printed, PrintOutcome
from kiosk.faults import Cancelled, DeviceFault, FaultCode
from kiosk.receipts.receipt import (
    Align,
    KeyValue,
    QrCode,
    Receipt,
    Rule,
    Size,
    Text,
)
from tests.waiting import eventually

FONTS = Path(__file__).parents[2] / "assets" / "fonts"
DOTS = 576


def receipt_for(name: str, number: str) -> Receipt:
    return Receipt(
        reference=number,
        elements=(
            Text(text="办件受理回执", size=Size.TITLE, align=Align.CENTRE, bold=True),
            Rule(),
            KeyValue(key="受理编号", value=number),
            KeyValue(key="申请人", value=name),
            KeyValue(key="事项", value="异地就医备案（跨省，长期居住人员）"),
            QrCode(content=f"https://example.invalid/q/{number}"),
            Text(text="请保留本回执。", size=Size.SMALL),
        ),
    )


ZHANG = receipt_for("张示范", "KT-0001")
GONG = receipt_for("龚䶮𠮷", "KT-0002")


@dataclass
class Hall:
    """A printer, its driver, and what was asked of it."""

    sim: SimulatedReceiptPrinter
    settings: dict[str, object]
    device: EscposPrinter | None = None
    asked: list[tuple[Receipt, PrintOutcome]] = field(default_factory=list)

    def open(self, **settings: object) -> EscposPrinter:
        self.close()
        self.settings |= settings
        kind = DRIVER.Settings
        self.device = DRIVER.open(msgspec.convert(self.settings, kind), NoTrace())
        return self.device

    def close(self) -> None:
        if self.device is not None:
            self.device.close()
            self.device = None

    def print(self, receipt: Receipt, meanwhile: object = None) -> PrintOutcome:
        """`meanwhile`: called when the driver says "sending"."""

        def progress(stage: str) -> None:
            if stage == "sending" and callable(meanwhile):
                meanwhile()

        assert self.device is not None
        outcome = self.device.print(receipt, CancelToken(), progress)
        self.asked.append((receipt, outcome))
        return outcome

    def usable(self) -> bool:
        """As a worker does: checks, and opens again after a fault of the device."""
        try:
            device = self.device or self.open()
            return device.check().usable
        except DeviceFault:
            self.close()
            return False

    def new_roll(self) -> None:
        self.sim.paper("full")
        eventually(self.usable, within=15, what="usable again")

    @property
    def receipts(self) -> list[Receipt]:
        """Whose whole, unmarked receipts the cutter let go, in order."""
        whole = [(r, np.asarray(picture(r, DOTS, FONT_FILES))) for r in (ZHANG, GONG)]
        return [
            receipt
            for slip in self.sim.slips
            for receipt, image in whole
            if slip.how == "cut" and shows(slip, image)
        ]

    def prove_nothing_went_astray(self) -> None:
        for slip in self.sim.slips:
            if slip.how == "cut":
                assert (
                    slip.blank
                    or marked_as_waste(slip)
                    or any(
                        shows(slip, np.asarray(picture(r, DOTS, FONT_FILES))) for r in (ZHANG, GONG)
                    )
                ), f"slip {slip.number} is neither a receipt nor marked as waste"
        for receipt in (ZHANG, GONG):
            outcomes = [o.printed for r, o in self.asked if r is receipt]
            proved = sum(o in (Printed.CONFIRMED, Printed.PROCESSED) for o in outcomes)
            open_ = sum(o is Printed.UNCERTAIN for o in outcomes)
            assert proved <= self.receipts.count(receipt) <= proved + open_


FONT_FILES = Fonts.in_folder(FONTS)


def shows(slip: Slip, image: np.ndarray) -> bool:
    """The slip is this picture, dot by dot, and nothing but white paper behind it."""
    dots = np.asarray(slip.image)
    rows = image.shape[0]
    if dots.shape[0] < rows:
        return False
    return bool((dots[:rows] == image).all()) and bool(dots[rows:].all())


def marked_as_waste(slip: Slip) -> bool:
    bars = np.asarray(hatching(DOTS))
    end = np.asarray(slip.image)[-CUTTER_GAP - len(bars) : -CUTTER_GAP]
    return end.shape == bars.shape and bool((end == bars).all())


@pytest.fixture(params=["tcp", "serial"])
def hall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hall]:
    link = tmp_path / "printer" if request.param == "serial" else None
    sim = SimulatedReceiptPrinter(tcp=link is None, link=link, folder=tmp_path / "roll")
    with sim:
        settings: dict[str, object] = {
            "port": sim.port,
            "journal": str(tmp_path / "state"),
            "fonts": str(FONTS),
            "answer_seconds": 0.2,
            "slowest_mm_per_second": 200,
        }
        it = Hall(sim=sim, settings=settings)
        yield it
        it.close()


def test_the_driver_keeps_the_contract(hall: Hall) -> None:
    missing = "serial:///dev/nothing" if "serial" in hall.sim.port else "tcp://127.0.0.1:1"
    findings = examine(DRIVER, settings=hall.settings, missing={**hall.settings, "port": missing})
    assert not [str(finding) for finding in findings if not finding.passed]


# --- when all is well ---------------------------------------------------------------------------


def test_a_receipt_is_printed_dot_by_dot_and_its_code_can_be_read(hall: Hall) -> None:
    hall.open()
    assert hall.print(GONG) == PrintOutcome(printed=Printed.PROCESSED)
    (slip,) = hall.sim.slips
    assert encode.shift_of(picture(GONG, DOTS, FONT_FILES)) == 0
    assert hall.receipts == [GONG]
    (code,) = zxingcpp.read_barcodes(np.asarray(slip.image.convert("L")))
    assert code.text == "https://example.invalid/q/KT-0002"
    assert hall.sim.state()["rubbish_bytes"] == 0
    hall.prove_nothing_went_astray()


def test_a_slip_is_left_as_a_picture(hall: Hall, tmp_path: Path) -> None:
    hall.open()
    hall.print(ZHANG)
    with Image.open(tmp_path / "roll" / "slip-0001.png") as image:
        assert image.size[0] == DOTS
        assert zxingcpp.read_barcodes(np.asarray(image.convert("L")))


def test_a_printer_that_names_the_job_when_it_is_printed_confirms(hall: Hall) -> None:
    hall.open(dialect="gs_h")
    assert hall.print(ZHANG).printed is Printed.CONFIRMED
    assert hall.receipts == [ZHANG]


def test_two_citizens_have_a_slip_each(hall: Hall) -> None:
    hall.open()
    hall.print(ZHANG)
    hall.print(GONG)
    assert hall.receipts == [ZHANG, GONG]
    assert len(hall.sim.slips) == 2
    assert hall.sim.state()["codes_in_pictures"] == 0


def test_paper_low_prints_and_says_so(hall: Hall) -> None:
    hall.sim.paper("low")
    device = hall.open()
    readiness = device.check()
    assert readiness.usable
    assert readiness.fault is not None
    assert readiness.fault.code is FaultCode.PAPER_LOW
    assert hall.print(ZHANG).printed is Printed.PROCESSED


def test_text_mode_prints_names_that_the_printer_does_not_know(hall: Hall) -> None:
    hall.open(encoding="text")
    assert hall.print(GONG).printed is Printed.PROCESSED
    (slip,) = hall.sim.slips
    assert "龚〓〓" in slip.text  # inline pictures: both are outside GBK
    assert "异地就医备案" in slip.text
    assert "?" not in slip.text
    (code,) = zxingcpp.read_barcodes(np.asarray(slip.image.convert("L")))
    assert code.text == "https://example.invalid/q/KT-0002"
    assert hall.sim.state()["rubbish_bytes"] == 0


def test_a_receipt_is_rendered_as_it_will_be_printed(hall: Hall) -> None:
    settings = msgspec.convert(hall.settings, DRIVER.Settings)
    data, image = DRIVER.render(GONG, settings)
    machine = Machine(lambda answer: None, dots=DOTS)
    machine.receive(data)
    assert shows(machine.slips[0], np.asarray(image))


# --- refused before a byte leaves ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("lever", "argument", "code"),
    [
        ("paper", "out", FaultCode.PAPER_OUT),
        ("cover", True, FaultCode.COVER_OPEN),
        ("jam", True, FaultCode.PRINTER_ERROR),
        ("mute", True, FaultCode.DEVICE_SILENT),
    ],
)
def test_a_printer_that_is_not_ready_gets_nothing(
    hall: Hall, lever: str, argument: object, code: FaultCode
) -> None:
    hall.open()
    hall.sim.levers()[lever](argument)
    outcome = hall.print(ZHANG)
    assert outcome.printed is Printed.NOT_PRINTED
    assert outcome.fault is not None
    assert outcome.fault.code is code
    assert (hall.sim.state()["held_bytes"], hall.sim.state()["hanging_rows"]) == (0, 0)


@pytest.mark.parametrize("lever", ["paper", "cover", "jam"])
def test_what_a_person_can_mend_is_told_and_ends(hall: Hall, lever: str) -> None:
    device = hall.open()
    wrong, right = {"paper": ("out", "full")}.get(lever, (True, False))
    hall.sim.levers()[lever](wrong)
    assert not device.check().usable
    hall.sim.levers()[lever](right)
    assert device.check().usable


def test_a_character_without_a_glyph_is_refused(hall: Hall) -> None:
    hall.open()
    outcome = hall.print(receipt_for("张\U000e0100", "KT-0009"))
    assert outcome.printed is Printed.NOT_PRINTED
    assert outcome.fault is not None
    assert outcome.fault.code is FaultCode.CHARACTER_NOT_PRINTABLE
    assert hall.sim.state()["hanging_rows"] == 0


def test_a_withdrawn_job_sends_nothing(hall: Hall) -> None:
    device = hall.open()
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        device.print(ZHANG, cancel, lambda stage: None)
    assert hall.sim.state()["hanging_rows"] == 0


def test_a_printer_without_tongue_cannot_be_opened(hall: Hall) -> None:
    hall.sim.mute()
    with pytest.raises(DeviceFault) as caught:
        hall.open()
    assert caught.value.fault.code is FaultCode.DEVICE_SILENT


def test_a_port_that_does_not_exist(hall: Hall) -> None:
    hall.sim.stop()
    with pytest.raises(DeviceFault) as caught:
        hall.open()
    assert caught.value.fault.code is FaultCode.DEVICE_NOT_FOUND


def test_a_name_cannot_cut_the_paper(hall: Hall) -> None:
    hall.open(encoding="text")
    outcome = hall.print(receipt_for("张\x1dV\x00\x10\x04\x01示范", "KT-0010"))
    assert outcome.printed is Printed.PROCESSED
    (slip,) = hall.sim.slips
    assert "张V示范" in slip.text


# --- paper runs out in the middle ---------------------------------------------------------------


@pytest.mark.parametrize("buffer_size", [4096, 1 << 20], ids=["small-buffer", "large-buffer"])
@pytest.mark.parametrize("automatic", [True, False], ids=["asb", "no-asb"])
@pytest.mark.parametrize("clears", [True, False], ids=["clears", "keeps"])
def test_no_ghost_receipt_after_a_new_roll(
    hall: Hall, clears: bool, automatic: bool, buffer_size: int
) -> None:
    hall.sim.dialect(clear=clears, automatic=automatic)
    hall.sim.resize_buffer(buffer_size)
    hall.open(clears=clears)
    outcome = hall.print(ZHANG, meanwhile=lambda: hall.sim.paper_out_after(200))
    assert outcome.printed is Printed.UNCERTAIN

    assert hall.print(GONG).printed is Printed.NOT_PRINTED
    hall.new_roll()
    assert hall.print(GONG).printed is Printed.PROCESSED
    assert hall.receipts == [GONG]  # Zhang's is torn off or marked, never whole
    assert [slip.how for slip in hall.sim.slips] == ["torn", "cut", "cut"]
    hall.prove_nothing_went_astray()


def test_where_the_buffers_can_be_cleared_nothing_of_the_rest_is_printed(hall: Hall) -> None:
    hall.sim.resize_buffer(1 << 20)
    hall.open(clears=True)
    hall.print(ZHANG, meanwhile=lambda: hall.sim.paper_out_after(200))
    eventually(lambda: hall.usable() or hall.sim.state()["held_bytes"] == 0)
    hall.new_roll()
    waste = hall.sim.slips[1]
    bars = np.asarray(hatching(DOTS))
    above = np.asarray(waste.image)[: -CUTTER_GAP - len(bars)]
    assert above.all()  # white: half a band of NULs at most, not a dot of Zhang's


def test_quarantine_is_told_and_ends_only_by_proof(hall: Hall) -> None:
    hall.sim.dialect(clear=False)
    hall.sim.resize_buffer(1 << 20)
    hall.open()
    outcome = hall.print(ZHANG, meanwhile=lambda: hall.sim.paper_out_after(200))
    assert outcome.fault is not None
    assert outcome.fault.code is FaultCode.PAPER_OUT
    refused = hall.print(GONG)
    assert refused.printed is Printed.NOT_PRINTED
    assert refused.fault is not None
    assert refused.fault.code is FaultCode.PRINTER_QUARANTINED
    assert not hall.usable()
    hall.new_roll()
    assert hall.print(GONG).printed is Printed.PROCESSED
    hall.prove_nothing_went_astray()


@pytest.mark.parametrize("rows", [200, 500], ids=["in-the-text", "before-the-cut"])
def test_an_answer_that_comes_too_early_is_not_success(hall: Hall, rows: int) -> None:
    """A printer that answers GS r before it prints, and always well, has honest sensors."""
    hall.sim.dialect(hasty=True, automatic=False, clear=False)
    hall.sim.resize_buffer(1 << 20)
    hall.open()
    outcome = hall.print(ZHANG, meanwhile=lambda: hall.sim.paper_out_after(rows))
    assert outcome.printed is Printed.UNCERTAIN
    hall.new_roll()
    hall.print(GONG)
    hall.prove_nothing_went_astray()


def test_the_cover_is_opened_in_the_middle(hall: Hall) -> None:
    hall.sim.dialect(clear=False)
    hall.open()
    outcome = hall.print(ZHANG, meanwhile=lambda: hall.sim.cover(True))
    assert outcome.printed in (Printed.UNCERTAIN, Printed.NOT_PRINTED)
    hall.sim.cover(False)
    eventually(hall.usable, within=15)
    assert hall.print(GONG).printed is Printed.PROCESSED
    assert hall.receipts == [GONG]
    hall.prove_nothing_went_astray()


# --- the line ------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [1, 3, 9, 40, 700, 4099, 8000, 12000, 14000])
def test_the_line_breaks_at_any_byte(hall: Hall, at: int) -> None:
    """What the printer has of Zhang's receipt is marked and cut off before Gong's begins."""
    hall.sim.dialect(clear=False)
    hall.open()
    outcome = hall.print(ZHANG, meanwhile=lambda: hall.sim.cut_at_byte(at))
    assert outcome.printed in (Printed.UNCERTAIN, Printed.NOT_PRINTED)
    assert outcome.printed is Printed.UNCERTAIN or at < 40
    eventually(hall.usable, within=15)
    assert hall.print(GONG).printed is Printed.PROCESSED
    assert hall.receipts == [GONG]
    hall.prove_nothing_went_astray()


def test_a_program_that_died_in_the_middle_is_remembered(hall: Hall) -> None:
    """The journal outlives the program: the half receipt is not given to the next citizen."""
    hall.sim.dialect(clear=False)
    hall.open()
    hall.print(ZHANG, meanwhile=lambda: hall.sim.cut_at_byte(5000))
    assert hall.sim.state()["hanging_rows"]
    hall.close()
    hall.open()
    (waste,) = hall.sim.slips
    assert marked_as_waste(waste)
    hall.print(GONG)
    assert hall.receipts == [GONG]


def test_without_a_journal_every_opening_cleans(hall: Hall) -> None:
    hall.open(journal="")
    (waste,) = hall.sim.slips
    assert marked_as_waste(waste)
    hall.print(ZHANG)
    hall.open()
    assert [marked_as_waste(slip) for slip in hall.sim.slips] == [True, False, True]


def test_a_clean_opening_wastes_no_paper(hall: Hall) -> None:
    hall.open()
    hall.print(ZHANG)
    hall.open()
    assert len(hall.sim.slips) == 1


def test_power_fails_in_the_middle(hall: Hall) -> None:
    hall.sim.dialect(clear=False)
    hall.open()
    outcome = hall.print(ZHANG, meanwhile=hall.sim.power_cycle)
    assert outcome.printed is not Printed.CONFIRMED
    eventually(hall.usable, within=15)
    assert hall.print(GONG).printed is Printed.PROCESSED
    hall.prove_nothing_went_astray()


def test_a_printer_that_takes_no_bytes_is_given_up_in_time(hall: Hall) -> None:
    hall.open()
    outcome = hall.print(ZHANG, meanwhile=lambda: hall.sim.faults.fail_always("stall"))
    assert outcome.printed in (Printed.UNCERTAIN, Printed.NOT_PRINTED)
    hall.sim.faults.clear()
    eventually(hall.usable, within=15)
    assert hall.print(GONG).printed is Printed.PROCESSED
    hall.prove_nothing_went_astray()


# --- answers -------------------------------------------------------------------------------------


def test_silence_is_never_success(hall: Hall) -> None:
    hall.open()
    outcome = hall.print(ZHANG, meanwhile=hall.sim.mute)
    assert outcome.printed is Printed.UNCERTAIN
    hall.sim.mute(False)
    eventually(hall.usable, within=15)
    assert hall.print(GONG).printed is Printed.PROCESSED
    assert hall.receipts == [GONG]  # Zhang's is whole, but crossed out: nobody proved it
    hall.prove_nothing_went_astray()


@pytest.mark.parametrize("fault", ["garble", "no_fixed_bits"])
def test_answers_that_are_not_the_protocol_count_as_silence(hall: Hall, fault: str) -> None:
    hall.open()
    hall.sim.faults.fail_always(fault)
    assert hall.print(ZHANG).printed is Printed.NOT_PRINTED
    hall.sim.faults.clear()
    eventually(hall.usable, within=15)
    assert hall.print(GONG).printed is Printed.PROCESSED


def test_one_of_two_paper_end_bits_is_paper_out(hall: Hall) -> None:
    hall.open()
    hall.sim.paper("out")
    hall.sim.faults.fail_always("one_bit")
    outcome = hall.print(ZHANG)
    assert outcome.fault is not None
    assert outcome.fault.code is FaultCode.PAPER_OUT


def test_a_printer_that_answers_two_questions_only(hall: Hall) -> None:
    hall.sim.dialect(real_time=[1, 4])
    hall.open(asks=[1, 4])
    assert hall.print(ZHANG).printed is Printed.PROCESSED
    hall.sim.paper("out")
    outcome = hall.print(GONG)
    assert outcome.fault is not None
    assert outcome.fault.code is FaultCode.PAPER_OUT


def test_a_lost_answer_to_the_barrier(hall: Hall) -> None:
    hall.sim.dialect(automatic=False)
    hall.open()
    outcome = hall.print(ZHANG, meanwhile=lambda: hall.sim.faults.fail_next("mute"))
    assert outcome.printed is Printed.UNCERTAIN
    eventually(hall.usable, within=15)
    assert hall.print(GONG).printed is Printed.PROCESSED
    hall.prove_nothing_went_astray()


def test_old_answers_do_not_pass_for_new_ones(hall: Hall) -> None:
    """ "All is well", said before, is on the line when the paper has run out."""
    hall.open()
    hall.sim.paper("out")
    hall.sim.faults.fail_next("stale")
    outcome = hall.print(ZHANG)
    assert outcome.printed is Printed.NOT_PRINTED


def test_every_fault_of_the_simulator_is_known_to_the_box() -> None:
    assert set(FAULTS) == set(SimulatedReceiptPrinter(tcp=False).faults.names)
