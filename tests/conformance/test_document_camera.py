"""The document camera's driver at the far end of a real stream: MJPEG over HTTP, read by FFmpeg.

Every way in which a camera fails is done to it, and how long it took to be noticed is measured.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drivers.document_camera.driver import DRIVER, Settings, VideoCamera
from drivers.document_camera.grabber import SAMPLE_EVERY
from drivers.simulators.camera import CameraSimulator
from drivers.simulators.control import ControlServer, LeverRefused, send
from drivers.video import spoken
from kiosk.devices.conformance import examine
from kiosk.devices.contract import CancelToken, NoTrace
from kiosk.devices.health import State
from kiosk.devices.jobs import CapturePage
from kiosk.devices.manager import DeviceManager, RolePlan
from kiosk.devices.registry import discover
from kiosk.devices.values import Frame, Photograph
from kiosk.devices.worker import Timing
from kiosk.events import DeviceAnswered, DeviceFailed, Ticket
from kiosk.faults import Cancelled, DeviceFault, FaultCode
from kiosk.imaging.pages import decode_jpeg
from kiosk.threads import Pulses
from tests.core.scripted_device import Inbox
from tests.waiting import eventually

FONT = Path(__file__).parents[2] / "assets" / "fonts" / "NotoSansSC-Regular.otf"
ROLE = "document_camera"
SIZE = (1280, 720)
NOTICED_WITHIN = 2.0  # seconds until a lost camera is known
BACK_WITHIN = 1.0  # seconds after it returned
SCHEDULING = 0.5  # seconds that a busy machine may add to a measured time


@pytest.fixture(scope="module")
def switched_on() -> Iterator[CameraSimulator]:
    camera = CameraSimulator(FONT, size=SIZE)
    camera.start()
    yield camera
    camera.stop()


@pytest.fixture
def simulator(switched_on: CameraSimulator) -> Iterator[CameraSimulator]:
    yield switched_on
    switched_on.faults.clear()
    switched_on.stall(False)
    switched_on.freeze(False)
    switched_on.plug()


def table(simulator: CameraSimulator, **more: Any) -> dict[str, Any]:
    return {"port": simulator.url, "width": SIZE[0], "height": SIZE[1], **more}


@contextmanager
def opened(simulator: CameraSimulator, **more: Any) -> Iterator[VideoCamera]:
    camera = DRIVER.open(Settings(**table(simulator, **more)), NoTrace())
    try:
        yield camera
    finally:
        camera.close()


def next_frame(camera: VideoCamera) -> Frame:
    frame = eventually(camera.frame, what="a newer frame")
    assert isinstance(frame, Frame)
    return frame


def brightness(photograph: Photograph) -> float:
    return float(decode_jpeg(photograph.jpeg, shrink=8).mean())


def seconds_until_noticed(camera: VideoCamera) -> tuple[FaultCode, float]:
    """Looks for frames, as a preview does, until the driver says that the camera is lost."""
    began = time.monotonic()

    def fault() -> FaultCode | None:
        try:
            camera.frame()
        except DeviceFault as error:
            return error.fault.code
        return None

    code = eventually(fault, within=10.0, what="a fault")
    assert isinstance(code, FaultCode)
    return code, time.monotonic() - began


def test_the_driver_keeps_the_contract(simulator: CameraSimulator) -> None:
    findings = examine(
        DRIVER,
        settings=table(simulator),
        missing={"port": "/dev/v4l/by-id/no-such-camera"},
        job=CapturePage(),
    )
    assert not [str(finding) for finding in findings if not finding.passed]
    assert len(findings) >= 10


def test_a_port_where_nobody_listens_is_not_found(simulator: CameraSimulator) -> None:
    simulator.unplug()
    began = time.monotonic()
    with pytest.raises(DeviceFault) as refused, opened(simulator):
        pass
    assert refused.value.fault.code is FaultCode.DEVICE_NOT_FOUND
    assert time.monotonic() - began < 2.0


def test_a_server_that_gives_no_stream_is_told_from_a_missing_one(
    simulator: CameraSimulator,
) -> None:
    simulator.faults.fail_always("refuse")
    with pytest.raises(DeviceFault) as refused, opened(simulator):
        pass
    assert refused.value.fault.code is FaultCode.CAMERA_NO_PICTURE


def test_a_camera_that_gives_less_than_asked_is_refused_in_words(
    simulator: CameraSimulator,
) -> None:
    with pytest.raises(DeviceFault, match="asked 1920x1080, gives 1280x720"):
        DRIVER.open(Settings(port=simulator.url), NoTrace())


def test_a_password_in_an_address_is_never_spoken() -> None:
    assert spoken("http://user:s3cret@10.0.0.9/a.mjpg") == "http://10.0.0.9:80/a.mjpg"


def test_frames_are_ready_for_the_screen(simulator: CameraSimulator) -> None:
    simulator.page("household_register_person")
    with opened(simulator, preview_width=640) as camera:
        frame = next_frame(camera)
        assert frame.size == (640, 360)
        assert frame.pixels.dtype == np.uint8
        assert frame.pixels.shape == (360, 640, 4)
        assert frame.pixels.flags.c_contiguous
        assert (frame.pixels[..., 3] == 255).all()
        red, green, blue = frame.pixels[60:300, 200:440, :3].mean(axis=(0, 1))
        assert green > blue  # the register's paper is greenish, whichever way round colours are
        assert abs(red - green) < 20


def test_a_frame_is_given_once_and_numbers_rise(simulator: CameraSimulator) -> None:
    with opened(simulator) as camera:
        first = next_frame(camera)
        assert next_frame(camera).number > first.number
        simulator.stall()
        eventually(lambda: camera.frame() is None)
        assert camera.frame() is None


def test_a_slow_looker_still_gets_the_newest_frame(simulator: CameraSimulator) -> None:
    ages: list[float] = []
    pause = threading.Event()
    with opened(simulator) as camera:
        next_frame(camera)
        for _ in range(12):
            pause.wait(0.15)  # a consumer four times slower than the camera
            frame = next_frame(camera)
            ages.append(time.monotonic() - frame.taken_at)
    assert sorted(ages)[len(ages) // 2] < 0.06
    assert max(ages) < 0.2


def test_nothing_is_kept_that_nobody_wants(simulator: CameraSimulator) -> None:
    with opened(simulator) as camera:
        next_frame(camera)
        grabber = camera._grabber
        eventually(
            lambda: grabber._picture is None and not grabber._wanted_until > time.monotonic()
        )
        counted = grabber.count
        eventually(lambda: grabber.count > counted + 3)
        assert grabber._picture is None


def test_a_capture_is_taken_after_it_was_asked_for(simulator: CameraSimulator) -> None:
    with opened(simulator) as camera:
        for _ in range(4):
            simulator.page("proof_letter")
            assert brightness(camera.capture(CancelToken())) > 70
            simulator.page("none")
            assert brightness(camera.capture(CancelToken())) < 55


def test_a_capture_has_full_size_and_is_upright(simulator: CameraSimulator) -> None:
    simulator.page("proof_letter")
    with opened(simulator) as camera:
        photograph = camera.capture(CancelToken())
        assert (photograph.width, photograph.height) == SIZE
        assert photograph.jpeg.startswith(b"\xff\xd8\xff")
        straight = decode_jpeg(photograph.jpeg)
        assert straight.shape == (SIZE[1], SIZE[0], 3)
    with opened(simulator, rotation=90) as camera:
        photograph = camera.capture(CancelToken())
        assert (photograph.width, photograph.height) == SIZE[::-1]
        turned = decode_jpeg(photograph.jpeg)
        unturned = np.rot90(turned, k=1)  # counter-clockwise undoes clockwise
        assert np.abs(unturned.astype(int) - straight.astype(int)).mean() < 6


def test_a_withdrawn_capture_ends_at_once(simulator: CameraSimulator) -> None:
    with opened(simulator, stale_after=5.0) as camera:
        simulator.stall()
        cancel = CancelToken()
        threading.Timer(0.2, cancel.cancel).start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            camera.capture(cancel)
        assert time.monotonic() - began < 0.7
        simulator.drop()  # so that closing has nothing to wait for


def test_a_closed_connection_is_noticed(simulator: CameraSimulator) -> None:
    with opened(simulator) as camera:
        simulator.drop()
        code, took = seconds_until_noticed(camera)
    assert code is FaultCode.DEVICE_LOST
    assert took < SCHEDULING


def test_a_stalled_camera_is_noticed(simulator: CameraSimulator) -> None:
    with opened(simulator) as camera:
        next_frame(camera)
        simulator.faults.fail_next("stall")
        code, took = seconds_until_noticed(camera)
        assert code is FaultCode.CAMERA_NO_PICTURE
        assert took < NOTICED_WITHIN
        with pytest.raises(DeviceFault):
            camera.check()
        with pytest.raises(DeviceFault):
            camera.capture(CancelToken())


def test_a_frozen_picture_is_noticed_although_frames_arrive(simulator: CameraSimulator) -> None:
    with opened(simulator, frozen_after=1.5) as camera:
        simulator.freeze()
        code, took = seconds_until_noticed(camera)
        assert code is FaultCode.CAMERA_FROZEN
        assert 1.0 < took < 1.5 + SAMPLE_EVERY + SCHEDULING
        simulator.freeze(False)
        assert eventually(lambda: _well(camera))


def test_a_camera_that_is_frozen_already_does_not_open(simulator: CameraSimulator) -> None:
    simulator.freeze()
    with pytest.raises(DeviceFault) as refused, opened(simulator):
        pass
    assert refused.value.fault.code is FaultCode.CAMERA_FROZEN


def test_a_still_page_and_a_dark_room_are_not_frozen(simulator: CameraSimulator) -> None:
    simulator.page("none")
    simulator.dark()
    try:
        with opened(simulator, frozen_after=1.0) as camera:
            counted = camera._grabber.count
            eventually(lambda: camera._grabber.count > counted + 40)
            camera.check()
    finally:
        simulator.dark(False)


def test_a_cut_picture_does_not_end_the_stream(simulator: CameraSimulator) -> None:
    with opened(simulator) as camera:
        simulator.faults.fail_next("garble", at=5000)
        before = next_frame(camera).number
        eventually(lambda: next_frame(camera).number > before + 10)


def test_closing_ends_the_thread_and_the_connection(simulator: CameraSimulator) -> None:
    with opened(simulator):
        pass
    assert not [thread for thread in threading.enumerate() if thread.name == "camera-grabber"]
    assert eventually(lambda: simulator.state()["watched_by"] == 0)


def test_a_stalled_camera_closes_in_time_too(simulator: CameraSimulator) -> None:
    with opened(simulator) as camera:
        simulator.stall()
        began = time.monotonic()
        camera.close()
        assert time.monotonic() - began < NOTICED_WITHIN
    assert not [thread for thread in threading.enumerate() if thread.name == "camera-grabber"]


# the whole chain: registry, manager, worker, driver, FFmpeg, wire


class Hall:
    def __init__(self, simulator: CameraSimulator) -> None:
        self.inbox = Inbox()
        timing = Timing(check_every=0.2, backoff_first=0.1, backoff_most=0.4)
        plan = RolePlan(role=ROLE, driver="video-capture", settings=table(simulator))
        self.manager = DeviceManager([plan], discover(), self.inbox.post, Pulses(), timing=timing)

    def until(self, *states: State, within: float = 5.0) -> float:
        """Seconds until the camera is in one of `states`."""
        began = time.monotonic()
        eventually(lambda: self.manager.board()[ROLE].state in states, within=within)
        return time.monotonic() - began

    def outcome(self, ticket: Ticket) -> DeviceAnswered | DeviceFailed:
        event = self.inbox.until(lambda event: getattr(event, "ticket", None) == ticket)[-1]
        assert isinstance(event, DeviceAnswered | DeviceFailed)
        return event


@pytest.fixture
def hall(simulator: CameraSimulator) -> Iterator[Hall]:
    hall = Hall(simulator)
    hall.manager.start()
    hall.until(State.READY)
    yield hall
    assert hall.manager.stop() == ()


def test_a_page_is_photographed_while_its_preview_runs(
    hall: Hall, simulator: CameraSimulator
) -> None:
    simulator.page("marriage_certificate")
    slot = hall.manager.preview(ROLE)
    hall.manager.want_preview(ROLE, True)
    assert eventually(slot.take)
    answer = hall.outcome(hall.manager.ask(ROLE, CapturePage()))
    assert isinstance(answer, DeviceAnswered)
    assert isinstance(answer.value, Photograph)
    assert brightness(answer.value) > 90
    assert "jpeg" not in repr(answer.value)
    assert eventually(slot.take)  # and goes on
    hall.manager.want_preview(ROLE, False)
    assert slot.take() is None


@pytest.mark.parametrize("previewed", [True, False])
def test_unplugged_is_noticed_and_plugged_in_again_it_comes_back(
    hall: Hall, simulator: CameraSimulator, previewed: bool
) -> None:
    hall.manager.want_preview(ROLE, previewed)
    simulator.unplug()
    assert hall.until(State.FAULTY) < NOTICED_WITHIN
    failed = hall.outcome(hall.manager.ask(ROLE, CapturePage()))
    assert isinstance(failed, DeviceFailed)
    assert failed.fault.code in {FaultCode.DEVICE_LOST, FaultCode.DEVICE_NOT_FOUND}
    assert failed.fault.about == ROLE
    simulator.plug()
    assert hall.until(State.READY) < BACK_WITHIN
    assert isinstance(hall.outcome(hall.manager.ask(ROLE, CapturePage())), DeviceAnswered)


def test_a_stall_is_noticed_and_survived(hall: Hall, simulator: CameraSimulator) -> None:
    hall.manager.want_preview(ROLE, True)
    assert eventually(hall.manager.preview(ROLE).take)
    simulator.stall()
    assert hall.until(State.FAULTY) < NOTICED_WITHIN
    assert hall.manager.preview(ROLE).take() is None  # no old picture lingers
    simulator.stall(False)
    hall.until(State.READY)
    assert eventually(hall.manager.preview(ROLE).take)


def test_a_capture_in_the_middle_of_a_loss_fails_with_the_cameras_fault(
    hall: Hall, simulator: CameraSimulator
) -> None:
    simulator.stall()
    failed = hall.outcome(hall.manager.ask(ROLE, CapturePage()))
    assert isinstance(failed, DeviceFailed)
    assert failed.fault.code is FaultCode.CAMERA_NO_PICTURE


def test_a_stranger_on_the_port_is_no_camera() -> None:
    """Something listens and says nothing at all: opening has its limit."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        began = time.monotonic()
        with pytest.raises(DeviceFault) as refused:
            DRIVER.open(Settings(port=f"http://127.0.0.1:{port}/stream.mjpg"), NoTrace())
        assert refused.value.fault.code is FaultCode.CAMERA_NO_PICTURE
        assert time.monotonic() - began < 2.0 + SCHEDULING


