"""`kiosk outbox`: what waits, by count and age only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.output import faults_in_words, say_json, say_table
from kiosk.outbox.database import NAME
from kiosk.outbox.sealing import KeyFile
from kiosk.outbox.sqlite_store import SqliteOutbox
from kiosk.settings.load import SettingsFault

app = typer.Typer(help="What waits to be sent; never its content.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Only while the terminal is stopped: one process owns the outbox."""


@app.command()
def board(
    state: Annotated[Path, typer.Option(help="The terminal's state folder.")],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Counts by state, and since when the oldest waits. Exit 1 while the terminal holds it."""
    with faults_in_words():
        if not (state / "outbox" / NAME).exists():
            raise SettingsFault(f"no outbox in {state}; --state names the folder above outbox/")
        outbox = SqliteOutbox.open(
            state / "outbox", KeyFile(state / "keys" / "outbox.key"), ballast_bytes=0
        )
        found = outbox.board()
        outbox.close()
    counts = {word.value: count for word, count in found.counts.items()}
    if as_json:
        say_json(
            {
                "counts": counts,
                "waiting": found.waiting,
                "oldest_waiting": found.oldest_waiting,
            }
        )
        return
    say_table("Outbox", ("state", "entries"), sorted(counts.items()))
    typer.echo(f"waiting: {found.waiting}; the oldest since: {found.oldest_waiting or '–'}")
