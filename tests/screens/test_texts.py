"""The words of the terminal: all there, in every language, and every character can be drawn."""

import ast
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from kiosk.faults import FaultCode
from kiosk.texts import Texts

ROOT = Path(__file__).resolve().parents[2]
TEXTS = Texts.load(ROOT / "assets" / "texts")
FONTS = ("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf")
RARE = "HanaMinB.ttf"
SAYING = {"text", "say", "speak", "Phrase", "_say"}
ID = re.compile(r"[a-z_]+(\.[A-Za-z0-9_]+)+")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
LOCAL = {"screens/desk/app.py": "desk."}  # ids written without their first word


def languages() -> tuple[str, ...]:
    return TEXTS.languages


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("audience", ["headline", "citizen", "attendant", "technician"])
def test_every_fault_has_words_for_everybody(language: str, audience: str) -> None:
    ids = TEXTS.ids(language)
    missing = [code.name for code in FaultCode if f"faults.{code.name}.{audience}" not in ids]
    assert missing == []


def test_no_words_are_kept_for_faults_that_do_not_exist() -> None:
    named = {i.split(".")[1] for i in TEXTS.ids() if i.startswith("faults.")}
    assert named == {code.name for code in FaultCode}


def test_all_languages_say_the_same_things() -> None:
    for language in languages():
        assert TEXTS.ids(language) == TEXTS.ids()


def test_placeholders_are_the_same_in_all_languages() -> None:
    for text_id in TEXTS.ids():
        wanted = set(PLACEHOLDER.findall(TEXTS.say(text_id)))
        for language in languages():
            said = TEXTS.say(text_id, language)
            assert set(PLACEHOLDER.findall(said)) == wanted, (language, text_id)


def test_no_text_is_empty_or_shouts() -> None:
    for language in languages():
        for text_id in TEXTS.ids(language):
            said = TEXTS.say(text_id, language)
            assert said.strip(), (language, text_id)
            assert "!" not in said and "！" not in said, (language, text_id)


def test_the_citizen_reads_no_technicians_word() -> None:
    jargon = re.compile(
        r"\b(USB|DNS|SAM|udev|trace|baud|port|proxy|log)\b|波特|端口|驱动|心跳|线程"
    )
    for language in languages():
        for code in FaultCode:
            for audience in ("headline", "citizen"):
                said = TEXTS.say(f"faults.{code.name}.{audience}", language)
                assert not jargon.search(said), (language, code.name, said)


@pytest.mark.parametrize("font", FONTS)
def test_every_character_of_every_text_can_be_drawn(font: str) -> None:
    drawn = set(TTFont(ROOT / "assets" / "fonts" / font).getBestCmap())
    drawn |= set(TTFont(ROOT / "assets" / "fonts" / RARE).getBestCmap())
    missing = {
        character
        for language in languages()
        for text_id in TEXTS.ids(language)
        for character in TEXTS.say(text_id, language)
        if ord(character) not in drawn and character != "\n"
    }
    assert missing == set()


# --- ids in the code


def _saying_calls(path: Path) -> list[tuple[int, ast.expr]]:
    """First arguments of calls that say a text."""
    found: list[tuple[int, ast.expr]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in SAYING:
            found.append((node.lineno, node.args[0]))
    return found


def _patterns(argument: ast.expr) -> list[str]:
    """The ids that an argument may be, as regular expressions: constants, f-strings, either-or."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [re.escape(argument.value)]
    if isinstance(argument, ast.JoinedStr):
        parts = [
            re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w.]+"
            for part in argument.values
        ]
        return ["".join(parts)]
    if isinstance(argument, ast.IfExp):
        return _patterns(argument.body) + _patterns(argument.orelse)
    return []


def _sources() -> list[Path]:
    return sorted(path for room in ("kiosk", "screens") for path in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_id_in_the_code_exists(path: Path) -> None:
    before = LOCAL.get(str(path.relative_to(ROOT)), "")
    ids = TEXTS.ids()
    for line, argument in _saying_calls(path):
        for pattern in _patterns(argument):
            wanted = re.escape(before) + pattern
            if not before and not ID.fullmatch(pattern.replace("\\", "").replace("[w.]+", "x")):
                continue  # words, not an id
            assert any(re.fullmatch(wanted, text_id) for text_id in ids), f"line {line}: {wanted}"


@pytest.mark.parametrize("room", ["kiosk/journey", "kiosk/receipts", "screens"])
def test_every_string_that_looks_like_an_id_is_one(room: str) -> None:
    """Also those that are kept in tables and variables before they are said."""
    ids = TEXTS.ids()
    tables = {text_id.split(".")[0] for text_id in ids}
    for path in sorted((ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        begun = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for part in node.values
        }
        for node in ast.walk(tree):
            said = node.value if isinstance(node, ast.Constant) and id(node) not in begun else None
            if not isinstance(said, str) or not ID.fullmatch(said):
                continue
            if said.split(".")[0] in tables:
                assert said in ids, f"{path.name} line {node.lineno}: {said}"
