"""The control desk at the two real far ends: the simulated hall and the sandbox platform."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.simulators.hall import Hall
from kiosk.sandbox.server import SandboxServer
from kiosk.sandbox.settings import SandboxSettings
from kiosk.texts import Texts
from screens.desk import board, links
from screens.desk.board import Lever, Panel

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = ROOT / "assets" / "people"
FONT = ROOT / "assets" / "fonts" / "NotoSansSC-Regular.otf"
TEXTS = Texts.load(ROOT / "assets" / "texts")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with Hall(tmp_path, people=PEOPLE, font=FONT) as hall:
        yield hall


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxServer]:
    server = SandboxServer(SandboxSettings(data_dir=tmp_path / "sandbox"))
    server.start()
    yield server
    server.stop()


def panels(hall: Hall) -> dict[str, Panel]:
    described = links.ask(hall.control.address, {"do": "describe"})["devices"]
    found = board.panels(described, board.citizens(PEOPLE))
    return {panel.kind: panel for panel in found}


def lever(panel: Panel, lever_id: str) -> Lever:
    return next(each for each in panel.levers if each.id == lever_id)


def pull(hall: Hall, kind: str, lever_id: str) -> Panel:
    request = lever(panels(hall)[kind], lever_id).request
    assert request is not None
    links.ask(hall.control.address, dict(request))
    return panels(hall)[kind]


def test_every_device_of_the_hall_stands_on_the_desk(hall: Hall) -> None:
    assert set(panels(hall)) == {"id_reader", "camera", "printer"}


def test_a_citizens_card_is_laid_and_taken(hall: Hall) -> None:
    reader = pull(hall, "id_reader", "lay:zhang-shifan")
    assert reader.states == (("card_laid", "good"),)
    assert pull(hall, "id_reader", "remove").states == (("no_card", "second"),)


def test_pulling_a_card_while_it_is_read_is_armed(hall: Hall) -> None:
    assert lever(pull(hall, "id_reader", "pull"), "pull").lit


def test_a_reader_is_unplugged_and_plugged_by_one_button(hall: Hall) -> None:
    without = pull(hall, "id_reader", "unplug")
    assert without.states == (("unplugged", "bad"),)
    assert pull(hall, "id_reader", "plug").states == (("no_card", "second"),)


def test_a_page_is_laid_on_the_tray(hall: Hall) -> None:
    assert lever(pull(hall, "camera", "page:marriage_certificate"), "page:marriage_certificate").lit


def test_the_camera_freezes_and_thaws(hall: Hall) -> None:
    assert pull(hall, "camera", "freeze").states == (("frozen", "warn"),)
    assert pull(hall, "camera", "freeze").states == (("picture", "good"),)


@pytest.mark.parametrize("level", ["low", "out", "full"])
def test_paper_runs_low_and_out_and_is_filled(hall: Hall, level: str) -> None:
    assert pull(hall, "printer", f"paper:{level}").states[0][0] == f"paper_{level}"


@pytest.mark.parametrize(("name", "state"), [("cover", "cover_open"), ("mute", "mute")])
def test_the_printers_troubles_are_shown(hall: Hall, name: str, state: str) -> None:
    assert (state, "warn") in pull(hall, "printer", name).states


@pytest.mark.parametrize("name", ["cut", "power_cycle", "take_slips", "jam"])
def test_the_printers_other_levers_move(hall: Hall, name: str) -> None:
    assert pull(hall, "printer", name).kind == "printer"


def test_the_network_goes_and_comes_back(sandbox: SandboxServer) -> None:
    faults = f"{sandbox.url}/sandbox/faults"
    assert board.platform(links.http("GET", faults)["faults"]).states == (("online", "good"),)
    for name, knob in board.KNOBS.items():
        links.http("DELETE", faults)
        links.http("PUT", faults, dict(knob))
        panel = board.platform(links.http("GET", faults)["faults"])
        assert panel.states == ((name, "warn"),)
        assert lever(panel, name).lit
    links.http("DELETE", faults)
    assert lever(board.platform(links.http("GET", faults)["faults"]), "network_up").lit


def test_a_far_end_that_is_away_is_said_and_not_raised(hall: Hall) -> None:
    hall.control.stop()
    with pytest.raises(links.Refused):
        links.ask(hall.control.address, {"do": "describe"})
    for url in ("http://127.0.0.1:9/sandbox/faults", "/sandbox/faults"):
        with pytest.raises(links.Refused):
            links.http("GET", url)
    assert board.platform(None).states == (("no_answer", "bad"),)


def test_every_lever_and_state_has_words(hall: Hall) -> None:
    for panel in (*panels(hall).values(), board.platform([])):
        assert TEXTS.has(f"desk.device.{panel.kind}")
        for each in panel.levers:
            words = each.words or each.id
            assert each.words or TEXTS.has(f"desk.lever.{each.id.replace(':', '.')}"), words
    for state in (
        "frozen",
        "stalled",
        "dark",
        "glare",
        "jammed",
        "mute",
        "paper_low",
        *board.KNOBS,
    ):
        assert TEXTS.has(f"desk.state.{state}"), state
