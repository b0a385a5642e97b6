"""`kiosk catalogue`: the brain by hand."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk import paths
from kiosk.catalogue.build import build
from kiosk.catalogue.coverage import verdict
from kiosk.catalogue.deadlines import WorkingDays
from kiosk.catalogue.sources import SourceError
from kiosk.catalogue.store import Catalogue
from kiosk.cli.output import FAILED, console, faults_in_words, say_error, say_json, say_table
from kiosk.texts import Texts

app = typer.Typer(help="Items, coverage, due dates.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="One JSON document, nothing else.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]


@app.command("build")
def build_snapshot(
    sources: Annotated[Path, typer.Option(help="Folder with items, guides, regions.")] = (
        paths.SNAPSHOT.parent
    ),
    out: Annotated[Path, typer.Option(help="Where the snapshot goes.")] = paths.SNAPSHOT,
) -> None:
    """Make the snapshot from its sources; errors name file, row and column."""
    try:
        body = build(sources)
    except SourceError as wrong:
        for problem in wrong.problems:
            say_error(str(problem))
        raise typer.Exit(FAILED) from None
    with faults_in_words():
        out.write_bytes(body)
    console.print(f"{out}: {len(body)} bytes")


@app.command()
def show(theme: str = "", as_json: Json = False) -> None:
    """Every item, or those of one theme."""
    with faults_in_words():
        catalogue = Catalogue.load(paths.SNAPSHOT)
    rows = [
        (item.code, item.name, item.department, item.mode.value, item.state.value)
        for item in catalogue.items(theme)
    ]
    columns = ("code", "name", "department", "mode", "state")
    if as_json:
        say_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        say_table(f"Catalogue {catalogue.snapshot.version}", columns, rows)


@app.command()
def coverage(
    at: Annotated[str, typer.Option(help="Region code of the terminal.")],
    for_: Annotated[str, typer.Option("--for", help="Region code of the deciding place.")],
    item: Annotated[str, typer.Option(help="Item code.")],
    on: Day,
    as_json: Json = False,
) -> None:
    """Can it be done here, why, and what next."""
    with faults_in_words():
        catalogue = Catalogue.load(paths.SNAPSHOT)
        answer = verdict(catalogue, item, catalogue.place(for_), catalogue.place(at), on.date())
    document = {
        "verdict": answer.coverage.value,
        "mode": answer.item.mode.value,
        "path": list(answer.path),
        "warnings": [],
        "next_steps": list(answer.next_steps),
    }
    if as_json:
        say_json(document)
        return
    texts = Texts.load(paths.TEXTS)
    console.print(f"{answer.item.name}: {answer.coverage.value} · {texts.say(answer.reason)}")
    console.print(" → ".join(answer.path))
    for step in answer.next_steps:
        console.print(f"  {texts.say(step)}")


@app.command()
def due(
    from_: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    days: Annotated[int, typer.Option(min=0, max=10_000, help="Working days.")],
    as_json: Json = False,
) -> None:
    """The last of so many working days; provisional beyond the published calendar."""
    with faults_in_words():
        found = WorkingDays.load(paths.HOLIDAYS).due(_day(from_), days)
    if as_json:
        say_json({"date": found.date.isoformat(), "provisional": found.provisional})
    else:
        console.print(f"{found.date}{' (provisional)' if found.provisional else ''}")


def _day(moment: datetime) -> date:
    return moment.date()
