"""The serial ID card driver against the simulated reader, over a real pseudo-terminal.

Whatever the reader, the line or the citizen does: a good card, or the fault with its right name.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import msgspec
import pytest

from drivers.resident_id.driver import DRIVER, SamReader, Settings
from drivers.serial_port import SerialPort
from drivers.simulators.control import ControlServer, send
from drivers.simulators.resident_id import SimulatedIdReader
from kiosk.devices.contract import CONTRACT, ENTRY_POINT_GROUP, CancelToken, Kind, NoTrace
from kiosk.devices.values import IdCard
from kiosk.faults import Cancelled, DeviceFault, FaultCode, KioskError, MediaFault
from tests.waiting import eventually

PEOPLE = Path(__file__).parents[2] / "assets/people"
WIRE_115200 = 1295 * 10 / 115200  # seconds of a reading on the line
WIRE_9600 = 1295 * 10 / 9600


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[SimulatedIdReader]:
    with SimulatedIdReader(tmp_path / "id-reader", card_delay=0.02, people=PEOPLE) as running:
        yield running


def settings(sim: SimulatedIdReader, **changes: Any) -> Settings:
    given: dict[str, Any] = {"port": sim.state()["path"], "poll_interval": 0.05, **changes}
    return msgspec.convert(given, Settings)


@pytest.fixture
def reader(sim: SimulatedIdReader) -> Iterator[SamReader]:
    device = DRIVER.open(settings(sim, read_limit=1), NoTrace())
    yield device
    device.close()


def read(device: SamReader, cancel: CancelToken | None = None) -> IdCard:
    return device.read(cancel or CancelToken(), lambda stage: None)


def fault_of(work: Callable[[], object]) -> KioskError:
    with pytest.raises(KioskError) as caught:
        work()
    return caught.value


# -- what it is


def test_it_is_found_by_its_entry_point() -> None:
    (point,) = entry_points(group=ENTRY_POINT_GROUP, name="sam-serial")
    driver = point.load()
    assert driver is DRIVER
    assert (driver.contract, driver.kind, driver.name) == (
        CONTRACT,
        Kind.RESIDENT_ID,
        "sam-serial",
    )


def test_candidates_are_listed_without_opening(sim: SimulatedIdReader) -> None:
    with SerialPort.open(str(sim.state()["path"])):
        for candidate in DRIVER.candidates():
            assert candidate.driver == "sam-serial"
            assert candidate.port.startswith("/dev/")


@pytest.mark.parametrize(
    "wrong",
    [{"baud": 1200}, {"baud": "fast"}, {"poll_interval": 0}, {"speed": 1}, {"read_limit": 60}],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"port": "/dev/ttyUSB0", **wrong}, Settings)


# -- all is well


@pytest.mark.parametrize("person", sorted(path.stem for path in PEOPLE.glob("*.toml")))
def test_every_citizen_can_read_their_card(
    sim: SimulatedIdReader, reader: SamReader, person: str
) -> None:
    sim.lay(person=person)
    card = read(reader)
    assert len(card.photo) == 1024
    assert card.sam_id == reader.identity().serial_number == "05.01-20200101-0000123456-0987654321"
    eventually(lambda: sim.state()["reads"] == 1, what="the reader to have counted it")


def test_a_forgotten_card_is_not_given_twice(sim: SimulatedIdReader, reader: SamReader) -> None:
    """The next citizen must not go on with the card of the one before."""
    sim.lay(person="zhang-shifan")
    assert read(reader).name == "张示范"
    stages: list[str] = []
    cancel = CancelToken()

    def heard(stage: str) -> None:
        stages.append(stage)
        if stage == "card_left":
            sim.remove()  # somebody lifts it
        elif stage == "waiting":
            sim.lay(person="zhao-laoren")

    assert reader.read(cancel, heard).name == "赵老人样"
    assert stages == ["card_left", "waiting", "card_seen", "reading"]


def test_another_card_need_not_wait_for_an_empty_field(
    sim: SimulatedIdReader, reader: SamReader
) -> None:
    sim.lay(person="zhang-shifan")
    read(reader)
    sim.lay(person="zhao-laoren")
    assert read(reader).name == "赵老人样"


def test_a_lifted_card_is_read_again(sim: SimulatedIdReader, reader: SamReader) -> None:
    sim.lay(person="zhang-shifan")
    read(reader)
    sim.remove()
    reader.check()
    reader.check()
    sim.lay(person="zhang-shifan")
    assert read(reader).name == "张示范"


def test_the_card_is_the_one_that_was_laid(sim: SimulatedIdReader, reader: SamReader) -> None:
    sim.lay(person="wang-yan")
    assert read(reader).name == "王䶮𠮷"
    sim.lay(person="ayixiamu")
    assert read(reader).name == "阿依夏木·示范库尔班江"


def test_the_stages_are_told_in_order(sim: SimulatedIdReader, reader: SamReader) -> None:
    stages: list[str] = []
    sim.lay(person="zhang-shifan")
    reader.read(CancelToken(), stages.append)
    assert stages == ["card_seen", "reading"]


def test_it_waits_for_a_card(sim: SimulatedIdReader, reader: SamReader) -> None:
    with Reading(reader) as reading:
        polled = int(str(sim.state()["commands"])) + 3
        eventually(lambda: int(str(sim.state()["commands"])) >= polled, what="polls")
        sim.lay(person="li-yangli")
        assert reading.card().name == "李样例"


def test_a_reader_that_reports_a_card_once_waits_for_the_next(
    sim: SimulatedIdReader, reader: SamReader
) -> None:
    sim.find_once()
    sim.lay(person="li-yangli")
    read(reader)
    with Reading(reader) as reading:
        sim.lay(person="zhang-shifan")
        assert reading.card().name == "张示范"


def test_a_reading_takes_card_time_and_wire_time(sim: SimulatedIdReader) -> None:
    sim.delay(0.6)
    sim.lay(person="li-yangli")
    with_port = DRIVER.open(settings(sim), NoTrace())
    began = time.monotonic()
    read(with_port)
    took = time.monotonic() - began
    with_port.close()
    assert 0.6 + WIRE_115200 <= took < 0.6 + WIRE_115200 + 0.4


def test_a_slow_line_is_given_its_time(tmp_path: Path) -> None:
    with SimulatedIdReader(tmp_path / "slow", baud=9600, card_delay=0.1, people=PEOPLE) as sim:
        sim.lay(person="li-yangli")
        device = DRIVER.open(settings(sim, baud=9600, read_limit=0.5), NoTrace())
        began = time.monotonic()
        assert read(device).name == "李样例"
        assert WIRE_9600 <= time.monotonic() - began < WIRE_9600 + 0.6
        device.close()


# -- speed


def test_the_speed_is_found_by_a_scan(tmp_path: Path) -> None:
    with SimulatedIdReader(tmp_path / "slow", baud=19200, card_delay=0, people=PEOPLE) as sim:
        device = DRIVER.open(settings(sim, baud="auto"), NoTrace())
        sim.lay(person="li-yangli")
        assert read(device).name == "李样例"
        device.close()


def test_a_wrong_speed_is_garble(tmp_path: Path) -> None:
    with SimulatedIdReader(tmp_path / "slow", baud=9600) as sim:
        error = fault_of(lambda: DRIVER.open(settings(sim), NoTrace()))
        assert isinstance(error, DeviceFault)
        assert error.fault.code is FaultCode.DEVICE_GARBLED


# -- the port


def test_a_port_that_does_not_exist(tmp_path: Path) -> None:
    error = fault_of(lambda: DRIVER.open(Settings(port=str(tmp_path / "none")), NoTrace()))
    assert error.fault.code is FaultCode.DEVICE_NOT_FOUND


def test_something_that_is_no_serial_port(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no port")
    error = fault_of(lambda: DRIVER.open(Settings(port=str(tmp_path / "file")), NoTrace()))
    assert error.fault.code is FaultCode.DEVICE_NOT_FOUND


def test_a_port_that_another_program_holds(sim: SimulatedIdReader, reader: SamReader) -> None:
    error = fault_of(lambda: DRIVER.open(settings(sim), NoTrace()))
    assert error.fault.code is FaultCode.DEVICE_PORT_BUSY
    reader.check()  # and the holder is not disturbed


def test_a_failed_open_lets_go_of_the_port(sim: SimulatedIdReader) -> None:
    sim.faults.fail_next("self_test_failed")
    fault_of(lambda: DRIVER.open(settings(sim), NoTrace()))
    DRIVER.open(settings(sim), NoTrace()).close()


@pytest.mark.parametrize("unplug_when", ["idle", "waiting", "reading"])
def test_unplugged_and_plugged_in_again(
    sim: SimulatedIdReader, reader: SamReader, unplug_when: str
) -> None:
    if unplug_when == "idle":
        sim.unplug()
        error = fault_of(reader.check)
    else:
        sim.delay(5)
        with Reading(reader) as reading:
            if unplug_when == "reading":
                sim.lay(person="li-yangli")
                reading.until("reading")
            sim.unplug()
            error = reading.fault()
    assert isinstance(error, DeviceFault)
    assert error.fault.code is FaultCode.DEVICE_LOST
    reader.close()
    reader.close()
    assert (
        fault_of(lambda: DRIVER.open(settings(sim), NoTrace())).fault.code
        is FaultCode.DEVICE_NOT_FOUND
    )
    sim.delay(0)
    sim.plug()
    again = DRIVER.open(settings(sim), NoTrace())
    sim.lay(person="li-yangli")
    assert read(again).name == "李样例"
    again.close()


# -- the line


@pytest.mark.parametrize("command", ["find", "select", "read"])
@pytest.mark.parametrize("at", [0, 4, 5, 6, 9, 10, -1])
def test_one_spoiled_byte_is_asked_again(
    sim: SimulatedIdReader, reader: SamReader, command: str, at: int
) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_next("garble", command=command, at=at, mask=0x81)
    assert read(reader).name == "李样例"


@pytest.mark.parametrize("command", ["status", "find", "select", "read"])
def test_a_line_that_spoils_twice_is_garbled(
    sim: SimulatedIdReader, reader: SamReader, command: str
) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_always("garble", command=command)
    error = fault_of(reader.check if command == "status" else lambda: read(reader))
    assert isinstance(error, DeviceFault)
    assert error.fault.code is FaultCode.DEVICE_GARBLED
    assert error.fault.detail.startswith(command)


@pytest.mark.parametrize("cut", [1, 6, 9, 14, 700, 1294])
def test_an_answer_cut_short_is_asked_again(
    sim: SimulatedIdReader, reader: SamReader, cut: int
) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_next("truncate", command="read", at=cut)
    assert read(reader).name == "李样例"


def test_answers_always_cut_short_are_garble(sim: SimulatedIdReader, reader: SamReader) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_always("truncate", command="find", at=9)
    assert fault_of(lambda: read(reader)).fault.code is FaultCode.DEVICE_GARBLED


@pytest.mark.parametrize("noise", ["00", "aaaaaa9669", "aaaaaa9669ffff", "aaaaaa966900", "aaaaaa"])
def test_rubbish_before_every_answer_does_no_harm(
    sim: SimulatedIdReader, reader: SamReader, noise: str
) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_always("noise", hex=noise)
    assert read(reader).name == "李样例"


def test_an_answer_that_nobody_asked_for_answers_nothing(
    sim: SimulatedIdReader, reader: SamReader
) -> None:
    sim.babble("aaaaaa9669000400009094")  # "status: well", before the question
    sim.faults.fail_next("self_test_failed")
    assert fault_of(reader.check).fault.code is FaultCode.DEVICE_REFUSED


def test_a_reader_that_got_a_spoiled_command_is_asked_again(
    sim: SimulatedIdReader, reader: SamReader
) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_next("status", command="select", code=0x10)
    assert read(reader).name == "李样例"


@pytest.mark.parametrize("command", ["status", "find", "select", "read"])
def test_no_answer_is_silence(sim: SimulatedIdReader, reader: SamReader, command: str) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_next("silent", command=command)
    error = fault_of(reader.check if command == "status" else lambda: read(reader))
    assert isinstance(error, DeviceFault)
    assert error.fault.code is FaultCode.DEVICE_SILENT


def test_a_reader_twice_as_slow_still_reads(sim: SimulatedIdReader, reader: SamReader) -> None:
    sim.slow(2)
    sim.lay(person="li-yangli")
    assert read(reader).name == "李样例"


# -- the card


@pytest.mark.parametrize(
    ("command", "status", "code"),
    [
        ("read", 0x31, FaultCode.CARD_UNREADABLE),
        ("read", 0x32, FaultCode.CARD_UNREADABLE),
        ("read", 0x33, FaultCode.CARD_UNREADABLE),
        ("select", 0x47, FaultCode.CARD_UNREADABLE),
        ("read", 0x47, FaultCode.CARD_UNREADABLE),
        ("read", 0x41, FaultCode.CARD_REMOVED),
        ("read", 0x80, FaultCode.CARD_REMOVED),
        ("select", 0x81, FaultCode.CARD_REMOVED),
        ("select", 0x40, FaultCode.CARD_WRONG_KIND),
        ("find", 0x40, FaultCode.CARD_WRONG_KIND),
    ],
)
def test_what_the_card_does_leaves_the_reader_well(
    sim: SimulatedIdReader, reader: SamReader, command: str, status: int, code: FaultCode
) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_next("status", command=command, code=status)
    error = fault_of(lambda: read(reader))
    assert isinstance(error, MediaFault)
    assert error.fault.code is code
    assert f"{status:02X}" in error.fault.detail
    assert read(reader).name == "李样例"


def test_a_card_of_another_kind(sim: SimulatedIdReader, reader: SamReader) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_next("wrong_kind")
    assert fault_of(lambda: read(reader)).fault.code is FaultCode.CARD_WRONG_KIND


def test_a_card_pulled_while_it_is_read(sim: SimulatedIdReader, reader: SamReader) -> None:
    sim.lay(person="li-yangli")
    sim.faults.fail_next("pull_during_read")
    assert fault_of(lambda: read(reader)).fault.code is FaultCode.CARD_REMOVED
    assert sim.state()["card_laid"] is False


def test_a_hand_that_lifts_the_card_too_early(sim: SimulatedIdReader, reader: SamReader) -> None:
    sim.delay(0.3)
    sim.lay(person="li-yangli")
    with Reading(reader) as reading:
        reading.until("reading")
        sim.remove()
        assert reading.fault().fault.code is FaultCode.CARD_REMOVED


@pytest.mark.parametrize("layout", ["J", "I", "Y"])
def test_residence_permits_are_refused_by_name(
    sim: SimulatedIdReader, reader: SamReader, layout: str
) -> None:
    sim.lay({**CARD, "layout": layout})
    error = fault_of(lambda: read(reader))
    assert isinstance(error, MediaFault)
    assert error.fault.code is FaultCode.CARD_LAYOUT_UNSUPPORTED


def test_a_card_that_makes_no_sense(sim: SimulatedIdReader, reader: SamReader) -> None:
    sim.lay({**CARD, "birth": "19900230"})
    error = fault_of(lambda: read(reader))
    assert error.fault.code is FaultCode.CARD_CONTENT
    assert "19900230" not in str(error)


# -- the reader


@pytest.mark.parametrize("status", [0x60, 0x66, 0x21, 0x23, 0x24, 0x5C])
def test_a_reader_that_says_no(sim: SimulatedIdReader, reader: SamReader, status: int) -> None:
    sim.faults.fail_next("status", command="status", code=status)
    error = fault_of(reader.check)
    assert isinstance(error, DeviceFault)
    assert error.fault.code is FaultCode.DEVICE_REFUSED


def test_a_reader_whose_self_test_failed_does_not_open(sim: SimulatedIdReader) -> None:
    sim.faults.fail_always("self_test_failed")
    error = fault_of(lambda: DRIVER.open(settings(sim), NoTrace()))
    assert error.fault.code is FaultCode.DEVICE_REFUSED


# -- withdrawn


@pytest.mark.parametrize("withdrawn_when", ["waiting", "reading"])
def test_a_withdrawn_read_ends_within_03_s_and_the_reader_goes_on(
    sim: SimulatedIdReader, withdrawn_when: str
) -> None:
    device = DRIVER.open(settings(sim, poll_interval=2), NoTrace())
    sim.delay(1)
    with Reading(device) as reading:
        if withdrawn_when == "reading":
            sim.lay(person="zhang-shifan")
            reading.until("reading")
        began = time.monotonic()
        reading.cancel.cancel()
        assert reading.ended_as() is Cancelled
        assert time.monotonic() - began < 0.3
    device.check()
    device.close()


def test_the_card_of_a_withdrawn_read_never_turns_up_later(
    sim: SimulatedIdReader, reader: SamReader
) -> None:
    sim.delay(0.3)
    sim.lay(person="zhang-shifan")
    with Reading(reader) as reading:
        reading.until("reading")
        reading.cancel.cancel()
        assert reading.ended_as() is Cancelled
    sim.lay(person="li-yangli")
    assert read(reader).name == "李样例"


# -- the control socket


def test_the_levers_work_over_the_control_socket(sim: SimulatedIdReader, reader: SamReader) -> None:
    with ControlServer({"id_reader": sim}) as control:
        send(control.address, device="id_reader", do="lay", card=CARD)
        assert read(reader).address == CARD["address"]
        send(control.address, device="id_reader", do="remove")
        eventually(
            lambda: send(control.address, device="id_reader", do="state")["result"]["reads"] == 1,
            what="the reader to have counted it",
        )
        send(control.address, device="id_reader", do="unplug")
        assert fault_of(reader.check).fault.code is FaultCode.DEVICE_LOST


def test_the_simulator_leaves_nothing_behind(tmp_path: Path) -> None:
    sim = SimulatedIdReader(tmp_path / "id-reader")
    assert not (tmp_path / "id-reader").exists()
    sim.start()
    assert (tmp_path / "id-reader").is_symlink()
    began = time.monotonic()
    sim.stop()
    sim.stop()
    assert time.monotonic() - began < 2
    assert list(tmp_path.iterdir()) == []
    assert "simulated-id-reader" not in {thread.name for thread in threading.enumerate()}


CARD = {
    "name": "郑演示",
    "sex": "1",
    "nation": "01",
    "birth": "1990-02-28",
    "address": "演示省示范市样例区虚构路2号",
    "id_number": "990101199002280018",
    "authority": "示范市公安局",
    "valid_from": "2019-01-01",
    "valid_until": "长期",
}


class Reading:
    """A read in a thread of its own, as the worker does it."""

    def __init__(self, device: SamReader) -> None:
        self.cancel = CancelToken()
        self._stages: queue.Queue[str] = queue.Queue()
        self._answer: queue.Queue[IdCard | Exception] = queue.Queue()
        self._thread = threading.Thread(target=self._run, args=(device,), name="reading")

    def _run(self, device: SamReader) -> None:
        try:
            self._answer.put(device.read(self.cancel, self._stages.put))
        except (KioskError, Cancelled) as error:
            self._answer.put(error)

    def __enter__(self) -> Reading:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel.cancel()
        self._thread.join(5)
        assert not self._thread.is_alive()

    def until(self, stage: str) -> None:
        while self._stages.get(timeout=5) != stage:
            pass

    def card(self) -> IdCard:
        answer = self._answer.get(timeout=5)
        assert isinstance(answer, IdCard), answer
        return answer

    def fault(self) -> KioskError:
        answer = self._answer.get(timeout=5)
        assert isinstance(answer, KioskError), answer
        return answer

    def ended_as(self) -> object:
        """The card's name, the fault's code, or `Cancelled`."""
        answer = self._answer.get(timeout=5)
        if isinstance(answer, IdCard):
            return answer.name
        return answer.fault.code if isinstance(answer, KioskError) else type(answer)
