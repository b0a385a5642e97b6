"""How commands speak: tables for people, one JSON document for programs, a clear exit code."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from kiosk import paths
from kiosk.faults import Fault, KioskError
from kiosk.texts import Texts

console = Console()
errors = Console(stderr=True)

FAILED = 1  # the command was understood and did not succeed


def say_json(document: Any) -> None:
    """Exactly one document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def say_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)


@contextmanager
def faults_in_words() -> Generator[None]:
    """A fault ends the command with its words and exit code 1, never with a traceback.

    So does what the system refuses: a folder that cannot be written, a port that is taken.
    """
    try:
        yield
    except KioskError as problem:
        say_fault(problem.fault)
        raise typer.Exit(FAILED) from None
    except OSError as problem:
        named = f"{problem.filename}: " if problem.filename else ""
        say_error(f"{named}{problem.strerror or type(problem).__name__}")
        raise typer.Exit(FAILED) from None


def say_fault(fault: Fault) -> None:
    """The fault, and below it what a technician does about it."""
    say_error(str(fault))
    remedy = f"faults.{fault.code.name}.technician"
    texts = Texts.load(paths.TEXTS)
    if texts.has(remedy):
        say_error(texts.say(remedy, "en"), style="")


def say_error(words: str, style: str = "red") -> None:
    """On standard error and as it is: a bracket is no markup, a long line stays one."""
    errors.print(words, style=style, markup=False, highlight=False, soft_wrap=True)


def log_to_stderr(level: int = logging.WARNING) -> None:
    # Kivy would put handlers of its own on the root; urllib3 tells every path that it asks for
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    for talkative in ("kivy", "urllib3"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
