"""The shape of the project itself: what a newcomer was told is true."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest

from kiosk.faults import FaultCode
from kiosk.paths import PROJECT, TEXTS
from kiosk.texts import Texts

CODE = ("kiosk", "drivers", "screens")
LONGEST_ROOM = 450  # lines
# the edges of threads, and the one place where a stranger's module is imported
EDGES = {
    "kiosk/devices/worker.py",
    "kiosk/devices/registry.py",
    "kiosk/devices/conformance.py",
    "kiosk/outbox/sender.py",
    "kiosk/outbox/keeper.py",
    "kiosk/platform/sync.py",
}


def shipped() -> list[str]:
    """What git would take along: tracked or new, never what is ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (PROJECT / name).exists()]


def modules(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for name in shipped():
        if name.endswith(".py") and name.startswith(tuple(f"{room}/" for room in rooms)):
            yield name, ast.parse((PROJECT / name).read_text(encoding="utf-8"))


def test_no_room_is_too_long() -> None:
    long = {
        name: lines
        for name in shipped()
        if name.endswith(".py")
        and name.startswith(tuple(f"{room}/" for room in CODE))
        and (lines := len((PROJECT / name).read_text(encoding="utf-8").splitlines())) > LONGEST_ROOM
    }
    assert not long


def test_wide_excepts_stand_only_at_the_edges() -> None:
    found = {
        name
        for name, tree in modules(*CODE)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _is_wide(node.type)
    }
    assert found <= EDGES


def _is_wide(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id == "Exception" for name in names)


def test_no_test_sleeps() -> None:
    sleeping = [
        name
        for name, tree in modules("tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "sleep"
    ]
    assert not sleeping


def test_nothing_is_left_open_in_the_code() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    left = [
        name
        for name in shipped()
        if name.endswith(".py")
        and name != "tests/shape/test_shape.py"
        and marks.search((PROJECT / name).read_text(encoding="utf-8"))
    ]
    assert not left


def test_our_drivers_come_through_the_public_door() -> None:
    ours = {point.name: point.value for point in entry_points(group="kiosk.drivers")}
    assert {"sam-serial", "video-capture", "escpos"} <= set(ours)
    importers = [
        name
        for name, tree in modules("kiosk")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import) and "drivers." in ast.dump(node)
    ]
    assert {name.split("/")[1] for name in importers} <= {"cli"}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_each_fault_has_words_for_everyone(language: str) -> None:
    ids = Texts.load(TEXTS).ids(language)
    missing = [
        f"faults.{code.name}.{reader}"
        for code in FaultCode
        for reader in ("headline", "citizen", "attendant", "technician")
        if f"faults.{code.name}.{reader}" not in ids
    ]
    assert not missing


def test_both_languages_have_the_same_sentences() -> None:
    texts = Texts.load(TEXTS)
    assert texts.ids("zh_CN") == texts.ids("en")


def test_the_readme_names_every_room() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    rooms = {
        name.split("/")[1] for name in shipped() if re.fullmatch(r"kiosk/\w+/__init__\.py", name)
    }
    assert not [room for room in rooms if f"{room}/" not in readme]
    linked = re.findall(r"\]\(([^)]+)\)", readme)
    assert not [path for path in linked if not (PROJECT / path).exists()]


def test_every_dependency_is_explained() -> None:
    explained = (PROJECT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    setup = (PROJECT / "setup.py").read_text(encoding="utf-8")
    needed = re.findall(r'"([a-z0-9-]+)(?:\[[a-z]+\])?[>=]=', setup)
    assert len(needed) > 20
    assert not [name for name in needed if name not in explained]


def test_no_file_names_one_machine() -> None:
    there = re.compile(rb"(?<![\w./-])/(work|root|home)/[a-z]")
    named = [
        name
        for name in shipped()
        if not name.endswith((".png", ".json")) and there.search((PROJECT / name).read_bytes())
    ]
    assert not named


def test_the_repository_stays_small() -> None:
    assert sum((PROJECT / name).stat().st_size for name in shipped()) < 60_000_000


def test_no_sentence_for_people_stands_in_the_screens() -> None:
    """Chinese belongs into assets/texts; a screen's own previews and the desk are let off."""
    found: list[str] = []
    for name, tree in modules("screens", "kiosk/journey"):
        if name.startswith("screens/desk/"):
            continue
        for node in tree.body:
            if not isinstance(node, ast.ClassDef):
                continue  # previews and named constants
            found += [
                f"{name}: {inner.value}"
                for inner in ast.walk(node)
                if isinstance(inner, ast.Constant)
                and isinstance(inner.value, str)
                and re.search(r"[\u4e00-\u9fff]", inner.value)
                and not _is_docstring(inner, node)
            ]
    assert not found


def _is_docstring(constant: ast.Constant, within: ast.stmt) -> bool:
    return any(isinstance(node, ast.Expr) and node.value is constant for node in ast.walk(within))
