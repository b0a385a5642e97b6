"""`kiosk config`: what is set, where it was set, whether it is right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk import paths
from kiosk.cli.output import FAILED, console, faults_in_words, say_fault, say_json, say_table
from kiosk.settings.load import demand_complete, load, shown

DEMONSTRATION = paths.CONFIG / "demo"

app = typer.Typer(help="Settings with their origins.", no_args_is_help=True)
Folder = Annotated[
    Path,
    typer.Option("--config", help="Folder with site.toml; the demonstration's when none is named."),
]


@app.command()
def show(
    folder: Folder = DEMONSTRATION, as_json: Annotated[bool, typer.Option("--json")] = False
) -> None:
    """Every setting in force: its value and the file that set it."""
    with faults_in_words():
        rows = shown(load(folder))
    if as_json:
        say_json([{"key": key, "value": value, "origin": origin} for key, value, origin in rows])
    else:
        say_table("Settings", ("key", "value", "origin"), rows)


@app.command()
def check(folder: Folder = DEMONSTRATION) -> None:
    """Exit 1 with the file, the key and the nearest known name when something is wrong."""
    from kiosk.wiring import driver_faults

    with faults_in_words():
        settings = load(folder).settings
        if folder != DEMONSTRATION:  # whose platform and devices are made when it is played
            demand_complete(settings)
    faults = driver_faults(settings)
    for fault in faults:
        say_fault(fault)
    if faults:
        raise typer.Exit(FAILED)
    console.print(f"{folder}: good", soft_wrap=True)