def _well(camera: VideoCamera) -> bool:
    try:
        camera.check()
    except DeviceFault:
        return False
    return True


def test_the_levers_move_by_the_control_socket_and_show_in_the_picture(
    simulator: CameraSimulator,
) -> None:
    def see(camera: VideoCamera) -> float:
        return brightness(camera.capture(CancelToken()))

    with ControlServer({"camera": simulator}) as control, opened(simulator) as camera:

        def lever(do: str, /, **arguments: Any) -> dict[str, Any]:
            return send(control.address, device="camera", do=do, **arguments)

        lever("page", name="household_register_first")
        lit = see(camera)
        lever("dark", on=True)
        assert see(camera) < lit / 3
        lever("dark", on=False)
        lever("glare", on=True)
        assert see(camera) > lit + 3
        lever("glare", on=False)
        lever("move", dx=900, dy=0, angle=4)
        assert see(camera) < lit - 20  # half of the page is out of sight
        lever("move")
        lever("page", name="proof_letter", person={"name": "王虚构"})
        state = lever("state")["result"]
        assert (state["page"], state["position"]) == ("proof_letter", [0, 0, 0.0])
        with pytest.raises(LeverRefused, match="no paper 'passport'"):
            lever("page", name="passport")
        assert simulator.state()["page"] == "proof_letter"
