"""`kiosk demo`: a simulated hall, the sandbox platform and the terminal, on this machine alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk import paths
from kiosk.cli.output import FAILED, console, faults_in_words, log_to_stderr, say_json, say_table
from kiosk.settings.load import load
from kiosk.settings.schema import Settings

if TYPE_CHECKING:
    from drivers.simulators.hall import Hall
    from kiosk.sandbox.server import SandboxServer

FONT = paths.FONTS / "NotoSansSC-Regular.otf"
PORTRAIT = (1080, 1920)
LANDSCAPE = (1920, 1080)
EDGE = 30  # pixels between the windows and around them


@dataclass(frozen=True, slots=True)
class Stage:
    """What the demonstration stands on."""

    hall: Hall
    sandbox: SandboxServer
    settings: Settings


@contextmanager
def stage(folder: Path, size: tuple[int, int] = PORTRAIT) -> Generator[Stage]:
    """Hall and sandbox up, settings for a terminal that uses them; all down at the end."""
    from drivers.simulators.hall import Hall
    from kiosk.sandbox.server import SandboxServer
    from kiosk.sandbox.settings import SandboxSettings

    sandbox = SandboxServer(SandboxSettings(data_dir=folder / "platform", catalogue=paths.SNAPSHOT))
    with Hall(folder / "hall", people=paths.PEOPLE, font=FONT) as hall:
        sandbox.start()
        try:
            overrides = {
                "platform": {"url": sandbox.url},
                "outbox": {"folder": str(folder / "terminal")},
                "screen": {"width": size[0], "height": size[1]},
                "devices": hall.settings(),
            }
            settings = load(paths.CONFIG / "demo", overrides=overrides).settings
            yield Stage(hall, sandbox, settings)
        finally:
            sandbox.stop()


def demo(
    autoplay: Annotated[
        str, typer.Option(help="Play a story by itself: first-journey, paper-out, …")
    ] = "",
    out: Annotated[Path, typer.Option(help="Folder for pictures and summary.json.")] = Path(
        "demo-output"
    ),
    landscape: Annotated[bool, typer.Option(help="1920×1080 instead of 1080×1920.")] = False,
    scale: Annotated[
        float, typer.Option(min=0.25, max=2.0, help="Size of the window, played by hand.")
    ] = 0.5,
    stories: Annotated[bool, typer.Option("--list", help="List the stories.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Simulated hall, sandbox platform and terminal; with --autoplay a story plays by itself."""
    from kiosk.cli.stories import STORIES

    log_to_stderr()
    if stories:
        told = {name: story.__doc__ or "" for name, story in STORIES.items()}
        if as_json:
            say_json(told)
        else:
            say_table("Stories", ("story", "what happens"), list(told.items()))
        return
    if as_json and not autoplay:
        raise typer.BadParameter("--json prints the summary of a story: name it with --autoplay")
    if autoplay and autoplay not in STORIES:
        known = ", ".join(STORIES)
        raise typer.BadParameter(f"no story {autoplay!r}; there are: {known}")
    if not autoplay and not os.environ.get("DISPLAY"):
        raise typer.BadParameter("no display here ($DISPLAY): play a story with --autoplay")
    size = LANDSCAPE if landscape else PORTRAIT
    if not autoplay:  # a desktop is seldom 1920 pixels high
        size = (round(size[0] * scale), round(size[1] * scale))
    with (
        tempfile.TemporaryDirectory(prefix="tongban-") as folder,
        faults_in_words(),
        stage(Path(folder), size) as on,
    ):
        if not autoplay:
            _by_hand(on)
            return
        from kiosk.cli.autoplay import play

        summary = play(autoplay, on, out, quiet=as_json)
    if as_json:
        say_json(summary)
    else:
        console.print(f"{out}/summary.json · {summary['outcome']} · {summary['local_number']}")
    if not summary["as_told"]:
        raise typer.Exit(FAILED)


def _by_hand(on: Stage) -> None:
    """The terminal's window, and the control desk as a program of its own beside it."""
    from kiosk.cli.terminal import show
    from kiosk.wiring import build

    _, port = on.hall.control.address
    desk = [sys.executable, "-m", "kiosk", "simulators", "desk"]
    desk += ["--control", str(port), "--platform", on.sandbox.url]
    desk += ["--left", str(2 * EDGE + on.settings.screen.width), "--top", str(EDGE)]
    console.print(f"staff page: {on.sandbox.url}/staff   control socket: 127.0.0.1:{port}")
    beside = subprocess.Popen(desk)
    try:
        show(build(on.settings, now=time.monotonic()), on.settings, at=(EDGE, EDGE))
    finally:
        beside.terminate()
        beside.wait(5)


def serve_simulators(folder: Path, control: int) -> None:
    """Until interrupted."""
    from drivers.simulators.hall import Hall

    with Hall(folder, people=paths.PEOPLE, font=FONT, control=("127.0.0.1", control)) as hall:
        say_json({"devices": hall.settings(), "control": list(hall.control.address)})
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return
