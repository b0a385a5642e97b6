"""`kiosk bench`: how fast, measured here and now; ratios against a peer in the same run."""

from __future__ import annotations

from typing import Annotated

import typer

from kiosk.cli.output import console, say_json, say_table


def bench(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which; all when none is named.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Cold start, screen change, card read, keep, PUT/s of the sandbox."""
    from kiosk.cli.measures import MEASURES

    chosen = names or list(MEASURES)
    unknown = [name for name in chosen if name not in MEASURES]
    if unknown:
        raise typer.BadParameter(f"no measure {unknown[0]!r}; there are: {', '.join(MEASURES)}")
    results: dict[str, dict[str, object]] = {}
    for name in chosen:
        if not as_json:
            console.print(f"[dim]measuring {name} …[/dim]")
        results[name] = MEASURES[name]()
    if as_json:
        say_json(results)
        return
    rows = [(name, key, value) for name, found in results.items() for key, value in found.items()]
    say_table("Bench", ("measure", "figure", "value"), rows)
