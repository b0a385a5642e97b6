"""The fault box and the control socket that every simulator shares."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from drivers.simulators.control import ControlServer, LeverRefused, send
from drivers.simulators.faults import FaultBox


class Lamp:
    """A device with one lever that takes an argument and one that breaks."""

    def __init__(self) -> None:
        self.faults = FaultBox("flicker", "dark")
        self.colour = "white"

    def levers(self) -> Mapping[str, Callable[..., object]]:
        return {"paint": self.paint, "smash": self.smash}

    def state(self) -> Mapping[str, object]:
        return {"colour": self.colour}

    def paint(self, colour: str, layers: int = 1) -> int:
        if colour == "invisible":
            raise ValueError("no such paint")
        self.colour = colour
        return layers

    def smash(self) -> None:
        raise RuntimeError("it did not break")


@pytest.fixture
def lamp() -> Lamp:
    return Lamp()


@pytest.fixture
def server(lamp: Lamp) -> Iterator[ControlServer]:
    with ControlServer({"lamp": lamp}) as running:
        yield running


def test_a_lever_is_moved_over_the_socket(lamp: Lamp, server: ControlServer) -> None:
    answer = send(server.address, device="lamp", do="paint", colour="红")
    assert answer == {"ok": True, "result": 1}
    assert lamp.colour == "红"
    assert send(server.address, device="lamp", do="state")["result"] == {"colour": "红"}


def test_describe_names_devices_levers_arguments_and_faults(server: ControlServer) -> None:
    devices = send(server.address, do="describe")["devices"]
    assert set(devices) == {"lamp"}
    assert devices["lamp"]["levers"] == {
        "fail_next": ["fault", "…"],
        "fail_always": ["fault", "…"],
        "clear": ["?fault"],
        "state": [],
        "paint": ["colour", "?layers"],
        "smash": [],
    }
    assert devices["lamp"]["faults"] == ["flicker", "dark"]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"device": "lamp", "do": "paint"}, "missing a required argument: 'colour'"),
        ({"device": "lamp", "do": "paint", "color": "red"}, "'colour'"),
        ({"device": "lamp", "do": "paint", "colour": "invisible"}, "no such paint"),
        ({"device": "lamp", "do": "smash"}, "it did not break"),
        ({"device": "lamp", "do": "fly"}, "no lever 'fly'"),
        ({"device": "door", "do": "open"}, "no device 'door'; there are: lamp"),
        ({"device": "lamp", "do": "fail_next", "fault": "leak"}, "no fault 'leak'"),
        ({"device": ["lamp"], "do": "paint"}, "no device"),
        ({}, "no device"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    server: ControlServer, request_: dict[str, object], reason: str
) -> None:
    with pytest.raises(LeverRefused, match=reason.replace("(", r"\(")):
        send(server.address, **request_)


@pytest.mark.parametrize("line", [b"{\n", b"[]\n", b"\xff\xfe\n", b"\n"])
def test_a_line_that_is_no_request_is_refused_and_the_next_one_served(
    server: ControlServer, line: bytes
) -> None:
    with socket.create_connection(server.address, timeout=5) as connection:
        lines = connection.makefile("rb")
        connection.sendall(line + b'{"do": "describe"}\n')
        assert json.loads(lines.readline())["ok"] is False
        assert json.loads(lines.readline())["ok"] is True


def test_a_silent_visitor_does_not_keep_others_waiting(server: ControlServer) -> None:
    with socket.create_connection(server.address) as idle:
        idle.sendall(b'{"do": "desc')
        assert send(server.address, do="describe")["ok"]
        idle.sendall(b'ribe"}\n')
        assert json.loads(idle.makefile("rb").readline())["ok"]


def test_faults_are_armed_over_the_socket(lamp: Lamp, server: ControlServer) -> None:
    send(server.address, device="lamp", do="fail_next", fault="flicker", hertz=3)
    assert lamp.faults.take("flicker") == {"hertz": 3}
    assert lamp.faults.take("flicker") is None


def test_stop_closes_the_port_and_the_thread_and_may_be_repeated(lamp: Lamp) -> None:
    server = ControlServer({"lamp": lamp})
    server.start()
    address = server.address
    with socket.create_connection(address) as visitor:
        server.stop()
        assert visitor.recv(1) == b""
    server.stop()
    with pytest.raises(OSError):
        socket.create_connection(address, timeout=1).close()
    assert "simulators-control" not in {thread.name for thread in threading.enumerate()}


def test_nothing_runs_before_start() -> None:
    before = threading.active_count()
    server = ControlServer({})
    assert threading.active_count() == before
    assert server.address == ("127.0.0.1", 0)


def test_fail_next_strikes_once_each_in_order() -> None:
    box = FaultBox()
    box.fail_next("cut", at=1)
    box.fail_next("cut", at=2)
    assert [box.take("cut") for _ in range(3)] == [{"at": 1}, {"at": 2}, None]


def test_fail_always_strikes_until_cleared_and_next_comes_first() -> None:
    box = FaultBox()
    box.fail_always("cut", at=9)
    box.fail_next("cut", at=1)
    assert [box.take("cut") for _ in range(3)] == [{"at": 1}, {"at": 9}, {"at": 9}]
    box.clear("cut")
    assert box.take("cut") is None


def test_clear_without_a_name_disarms_everything() -> None:
    box = FaultBox()
    box.fail_next("cut")
    box.fail_always("mute")
    assert box.armed() == {"next": {"cut": 1}, "always": ["mute"]}
    box.clear()
    assert (box.take("cut"), box.take("mute")) == (None, None)
