"""The command line: every command says what it does, fails with words, and prints pure JSON."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from kiosk import paths
from kiosk.cli.app import app
from kiosk.cli.autoplay import fresh
from kiosk.faults import FaultCode, KioskError
from kiosk.outbox.sealing import KeyFile
from kiosk.outbox.sqlite_store import SqliteOutbox

EXAMPLE = paths.CONFIG / "sites" / "example.toml"


def run(*words: str):
    """Standard output and standard error apart, no terminal, no colours."""
    return CliRunner().invoke(app, words, env={"NO_COLOR": "1", "COLUMNS": "80"})


def commands(command: Any, *path: str) -> Iterator[Any]:
    yield pytest.param(path, command, id=" ".join(path) or "kiosk")
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *path, name)


def site(folder: Path, old: str = "", new: str = "") -> str:
    """The example of a site with one thing changed; its folder."""
    words = EXAMPLE.read_text(encoding="utf-8")
    assert old in words
    (folder / "site.toml").write_text(words.replace(old, new), encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize(("path", "command"), [*commands(typer.main.get_command(app))])
def test_every_command_says_what_it_is_for(path: tuple[str, ...], command: Any):
    shown = run(*path, "--help")
    assert shown.exit_code == 0
    assert " ".join(("Usage: kiosk", *path)) in shown.stdout
    assert command.help


def test_wrong_words_end_with_2():
    assert run("nonsense").exit_code == 2
    assert run("demo", "--autoplay", "no-such-story").exit_code == 2
    assert run("catalogue", "due", "--from", "2026-02-30", "--days", "1").exit_code == 2
    assert run("catalogue", "due", "--from", "2026-01-01", "--days", "99999999").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("config", "show", "--json"),
        ("catalogue", "show", "--json"),
        ("catalogue", "due", "--from", "2026-11-20", "--days", "5", "--json"),
        ("demo", "--list", "--json"),
        (
            *("catalogue", "coverage", "--at", "421127", "--for", "360400"),
            *("--item", "000000", "--on", "2026-11-20", "--json"),
        ),
    ],
)
def test_json_is_one_document_and_nothing_else(words: tuple[str, ...]):
    result = run(*words)
    assert result.exit_code == 0
    assert json.loads(result.stdout)
    assert result.stderr == ""


def test_json_of_a_demonstration_needs_a_story():
    result = run("demo", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--autoplay" in result.stderr


# --- failing with words --------------------------------------------------------------------------


def refused(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def test_a_terminal_without_settings_is_shown_an_example(tmp_path: Path):
    said = refused("run", "--config", str(tmp_path))
    assert "site.toml" in said
    assert "example.toml" in said
    assert "kiosk config check" in said, "what to do next"


def test_a_terminal_without_a_platform_does_not_start(tmp_path: Path):
    folder = site(tmp_path, 'url = "https://platform.example/"', 'url = ""')
    assert "platform.url" in refused("run", "--config", folder)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('driver = "sam-serial"', 'driver = "sam-serail"', "sam-serail"),
        ('driver = "sam-serial"', 'driver = "escpos"', "escpos is for a receipt_printer"),
        ("dots = 576", "dotz = 576", "dotz"),
        ('region = "421127"', 'region = ""', "terminal.region"),
        ("[terminal]", '[terminal]\ntimezone = "Asia/Bejing"', "terminal.timezone"),
    ],
)
def test_the_check_of_settings_finds(tmp_path: Path, old: str, new: str, words: str):
    assert words in refused("config", "check", "--config", site(tmp_path, old, new))


def test_the_example_of_a_site_and_the_demonstration_are_good(tmp_path: Path):
    assert run("config", "check", "--config", site(tmp_path)).exit_code == 0
    assert run("config", "check").exit_code == 0


def test_brackets_in_a_fault_are_words_and_a_long_line_stays_one(tmp_path: Path):
    folder = tmp_path / ("long-" * 20) / "[red]"
    assert f"no site.toml in {folder};" in refused("config", "check", "--config", str(folder))


def test_what_the_system_refuses_is_said_in_words(tmp_path: Path):
    nowhere = tmp_path / "none" / "snapshot.json"
    assert str(nowhere) in refused("catalogue", "build", "--out", str(nowhere))
    assert "/proc/none" in refused("simulators", "serve", "--folder", "/proc/none")


# --- the outbox ----------------------------------------------------------------------------------


def test_the_board_of_no_outbox_says_so_and_makes_none(tmp_path: Path):
    assert str(tmp_path) in refused("outbox", "board", "--state", str(tmp_path), "--json")
    assert list(tmp_path.iterdir()) == []


def test_the_board_of_an_empty_outbox(tmp_path: Path):
    key = KeyFile(tmp_path / "keys" / "outbox.key")
    key.create()
    outbox = SqliteOutbox.open(tmp_path / "outbox", key, ballast_bytes=0)
    said = refused("outbox", "board", "--state", str(tmp_path))
    assert FaultCode.STORE_LOCKED.name in said
    outbox.close()
    result = run("outbox", "board", "--state", str(tmp_path), "--json")
    assert json.loads(result.stdout) == {"counts": {}, "waiting": 0, "oldest_waiting": None}


# --- what a demonstration leaves -----------------------------------------------------------------


def test_an_earlier_play_is_taken_away_and_nothing_else(tmp_path: Path):
    ours = ("summary.json", "01-rest.png", "17-take_pages-paper-1.png", "receipt.png")
    others = ("thesis.odt", "holiday.png", "receipt-of-the-shop.png")
    for name in (*ours, "receipt-2.png", *others):
        (tmp_path / name).write_text("x")
    (tmp_path / "photos").mkdir()
    fresh(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*others, "photos"}


def test_a_folder_without_a_summary_is_not_ours(tmp_path: Path):
    (tmp_path / "01-rest.png").write_text("x")
    fresh(tmp_path)
    assert (tmp_path / "01-rest.png").exists()


# --- a terminal that is told to stop while its window is still made -------------------------------


def test_who_asks_early_to_stop_is_heard_at_the_first_turn(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("screens.app")
    import screens.app
    from kiosk.cli import terminal as room

    open_windows: list[str] = []
    stops: list[bool] = []

    def run_app(*_: object, fed, **__: object) -> None:
        signal.raise_signal(signal.SIGTERM)  # no window yet: nothing to stop
        open_windows.append("window")
        fed()

    monkeypatch.setattr(screens.app, "run_app", run_app)
    monkeypatch.setattr(screens.app, "stop_app", lambda: stops.append(bool(open_windows)))
    before = [(number, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGINT)]

    class Still:
        """A terminal at rest."""

        controller = type("Controller", (), {"local_now": staticmethod(lambda: None)})()

        def start(self) -> None: ...
        def stop(self) -> tuple[str, ...]:
            return ()

    from kiosk.settings.schema import Settings

    try:
        room.show(Still(), Settings())  # type: ignore[arg-type]
    finally:
        for number, handler in before:
            signal.signal(number, handler)
    assert stops == [False, True]


def test_a_fault_says_its_remedy(capsys: pytest.CaptureFixture[str]):
    from kiosk.cli.output import faults_in_words

    with pytest.raises(typer.Exit), faults_in_words():
        raise KioskError(FaultCode.STORE_KEY, "outbox", "key of 3 bytes")
    first, second = capsys.readouterr().err.strip().splitlines()
    assert first == "304 STORE_KEY · outbox · key of 3 bytes"
    assert second
